"""What a sample is made of: any table, and columns of it by their names or as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.design.frames import listed, own_frame
from kodoku_survey.design.given.arrow_tables import frame_of_stream
from kodoku_survey.errors import DesignError, DidYouMean, UsageError

ONE_COLUMN = ("weight", "stratum", "probability")


def frame_from(table: Any) -> pd.DataFrame:
    """A DataFrame of our own of any table: pandas; polars, pyarrow and others by Arrow or `__dataframe__`; columns by name.

    Raises UsageError for anything else, DesignError for two columns of one name, or nobody in it.
    """
    if isinstance(table, pd.DataFrame):
        made = table
    elif hasattr(table, "__arrow_c_stream__") and not isinstance(table, pd.Series):
        made = frame_of_stream(table)
    elif hasattr(table, "__dataframe__"):
        made = pd.api.interchange.from_dataframe(table)
    elif isinstance(table, Mapping):
        made = pd.DataFrame({str(name): pd.Series(values) for name, values in table.items()})
    else:
        raise UsageError("design.not_a_table", "frame", value=type(table).__name__)
    if not len(made):
        raise DesignError("design.no_rows", "frame")
    return own_frame(made)


def columns_given(frame: pd.DataFrame, given: Mapping[str, Any]) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """The frame with every column that was given itself (by its index, or in the order of the rows), and names by argument.

    given : argument → a name, a column, several of either, or None. Raises DesignError for an unknown name, by its argument, a
    column of other rows, or several where one is wanted.
    """
    names: dict[str, list[str]] = {}
    for argument, value in given.items():
        names[argument] = []
        for one in _each(value):
            if isinstance(one, pd.Series | np.ndarray):
                frame, name = _with(frame, argument, one)
            else:
                name = listed(one)[0]
                if name not in frame:
                    known = tuple(map(str, frame.columns))
                    raise DesignError("design.no_variable", argument, value=name, hint=DidYouMean(name, known))
            names[argument].append(name)
        if argument in ONE_COLUMN and len(names[argument]) > 1:
            raise DesignError("design.one_column", argument, value=", ".join(names[argument]))
    return frame, names


def _each(value: Any) -> list[Any]:
    if isinstance(value, pd.DataFrame):
        return [value[name] for name in value.columns]
    if isinstance(value, pd.Series) or (isinstance(value, np.ndarray) and value.dtype.kind not in "OU"):
        return [value]
    if isinstance(value, list | tuple):
        return list(value)
    return list(listed(value))


def _with(frame: pd.DataFrame, argument: str, column: pd.Series | np.ndarray) -> tuple[pd.DataFrame, str]:
    """The frame with one more column, and what it is called: its own name where nothing else is called so."""
    wanted = str(column.name) if isinstance(column, pd.Series) and column.name is not None else argument
    if len(column) != len(frame) or np.ndim(column) != 1:
        raise DesignError("design.other_rows", argument, value=len(column), n=len(frame))
    own = column if isinstance(column, pd.Series) else pd.Series(column, index=frame.index)
    if not own.index.equals(frame.index):
        if not (own.index.is_unique and frame.index.is_unique and frame.index.isin(own.index).all()):
            raise DesignError("design.other_index", argument, value=wanted)
        own = own.reindex(frame.index)
    if wanted in frame and frame[wanted].equals(own):
        return frame, wanted
    name, number = wanted, 1
    while name in frame:
        number += 1
        name = f"{wanted}_{number}"
    return frame.assign(**{name: own}), name
