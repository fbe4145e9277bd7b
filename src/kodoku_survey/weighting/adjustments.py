"""Adjusting the weights of any sample: nonresponse, calibration, trimming. Each adds a step and a move of the chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray
from kodoku_survey.design.calibration import DISTANCES, Bounds
from kodoku_survey.design.chain import Chain
from kodoku_survey.design.columns import labels_of
from kodoku_survey.design.sample import Sample
from kodoku_survey.design.steps import Made, Step
from kodoku_survey.design.trimming import Redistribute
from kodoku_survey.errors import DesignError, DidYouMean, expected
from kodoku_survey.weighting.by_domain import GivenMargins, MarginsByDomain, margins_by_domain
from kodoku_survey.weighting.calibrating import calibrated, calibrating_again
from kodoku_survey.weighting.crossings import Remembered
from kodoku_survey.weighting.margins import Groups
from kodoku_survey.weighting.response_adjustment import nonresponse_adjustment, raised_inside
from kodoku_survey.weighting.trim_step import limits_of, trimmed_step
from kodoku_survey.weighting.unlisted import excused_by_codebook, refuse_unlisted

Unlisted = Literal["refuse", "shares"]
UNLISTED: tuple[Unlisted, ...] = get_args(Unlisted)


def calibrate(
    sample: Sample,
    margins: GivenMargins | MarginsByDomain,
    *,
    by: str | None = None,
    method: str = "raking",
    bounds: Bounds | None = None,
    collapse: Groups | None = None,
    households: str | None = None,
    unlisted: Unlisted = "refuse",
    total: float | Mapping[Any, float] | None = None,
) -> Sample:
    """The sample with weights calibrated to population margins; its variance takes the residuals.

    Of a sample with a domain the rows of the domain alone, to margins of the domain.

    by : a variable; `margins` then has those of each of its domains, code → margins, and every domain meets its own.
    margins : by variable (crossed: "a:b" with tuples of codes), code → population total; or one number for the population
        total of a number. method : raking, linear, logit, truncated (the last two with `bounds` on the factor), sinh.
    collapse : variable → lists of codes that count as one. households : a column; members then share one factor.
    unlisted : what becomes of people in a category the margin lacks, other than 無回答 and missing values: "refuse", or the
        population "shares" of the margin's categories as their row.
    total : how many persons the categories of every margin add up to: only their shares then count. With `by` one for all
        domains or by code.
    Raises DesignError.

    >>> margins = {"sex": {"f": 300.0, "m": 280.0}}
    >>> ks.totals(ks.calibrate(own, margins), "sex").value.round(6).tolist()
    [300.0, 280.0]
    """
    expected(sample, Sample)
    _check_options(method, unlisted)
    codes = Remembered(lambda name: _categories_of_sample(sample, name))
    domains = margins_by_domain(margins, codes, sample.weight, by=by, total=total, within=sample.within)
    if unlisted == "refuse":
        variables = {} if sample.responses is None else sample.responses.variables
        for one in domains:
            refuse_unlisted(
                one.given,
                one.codes(codes),
                one.of_rows(sample.weight),
                excused_by_codebook(variables),
                key="design.unlisted_categories",
                file=one.named("margins"),
                label=labels_of(variables),
            )
    made = calibrated(
        domains,
        codes,
        sample.weight,
        method,
        bounds,
        collapse=collapse,
        households=None if households is None else codes_of_sample(sample, households),
    )
    calibration = made.step.calibration
    assert calibration is not None
    assert made.step.margins is not None
    versions = sample.replicates and sample.replicates.recalibrated(
        calibration.auxiliary, made.step.margins.target, distance=method, bounds=bounds
    )
    return _after(sample, made, replicates=versions, chain=sample.chain and sample.chain.then(made.move))


def _check_options(method: str, unlisted: str) -> None:
    if method not in DISTANCES:
        raise DesignError("design.unknown_distance", value=method, hint=DidYouMean(method, tuple(DISTANCES)))
    if unlisted not in UNLISTED:
        hint, known = DidYouMean(unlisted, UNLISTED), ", ".join(UNLISTED)
        raise DesignError("design.unknown_unlisted", "unlisted", value=unlisted, hint=hint, known=known)


def poststratify(
    sample: Sample,
    variable: str,
    counts: Mapping[Any, float] | pd.Series,
    *,
    unlisted: Unlisted = "refuse",
    total: float | None = None,
) -> Sample:
    """The sample with the weights of each class of one variable (or "a:b") scaled to its population count.

    unlisted, total : as of `calibrate`.

    >>> post = ks.poststratify(own, "sex", {"f": 300.0, "m": 280.0})
    >>> ks.totals(post, "sex").value.round(6).tolist()
    [300.0, 280.0]
    """
    return calibrate(sample, {variable: counts}, method="raking", unlisted=unlisted, total=total)


def adjust_nonresponse(sample: Sample, responded: str, **options: Any) -> Sample:
    """A sample of everyone selected with the weights of respondents raised; those of the others are 0, their rows stay.

    Of a sample with a domain, within the domain alone.
    responded : a column, 1 or True for who answered. options : method, classes, model, count, fit, collapse, minimum_size,
    maximum_factor, significance of `nonresponse_adjustment`.
    Raises DesignError.

    >>> drawn = own.assign(answered=lambda d: d["job"] == "yes")
    >>> heavier = ks.adjust_nonresponse(drawn, "answered", classes=["area"], minimum_size=1)
    >>> round(float(heavier.weight.sum()), 6) == round(float(own.weight.sum()), 6)
    True
    """
    expected(sample, Sample)
    _without_replicates(sample)
    held = codes_of_sample(sample, responded).astype(float) == 1
    inside = np.ones(len(sample), dtype=bool) if sample.within is None else sample.within
    made = nonresponse_adjustment(
        lambda name: _categories_of_sample(sample, name), np.where(inside, sample.weight, 0.0), held, **options
    )
    again = partial(raised_inside, factors=made.factors, inside=inside)
    step = Step("nonresponse", sample.weight, again(sample.weight), made.details, made.notes)
    return _after(sample, Made(step, again), chain=(sample.chain or _chain_of(sample)).then(again))


def trim(
    sample: Sample,
    *,
    multiple_of_median: float | None = None,
    quantile: float | tuple[float, float] | None = None,
    bounds: tuple[float, float] | None = None,
    mse_of: Sequence[str] = (),
    redistribute: Redistribute = "proportional",
    rounds: int | None = None,
    recalibrate: bool = False,
) -> Sample:
    """The sample with its weights cut by one rule, the excess spread over the others (of a domain, within it).

    Calibrated weights of which none is cut keep their calibration; otherwise the variance is of the whole chain, linearised
    with the limits taken as fixed (the replicates of `ks.replicates` compute the limits anew as well).

    multiple_of_median; quantile : the upper one, or (low, high); bounds : (least, most); mse_of : variables whose means
    should have the least mean squared error (Potter). rounds : passes of spreading what is cut off, default until nobody is
    outside (R survey's trimWeights makes one). recalibrate : meet the margins of the calibration again.
    Raises DesignError.

    >>> float(ks.trim(own, bounds=(10.0, 13.0)).weight.max()) <= 13
    True
    """
    expected(sample, Sample)
    _without_replicates(sample)
    chosen = {
        "multiple_of_median": multiple_of_median,
        "quantile": quantile,
        "bounds": bounds,
        "mse_of": mse_of or None,
    }
    rule = {name: value for name, value in chosen.items() if value is not None}
    limits, details, notes = limits_of(rule, sample, sample.weight)
    made = trimmed_step(
        sample.weight,
        limits,
        redistribute=redistribute,
        rounds=_rounds(rounds),
        calibration=sample.calibration,
        recalibrate=recalibrate,
        inside=sample.within,
        details=details,
        notes=notes,
    )
    return _after(sample, made, chain=(sample.chain or _chain_of(sample)).then(made.move))


def _rounds(given: int | None) -> int | None:
    if given is not None and (isinstance(given, bool) or given < 1):
        raise DesignError("design.bad_option", option="rounds", value=given)
    return given


def codes_of_sample(sample: Sample, name: str) -> AnyArray:
    """A column's own codes. Raises DesignError."""
    if sample.frame is not None:
        sample.column(name)  # raises for a name nobody knows
        return sample.frame[name].to_numpy()
    assert sample.responses is not None
    return sample.responses.mode if name == "mode" else sample.responses.answers[name]


def _categories_of_sample(sample: Sample, name: str) -> Any:
    """A column's own codes; categories stay as they are, since their places are counted already."""
    if sample.frame is not None and name in sample.frame:
        held = sample.frame[name].array
        if isinstance(held, pd.Categorical):
            return held
    return codes_of_sample(sample, name)


def _chain_of(sample: Sample) -> Chain:
    """The chain of a sample that has none yet: its weights, and the last calibration they went through."""
    if sample.calibration is None:
        return Chain(sample.weight, sample.stages[0])
    c = sample.calibration
    totals = c.auxiliary.total(c.weight)
    return Chain(c.base, sample.stages[0], (calibrating_again(c.auxiliary, totals, c.distance, c.bounds),))


def _after(sample: Sample, made: Made, **changes: Any) -> Sample:
    step = made.step
    return replace(sample, weight=step.after, calibration=step.calibration, steps=(*sample.steps, step), **changes)


def _without_replicates(sample: Sample) -> None:
    if sample.replicates is not None:
        raise DesignError("design.before_replicates", value=sample.replicates.method)
