"""Register variables as positions, whatever their codes are: numbers, text, categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, IndexArray
from kodoku_survey.errors import DesignError


@dataclass(frozen=True, eq=False)
class Attribute:
    """Positions (s,) of everyone's code among the codes in order; codes stand beside one another as neighbours."""

    positions: IndexArray
    codes: tuple[Any, ...]

    def names(self, known: Mapping[Any, str]) -> dict[int, str]:
        """What each position is called."""
        return {place: known.get(code, str(code)) for place, code in enumerate(self.codes)}


def attribute_of(name: str, values: Any, needed: BoolArray) -> Attribute:
    """A variable by its distinct codes: categories in their own order, others ascending, unlike types by their text.

    needed : (s,) who has to have a value. Raises DesignError naming the variable and the count of those who have none.
    """
    if isinstance(values, pd.Categorical):
        held = values.remove_unused_categories()
        positions, codes = np.asarray(held.codes, dtype=np.intp), tuple(held.categories)
    else:
        found, distinct = pd.factorize(np.asarray(values))
        try:
            order = sorted(range(len(distinct)), key=lambda k: distinct[k])
        except TypeError:
            order = sorted(range(len(distinct)), key=lambda k: str(distinct[k]))
        place = np.full(len(distinct) + 1, -1, dtype=np.intp)  # last: code −1
        place[order] = np.arange(len(order))
        positions, codes = place[found], tuple(distinct[k] for k in order)
    missing = int(((positions < 0) & needed).sum())
    if missing:
        raise DesignError("design.missing_class", name, count=missing)
    return Attribute(np.maximum(positions, 0), codes or ("",))
