"""How an estimator sees a variable, whether it came from Responses or from anyone's DataFrame."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray, ByteArray, CodeArray, FloatArray
from kodoku_survey.errors import DesignError
from kodoku_survey.survey.codebook import NOT_ASKED, Variable
from kodoku_survey.survey.conditions import ANSWERED

if TYPE_CHECKING:  # an analyst with a DataFrame of her own need not wait for the reading of returns
    from kodoku_survey.intake.responses import Responses


NUMBERS_AS_OBJECTS = ("integer", "floating", "mixed-integer-float", "decimal")


@dataclass(frozen=True, eq=False)
class Categorical:
    """One answer a person: (n,) positions 0 … K−1 among `answers`, −1 outside the base; `keys` are the codes."""

    name: str
    label: str
    codes: CodeArray
    keys: tuple[Any, ...]
    answers: tuple[str, ...]
    nonanswer: int | None = None
    hidden: tuple[int, ...] = ()  # positions not shown as a group
    scale: tuple[Any, ...] = ()  # keys that are steps of one scale, in order; none where the answers are kinds


@dataclass(frozen=True, eq=False)
class Multiple:
    """Several answers a person: (n, K) 0/1, a row of −1 outside the base."""

    name: str
    label: str
    ticks: ByteArray
    keys: tuple[Any, ...]
    answers: tuple[str, ...]
    nonanswer: int | None = None


@dataclass(frozen=True, eq=False)
class Number:
    """A number a person, nan where there is none."""

    name: str
    label: str
    values: FloatArray


Column = Categorical | Multiple | Number


def column_of_responses(responses: Responses, name: str) -> Column:
    """A variable of the survey as a column, or "mode": how each return was made. Raises KeyError."""
    if name == "mode" and name not in responses.variables:
        names, codes = np.unique(responses.mode.astype(str), return_inverse=True)
        return Categorical(name, name, codes.astype(np.int16), tuple(names), tuple(names))
    variable, values = responses.variables[name], responses.answers[name]
    if variable.kind == "number":
        return Number(
            name, variable.label, np.where(responses.status[name] == ANSWERED, values / variable.parts, np.nan)
        )
    answers = tuple(code.text for code in variable.codes)
    last = None if variable.nonanswer is None else variable.keys.index(variable.nonanswer)
    if variable.kind == "multiple":
        return Multiple(name, variable.label, values.astype(np.int8, copy=False), variable.keys, answers, last)
    hidden = tuple(variable.keys.index(key) for key in variable.hidden_as_group)
    positions = _positions(values, variable)
    return Categorical(name, variable.label, positions, variable.keys, answers, last, hidden, variable.steps)


def _positions(values: CodeArray, variable: Variable) -> CodeArray:
    keys = np.array(variable.keys)
    order = np.argsort(keys)
    where = np.clip(np.searchsorted(keys[order], values), 0, len(keys) - 1)
    found = np.where((keys[order][where] == values) & (values != NOT_ASKED), order[where], -1)
    return found.astype(np.int16)


def column_of_frame(frame: pd.DataFrame, name: str) -> Column:
    """A column of anyone's DataFrame: categories and text as answers, numbers as numbers. Raises DesignError."""
    if name not in frame:
        from kodoku_survey.errors import DidYouMean

        raise DesignError("design.no_variable", value=name, hint=DidYouMean(name, tuple(map(str, frame.columns))))
    series = frame[name]
    if isinstance(series.dtype, pd.CategoricalDtype):
        keys = tuple(series.cat.categories)
        steps = keys if series.cat.ordered else ()
        return Categorical(name, name, series.array.codes, keys, tuple(map(str, keys)), scale=steps)
    if series.dtype == object and pd.api.types.infer_dtype(series, skipna=True) in NUMBERS_AS_OBJECTS:
        series = pd.to_numeric(series.where(series.notna()), errors="coerce")  # numbers beside None or pd.NA
    if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series):
        values = series.to_numpy(dtype=float, na_value=np.nan)
        infinite = int(np.isinf(values).sum())
        if infinite:
            raise DesignError("design.not_finite", name, count=infinite)
        return Number(name, name, values)
    return as_categorical(frame, name)


def as_categorical(frame: pd.DataFrame, name: str) -> Categorical:
    """Any column as answers, its distinct values in order.

    Raises DesignError where values of unlike type mean one answer, as the number 1 and the text "1".
    """
    codes, keys = pd.factorize(frame[name])
    _refuse_unlike(name, keys)
    try:
        order = np.asarray(pd.Index(keys).argsort())
    except TypeError:  # text beside numbers
        order = np.argsort([str(key) for key in keys], kind="stable")
    place = np.full(len(keys) + 1, -1)  # last: code −1
    place[order] = np.arange(len(keys))
    codes, keys = place[codes], [keys[k] for k in order]
    return Categorical(name, name, codes.astype(np.int32), tuple(keys), tuple(map(str, keys)))


def _refuse_unlike(name: str, keys: Sequence[Any]) -> None:
    if isinstance(getattr(keys, "dtype", None), np.dtype) and keys.dtype.kind != "O":  # type: ignore[attr-defined]
        return
    seen: dict[str, Any] = {}
    for key in keys:
        other = seen.setdefault(_meaning(key), key)
        if isinstance(other, str) != isinstance(key, str):
            raise DesignError("design.unlike_values", name, value=_meaning(key))


def _meaning(key: Any) -> str:
    """What a value is read as, whatever its type: 1, 1.0 and "1" are one."""
    try:
        return f"{float(key):.15g}"
    except (TypeError, ValueError):
        return str(key).strip()


def held_codes(responses: Responses, name: str) -> AnyArray:
    """(n,) what margins are about: codes, or numbers with nan where there is none; "mode" as well."""
    if name == "mode":
        return responses.mode
    values = responses.answers[name]
    return (
        np.where(responses.status[name] == ANSWERED, values / responses.variables[name].parts, np.nan)
        if name in responses.status
        else values
    )


def labels_of(variables: Mapping[str, Variable]) -> Callable[[str, Any], str]:
    """What a code of a variable is called."""
    texts = {name: {code.code: code.text for code in variable.codes} for name, variable in variables.items()}
    return lambda name, code: texts.get(name, {}).get(code, str(code))
