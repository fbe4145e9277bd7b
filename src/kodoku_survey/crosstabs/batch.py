"""A whole publication at once: every question by every attribute, with errors, intervals and tests.

All a table needs of the respondents are totals by unit and cell. An attribute and all questions are counted in one pass
(`estimation/counting/passes.py`); what follows is algebra on the totals (`by_design`,
`shares_of`), free of the number of respondents;
intervals and p-values are taken for all tables in one call (`publication`). Nothing of the size respondents × answers is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from kodoku_survey.crosstabs.publication import CrossTabs
from kodoku_survey.crosstabs.published import everybody_of, rule_for
from kodoku_survey.design import Sample
from kodoku_survey.errors import expected
from kodoku_survey.estimation.counting.answers import inside_of, question_of
from kodoku_survey.estimation.counting.tabulation import table_asked, tabulated
from kodoku_survey.estimation.groups import Banners, band_of, banners_of, everybody
from kodoku_survey.estimation.tally import freedom_of_all


def crosstabs(
    sample: Sample,
    questions: str | Sequence[str],
    *,
    by: Banners = (),
    nonanswer: Literal["in", "out"] = "in",
    interval: str = "logit",
) -> CrossTabs:
    """Shares of each answer to every question within the groups of every attribute, and whether the two are independent.

    by : names; a tuple of names is a nested banner, tested as one attribute of its groups; nothing: everybody, under the name "".
    nonanswer, interval : as in `crosstab`.

    Each table equals that of `crosstab` without its line of everybody, each test that of `independence`. Raises DesignError.

    >>> ks.crosstabs(sample, ["lonely", "partner"], by=["sex", "age_class"]).tests["p_value"].round(3).tolist()
    [0.096, 0.363, 0.0, 0.0]
    """
    expected(sample, Sample)
    banners = dict.fromkeys(banners_of(by) or [()])
    bands = {":".join(b): band_of(sample, b) if b else everybody(sample, everybody_of(sample)) for b in banners}
    asked = []
    for name in dict.fromkeys([questions] if isinstance(questions, str) else questions):
        found = question_of(sample, name)
        asked.append(table_asked(found, (), inside_of(found, None, nonanswer)))
    tables = {(one.question.name, name): replace(one, bands=(band,)) for name, band in bands.items() for one in asked}
    made = tabulated(sample, list(tables.values()), tests=True)
    return CrossTabs(sample, tables, tuple(made), freedom_of_all(sample), interval, rule_for(sample))
