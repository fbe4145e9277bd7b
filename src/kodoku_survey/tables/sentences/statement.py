"""A statement: a sentence of the report with the cells it rests on and the test that made it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

StatementKind = Literal["levels", "higher", "same", "change", "gap"]
Role = Literal["told", "total", "compared", "before"]


@dataclass(frozen=True)
class CitedCell:
    """One cell a sentence rests on, as it is printed.

    role : told (its figure or group is named) | total (of everybody, or of the outer group) | compared (tested, not named) |
        before (of an earlier wave). higher_than : of how many groups of the axis it is significantly higher.
    """

    table: str
    wave: int
    axis: str
    keys: tuple[Any, ...]
    code: int
    percent: str
    n: int | None
    role: Role
    higher_than: int | None = None


@dataclass(frozen=True)
class StatementTest:
    """By which test a sentence was made: its name, the limit of its statistic, and how many differences were needed."""

    name: Literal["pooled_z", "design_t"]
    limit: float | None
    needed: int = 1


@dataclass(frozen=True)
class Statement:
    """A sentence: what it is called, the table it tells of, where it stands (a table or section), its text and grounds.

    kind : levels (ranking, or each answer's share) | higher (groups that stand out) | same (no difference found) | change
        (since an earlier wave) | gap (between two groups, since an earlier wave).
    origin : made, or replaced where tables.toml says it in other words.
    """

    id: str
    table: str
    place: str
    kind: StatementKind
    text: str
    cells: tuple[CitedCell, ...]
    test: StatementTest | None = None
    origin: Literal["made", "replaced"] = "made"


SENTENCE_FIELDS = (
    "sentence_id", "place", "kind", "origin", "sentence", "test", "limit", "differences_needed", "role", "survey_year",
    "table_id", "attribute", "group_code", "answer_code", "percent", "n_unweighted", "higher_than",
)  # fmt: skip


def sentence_cells(statements: Iterable[Statement]) -> pd.DataFrame:
    """A row a cell of each sentence, with the columns of SENTENCE_FIELDS; percent as printed, blank for a mark."""
    rows = []
    for one in statements:
        test = (None, None, None) if one.test is None else (one.test.name, one.test.limit, one.test.needed)
        for cell in one.cells:
            percent = 0.0 if cell.percent == "‐" else float(cell.percent)
            group = ":".join(map(str, cell.keys))
            rows.append(
                (one.id, one.place, one.kind, one.origin, one.text, *test, cell.role, cell.wave, cell.table, cell.axis, group,
                 cell.code, percent, cell.n, cell.higher_than)
            )  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(SENTENCE_FIELDS))
    whole = ("differences_needed", "survey_year", "answer_code", "n_unweighted", "higher_than")
    return frame.astype(dict.fromkeys(whole, "Int64"))
