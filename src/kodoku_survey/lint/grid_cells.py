"""One cell of a file of figures, and how a person reads what stands in it: a number, a symbol for a missing one, a mistake."""

from __future__ import annotations

import re
from dataclasses import dataclass

Spot = tuple[int, int]  # line and column, counted from 1
FORMATTED = frozenset({"bold", "italic", "strike", "colour", "fill"})
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
# A number with what people put beside one: a note before or behind it, a sign, a unit, thousands.
_DECORATED = re.compile(
    r"(※|＊|\*|†|‡|約|[（(]?注[0-9０-９]*[)）]?|[rp] ?)?\s*[▲△+\-−－¥￥$]?\s*"
    r"([0-9０-９]{1,3}([,，][0-9０-９]{3})+|[0-9０-９]+)([.．][0-9０-９]+)?"
    r"\s*(千|百万|億|万)?([%％‰人円件点歳台回倍戸校社店]|世帯|ポイント|[*＊†‡#pr※]{1,3})?\s*([（(].{1,6}[)）]|注[0-9０-９]*[)）])?"
)
_SYMBOLS = re.compile(r"[^\w\s]{1,3}|[xX]|[nN][./]?[aA]\.?|…|－|―|ー|‐|秘匿?|\*{1,3}")
_MISTAKE = re.compile(r"#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|#+)")


@dataclass(frozen=True)
class GridCell:
    """One cell that holds something: a number or a text; how it is formatted; whether a formula makes it."""

    value: str | float
    formula: bool = False
    looks: frozenset[str] = frozenset()
    hides_zero: bool = False

    @property
    def text(self) -> str:
        """As text; a whole number without a point."""
        value = self.value
        if isinstance(value, str):
            return value
        return str(int(value)) if value == int(value) else repr(value)


@dataclass(frozen=True)
class Extent:
    """A rectangle of a grid: lines and columns, both ends included. heads : how many of its first lines name the columns."""

    top: int
    left: int
    bottom: int
    right: int
    heads: int = 1

    @property
    def first(self) -> int:
        """The line of the first datum."""
        return self.top + self.heads

    @property
    def named(self) -> int:
        """The line that names the columns: of several the last, and the first of the table where there is none."""
        return self.top + max(self.heads, 1) - 1

    def holds(self, spot: Spot) -> bool:
        """Whether a cell lies within."""
        return self.top <= spot[0] <= self.bottom and self.left <= spot[1] <= self.right


def is_number(value: str | float) -> bool:
    """Whether a program reads it as a number."""
    return not isinstance(value, str) or _NUMBER.fullmatch(value) is not None


def is_figure(value: str | float) -> bool:
    """Whether a person reads it as a number: 12, 4.8%, ▲1.2, 1,234, 12(注), ※12."""
    return is_number(value) or _DECORATED.fullmatch(str(value).strip()) is not None


def is_symbol(text: str) -> bool:
    """Whether it stands where a figure is missing: -, …, X, ***."""
    return _SYMBOLS.fullmatch(text.strip()) is not None


def is_mistake(text: str) -> bool:
    """Whether it is what a formula gives that failed: #DIV/0!, #N/A, #REF!."""
    return _MISTAKE.fullmatch(text.strip()) is not None


def letters(column: int) -> str:
    """A column's letters: 1 → A, 28 → AB."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found
