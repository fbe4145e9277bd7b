"""The ledger of earlier releases: what each printed and what it kept, cell by cell, so that a later one tells nothing more.

It holds counts of hidden cells as well: it is the checker's, and never part of a release.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np

from kodoku_survey.arrays import BoolArray, IndexArray
from kodoku_survey.design import Number, Sample
from kodoku_survey.errors import DisclosureError
from kodoku_survey.protection.grids import CellGrid
from kodoku_survey.protection.sets import bits
from kodoku_survey.survey.conditions import Clause, Condition
from kodoku_survey.survey.plan import TablePlan

FORMAT = "kodoku_survey ledger 1"


@dataclass(frozen=True)
class LedgerLine:
    """A line of a released table: its counts, the base first; which of them were kept; of a number the sum of its values."""

    axis: str
    keys: tuple[Any, ...]
    counts: tuple[int, ...]
    kept: tuple[bool, ...]
    total: float | None = None


@dataclass(frozen=True)
class LedgerTable:
    """A released table: what was counted, and its lines. shown : codes of its columns; None of a mean or a median."""

    table: str
    question: str
    by: tuple[tuple[str, ...], ...]
    base: Condition | None
    everybody: bool
    nonanswer: Literal["in", "out"]
    shown: tuple[int, ...] | None
    codes: tuple[int, ...]
    lines: tuple[LedgerLine, ...]

    @property
    def definition(self) -> tuple[Any, ...]:
        """What was counted: two tables of one definition have the same cells."""
        base = None if self.base is None else self.base.ordered()
        return (self.question, self.by, base, self.everybody, self.nonanswer, self.shown)


@dataclass(frozen=True)
class LedgerRelease:
    """One release: its threshold and its tables."""

    threshold: int
    tables: tuple[LedgerTable, ...]


@dataclass(frozen=True)
class ReleaseLedger:
    """Every release of one survey whose figures stay, the first of them first."""

    survey: str
    wave: int
    releases: tuple[LedgerRelease, ...]

    @property
    def threshold(self) -> int:
        """The smallest threshold of a release."""
        return min(release.threshold for release in self.releases)

    @property
    def keeps(self) -> bool:
        """Whether any cell is hidden in a release."""
        return any(any(line.kept) for release in self.releases for table in release.tables for line in table.lines)

    def after(self, release: LedgerRelease) -> ReleaseLedger:
        """The ledger with one release more; the last one made again is no further one."""
        known = release in self.releases
        return ReleaseLedger(self.survey, self.wave, self.releases if known else (*self.releases, release))

    def text(self, manifest: str = "") -> str:
        """The ledger as it is kept: JSON with the digest of its content. manifest : digest of the release's own."""
        body = _body(self, manifest)
        return json.dumps({**body, "digest": _digest(body)}, ensure_ascii=False) + "\n"


def _body(ledger: ReleaseLedger, manifest: str) -> dict[str, Any]:
    return {"format": FORMAT, "manifest": manifest, **asdict(ledger)}


def _digest(body: Mapping[str, Any]) -> str:
    plain = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode("utf-8")).hexdigest()


def ledger_from(text: str, where: str) -> tuple[ReleaseLedger, str]:
    """A ledger as it was kept, and the digest of its release's manifest. Raises DisclosureError where it was changed."""
    try:
        held = json.loads(text)
        told = held.pop("digest")
        if held["format"] != FORMAT or _digest(held) != told:
            raise ValueError
        releases = tuple(_release(one) for one in held["releases"])
        return ReleaseLedger(held["survey"], held["wave"], releases), held["manifest"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DisclosureError("protection.ledger_damaged", where) from None


def _release(held: Mapping[str, Any]) -> LedgerRelease:
    return LedgerRelease(held["threshold"], tuple(_table(one) for one in held["tables"]))


def _table(held: Mapping[str, Any]) -> LedgerTable:
    base = held["base"]
    return LedgerTable(
        held["table"],
        held["question"],
        tuple(tuple(banner) for banner in held["by"]),
        None if base is None else Condition(tuple(tuple(map(_clause, one)) for one in base["alternatives"])),
        held["everybody"],
        held["nonanswer"],
        None if held["shown"] is None else tuple(held["shown"]),
        tuple(held["codes"]),
        tuple(
            LedgerLine(one["axis"], tuple(one["keys"]), tuple(one["counts"]), tuple(one["kept"]), one["total"])
            for one in held["lines"]
        ),
    )


def _clause(held: Mapping[str, Any]) -> Clause:
    return Clause(**{**held, "codes": tuple(held["codes"])})


def sums_of(sample: Sample, grid: CellGrid) -> list[float | None]:
    """Of a number the sum of its values in each line; None of answers."""
    column = sample.column(grid.question)
    if not isinstance(column, Number):
        return [None] * len(grid.lines)
    values = column.values
    held = (np.unpackbits(bits(line.members).view(np.uint8))[: len(values)].astype(bool) for line in grid.lines)
    return [round(float(values[one].sum()), 6) for one in held]


def definition_of(entry: TablePlan, shown: Sequence[int] | None) -> LedgerTable:
    """What a planned table counts, without its lines."""
    return LedgerTable(
        entry.id,
        entry.question,
        entry.by,
        entry.base,
        entry.total != "",
        "out" if entry.nonanswer == "excluded" else "in",
        None if shown is None else tuple(shown),
        (),
        (),
    )


def with_lines(table: LedgerTable, sample: Sample, grid: CellGrid, counts: IndexArray, kept: BoolArray) -> LedgerTable:
    """A table as it is released. counts, kept : (lines, 1 + columns), the base first."""
    each = zip(grid.lines, counts.tolist(), kept.tolist(), sums_of(sample, grid), strict=True)
    lines = tuple(LedgerLine(line.axis, line.keys, tuple(row), tuple(hid), total) for line, row, hid, total in each)
    return replace(table, codes=tuple(one.code for one in grid.columns if one.printed), lines=lines)
