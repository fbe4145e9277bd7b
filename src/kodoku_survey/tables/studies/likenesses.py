"""Balance before and after, classes nobody of the sample is in, and what the weights of each method are worth, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from kodoku_survey.arrays import FloatArray, IndexArray
from kodoku_survey.benchmark.balancing import effective_size, standardised_differences
from kodoku_survey.design import Sample
from kodoku_survey.errors import UsageError
from kodoku_survey.survey.survey import Survey
from kodoku_survey.tables.beside import Beside
from kodoku_survey.tables.studies.composing import CompositionAxis, axis_of
from kodoku_survey.tables.studies.reference_methods import Methods
from kodoku_survey.tables.studies.shared_classes import Alike


def weights_of(methods: Methods) -> pd.DataFrame:
    """method, effective_n (Kish), largest: the largest weight over the mean."""
    rows = [(name, effective_size(weight), float(weight.max() / weight.mean())) for name, weight in _weights(methods)]
    return pd.DataFrame(rows, columns=["method", "effective_n", "largest"])


def _weights(methods: Methods) -> Iterator[tuple[str, FloatArray]]:
    """Of each method that weights; the doubly robust share those of the propensity."""
    n = len(methods.shared.x)
    yield "raw", np.ones(n)
    for one in methods.adjusted(np.zeros((n, 1))):
        if one.method != "doubly_robust":
            yield one.method, one.weight


def balance_of(
    beside: Beside,
    terms: Sequence[Sequence[CompositionAxis]],
    methods: Methods,
    found: Alike,
    sides: tuple[Sample, Sample],
) -> pd.DataFrame:
    """A row a class of every attribute adjusted for, then of every other attribute of the plan both sides have.

    Shares (percent) and standardised differences are of those held on both sides whose class is known.
    """
    adjusted = list({axis.name: axis for term in terms for axis in term}.values())
    rows = []
    for axis in (*adjusted, *_others(beside, {axis.name for axis in adjusted})):
        ours = axis.positions(sides[0], 0)[found.ours]
        theirs = np.where(found.theirs, axis.positions(sides[1], 1), np.intp(-1))
        size = len(axis.codes)
        if not (ours >= 0).any() or not (theirs >= 0).any():
            continue
        q = _shares(theirs, methods.shared.d, size)
        by = {name: _shares(ours, weight, size) for name, weight in _weights(methods)}
        far = {name: standardised_differences(p, q, by["raw"]) for name, p in by.items()}
        label = beside.first.survey.variables[axis.name].label
        for k, name in enumerate(axis.labels):
            if q[k] == by["raw"][k] == 0:  # a class nobody of the sample is in stands among those lacking
                continue
            told = {"attribute": label, "class": name, "adjusted": "yes" if axis in adjusted else "no"}
            told |= {"reference": 100 * q[k]} | {one: 100 * p[k] for one, p in by.items()}
            rows.append(told | {f"smd_{one}": values[k] for one, values in far.items()})
    return pd.DataFrame(rows)


def _others(beside: Beside, taken: set[str]) -> Iterator[CompositionAxis]:
    """Attributes of the plan's tables that both sides have and nobody adjusted for: they tell whether adjusting was enough."""
    plan = beside.first.survey.plan.tables
    for name in dict.fromkeys(name for entry in plan for banner in entry.by for name in banner if name not in taken):
        try:
            yield axis_of(beside.shared, name)
        except UsageError:  # not shared, or a number: it has no balance to be shown
            continue


def _shares(cell: IndexArray, weight: FloatArray, size: int) -> FloatArray:
    known = cell >= 0
    mass = np.bincount(cell[known], weights=weight[known], minlength=size)
    return np.asarray(mass / max(mass.sum(), 1e-300))


def lacking_of(terms: Sequence[str], found: Alike, survey: Survey) -> pd.DataFrame:
    """Classes of the reference without a respondent of the sample, with their share of the population (percent).

    in_model : "yes" for a class of `on`, which no adjustment covers; "no" for a crossing a model reaches across.
    """
    rows = [
        (":".join(survey.variables[name].label for name in term.split(":")), cell, "yes", 100 * share, m)
        for term, one in zip(terms, found.terms, strict=True)
        for cell, share, m, none in zip(one.cells, one.share, one.n_reference, one.lacking, strict=True)
        if none
    ]
    if len(terms) > 1:
        names = dict.fromkeys(name for term in terms for name in term.split(":"))
        label = ":".join(survey.variables[name].label for name in names)
        whole = found.whole
        rows += [
            (label, cell, "no", 100 * share, m)
            for cell, share, m, none in zip(whole.cells, whole.share, whole.n_reference, whole.lacking, strict=True)
            if none
        ]
    return pd.DataFrame(rows, columns=["attribute", "class", "in_model", "share", "n_reference"])
