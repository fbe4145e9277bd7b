"""The fonts of PDF and charts: IPAexGothic from the PyPI package matplotlib-fontja, DejaVu Sans from matplotlib for the rest."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import matplotlib as mpl

from kodoku_survey.errors import OutputError

FAMILY = "IPAexGothic"
FALLBACK = "DejaVu Sans"


def font_file() -> Path:
    """The font's file. The package is found, not imported: importing it would change matplotlib for the whole process."""
    spec = find_spec("matplotlib_fontja")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    found = sorted(folder.rglob("ipaexg.ttf"))
    if not found:
        raise OutputError("publish.no_font")
    return found[0]


def fallback_file() -> Path:
    """The file of the font that draws what the Japanese one lacks."""
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
