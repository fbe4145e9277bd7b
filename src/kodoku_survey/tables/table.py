"""A table ready to print, by its official parts.

What a writer prints comes from cells and rows alone. A cell the release hides (`Cell.hidden`) prints its `text`, 「x」, and has
no number at all: no value, count, error or design effect. A row whose base is hidden has `n` None, prints `base_text`, and
all its cells are hidden. A writer never recounts, never reaches for the cross-tab, and says nothing of a hidden cell: not in a
sentence, not by a length on a chart, not by leaving a figure beside it from which it follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from kodoku_survey.crosstabs import CrossTab
from kodoku_survey.errors import Language
from kodoku_survey.media import Result

if TYPE_CHECKING:  # sentences are made from tables
    from kodoku_survey.tables.sentences.statement import Statement

Flag = Literal["", "nil", "below_unit", "suppressed", "not_asked", "excluded", "reference"]
HIDDEN = "x"  # what stands on the page for a figure the release keeps to itself


@dataclass(frozen=True)
class Cell:
    """A number or a mark, never neither. `text` is what the page prints: "4.3", "0.0", "‐", "x", "…" or "" (excluded).

    value : percent at full precision (as printed, in a protected release), None where there is none. A `reference` cell
        prints its number. deff, df : design effect and degrees of freedom.
    """

    text: str
    value: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    count: int | None = None
    flag: Flag = ""
    deff: float | None = None
    df: float | None = None

    def __post_init__(self) -> None:
        if self.value is None and not self.flag:
            raise ValueError("a cell has a number or a mark")

    @property
    def hidden(self) -> bool:
        """Whether the release keeps this cell to itself."""
        return self.flag == "suppressed"


@dataclass(frozen=True)
class Row:
    """One line of the stub: its attribute (表側頭), group label, base and cells; `wave` of an earlier year; `hidden` base."""

    attribute: str
    group: str
    n: int | None
    cells: tuple[Cell, ...]
    weighted_n: float | None = None
    flag: Flag = ""
    wave: int | None = None
    axis: str = ""
    keys: tuple[Any, ...] = ()
    hidden: bool = False

    @property
    def base_text(self) -> str:
        """The base as the page prints it: 「x」 where it is hidden, nothing where nobody published it."""
        if self.hidden:
            return HIDDEN
        return "" if self.n is None else f"{self.n:,}"


@dataclass(frozen=True, eq=False, repr=False)
class Table(Result):
    """表題 title, 頭注 head_note, 表側頭 stub_head, 表頭 header, 表側+表体 rows, 脚注 notes, 資料 source.

    scale : the codes that are steps of one scale, in order; none where the answers are kinds.
    codes : of the answers of the header; a net has its label.
    statistic : what the cells are; means, medians and numbers of persons are in their own unit, not in per cent.
    partial : answers are left out of the table, so that a line need not add to 100.
    statements : the sentences that stand beside it, with their cells and tests.
    across : "waves" where each line is laid out with its earlier waves side by side (`laid_out`).
    magnified : the first so many per cent of a band are drawn once more, large; 0 for no such figure.
    number : as it is printed, where several tables share one; "" for the id.
    incomparable : earlier waves whose figures of the question may not be set beside the own (the wave matrix).
    mark : what every picture of the table must say of its data (擬似データ); "" for real answers.

    >>> table = ks.make_table(sample, "lonely", by="sex")
    >>> table.title, table.header[0], table.rows[0].cells[0].text
    ('性別孤独感（直接質問）', 'いつもある', '4.2')
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
    figure: Literal["band", "bars", "dots", "columns", "none"]
    question: str
    codes: tuple[Any, ...]
    nonanswer: int | None
    statements: tuple[Statement, ...] = ()
    crosstab: CrossTab | None = None
    multiple: bool = False
    mark: str = ""
    scale: tuple[int, ...] = ()
    statistic: Literal["share", "mean", "median", "count"] = "share"
    partial: bool = False
    across: Literal["answers", "waves"] = "answers"
    magnified: int = 0
    number: str = ""
    language: Language | None = None
    model: str = ""
    incomparable: tuple[int, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """What stands beside the table, in words."""
        return tuple(one.text for one in self.statements)

    def frame(self) -> pd.DataFrame:
        """Tidy, a line a cell: attribute, group, wave, answer, percent (or value), se, low, high, deff, df, n, count, flag.

        What the release hides is missing here too.
        """
        named = "percent" if self.statistic == "share" else "value"
        rows = [
            (row.attribute, row.group, row.wave, answer, None if cell.hidden else cell.value, cell.se, cell.low, cell.high,
             cell.deff, cell.df, row.n, cell.count, cell.flag or row.flag)
            for row in self.rows
            for answer, cell in zip(self.header, row.cells, strict=True)
        ]  # fmt: skip
        heads = ["attribute", "group", "wave", "answer", named, "se", "low", "high", "deff", "df", "n", "count", "flag"]
        found = pd.DataFrame(rows, columns=heads)
        whole = dict.fromkeys(("wave", "n", "count"), "Int64")
        return found.astype(whole | dict.fromkeys((named, "se", "low", "high", "deff", "df"), "float64"))
