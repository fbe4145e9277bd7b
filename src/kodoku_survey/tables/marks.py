"""The marks of a printed table: one list, from which every cell, legend and data file takes its own.

Source: the published report of 令和6年 for 「‐」 and 参考値 (n < 50); the symbols of Japanese official statistics
for 「0.0」, 「x」 and 「…」.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kodoku_survey.errors import Language
from kodoku_survey.tables.table import Flag


@dataclass(frozen=True)
class Mark:
    """What a flag prints on the page ("" = the number itself, or a blank) and how the legend explains it."""

    flag: Flag
    printed: str
    ja: str
    en: str

    def explained(self, language: Language) -> str:
        return self.ja if language == "ja" else self.en


MARKS: tuple[Mark, ...] = (
    Mark("nil", "‐", "該当する回答がないもの", "no such answer"),
    Mark("below_unit", "0.0", "回答はあるが、表章単位に満たないもの", "answers exist, below the unit after rounding"),
    Mark("suppressed", "x", "秘匿したもの", "suppressed for confidentiality"),
    Mark("not_asked", "…", "その回の調査で尋ねていないもの", "not asked in that wave"),
    Mark("excluded", "", "定義により該当しないもの（空欄）", "excluded by definition (blank)"),
    Mark(
        "reference",
        "",
        "回答者数が少ない（{reference_base}人未満）ため参考値",
        "fewer than {reference_base} respondents: for reference only",
    ),
)
_BY_FLAG = {mark.flag: mark for mark in MARKS}


def printed(flag: Flag) -> str:
    """What stands on the page for a cell without a number. Raises KeyError for an unknown flag."""
    return _BY_FLAG[flag].printed


def legend(flags: Iterable[Flag], language: Language, *, reference_base: int) -> tuple[str, ...]:
    """One line a mark that occurs, in the order of the list: 「‐」 該当する回答がないもの."""
    present = set(flags)
    return tuple(_line(mark, language).format(reference_base=reference_base) for mark in MARKS if mark.flag in present)


def _line(mark: Mark, language: Language) -> str:
    if not mark.printed:
        return mark.explained(language)
    if language == "ja":
        return f"「{mark.printed}」{mark.ja}"
    return f"'{mark.printed}' {mark.en}"
