"""What a protected report prints: all that may be told of its survey anywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kodoku_survey.errors import DisclosureError
from kodoku_survey.survey.conditions import Condition
from kodoku_survey.tables.report import Report

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
    """Weighted columns of a comparison, and means and medians, as a page prints them.

    Unweighted shares stay as they are: they follow from printed counts.
    """
    kept, of_numbers = frame.copy(), ~frame["measure"].isin(["share", "gap"])
    for name in kept.columns:
        if pd.api.types.is_float_dtype(kept[name]):
            decimals = next((d for part, d in PAGE_DIGITS.items() if part in name), 1)
            kept[name] = kept[name].where(~of_numbers & ("weighted" not in name), kept[name].round(decimals))
    return kept
