"""The faces of PDF and charts, from packages: a serif for text, a sans in two weights for heads and figures.

Noto Serif JP and Noto Sans JP (package pylopdf-fonts-jp), Noto Sans CJK JP Bold (package noto-cjk-sans-jp-bold): Japanese and
Latin in one cut. DejaVu Sans, which comes with matplotlib, draws what they lack.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import matplotlib as mpl

from kodoku_survey.errors import OutputError

Face = Literal["serif", "sans", "bold"]
SERIF, SANS, BOLD, FALLBACK = "Noto Serif JP", "Noto Sans JP", "Noto Sans CJK JP", "DejaVu Sans"
FAMILIES: dict[Face, str] = {"serif": SERIF, "sans": SANS, "bold": BOLD}
_FILES: dict[Face, tuple[str, str]] = {
    "serif": ("pylopdf_fonts_jp", "NotoSerifJP-Regular.otf"),
    "sans": ("pylopdf_fonts_jp", "NotoSansJP-Regular.otf"),
    "bold": ("noto_cjk_sans_jp_bold", "NotoSansCJKjp-Bold.otf"),
}


def font_file(face: Face = "sans") -> Path:
    """The file of a face. Its package is found, not imported: a font needs no code to run. Raises OutputError."""
    package, name = _FILES[face]
    spec = find_spec(package)
    found = Path(spec.origin).parent / name if spec and spec.origin else Path(name)
    if not found.is_file():
        raise OutputError("publish.no_font", package=package.replace("_", "-"))
    return found


def fallback_file() -> Path:
    """The file of the font that draws what the Japanese ones lack."""
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


def font_folders() -> list[str]:
    """Where a typesetter finds every face."""
    return sorted({str(font_file(face).parent) for face in _FILES} | {str(fallback_file().parent)})
