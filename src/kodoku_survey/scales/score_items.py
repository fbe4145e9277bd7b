"""The items of a score as the survey's folder defines them, in its points, so that no key is typed twice."""

from __future__ import annotations

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design import Categorical, Sample
from kodoku_survey.errors import DesignError, DidYouMean
from kodoku_survey.survey.definitions import Score


def items_of_score(sample: Sample, name: str) -> tuple[tuple[str, ...], FloatArray]:
    """Names and points (n, k) of a score's items, nan where an answer has none; reversed items have their points already.

    Raises DesignError for a name that is no score of single answers everybody is asked.
    """
    defined = () if sample.responses is None else sample.responses.survey.measures.definitions
    scores = {one.name: one for one in defined if isinstance(one, Score)}
    if name not in scores:
        known = tuple(scores)
        raise DesignError(
            "estimation.no_score", value=name, hint=DidYouMean(name, known), known=", ".join(known) or "–"
        )
    columns = []
    for item in scores[name].items:
        column = sample.column(item.variable)
        if item.when is not None or not isinstance(column, Categorical):
            raise DesignError("estimation.no_scale", name, value=item.variable)
        points = dict(item.points)
        worth = [np.nan if key not in points else float(points[key]) for key in column.keys]
        columns.append(np.array([*worth, np.nan])[column.codes])
    return tuple(item.variable for item in scores[name].items), np.column_stack(columns)
