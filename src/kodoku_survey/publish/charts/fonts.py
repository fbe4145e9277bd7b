"""The Japanese font of PDF and charts: IPAexGothic, from the PyPI package matplotlib-fontja."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from kodoku_survey.errors import OutputError

FAMILY = "IPAexGothic"


def font_file() -> Path:
    """The font's file. The package is found, not imported: importing it would change matplotlib for the whole process."""
    spec = find_spec("matplotlib_fontja")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    found = sorted(folder.rglob("ipaexg.ttf"))
    if not found:
        raise OutputError("publish.no_font")
    return found[0]
