"""A formula and a sample made into what a model is fitted to."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from patsy import DesignInfo, PatsyError, build_design_matrices, dmatrices

from kodoku_survey.arrays import AnyArray, BoolArray, FloatArray, IndexArray
from kodoku_survey.design import Sample
from kodoku_survey.design.masks import check_query
from kodoku_survey.errors import DesignError, DidYouMean
from kodoku_survey.models.levels import changes_with_rows, dropped_from, levels_of, refuse_infinite, without_unused
from kodoku_survey.models.reading import FUNCTIONS, environment, readable

LeftSide = Literal["number", "ordered", "nominal"]  # what the left side of a formula is


@dataclass(frozen=True, eq=False)
class Modelled:
    """The m persons of n a model is about.

    rows : (n,) who is in it. y : (m,). x : (m, q), its columns named. categories : of y, where it is answers.
    frame, info : to make x again for other values of the variables; shift : the expression of the offset, if there is one.
    dropped : levels of factors that nobody of the m has. levels : of a left side that is answers, or true and false.
    """

    rows: BoolArray
    y: FloatArray
    x: FloatArray
    offset: FloatArray
    weight: FloatArray
    columns: tuple[str, ...]
    categories: tuple[str, ...]
    frame: pd.DataFrame
    info: DesignInfo
    shift: str | None = None
    dropped: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()

    def as_if(self, frame: pd.DataFrame) -> FloatArray:
        """x (k, q) of a frame with the variables of the formula; rows with anything missing are nan.

        Raises DesignError for a variable that is not there, or an answer the model does not know.
        """
        try:
            made = build_design_matrices([self.info], frame, return_type="dataframe")[0]
        except PatsyError as fault:
            raise _unreadable("predict", frame, fault) from fault
        return np.asarray(made.reindex(frame.index)[list(self.columns)], dtype=float)

    def offset_of(self, frame: pd.DataFrame) -> FloatArray:
        """The offset (k,) of a frame. Raises DesignError."""
        return _offset(frame, self.shift)

    def counts(self, name: str) -> bool:
        """Whether a variable is a number in every factor that names it, so that it has a slope."""
        if not pd.api.types.is_numeric_dtype(self.frame[name]) or pd.api.types.is_bool_dtype(self.frame[name]):
            return False
        return all(
            held.type == "numerical" for factor, held in self.info.factor_infos.items() if name in _names(factor.code)
        )

    def only(self, places: IndexArray) -> Modelled:
        """With some columns of x only."""
        return replace(self, x=self.x[:, places], columns=tuple(self.columns[k] for k in places))

    def variables(self) -> tuple[str, ...]:
        """Columns of the frame the right side of the formula names, also within C(…), I(…), Q("…")."""
        named = {name for factor in self.info.factor_infos for name in _names(factor.code)}
        return tuple(name for name in map(str, self.frame.columns) if name in named)

    def columns_of(self, term: str) -> tuple[str, ...]:
        """Names of the columns of a term. Raises KeyError."""
        return tuple(self.columns[place] for place in self.terms()[term])

    def terms(self) -> dict[str, list[int]]:
        """Places of the columns of each term of the formula."""
        names = self.info.column_names
        return {
            term: [self.columns.index(name) for name in names[part] if name in self.columns]
            for term, part in self.info.term_name_slices.items()
        }


def _names(code: str) -> set[str]:
    """What a factor of a formula names, also within C(…), I(…), Q("…")."""
    nodes = ast.walk(ast.parse(code, mode="eval"))
    return {str(node.id if isinstance(node, ast.Name) else getattr(node, "value", "")) for node in nodes}


def modelled(sample: Sample, formula: str, *, offset: str | None, answer: LeftSide) -> Modelled:
    """Read a formula; rows with anything missing, without weight or outside the domain are left out.

    answer : what the left side is; where it is "ordered", x has no intercept. Raises DesignError.
    """
    frame = model_frame(sample)
    text = readable(formula, list(map(str, frame.columns)))
    response, predictors = _matrices(text, frame, formula)
    rows = np.zeros(len(frame), dtype=bool)
    rows[predictors.index] = True
    rows &= sample.weight > 0
    if sample.within is not None:
        rows &= sample.within
    shift = _offset(frame, offset)
    rows &= np.isfinite(shift)
    if not rows.any():
        raise DesignError("estimation.nobody", formula)
    held, dropped = frame.loc[rows], tuple[str, ...]()
    if changes_with_rows(text, frame, rows, predictors.design_info):
        held, whole = without_unused(held, text), predictors.design_info
        response, predictors = _matrices(text, held, formula)
        dropped = dropped_from(whole, predictors.design_info)
    refuse_infinite((response, predictors), formula)
    ordered = answer == "ordered"
    y, categories = _response(response.loc[rows[response.index]], answers=answer != "number")
    x = predictors.loc[rows[predictors.index]]
    _check_rank(x.to_numpy(float), list(x.columns), formula, ordered=ordered)
    if answer != "number" and len(categories) < 2:
        raise DesignError("estimation.one_category", formula, value=", ".join(categories))
    if ordered:
        x = x.drop(columns="Intercept", errors="ignore")
    return Modelled(
        rows, y, x.to_numpy(float), shift[rows], sample.weight[rows], tuple(x.columns), categories, held,
        predictors.design_info, offset, dropped, levels_of(response),
    )  # fmt: skip


def _offset(frame: pd.DataFrame, expression: str | None) -> FloatArray:
    """(k,) what is added to the linear predictor; nan where it cannot be told."""
    if not expression:
        return np.zeros(len(frame))
    check_query(expression, frozenset(FUNCTIONS))
    try:
        with np.errstate(all="ignore"):  # the log of nothing leaves the row out
            return np.asarray(pd.to_numeric(frame.eval(expression)), dtype=float)
    except (NameError, SyntaxError) as fault:
        raise _unreadable(expression, frame, fault) from fault


def _matrices(text: str, frame: pd.DataFrame, formula: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    try:
        response, predictors = dmatrices(text, frame, environment(), return_type="dataframe")
    except PatsyError as fault:
        raise _unreadable(formula, frame, fault) from fault
    except (TypeError, ValueError, AttributeError, KeyError, SyntaxError) as fault:
        raise DesignError("estimation.bad_formula", formula, value=(str(fault).splitlines() or ["?"])[0]) from fault
    return response, predictors


def _unreadable(formula: str, frame: pd.DataFrame, fault: Exception) -> DesignError:
    """The variable nobody knows, where that is the fault; else what the reader of formulas says."""
    said = str(fault).splitlines()[0]
    unknown = re.search(r"name '(\w+)' is not defined", said)
    if unknown is None:
        return DesignError("estimation.bad_formula", formula, value=said)
    hint = DidYouMean(unknown[1], tuple(map(str, frame.columns)))
    return DesignError("design.no_variable", formula, value=unknown[1], hint=hint)


def model_frame(sample: Sample) -> pd.DataFrame:
    """The variables as models take them: of a survey, answers by their labels in the order of the codes, 無回答 as missing.

    Numbers with missing values become floats.
    """
    frame = sample.frame if sample.frame is not None else _of_responses(sample)
    columns = {}
    for name in frame.columns:
        column = frame[name].reset_index(drop=True)
        if pd.api.types.is_extension_array_dtype(column.dtype) and pd.api.types.is_numeric_dtype(column.dtype):
            columns[name] = pd.Series(column.to_numpy(dtype=float, na_value=np.nan))
        else:
            columns[name] = column
    return pd.DataFrame(columns, copy=False)


def _of_responses(sample: Sample) -> pd.DataFrame:
    responses = sample.responses
    assert responses is not None
    frame = responses.frame(labels=True)
    for name, variable in responses.variables.items():
        if variable.nonanswer is not None and name in frame and isinstance(frame[name].dtype, pd.CategoricalDtype):
            silent = next(code.label for code in variable.codes if code.code == variable.nonanswer)
            frame[name] = frame[name].cat.remove_categories([silent])
    return frame


def _response(response: pd.DataFrame, *, answers: bool) -> tuple[FloatArray, tuple[str, ...]]:
    """y, and the names of its categories where it is answers; answers nobody gave are left out."""
    if not answers:
        return response.iloc[:, -1].to_numpy(float), ("",)
    if response.shape[1] == 1:
        values, place = np.unique(response.iloc[:, 0].to_numpy(), return_inverse=True)
        return place.astype(float), tuple(f"{value:g}" for value in values)
    names = [name.rpartition("[")[2].rstrip("]") for name in response.columns]
    given, place = np.unique(response.to_numpy().argmax(axis=1), return_inverse=True)
    return place.astype(float), tuple(names[k] for k in given)


def _check_rank(x: FloatArray, names: list[str], formula: str, *, ordered: bool) -> None:
    """Raises DesignError naming the columns that are combinations of those before them (and of the thresholds)."""
    if ordered and "Intercept" not in names:
        x, names = np.column_stack([np.ones(len(x)), x]), ["Intercept", *names]
    scaled: AnyArray = x / np.maximum(np.abs(x).max(axis=0), 1e-300)
    kept: list[int] = []
    for k in range(x.shape[1]):
        if np.linalg.matrix_rank(scaled[:, [*kept, k]]) > len(kept):
            kept.append(k)
    if len(kept) < x.shape[1]:
        combined = ", ".join(name for k, name in enumerate(names) if k not in kept)
        raise DesignError("estimation.singular", formula, value=combined)
