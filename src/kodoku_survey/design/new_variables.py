"""A column of a DataFrame as a variable of the survey: what `Sample.assign` and `join` add."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import ByteArray, CodeArray, FloatArray
from kodoku_survey.errors import DesignError
from kodoku_survey.survey.codebook import NOT_ASKED, Code, Variable
from kodoku_survey.survey.conditions import ANSWERED


def variable_of(name: str, column: pd.Series) -> tuple[Variable, CodeArray | FloatArray, ByteArray | None]:
    """The variable, its values (n,) and, of a number, their status (n,); missing is 非該当.

    Numbers are a number; categories, text and booleans one answer a person, whole numbers keeping their codes.
    Raises DesignError for a number that is not finite.
    """
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if numeric and not isinstance(column.dtype, pd.CategoricalDtype):
        return _number(name, column)
    held = column if isinstance(column.dtype, pd.CategoricalDtype) else column.astype("category")
    keys = list(held.cat.categories)
    own = _own_codes(keys)
    values = np.append(np.array(own, dtype=np.int32), NOT_ASKED)[held.cat.codes.to_numpy()]  # last: code −1
    codes = tuple(Code(code, str(key)) for code, key in zip(own, keys, strict=True))
    return Variable(name, "single", name, codes=codes, source="derived"), values.astype(np.int32), None


def _own_codes(keys: list[Any]) -> list[int]:
    """The codes of categories: themselves where they are whole numbers from 0, else 1, 2, … ."""
    whole = [isinstance(key, (int, np.integer, bool, np.bool_)) and int(key) >= 0 for key in keys]
    return [int(key) for key in keys] if all(whole) else list(range(1, len(keys) + 1))


def _number(name: str, column: pd.Series) -> tuple[Variable, CodeArray | FloatArray, ByteArray]:
    values = column.to_numpy(dtype=float, na_value=np.nan)
    there = ~np.isnan(values)
    if np.isinf(values).any():
        raise DesignError("design.not_finite", name, count=int(np.isinf(values).sum()))
    held = np.where(there, values, 0.0)
    whole = bool((held == np.round(held)).all()) and float(np.abs(held).max(initial=0)) < 2**31
    status = np.where(there, ANSWERED, NOT_ASKED).astype(np.int8)
    return Variable(name, "number", name, source="derived"), held.astype(np.int32) if whole else held, status
