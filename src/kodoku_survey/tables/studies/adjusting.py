"""A sample nobody drew by chance, adjusted to a reference sample by the attributes they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray
from kodoku_survey.benchmark.reference_adjustment import BothHold
from kodoku_survey.design import Sample
from kodoku_survey.errors import UsageError
from kodoku_survey.survey.crosswalk.found_crosswalk import GivenCrosswalk
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.settings.compared_with import Aspect, People
from kodoku_survey.survey.sharing import Refusal
from kodoku_survey.tables.beside import Beside, set_beside
from kodoku_survey.tables.protected import refuse_unreleased
from kodoku_survey.tables.report import Progress
from kodoku_survey.tables.sides import Measured, Side
from kodoku_survey.tables.studies.adjusted_rows import adjusted_rows
from kodoku_survey.tables.studies.composing import CompositionAxis, axis_of, names_of, refuse_pairs, sample_of, side_of
from kodoku_survey.tables.studies.likenesses import balance_of, lacking_of, weights_of
from kodoku_survey.tables.studies.reference_adjusted import ReferenceAdjusted
from kodoku_survey.tables.studies.reference_methods import Methods, question_by_methods
from kodoku_survey.tables.studies.shared_classes import Alike, alike

GAMMAS = (2.0, 5.0, 10.0)  # odds ratios of inclusion at which bounds are given where none are asked for
ALL_BUT = 1e-9  # of the population: rounding of sums
NORMED = 0.05  # how near to 1 the mean weight of a reference must be to stand for its respondents only


def adjust_to_reference(
    sample: Side | Sample,
    reference: Side | Sample,
    *,
    on: str | Sequence[str],
    population: float | None = None,
    gamma: Sequence[float] = GAMMAS,
    ignorable: bool = False,
    only: Sequence[str] = (),
    where: str = "",
    crosswalk: GivenCrosswalk = None,
    people: People | None = None,
    despite: Sequence[Aspect] = (),
    progress: Progress | None = None,
) -> ReferenceAdjusted:
    """A sample nobody drew by chance ([design] sample), adjusted to a probability sample that holds the same attributes.

    on : attributes both have, "sex:age_class" crossed; several entries by their margins alone. population : the persons the
    reference stands for, where its weights do not add up to them. gamma : odds ratios of inclusion (≥ 1) for the bounds.
    ignorable : points also for service users, whom the answer itself may have brought there.
    Other arguments as `ks.compare`. By calibration, pseudo-weights (Elliott & Valliant 2017), propensity and doubly robust (Chen,
    Li & Wu 2020), each with the error of its model and of the reference.
    Raises UsageError for sides this cannot be done with, a population that is not known, or nobody in common.

    >>> try:
    ...     ks.adjust_to_reference(sample, national, on="sex")
    ... except ks.SurveyError as fault:  # drawn by chance: nothing to adjust
    ...     print(fault.key)
    benchmark.adjust_probability
    """
    ours, theirs = side_of(sample), side_of(reference)
    _refuse_sides(ours, theirs)
    refuse_unreleased("tables.protected_adjusted", ours, theirs)
    beside = set_beside(ours, theirs, crosswalk=crosswalk, where=where, people=people, despite=tuple(despite))
    refuse_pairs(beside)
    terms = (on,) if isinstance(on, str) else tuple(on)
    if not any(terms):
        raise UsageError("benchmark.on_nothing", "--on")
    axes = [[axis_of(beside.shared, name, where="--on") for name in term.split(":")] for term in terms]
    withheld = ours.survey.settings.design.sample == "service_users" and not ignorable
    return _Adjusting(beside, terms, axes, _factors(gamma, withheld), withheld, population).whole(only, progress)


def _factors(gamma: Sequence[float], withheld: bool) -> tuple[float, ...]:
    """Odds ratios from the least. Raises UsageError for one below 1, or for 1 where it would be the point withheld."""
    found = tuple(sorted({float(one) for one in gamma or GAMMAS}))
    if not all(1 <= one < np.inf for one in found):
        wrong = next(one for one in found if not 1 <= one < np.inf)
        raise UsageError("benchmark.gamma_below_one", "--gamma", value=f"{wrong:g}")
    if withheld and found[0] == 1:
        raise UsageError("benchmark.gamma_is_the_point", "--gamma 1")
    return found


def _refuse_sides(ours: Side, theirs: Side) -> None:
    """Only a measured sample nobody drew by chance is adjusted, only to a measured one somebody did."""
    for side in (ours, theirs):
        if not isinstance(side, Measured):
            raise UsageError("benchmark.adjust_published", "adjust", value=f"{side.survey.folder.name}@{side.wave}")
    kind, other = (side.survey.settings.design.sample for side in (ours, theirs))
    refused = {"probability": "benchmark.adjust_probability", "census": "benchmark.adjust_census"}
    if kind in refused:
        raise UsageError(refused[kind], "[design] sample", value=ours.survey.folder.name)
    if other != "probability":
        raise UsageError("benchmark.adjust_reference", "[design] sample", value=theirs.survey.folder.name, kind=other)


@dataclass(frozen=True, eq=False)
class _Adjusting:
    beside: Beside
    terms: tuple[str, ...]
    axes: list[list[CompositionAxis]]
    gammas: tuple[float, ...]
    withheld: bool
    population: float | None

    def whole(self, only: Sequence[str], progress: Progress | None) -> ReferenceAdjusted:
        first, second = self.beside.first, self.beside.second
        assert isinstance(first, Measured)
        assert isinstance(second, Measured)
        ours, theirs = first.unweighted, sample_of(second)
        within = _within(ours), _within(theirs)
        theirs, population = self.sized(second, theirs, within[1])
        found = alike(self.axes, ours, theirs, within)
        shared = BothHold(
            np.zeros((len(found.x), 0)), found.x, found.z, theirs, found.theirs.astype(float), found.names
        )
        if shared.population <= len(found.x):
            size = f"{shared.population:,.0f}"
            raise UsageError("benchmark.sample_above_population", "--population", count=len(found.x), value=size)
        methods = Methods.of(shared)
        survey = first.survey
        covered = shared.population / float(theirs.weight[found.known[1]].sum())
        limits = float(within[0].sum()) / population, covered if covered < 1 - ALL_BUT else 1.0
        frame, refused = self.questions(found, methods, only, limits, progress)
        focus = {
            e.question: e.focus or e.answers or tuple(c.code for c in survey.variables[e.question].options[:1])
            for e in reversed([e for e in survey.plan.tables if not only or e.id in only])
        }
        balance = balance_of(self.beside, self.axes, methods, found, (ours, theirs))
        return ReferenceAdjusted(
            self.beside, _names(self.beside), self.terms, frame, balance, lacking_of(self.terms, found, survey),
            weights_of(methods), self.withheld, self.gammas, population, limits[1],
            found.whole.overlap, _left_out(found, within), methods.failed, refused, focus,
        )  # fmt: skip

    def sized(self, side: Measured, sample: Sample, within: BoolArray) -> tuple[Sample, float]:
        """The reference with weights that add up to the population. Raises UsageError where nobody says how large that is."""
        total, mean = float(sample.weight[within].sum()), float(sample.weight[within].mean())
        if self.population is not None:
            if not self.population > 0:
                raise UsageError("benchmark.population_size", "--population", value=f"{self.population:g}")
            return replace(sample, weight=sample.weight * (self.population / total)), float(self.population)
        if side.design is None or abs(mean - 1) < NORMED:
            raise UsageError("benchmark.population_unknown", "--population", value=side.survey.folder.name)
        return sample, total

    def questions(
        self,
        found: Alike,
        methods: Methods,
        only: Sequence[str],
        limits: tuple[float, float],
        progress: Progress | None,
    ) -> tuple[pd.DataFrame, tuple[Refusal, ...]]:
        survey = self.beside.first.survey
        frames, refused, seen = [], dict[str, Refusal](), set[tuple[object, ...]]()
        entries = [entry for entry in survey.plan.tables if not only or entry.id in only]
        told = {"gammas": self.gammas, "withheld": self.withheld, "observed": limits[0], "covered": limits[1]}
        for done, entry in enumerate(entries):
            if progress is not None:
                progress("compare", done, len(entries))
            kind = (entry.question, entry.base, entry.nonanswer == "excluded")
            if kind in seen:
                continue
            seen.add(kind)
            reason = self.refusal(entry)
            if reason is None and (made := question_by_methods(self.beside, entry, found, methods)) is not None:
                frames.append(adjusted_rows(made[0], entry, made[1], survey, **told))  # type: ignore[arg-type]
                continue
            refused.setdefault(entry.question, reason or Refusal(entry.question, self.label(entry), "nobody"))
        frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["question", "code", "label"])
        return frame, tuple(one for name, one in refused.items() if name not in set(frame["question"]))

    def label(self, entry: TablePlan) -> str:
        return self.beside.first.survey.variables[entry.question].label

    def refusal(self, entry: TablePlan) -> Refusal | None:
        """Why a question is not adjusted at all."""
        if entry.statistic != "share":
            return Refusal(entry.question, self.label(entry), "number")
        if entry.question in [axis.name for term in self.axes for axis in term]:
            return Refusal(entry.question, self.label(entry), "axis")
        return None


def _names(beside: Beside) -> tuple[str, str]:
    """The sample by its survey's name (an area it comes from is no name for these people), the reference as it is called."""
    name, reference = beside.first.survey.settings.identity.name, names_of(beside)[1]
    return (name, reference) if name != reference else names_of(beside)


def _within(sample: Sample) -> BoolArray:
    return np.ones(len(sample), dtype=bool) if sample.within is None else sample.within


def _left_out(found: Alike, within: tuple[BoolArray, BoolArray]) -> dict[str, int]:
    """Respondents no weight is given to: a class not known on either side, and those of classes the reference has nobody of."""
    return {
        "unknown_first": int((within[0] & ~found.known[0]).sum()),
        "unknown_reference": int((within[1] & ~found.known[1]).sum()),
        "beyond": int((found.known[0] & ~found.ours).sum()),
    }
