"""Responses: one row a respondent, every value admissible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from kodoku_survey.intake.ledger import Ledger
from kodoku_survey.survey.codebook import NOT_ASKED, Variable
from kodoku_survey.survey.conditions import Given, Int8Array, IntArray
from kodoku_survey.survey.folder import Survey

ANSWERED, NONANSWER, UNDETERMINED = 0, 1, 2  # statuses of a number; NOT_ASKED beside them


@dataclass(frozen=True, eq=False)
class Responses:
    """Admissible answers of n respondents.

    answers : by variable, read-only. Single: (n,) code values, −1 = 非該当. Multiple: (n, options + 1) 0/1 with 無回答
        last, −1 throughout a row = 非該当. Number: (n,) integers, beside `status` (n,).
    selection : everyone selected (標本名簿) as read, answered or not; empty where there is no register.
    edits : id, variable, before, after, rule, file, line: every change to a value.
    """

    survey: Survey
    id: npt.NDArray[np.object_]
    mode: npt.NDArray[np.object_]
    variables: Mapping[str, Variable]
    answers: Mapping[str, IntArray]
    status: Mapping[str, Int8Array]
    edits: pd.DataFrame
    ledger: Ledger
    selection: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __post_init__(self) -> None:
        for array in (self.id, self.mode, *self.answers.values(), *self.status.values()):
            array.setflags(write=False)
        for name in ("variables", "answers", "status"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __len__(self) -> int:
        return len(self.id)

    def given(self, name: str) -> Given:
        """One variable as a condition sees it. Raises KeyError."""
        variable, values = self.variables[name], self.answers[name]
        if variable.kind == "number":
            return Given(state=self.status[name], codes=values)
        if variable.kind == "multiple":
            state = np.where(values[:, 0] == NOT_ASKED, NOT_ASKED, np.where(values[:, -1] == 1, NONANSWER, ANSWERED))
            return Given(state=state.astype(np.int8), ticks=values[:, :-1].astype(np.int8), keys=variable.keys[:-1])
        state = np.where(values == NOT_ASKED, NOT_ASKED, np.where(values == variable.nonanswer, NONANSWER, ANSWERED))
        return Given(state=state.astype(np.int8), codes=values)

    def with_variables(
        self, variables: Mapping[str, Variable], answers: Mapping[str, IntArray], status: Mapping[str, Int8Array]
    ) -> Responses:
        """These responses with further (derived) variables."""
        return replace(
            self,
            variables={**self.variables, **variables},
            answers={**self.answers, **answers},
            status={**self.status, **status},
        )
