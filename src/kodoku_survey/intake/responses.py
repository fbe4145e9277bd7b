"""Responses: one row a respondent, every value admissible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from kodoku_survey.arrays import ByteArray, CodeArray, TextArray
from kodoku_survey.intake.issues import Issue, frame
from kodoku_survey.intake.ledger import Ledger
from kodoku_survey.portable import Portable
from kodoku_survey.survey.codebook import NOT_ASKED, Variable
from kodoku_survey.survey.conditions import ANSWERED as ANSWERED
from kodoku_survey.survey.conditions import NONANSWER as NONANSWER
from kodoku_survey.survey.conditions import UNDETERMINED as UNDETERMINED
from kodoku_survey.survey.conditions import Given
from kodoku_survey.survey.folder import Survey


@dataclass(frozen=True, eq=False)
class Responses(Portable):
    """Admissible answers of n respondents.

    answers : by variable, read-only. Single: (n,) code values, −1 = 非該当. Multiple: (n, options + 1) 0/1 with 無回答
        last, −1 throughout a row = 非該当. Number: (n,) integers, beside `status` (n,).
    file, line : where each return stands as delivered.
    selection : everyone selected (標本名簿) as read, answered or not; empty where there is no register.
    edits : id, variable, before, after, rule, file, line: every change to a value.
    found : every issue, by column and option; `issues` has them as a frame.

    >>> responses.frame()[["lonely", "ucla_score"]].shape
    (2083, 2)
    """

    MADE_BY: ClassVar[str] = "ks.score(ks.clean(returns))"

    survey: Survey
    id: TextArray
    mode: TextArray
    file: TextArray
    line: CodeArray
    variables: Mapping[str, Variable]
    answers: Mapping[str, CodeArray]
    status: Mapping[str, ByteArray]
    edits: pd.DataFrame
    ledger: Ledger
    selection: pd.DataFrame = field(default_factory=pd.DataFrame)
    found: tuple[Issue, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.id, self.mode, self.file, self.line, *self.answers.values(), *self.status.values()):
            array.setflags(write=False)
        for name in ("variables", "answers", "status"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __len__(self) -> int:
        return len(self.id)

    def __repr__(self) -> str:
        rows = f"{self.ledger.kept:,} of {self.ledger.rows:,} rows kept"
        return f"<Responses: n={len(self):,}, {len(self.variables)} variables, {len(self.edits):,} edits, {rows}>"

    @property
    def issues(self) -> pd.DataFrame:
        """Cells and people that could not be taken as delivered: kind, file, column, variable, option, count, of, share, …"""
        return frame(self.found)

    def given(self, name: str) -> Given:
        """One variable as a condition sees it. Raises KeyError."""
        variable, values = self.variables[name], self.answers[name]
        if variable.kind == "number":
            return Given(state=self.status[name], codes=values, parts=variable.parts)
        if variable.kind == "multiple":
            state = np.where(values[:, 0] == NOT_ASKED, NOT_ASKED, np.where(values[:, -1] == 1, NONANSWER, ANSWERED))
            return Given(state=state.astype(np.int8), ticks=values[:, :-1].astype(np.int8), keys=variable.keys[:-1])
        state = np.where(values == NOT_ASKED, NOT_ASKED, np.where(values == variable.nonanswer, NONANSWER, ANSWERED))
        return Given(state=state.astype(np.int8), codes=values)

    def with_variables(
        self, variables: Mapping[str, Variable], answers: Mapping[str, CodeArray], status: Mapping[str, ByteArray]
    ) -> Responses:
        """These responses with further (derived) variables."""
        return replace(
            self,
            variables={**self.variables, **variables},
            answers={**self.answers, **answers},
            status={**self.status, **status},
        )

    def with_edits(self, edits: list[pd.DataFrame]) -> Responses:
        """These responses with further edits, in the order they were made."""
        return replace(self, edits=pd.concat([self.edits, *edits], ignore_index=True)[list(self.edits.columns)])

    def with_issues(self, issues: Sequence[Issue]) -> Responses:
        """These responses with further issues."""
        return replace(self, found=(*self.found, *issues))

    def with_selection(self, selection: pd.DataFrame) -> Responses:
        """These responses with the register of everyone selected."""
        return replace(self, selection=selection)

    def frame(self, *, labels: bool = False) -> pd.DataFrame:
        """A row a respondent: id, mode, each variable; 非該当 is <NA>, a multiple answer is a column an option.

        labels : answers as ordered categories of their labels instead of codes. Numbers without a value are <NA>.
        """
        columns: dict[str, Any] = {"id": self.id, "mode": self.mode}
        for name, variable in self.variables.items():
            values = self.answers[name]
            if variable.kind == "number":
                # A derived number need not be whole, and one with decimals is kept in its smallest unit.
                whole = values.dtype.kind != "f" and not variable.places
                kept = values / variable.parts if variable.places else values
                columns[name] = pd.array(kept, dtype="Int64" if whole else "Float64")
                columns[name][self.status[name] != ANSWERED] = pd.NA
            elif variable.kind == "multiple":
                for position, key in enumerate(variable.keys):
                    ticks = pd.array(values[:, position], dtype="Int64")
                    ticks[values[:, position] == NOT_ASKED] = pd.NA
                    columns[f"{name}_{key}"] = ticks
            elif labels:
                where = pd.Index(variable.keys).get_indexer(pd.Index(values))
                texts = _apart([code.label for code in variable.codes], variable.keys)
                columns[name] = pd.Categorical.from_codes(where, categories=pd.Index(texts), ordered=True)
            else:
                columns[name] = pd.array(values, dtype="Int64")
                columns[name][values == NOT_ASKED] = pd.NA
        return pd.DataFrame(columns)


def _apart(labels: Sequence[str], keys: Sequence[int]) -> list[str]:
    """Labels as names of categories: two codes of one label are told apart by their codes."""
    return [label if labels.count(label) == 1 else f"{label} ({key})" for label, key in zip(labels, keys, strict=True)]
