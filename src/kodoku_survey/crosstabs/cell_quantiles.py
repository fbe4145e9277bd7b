"""Medians and other quantiles in cells: of a number in every group of a banner."""

from __future__ import annotations

import numpy as np

from kodoku_survey.arrays import BoolArray, IndexArray
from kodoku_survey.crosstabs.crosstab import CrossTab, base_of_rows
from kodoku_survey.crosstabs.published import everybody_of, language_of, rule_for
from kodoku_survey.crosstabs.without_value import left_out_of
from kodoku_survey.design import Sample, domain
from kodoku_survey.errors import expected
from kodoku_survey.estimation.domains import numbers
from kodoku_survey.estimation.groups import Banners, GroupBand, bands_of, banners_of, groups_in
from kodoku_survey.estimation.quantile_rules import QuantileRule
from kodoku_survey.estimation.quantiles import quantiles
from kodoku_survey.estimation.stacking import stacked
from kodoku_survey.estimation.tally import tally


def cell_quantiles(
    sample: Sample,
    number: str,
    probability: float = 0.5,
    *,
    by: Banners = (),
    base: BoolArray | None = None,
    total: str | None = None,
    rule: QuantileRule = "math",
) -> CrossTab:
    """A quantile of a number, by default the median, within the groups of each attribute of `by`, stacked under everybody.

    by, base, total as of `crosstab`; rule as of `quantiles`, whose interval the cells have. Rows without the number are outside.
    Raises DesignError.

    >>> ks.cell_quantiles(sample, "ucla_score", by="sex").value.tolist()
    [[4.0], [4.0], [4.0]]
    """
    expected(sample, Sample)
    _, has = numbers(sample, number)
    rows = base_of_rows(sample, base)
    inside = has if rows is None else has & rows
    label_of_all = everybody_of(sample) if total is None else total
    use, bands = domain(sample, inside), bands_of(sample, by, total=label_of_all)
    # Everybody first, where they have a line; `bands_of` has the same groups in the same order.
    parts = [quantiles(use, number, [probability], rule=rule)] if label_of_all or not banners_of(by) else []
    parts += [quantiles(use, number, [probability], by=banner, rule=rule) for banner in banners_of(by)]
    estimate = stacked(parts) if len(parts) > 1 else parts[0]
    counted = [tally(use, np.where(inside, _member(band), -1), len(band.groups)) for band in bands]
    label = sample.column(number).label
    groups = groups_in(bands)
    counts = np.concatenate([one.counts for one in counted])
    return CrossTab(
        question=number,
        question_label=label,
        groups=groups,
        answers=(label,),
        keys=(number,),
        nonanswer=None,
        estimate=estimate,
        counts=counts[:, None],
        n=counts,
        weighted_n=np.concatenate([one.weighted for one in counted]),
        share="quantile",
        rule=rule_for(sample),
        language=language_of(sample),
        left_out=left_out_of(sample, [(label, has)], (name for banner in banners_of(by) for name in banner), rows),
    )


def _member(band: GroupBand) -> IndexArray:
    """(n,) the group of each respondent, −1 in none that is shown."""
    group = np.full(band.slots.width, -1, dtype=np.intp)
    group[band.places + band.slots.outside] = np.arange(len(band.places))
    return group[band.slots.at]
