"""A difference that is tested: an estimate one can still reckon with as the number it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from kodoku_survey.arrays import AnyArray
from kodoku_survey.estimation.estimate import Estimate


@dataclass(frozen=True, eq=False, repr=False)
class Difference(NDArrayOperatorsMixin, Estimate):
    """Differences with their error. In arithmetic the value stands for it: a number where there is one, else (k,)."""

    __hash__ = object.__hash__

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> AnyArray:
        return np.array(self.value[0] if len(self) == 1 else self.value, dtype=dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *given: Any, **options: Any) -> Any:
        return getattr(ufunc, method)(
            *(np.asarray(one) if isinstance(one, Difference) else one for one in given), **options
        )
