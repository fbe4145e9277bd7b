"""Levels of factors nobody in a model has: left out, and told."""

from __future__ import annotations

import numpy as np
import pandas as pd
from patsy import DesignInfo

from kodoku_survey.arrays import BoolArray
from kodoku_survey.errors import DesignError
from kodoku_survey.models.reading import shown


def changes_with_rows(text: str, frame: pd.DataFrame, rows: BoolArray, info: DesignInfo) -> bool:
    """Whether fewer rows might mean fewer levels of a factor, or another mean to centre at."""
    if not rows.all():
        return "(" in text or any(one.type == "categorical" for one in info.factor_infos.values())
    sized = [frame[name] for name in _named(text, frame)]
    return any(column.nunique() < len(column.cat.categories) for column in sized)


def without_unused(frame: pd.DataFrame, text: str) -> pd.DataFrame:
    """The columns a formula names, without categories nobody has."""
    return frame.assign(**{name: frame[name].cat.remove_unused_categories() for name in _named(text, frame)})


def _named(text: str, frame: pd.DataFrame) -> list[str]:
    return [n for n in map(str, frame.columns) if n in text and isinstance(frame[n].dtype, pd.CategoricalDtype)]


def dropped_from(whole: DesignInfo, own: DesignInfo) -> tuple[str, ...]:
    """Levels of factors on the right side that were left out, as name=level."""
    before = {factor.code: one.categories for factor, one in whole.factor_infos.items()}
    found = []
    for factor, one in own.factor_infos.items():
        if one.type == "categorical":
            gone = [level for level in before.get(factor.code) or () if level not in set(one.categories)]
            found += [f"{shown(factor.code)}={level}" for level in gone]
    return tuple(found)


def levels_of(response: pd.DataFrame) -> tuple[str, ...]:
    """Answers on the left side; none where it is a number."""
    several = response.shape[1] > 1
    return tuple(name.rpartition("[")[2].rstrip("]") for name in response.columns) if several else ()


def refuse_infinite(parts: tuple[pd.DataFrame, ...], formula: str) -> None:
    """Raises DesignError naming the column and how many of its values are infinite."""
    for part in parts:
        infinite = np.isinf(part.to_numpy(float)).sum(axis=0)
        if infinite.any():
            worst = int(infinite.argmax())
            raise DesignError(
                "design.not_finite", f"{formula}: {shown(part.columns[worst])}", count=int(infinite[worst])
            )
