"""The marks of a printed table: one list, from which every cell, legend and data file takes its own.

Source: the published report of 令和6年 for 「‐」 and 参考値 (n < 50); the symbols of Japanese official statistics
for 「0.0」, 「x」 and 「…」.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from kodoku_survey.tables.table import HIDDEN, Flag
from kodoku_survey.tables.words import Said

# What a flag prints on the page ("" for a blank); * stands behind the base of a line, whose numbers are printed.
# The words are "mark_…" of words.toml.
MARKS: Mapping[Flag, str] = MappingProxyType(
    {"nil": "‐", "below_unit": "0.0", "suppressed": HIDDEN, "not_asked": "…", "excluded": "", "reference": "*"}
)


def printed(flag: Flag) -> str:
    """What stands on the page for a cell without a number. Raises KeyError for an unknown flag."""
    return MARKS[flag]


def explained(flag: Flag, said: Said, *, reference_base: int) -> str:
    """What a mark means, in words."""
    return said[f"mark_{flag}"].format(reference_base=reference_base)


def legend(flags: Iterable[Flag], said: Said, *, reference_base: int) -> tuple[str, ...]:
    """One line a mark that occurs, in the order of the list: 「‐」 該当する回答がないもの."""
    present = set(flags)
    meanings = {flag: explained(flag, said, reference_base=reference_base) for flag in MARKS if flag in present}
    return tuple(
        said["mark_line"].format(mark=MARKS[flag], meaning=meaning) if MARKS[flag] else meaning
        for flag, meaning in meanings.items()
    )
