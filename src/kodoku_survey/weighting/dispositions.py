"""Dispositions: what became of everyone selected, from the register and the returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray, TextArray
from kodoku_survey.errors import DesignError, DidYouMean
from kodoku_survey.intake.responses import NONANSWER, Responses
from kodoku_survey.survey.codebook import NOT_ASKED
from kodoku_survey.survey.settings.weights import ResponseSettings

# valid 有効, partial 一部回答, invalid 無効, refused 拒否, undeliverable あて所不明, ineligible 対象外, no_answer 回答なし.
DISPOSITIONS = ("valid", "partial", "invalid", "refused", "undeliverable", "ineligible", "no_answer")
# Rows left out that are no return of their own: another return of the same person was kept, or nobody's.
_NOT_OWN = ("other_mode", "same_mode_twice", "not_selected")


@dataclass(frozen=True, eq=False)
class Dispositions:
    """code : (s,) place in `DISPOSITIONS` of everyone selected. mode : (s,) how they answered, "" for who did not.

    disagreeing : persons whose disposition in the register and whose returns contradict one another; the returns rule.
    """

    code: IndexArray
    mode: TextArray
    disagreeing: int = 0

    def are(self, *names: str) -> BoolArray:
        """(s,) whose disposition is one of these."""
        return np.isin(self.code, [DISPOSITIONS.index(name) for name in names])

    @property
    def responded(self) -> BoolArray:
        """(N,) who gave a return that counts, whole or partial."""
        return self.are("valid", "partial")


def dispositions_of(responses: Responses) -> Dispositions:
    """From the register's column where there is one, from the returns everywhere. Raises DesignError for an unknown code.

    Who has a valid return is valid (partial below `partial_below`); who returned one that was left out, or is called valid
    by the register without having a valid return, is invalid; who did neither is what the register says, else no answer.
    """
    settings = responses.survey.settings.weighting.response
    ids = pd.Index(responses.selection["id"])
    code = _of_register(responses.selection, settings)
    told = code.copy()
    answered, invalid = DISPOSITIONS.index("valid"), DISPOSITIONS.index("invalid")
    code[code == answered] = invalid
    left_out = responses.ledger.exclusions
    returned = ids.isin(left_out.loc[~left_out["reason"].isin(_NOT_OWN), "id"])
    code[returned] = invalid
    where = ids.get_indexer(pd.Index(responses.id))
    code[where] = np.where(_share_answered(responses) < settings.partial_below, DISPOSITIONS.index("partial"), answered)
    mode = np.full(len(ids), "", dtype=object)
    mode[where] = responses.mode
    return Dispositions(code, mode, int((code != told).sum()) if settings.column else 0)


def _of_register(selection: pd.DataFrame, settings: ResponseSettings) -> IndexArray:
    silent = DISPOSITIONS.index("no_answer")
    if not settings.column:
        return np.full(len(selection), silent, dtype=np.intp)
    for name in settings.codes:
        if name not in DISPOSITIONS:
            place = "survey.toml [weighting.response] codes"
            raise DesignError("design.unknown_disposition", place, value=name, hint=DidYouMean(name, DISPOSITIONS))
    meaning = {code: DISPOSITIONS.index(name) for name, codes in settings.codes.items() for code in codes}
    told = selection[settings.column].astype(str).str.strip()
    found = told.map({**meaning, "": silent})
    if found.isna().any():
        value = str(told[found.isna()].iloc[0])
        raise DesignError("design.disposition_code", settings.column, value=value, count=int(found.isna().sum()))
    return found.to_numpy(np.intp, copy=True)


def _share_answered(responses: Responses) -> FloatArray:
    """(n,) share of the items put to each respondent that were answered."""
    asked = np.zeros(len(responses))
    blank = np.zeros(len(responses))
    for variable in responses.survey.codebook:
        if variable.source == "form":
            state = responses.given(variable.name).state
            asked += state != NOT_ASKED
            blank += state == NONANSWER
    return np.asarray(1 - blank / np.maximum(asked, 1))
