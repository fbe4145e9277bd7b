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
    """The cells of a protected report, by question, base, treatment of 無回答 ("in", "out"), attribute, group and answer."""

    cells: frozenset[ReleasedCell]

    def prints(
        self, question: str, base: Condition | None, nonanswer: str, attribute: str, keys: Sequence[int], code: int
    ) -> bool:
        """Whether the report prints the share of an answer in a group of a base."""
        return (question, base, nonanswer, attribute, tuple(keys), code) in self.cells


def released_of(report: Report) -> Released:
    """The cells a report prints of its own wave."""
    planned = {entry.id: entry for entry in report.survey.plan.tables}
    own, found = report.survey.settings.identity.wave, set[ReleasedCell]()
    for table in report.tables:
        if table.statistic != "share":
            continue
        entry = planned[table.id]
        silent = "out" if entry.nonanswer == "excluded" else "in"
        for row in table.rows:
            if row.wave in (None, own) and not row.hidden:
                for code, cell in zip(table.codes, row.cells, strict=True):
                    if not cell.hidden:
                        found.add((entry.question, entry.base, silent, row.axis, tuple(row.keys), code))
    return Released(frozenset(found))


def refuse_unreleased(means: str, *sides: Any) -> None:
    """Raises DisclosureError for a protected survey of which figures are wanted that its report does not print.

    means : what would make them: "restricted", "crosswalk", "people", "adjusted".
    """
    for side in sides:
        if getattr(side, "released", None) is not None:
            raise DisclosureError(f"tables.protected_{means}", side.survey.folder.name)


# Decimals of the page, so that no weighted figure is the fingerprint of the few it is of.
PAGE_DIGITS = {"weighted": 1, "difference": 1, "low": 1, "high": 1, "z": 2, "p_value": 3}


def in_page_digits(frame: pd.DataFrame) -> pd.DataFrame:
    """Weighted columns of a comparison as a page prints them; the unweighted follow from printed counts."""
    kept = frame.copy()
    for name in kept.columns:
        if "weighted" in name and pd.api.types.is_float_dtype(kept[name]):
            decimals = next((d for part, d in PAGE_DIGITS.items() if part != "weighted" and part in name), 1)
            kept[name] = kept[name].round(decimals)
    return kept
