"""The types of arrays, each with one name in the whole house."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]  # weights, values, shares
BoolArray = npt.NDArray[np.bool_]  # who is meant
IndexArray = npt.NDArray[np.intp]  # positions; −1: nowhere
IntArray = npt.NDArray[np.int64]  # counts
CodeArray = npt.NDArray[np.integer]  # answers by their codes, of any width
ByteArray = npt.NDArray[np.int8]  # ticks, statuses, truth in three values
TextArray = npt.NDArray[np.object_]  # text as delivered
StrArray = npt.NDArray[np.str_]  # words of fixed width
AnyArray = npt.NDArray[Any]
