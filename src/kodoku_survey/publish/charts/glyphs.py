"""Characters the fonts can draw. Another is printed as 〓, the printer's mark for a type that is
missing; `kodoku check` tells which. PDF and charts use the same fonts, so that both print the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_args

from matplotlib.ft2font import FT2Font

from kodoku_survey.errors import OutputError, SurveyError
from kodoku_survey.publish.charts.fonts import Face, fallback_file, font_file
from kodoku_survey.survey.folder import Survey

MISSING = "〓"
# Seen by nobody: joiners, variation selectors, and what turns the direction of a line or ends a string.
_UNSEEN = frozenset(map(chr, [0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))


@cache
def _drawable() -> frozenset[int]:
    """What every face or the one that stands in can draw."""
    faces = [frozenset(FT2Font(str(font_file(face))).get_charmap()) for face in get_args(Face)]
    return frozenset.intersection(*faces) | frozenset(FT2Font(str(fallback_file())).get_charmap())


@cache
def _printed(character: str) -> str:
    if character in "\n\t":
        return character
    if character in _UNSEEN or unicodedata.category(character) in ("Cc", "Cf", "Cs"):
        return ""
    return character if ord(character) in _drawable() else MISSING


def legible(text: str) -> str:
    """A text in characters that can be printed."""
    return text if text.isascii() and text.isprintable() else "".join(map(_printed, text))


def legible_throughout(value: Any) -> Any:
    """Lists and tables of texts in characters that can be printed; everything else as it is."""
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, Mapping):
        return {key: legible_throughout(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(legible_throughout(item) for item in value)
    return value


def substitutions(survey: Survey) -> tuple[SurveyError, ...]:
    """A notice of the characters of labels and titles that are printed as something else; empty where there is none."""
    said = (survey.settings.identity, tuple(survey.variables.values()), survey.plan)
    held = {character for text in _texts(said) for character in text}
    replaced = {c: _printed(c) for c in sorted(held) if _printed(c) != c and c not in _UNSEEN}
    if not replaced:
        return ()
    shown = ", ".join(f"{c} U+{ord(c):04X} → {as_printed}" for c, as_printed in replaced.items())
    return (OutputError("publish.substituted", survey.folder.name, replaced=shown),)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for part in fields(value):
            yield from _texts(getattr(value, part.name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _texts(item)
