"""Pictures of a sample: the distribution of a score with its classes, and the pyramid of its weights."""

from __future__ import annotations

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.design import Number, Sample
from kodoku_survey.design.frames import text_of
from kodoku_survey.errors import DesignError, UsageError
from kodoku_survey.publish.charts.notebook_figures import Chart
from kodoku_survey.publish.plots.drawn_kinds import draws, one_of, titled
from kodoku_survey.publish.plots.pyramid import PyramidSide, draw_pyramid
from kodoku_survey.publish.plots.score_columns import draw_score
from kodoku_survey.survey.definitions.classes import Classes
from kodoku_survey.tables.shown.printed import figures, spoken
from kodoku_survey.tables.words import words

_COLUMNS, _BINS = 45, 20  # distinct values that have a column each; classes of more of them
BandPlace = tuple[str, int, int]  # a class and its first and last column


@draws("Sample")
def plot_sample(sample: Sample, of: str = "", kind: str = "score", sex: str = "", age: str = "") -> Chart:
    """kind : "score" the distribution of a number, weighted as the sample's basis says, with the classes the folder makes of it;
    "pyramid" the weights by two variables, `sex` (two answers) and `age`.

    of : the number. Raises UsageError where a name is missing, DesignError for one nobody knows.
    """
    one_of("kind", kind, ("score", "pyramid"))
    for option, given in (("of", of),) if kind == "score" else (("sex", sex), ("age", age)):
        if not given:
            raise UsageError("publish.name_missing", option, kind=kind)
    return _score(sample, of) if kind == "score" else _pyramid(sample, sex, age)


def _inside(sample: Sample) -> tuple[FloatArray, BoolArray]:
    weight = np.ones(len(sample)) if sample.basis == "unweighted" else sample.weight
    return weight, np.ones(len(sample), dtype=bool) if sample.within is None else sample.within


def _score(sample: Sample, of: str) -> Chart:
    column = sample.column(of)
    if not isinstance(column, Number):
        raise DesignError("estimation.not_a_number", value=of)
    weight, inside = _inside(sample)
    held = inside & np.isfinite(column.values)
    if not held.any() or not weight[held].sum() > 0:
        raise UsageError("publish.nothing_to_draw", of)
    values, weights = column.values[held], weight[held]
    distinct = np.unique(values)
    said = words(spoken(None if sample.responses is None else sample.responses.survey.settings.identity.lang))
    note = f"{said[f'basis_{sample.basis}']}　n={int(held.sum()):,}"
    if len(distinct) > _COLUMNS:
        edges = np.linspace(distinct[0], distinct[-1], _BINS + 1)
        place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, _BINS - 1)
        shares = 100 * np.bincount(place, weights, _BINS) / weights.sum()
        names = [f"{figures(float(low))}–" for low in edges[:-1]]
        return titled(draw_score(names, shares.tolist(), (), column.label), column.label, note)
    steps = distinct
    if len(distinct) > 1 and (distinct == np.round(distinct)).all() and distinct[-1] - distinct[0] < _COLUMNS:
        steps = np.arange(distinct[0], distinct[-1] + 1)  # a value nobody has is a gap one should see
    shares = 100 * np.array([weights[values == value].sum() for value in steps]) / weights.sum()
    names = [figures(float(value)) for value in steps]
    return titled(draw_score(names, shares.tolist(), _bands(sample, of, steps), column.label), column.label, note)


def _bands(sample: Sample, of: str, values: FloatArray) -> list[BandPlace]:
    """The classes the folder makes of a number, where they are runs of its values."""
    if sample.responses is None:
        return []
    made = [one for one in sample.responses.survey.measures.definitions if isinstance(one, Classes) and one.of == of]
    if not made:
        return []
    found = []
    for band in made[0].bands:
        low, high = band.ends
        places = np.flatnonzero((values >= low) & (values <= high))
        if len(places):
            found.append((band.text, int(places[0]), int(places[-1])))
    return sorted(found, key=lambda one: one[1])


def _pyramid(sample: Sample, sex: str, age: str) -> Chart:
    first, second = sample.categorical(text_of(sex)), sample.categorical(text_of(age))
    weight, inside = _inside(sample)
    sides = [k for k in range(len(first.answers)) if k != first.nonanswer and k not in first.hidden][:2]
    ages = [k for k in range(len(second.answers)) if k != second.nonanswer and k not in second.hidden]
    if len(sides) < 2 or not ages:
        raise UsageError("publish.no_pyramid", sex)
    rows = inside & np.isin(first.codes, sides) & np.isin(second.codes, ages)
    said = words(spoken(None if sample.responses is None else sample.responses.survey.settings.identity.lang))

    def side(one: int) -> PyramidSide:
        own = [rows & (first.codes == one) & (second.codes == k) for k in ages]
        filled = tuple(float(100 * weight[cell].sum() / weight[rows].sum()) for cell in own)
        return PyramidSide(first.answers[one], filled, tuple(float(100 * cell.sum() / rows.sum()) for cell in own))

    picture = draw_pyramid([second.answers[k] for k in ages], side(sides[0]), side(sides[1]),
                           (said["shown_weighted"], said["shown_respondents"]))  # fmt: skip
    return titled(picture, said["shown_pyramid"], f"n={int(rows.sum()):,}")
