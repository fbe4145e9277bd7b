"""A label as a data file may hold it: one datum a cell, no character of one platform alone, no blanks for layout.

Source: 行政データにおける機械可読性に関するルール (2026) L1-06, L1-07, L1-08; the page keeps the label as it is written.
"""

from __future__ import annotations

import re
import unicodedata

TOTAL = "total"  # the attribute and the group of everybody, in data files
SLASH = "／"
_SEPARATORS = "・、"
_SPACES = re.compile(r"[\s\u3000]+")
# Characters of NEC and IBM that other systems read otherwise: numerals in circles, Roman ones, squared units, ㈱ and ℡.
_OF_ONE_PLATFORM = re.compile("[\u2116\u2121\u2160-\u217f\u2460-\u24ff\u2776-\u2793\u3220-\u3247\u3280-\u33ff]")


def plain(text: str) -> str:
    """「①　介護・看護・育児」 → 「(1) 介護／看護／育児」. A sentence (ending in 。) keeps its commas."""
    kept = readable(text)
    for separator in _SEPARATORS:
        if kept.count(separator) > 1 and not kept.endswith("。"):
            kept = kept.replace(separator, SLASH)
    return kept


def readable(text: str) -> str:
    """A label with its commas and dots, but without blanks for layout and characters of one platform alone."""
    return _SPACES.sub(" ", _OF_ONE_PLATFORM.sub(_spelled, text)).strip()


def of_one_platform(text: str) -> str:
    """The characters of a text that only some systems have."""
    return "".join(_OF_ONE_PLATFORM.findall(text))


def _spelled(found: re.Match[str]) -> str:
    """What a compatibility character stands for: ① → (1), Ⅳ → IV, ㈱ → (株)."""
    meant = unicodedata.normalize("NFKC", found.group())
    return f"({meant})" if "\u2460" <= found.group() <= "\u24ff" and not meant.startswith("(") else meant
