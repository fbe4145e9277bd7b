"""Each way to adjust a sample to its reference, made once, and a question's shares by all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.benchmark.pseudo_weights import PseudoModels, pseudo_models, pseudo_weighted
from kodoku_survey.benchmark.reference_adjustment import (
    Adjusted,
    BothHold,
    calibrated,
    doubly_robust,
    outcome_model,
    propensity,
    raked_weights,
    raw,
    weighted_by_propensity,
)
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.counting.answers import question_of
from kodoku_survey.estimation.tally import freedom_of_all
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.sharing import Refusal
from kodoku_survey.tables.beside import Beside
from kodoku_survey.tables.sides import Asked, Measured, asked_of
from kodoku_survey.tables.studies.adjusted_rows import OfOneQuestion
from kodoku_survey.tables.studies.composing import composed, with_axes
from kodoku_survey.tables.studies.shared_classes import Alike

LEAST_ASKED = 2  # respondents without whom a question has no share


@dataclass(frozen=True, eq=False)
class Methods:
    """What the attributes alone decide: raked weights, both models of pseudo-weights, the propensity; None without a solution."""

    shared: BothHold
    raked: FloatArray | None
    pseudo: PseudoModels | None
    theta: FloatArray | None

    @classmethod
    def of(cls, shared: BothHold) -> Methods:
        """Every method that has a solution. Raises DesignError where none has."""
        solved, fault = list[object](), None
        for solve in (raked_weights, pseudo_models, propensity):
            try:
                solved.append(solve(shared))
            except DesignError as error:
                solved.append(None)
                fault = error
        if fault is not None and all(one is None for one in solved):
            raise fault
        return cls(shared, *solved)  # type: ignore[arg-type]

    @property
    def failed(self) -> tuple[str, ...]:
        """The methods without a solution."""
        named = {"calibrated": self.raked, "pseudo_weights": self.pseudo, "propensity": self.theta}
        return tuple(name for name, solution in named.items() if solution is None)

    def adjusted(self, y: FloatArray) -> Iterator[Adjusted]:
        """Means of y (n, k) of the sample's held respondents by each method, in the order they stand."""
        shared = replace(self.shared, y=y)
        if self.raked is not None:
            yield calibrated(shared, self.raked)
        if self.pseudo is not None:
            yield pseudo_weighted(shared, self.pseudo)
        if self.theta is not None:
            yield weighted_by_propensity(shared, self.theta)
            yield doubly_robust(shared, self.theta, *outcome_model(shared))


def question_by_methods(
    beside: Beside, entry: TablePlan, found: Alike, methods: Methods
) -> tuple[OfOneQuestion, list[int]] | None:
    """A question's answers by every method, beside the reference's own where it asks the same; None where too few were asked."""
    first, second = beside.first, beside.second
    assert isinstance(first, Measured)
    assert isinstance(second, Measured)
    variable = first.survey.variables[entry.question]
    own = Asked(
        entry.question,
        (),
        entry.base,
        "out" if entry.nonanswer == "excluded" else "in",
        {key: key for key in variable.keys},
    )
    answered = composed(Measured(first.unweighted), own, 0, [], [])
    held = answered.inside[found.ours]
    if held.sum() < LEAST_ASKED:
        return None
    keys = _keys(first, own, entry)
    y = composed(Measured(first.unweighted), own, 0, [], keys).y[found.ours] * held[:, None]
    both = np.column_stack([y, held.astype(float)])
    by_method = {one.method: one.of_domain() for one in methods.adjusted(both)}
    plain = raw(replace(methods.shared, y=both))
    share, parts = _of_reference(beside, entry, found, methods.shared, keys)
    reference = replace(methods.shared.sample, within=found.theirs)
    freedom = float(len(found.x) - found.x.shape[1]), freedom_of_all(reference)
    made = OfOneQuestion(
        int(held.sum()), plain.of_domain().value, float(plain.value[-1]), by_method, share, parts, freedom
    )
    return made, keys


def _keys(side: Measured, asked: Asked, entry: TablePlan) -> list[int]:
    """The answers a table of the question has, as its plan names them."""
    known = list(question_of(side.unweighted, asked.question).keys)
    return [key for key in asked.answers if key in known and (not entry.answers or key in entry.answers)]


def _of_reference(
    beside: Beside, entry: TablePlan, found: Alike, shared: BothHold, keys: list[int]
) -> tuple[FloatArray, FloatArray]:
    """The reference's own shares (k,) over the same classes and its respondents' parts (m, k); nan of what it does not ask."""
    share, parts = np.full(len(keys), np.nan), np.full((len(found.theirs), len(keys)), np.nan)
    asked = asked_of(beside.shared, with_axes(entry, ()), second=True)
    if isinstance(asked, Refusal):
        return share, parts
    assert isinstance(beside.second, Measured)
    common = [k for k, key in enumerate(keys) if key in set(asked.answers.values())]
    theirs = composed(beside.second, asked, 1, [], [keys[k] for k in common])
    held = theirs.inside & found.theirs
    if not common or held.sum() < LEAST_ASKED:
        return share, parts
    d = shared.d * held
    mean = (d @ theirs.y) / d.sum()
    share[common] = mean
    parts[:, common] = np.where(held[:, None], theirs.y - mean, 0.0) / d.sum()
    return share, parts
