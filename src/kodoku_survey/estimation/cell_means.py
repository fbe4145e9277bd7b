"""Means in cells: of a number in every group of a banner, and in every group × answer of a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from kodoku_survey.design import Sample
from kodoku_survey.design.auxiliary import FloatArray
from kodoku_survey.estimation.cell_shares import BoolArray, gave, in_base
from kodoku_survey.estimation.crosstab import CrossTab, asked_of
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.groups import Banners, Members, bands_of, banners_of, groups_in
from kodoku_survey.estimation.nets import Nets, nets_of, with_nets
from kodoku_survey.estimation.statistic import Statistic, joined, quotient, scaled_to
from kodoku_survey.estimation.summaries import numbers
from kodoku_survey.estimation.tally import as_simple_random, freedom, tally, total_of


def cell_means(
    sample: Sample,
    number: str,
    *,
    by: Banners = (),
    question: str | None = None,
    base: BoolArray | None = None,
    total: str = "全体",
    nonanswer: Literal["in", "out"] = "in",
    nets: Nets | None = None,
) -> CrossTab:
    """Means of a number within the groups of each attribute of `by` and, where `question` is given, of each of its answers.

    Banners, base, total, nonanswer and nets as of `crosstab`; the last column is all answers together. Rows without the number
    are outside. On the basis "unweighted" the error is s²/n. Raises DesignError.
    """
    values, has = numbers(sample, number)
    inside = has if base is None else has & base
    own, others = nets_of(nets, [banner[0] for banner in banners_of(by) if len(banner) == 1])
    columns, title = [inside], sample.column(number).label
    keys: tuple[Any, ...] = (number,)
    answers: tuple[str, ...] = (title,)
    if question is not None:
        asked, places = with_nets(asked_of(sample, question), own)
        inside = inside & in_base(asked, None, nonanswer)
        columns = [inside & gave(asked, places.get(k, (k,))) for k in range(len(asked.answers))] + [inside]
        keys, answers = (*asked.keys, number), (*asked.answers, total or title)
    bands = bands_of(sample, by, total=total, nets=others)
    groups = groups_in(bands)
    cells = [
        _cells(sample, values, [np.where(rows, band.member, -1) for rows in columns], len(band.groups))
        for band in bands
    ]
    labels = [(g.attribute, g.label, answer) for g in groups for answer in answers]
    estimate = _estimate(sample, cells, pd.DataFrame(labels, columns=["attribute", "group", "answer"]))
    shape = len(groups), len(answers)
    counts = estimate.n.reshape(shape).astype(np.int64)
    weighted = np.zeros(0) if estimate.population is None else estimate.population.reshape(shape)[:, -1]
    return CrossTab(
        question or number, title, groups, answers, keys, None, estimate, counts, counts[:, -1], weighted, share="mean"
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Cells:
    """Means of g × a cells with their error; respondents, sums of weights and of y² in each, degrees of freedom."""

    mean: Statistic
    counts: npt.NDArray[np.int64]
    weighted: FloatArray
    squares: FloatArray
    df: FloatArray


def _cells(sample: Sample, values: FloatArray, members: list[Members], size: int) -> _Cells:
    use = as_simple_random(sample)
    base = [tally(use, member, size) for member in members]
    sums = [tally(use, member, size, values=values) for member in members]
    squares = [tally(use, member, size, values=values**2).weighted for member in members]
    top, below = (joined([total_of(use, one).reshape(size, 1) for one in two], axis=1) for two in (sums, base))
    return _Cells(
        mean=quotient(top, below),
        counts=np.stack([one.counts for one in base], axis=1),
        weighted=np.stack([one.weighted for one in base], axis=1),
        squares=np.stack(squares, axis=1),
        df=np.stack([freedom(sample, member, size) for member in members], axis=1),
    )


def _estimate(sample: Sample, cells: list[_Cells], labels: pd.DataFrame) -> Estimate:
    mean = joined([one.mean for one in cells])
    factor, value = mean.factor, mean.value.ravel()
    counts, weighted, squares, df = (
        np.concatenate([getattr(one, name) for one in cells]).ravel()
        for name in ("counts", "weighted", "squares", "df")
    )
    with np.errstate(all="ignore"):
        simple = (squares / weighted - value**2) / (counts - 1)
        se = np.sqrt(simple) if sample.basis == "unweighted" else np.sqrt((factor**2).sum(axis=0))
    if sample.basis == "unweighted":
        factor = scaled_to(factor, se)
    return Estimate(
        value=value,
        se=np.where(counts == 0, np.nan, se),
        kind="mean",
        labels=labels,
        n=counts.astype(float),
        degrees_of_freedom=df,
        basis=sample.basis,
        make_factor=lambda: factor,
        simple=simple,
        population=weighted,
    )
