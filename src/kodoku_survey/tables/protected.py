"""A report of which cells are hidden: tables without those figures, in page digits; and what it prints, for other outputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from kodoku_survey.errors import DisclosureError
from kodoku_survey.survey.conditions import Condition
from kodoku_survey.tables.marks import explained, legend
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.table import HIDDEN, Cell, Flag, Row, Table
from kodoku_survey.tables.words import words

if TYPE_CHECKING:  # a report has its protection
    from kodoku_survey.tables.report import Report

ProtectionProfile = Literal["none", "official", "protected", "onsite"]
KEPT = Cell(HIDDEN, flag="suppressed")
COLUMNS = ("table", "group", "answer", "printed", "count", "low", "high", "unsafe", "hidden", "proved", "one_answer")


@dataclass(frozen=True)
class KeptLine:
    """A line with hidden cells as it would be printed: for the scan of finished files, never written."""

    table: str
    group: str
    n: int | None
    answers: tuple[str, ...]
    texts: tuple[str, ...]
    counts: tuple[int | None, ...]
    hidden: tuple[bool, ...]
    base_hidden: bool
    errors: tuple[tuple[str, ...], ...]
    axis: str
    keys: tuple[Any, ...]
    codes: tuple[int, ...]


def kept_lines(before: Sequence[Table], after: Sequence[Table]) -> tuple[KeptLine, ...]:
    """What tables with gaps keep to themselves, line by line."""
    return tuple(
        KeptLine(
            whole.id, row.group, row.n, whole.header, tuple(cell.text for cell in row.cells),
            tuple(cell.count for cell in row.cells), tuple(cell.hidden for cell in shown.cells), shown.hidden,
            tuple(_errors(cell) for cell in row.cells), row.axis, row.keys, whole.codes,
        )
        for whole, with_gaps in zip(before, after, strict=True)
        for row, shown in zip(whole.rows, with_gaps.rows, strict=True)
        if shown.hidden or any(cell.hidden for cell in shown.cells)
    )  # fmt: skip


def _errors(cell: Cell) -> tuple[str, ...]:
    """The error of a figure as anything would print it: with the base it tells the figure, n = p(1 − p) / se²."""
    told = [half_up(cell.se, 2)] if cell.se else []
    return (*told, *(half_up(end, 1) for end in (cell.low, cell.high) if end))


@dataclass(frozen=True, eq=False)
class Protection:
    """What a release hides. intervals : a row a hidden or unsafe count with the integers it may be, for the checker alone.

    proposals : groups that, put together, would save gaps (merging.py), worked out for small places. unanimous :
    lines of which all gave one answer (hidden where the folder asks for it).
    open : counts that could still be worked out; a release has none. ledger : of this release and those before it, for the next.
    """

    profile: ProtectionProfile
    threshold: int
    unsafe: int = 0
    gaps: int = 0
    cells: int = 0
    open: int = 0
    intervals: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS)))
    witnesses: Any = None
    kept: tuple[KeptLine, ...] = field(default=(), repr=False)
    ledger: Any = field(default=None, repr=False)
    unanimous: int = 0
    proposals: tuple[Any, ...] = ()

    @property
    def protective(self) -> bool:
        """Whether figures are hidden, so that nothing else may tell of few persons."""
        return self.profile == "protected"


def with_gaps(
    table: Table, kept: Callable[[Row, int], bool], base_kept: Callable[[Row], bool], lang: Literal["ja", "en"],
    wave: int, reference_base: int,
) -> Table:  # fmt: skip
    """A table without the figures its release keeps, nor a note on a mark that stood in hidden cells alone.

    kept : whether a line keeps the answer of a code; base_kept : whether it keeps its base, and with it everything.
    """
    rows = tuple(_line(table, row, kept, base_kept) if row.wave in (None, wave) else row for row in table.rows)
    hiding = any(cell.hidden for row in rows for cell in row.cells)
    said = words(lang)
    gone = _marks(table.rows) - _marks(rows)  # that a hidden figure was 「‐」, 「0.0」 or of few would tell it
    lines = legend(gone, said, reference_base=reference_base)
    notes = tuple(note for note in table.notes if note not in lines)
    if hiding:
        line = said["mark_line"].format(mark=HIDDEN, meaning=explained("suppressed", said, reference_base=0))
        notes = (*(note for note in notes if note != line), line)
    head = table.head_note
    if rows and any(row.hidden for row in rows):
        sizes = [row.n or 0 for row in table.rows if row.wave in (None, wave)]
        if sizes and all(row.n != max(sizes) for row in rows):
            head = said["separator"].join(part for part in head.split(said["separator"]) if part != f"n={max(sizes):,}")
    return replace(table, rows=rows, notes=notes, head_note=head)


def _marks(rows: Sequence[Row]) -> set[Flag]:
    return {cell.flag for row in rows for cell in row.cells} | {row.flag for row in rows}


def _line(table: Table, row: Row, kept: Callable[[Row, int], bool], base_kept: Callable[[Row], bool]) -> Row:
    if base_kept(row):
        return replace(row, n=None, weighted_n=None, flag="", cells=(KEPT,) * len(row.cells), hidden=True)
    cells = [
        KEPT if kept(row, code) else _as_printed(cell, share=table.statistic == "share")
        for code, cell in zip(table.codes, row.cells, strict=True)
    ]
    weighted = None if row.weighted_n is None else float(half_up(row.weighted_n, 0))
    return replace(row, cells=tuple(cells), weighted_n=weighted)


def _as_printed(cell: Cell, *, share: bool) -> Cell:
    """The digits of the page: at full precision a weighted figure is the fingerprint of the few it is of."""
    del share
    value = cell.value
    if value is not None and cell.flag not in ("nil",):
        value = float(cell.text)

    def near(number: float | None, decimals: int) -> float | None:
        return None if number is None or number != number else float(half_up(number, decimals))

    return replace(
        cell, value=value, se=near(cell.se, 2), low=near(cell.low, 1), high=near(cell.high, 1),
        deff=near(cell.deff, 2), df=near(cell.df, 0),
    )  # fmt: skip


def marked(tables: Sequence[Table], mark: str) -> tuple[Table, ...]:
    """Tables every picture of which bears a mark as well."""
    return tuple(replace(table, mark="　".join(filter(None, (mark, table.mark)))) for table in tables)


ReleasedCell = tuple[str, Condition | None, str, str, tuple[int, ...], int]


@dataclass(frozen=True, eq=False)
class Released:
    """The cells of a protected report, by question, base, kind, attribute, group and answer.

    A share is of the kind of its 無回答 ("in", "out"), a mean or a median of its own, and its only answer is 0.
    """

    cells: frozenset[ReleasedCell]

    def prints(
        self, question: str, base: Condition | None, kind: str, attribute: str, keys: Sequence[int], code: int
    ) -> bool:
        """Whether the report prints the figure of an answer in a group of a base."""
        return (question, base, kind, attribute, tuple(keys), code) in self.cells


def released_of(report: Report) -> Released:
    """The cells a report prints of its own wave."""
    planned = {entry.id: entry for entry in report.survey.plan.tables}
    own, found = report.survey.settings.identity.wave, set[ReleasedCell]()
    for table in report.tables:
        entry = planned[table.id]
        silent = "out" if entry.nonanswer == "excluded" else "in"
        told = silent if table.statistic == "share" else table.statistic
        codes = table.codes if table.statistic == "share" else (0,) * len(table.codes)
        for row in table.rows:
            if row.wave in (None, own) and not row.hidden:
                for code, cell in zip(codes, row.cells, strict=True):
                    if not cell.hidden:
                        found.add((entry.question, entry.base, told, row.axis, tuple(row.keys), code))
    return Released(frozenset(found))


def refuse_unreleased(key: str, *sides: Any) -> None:
    """Raises DisclosureError for a protected survey of which figures are wanted that its report does not print.

    key : of the message, which says what would make them.
    """
    for side in sides:
        if getattr(side, "released", None) is not None:
            raise DisclosureError(key, side.survey.folder.name)


# Decimals of the page, so that no weighted figure is the fingerprint of the few it is of.
PAGE_DIGITS = {"p_value": 3, "z": 2}  # others: 1


def in_page_digits(frame: pd.DataFrame) -> pd.DataFrame:
    """Weighted columns of a comparison, means, medians and gaps, as a page prints them.

    Unweighted shares stay as they are: they follow from printed counts.
    """
    kept, of_numbers = frame.copy(), frame["measure"] != "share"
    for name in kept.columns:
        if pd.api.types.is_float_dtype(kept[name]):
            decimals = next((d for part, d in PAGE_DIGITS.items() if part in name), 1)
            kept[name] = kept[name].where(~of_numbers & ("weighted" not in name), kept[name].round(decimals))
    return kept
