"""A table ready to print, by its official parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from kodoku_survey.crosstabs import CrossTab

Flag = Literal["", "nil", "below_unit", "suppressed", "not_asked", "excluded", "reference"]


@dataclass(frozen=True)
class Cell:
    """A number or a mark, never neither. `text` is what the page prints: "4.3", "0.0", "‐", "x", "…" or "" (excluded).

    value : percent at full precision, None where there is none. A `reference` cell prints its number.
    """

    text: str
    value: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    count: int | None = None
    flag: Flag = ""

    def __post_init__(self) -> None:
        if self.value is None and not self.flag:
            raise ValueError("a cell has a number or a mark")


@dataclass(frozen=True)
class Row:
    """One line of the stub: its attribute (表側頭), group label, base and cells; `wave` of an earlier year."""

    attribute: str
    group: str
    n: int | None
    cells: tuple[Cell, ...]
    weighted_n: float | None = None
    flag: Flag = ""
    wave: int | None = None
    axis: str = ""
    keys: tuple[Any, ...] = ()


@dataclass(frozen=True, eq=False)
class Table:
    """表題 title, 頭注 head_note, 表側頭 stub_head, 表頭 header, 表側+表体 rows, 脚注 notes, 資料 source.

    statistic : what the cells are; means and medians are in their own unit, their cells' `value` is not a percent.
    mark : what every picture of the table must say of its data (擬似データ); "" for real answers.
    """

    id: str
    section: str
    title: str
    head_note: str
    stub_head: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    source: str
    basis: Literal["unweighted", "design"]
    figure: Literal["band", "bars", "dots", "none"]
    question: str
    codes: tuple[int, ...]
    nonanswer: int | None
    sentences: tuple[str, ...] = ()
    crosstab: CrossTab | None = None
    multiple: bool = False
    mark: str = ""
    statistic: Literal["share", "mean", "median"] = "share"
