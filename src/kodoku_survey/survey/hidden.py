"""Characters nobody sees in a definition: what turns the direction of a line, and in CSV files control characters too.

On a page they end a string, hide a part of it or show it in another order. (A control character in a TOML file is told by
the reader of its entry.)
"""

from __future__ import annotations

import unicodedata
from typing import Any

import pandas as pd

from kodoku_survey.survey.places import Place

DIRECTION = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))


def _turning(text: str) -> list[str]:
    return [c for c in dict.fromkeys(text) if c in DIRECTION]


def _unseen(text: str) -> list[str]:
    """As above, with control characters other than line breaks and tabs."""
    return [c for c in dict.fromkeys(text) if c in DIRECTION or (unicodedata.category(c) == "Cc" and c not in "\n\r\t")]


def _told(found: list[str]) -> str:
    return ", ".join(f"U+{ord(c):04X}" for c in found)


def refuse_hidden(value: Any, place: Place) -> None:
    """A fault for every text of a TOML file, keys too, that turns the direction of its line."""
    if isinstance(value, str):
        if found := _turning(value):
            place.fault("hidden_character", value=_told(found))
    elif isinstance(value, dict):
        for key, item in value.items():
            refuse_hidden(key, place)
            refuse_hidden(item, place.at("".join(c for c in key if c not in DIRECTION)))
    elif isinstance(value, list):
        for number, item in enumerate(value, start=1):
            named = isinstance(item, dict) and str(item.get("name") or item.get("id") or "")
            refuse_hidden(item, place.at(f"[{named or number}]"))


def refuse_hidden_cells(frame: pd.DataFrame, place: Place) -> None:
    """A fault for every column of a CSV of definitions that holds a character nobody sees."""
    for column in frame.columns:
        texts = [cell for cell in frame[column].unique() if isinstance(cell, str)]
        if found := _unseen("".join(texts)):
            place.at(str(column)).fault("hidden_character", value=_told(found))
