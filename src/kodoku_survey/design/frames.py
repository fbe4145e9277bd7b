"""The DataFrame a sample keeps, and the names of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.errors import DesignError

ColumnNames = str | Sequence[str] | None
# From pandas 3 on a shallow copy is not touched by what becomes of the original.
DEEP = int(pd.__version__.split(".")[0]) < 3


def own_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy that later edits of the original do not reach, its columns named by text: 3 is "3".

    Raises DesignError for two columns of one name.
    """
    names = pd.Index([text_of(name) for name in frame.columns])
    if not names.is_unique:
        raise DesignError("design.two_columns", value=", ".join(dict.fromkeys(names[names.duplicated()])))
    own = frame.copy(deep=DEEP)
    own.columns = names
    return own


def listed(names: Any) -> list[str]:
    """One name or several as a list of text."""
    if names is None:
        return []
    several = isinstance(names, (list, tuple, pd.Index)) or (isinstance(names, np.ndarray) and names.dtype.kind in "OU")
    return [text_of(name) for name in (names if several else [names])]


def text_of(name: Any) -> str:
    """A column's name as text. Raises DesignError where the column itself is given."""
    if isinstance(name, (pd.Series, pd.DataFrame, np.ndarray)):
        raise DesignError("design.name_wanted", value=getattr(name, "name", None) or "w")
    return name if isinstance(name, str) else str(name)
