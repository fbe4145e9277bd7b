"""Every question by every attribute at once: where groups differ, how much, and how sure that is among so many tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.crosstabs.published import rule_for
from kodoku_survey.design import Categorical, Multiple, Sample
from kodoku_survey.errors import DesignError, expected
from kodoku_survey.estimation.claimed import differences_claimed
from kodoku_survey.estimation.counting.tabulation import Figures, TableAsked, table_asked, tabulated
from kodoku_survey.estimation.groups import band_of
from kodoku_survey.estimation.hypotheses.adjustment import ADJUSTMENTS, Adjustment, adjusted
from kodoku_survey.estimation.hypotheses.independence import second_order
from kodoku_survey.estimation.intervals import check_option
from kodoku_survey.estimation.tally import freedom_of_all
from kodoku_survey.media import Result
from kodoku_survey.survey.survey import Survey

SCREENED = (
    "question", "question_label", "option", "attribute", "attribute_label", "n", "v", "answer", "high_group", "high",
    "low_group", "low", "gap", "statistic", "df", "df_denominator", "p_value",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Screening(Result):
    """Questions by attributes, what matters first.

    tests : a line a test, see `frame`. adjustment : of p for the number of tests. level : of adjusted p below which groups
    differ. skipped : pairs that were not tested, one being made of the other, or with nothing to test.

    >>> found = ks.screen(own, ["job", "a"], by="sex")
    >>> found.adjustment, len(found.frame())
    ('holm', 2)
    """

    tests: pd.DataFrame
    adjustment: Adjustment
    level: float
    skipped: int

    def frame(self) -> pd.DataFrame:
        """A line a test: question, option (of several answers), attribute, n, v (Cramér's), the answer whose shares lie furthest
        apart with the highest and the lowest group (percent, `gap` in points), statistic, df, df_denominator, p_value,
        p_adjusted, differs.
        """
        return self.tests.copy()

    def without_tests(self) -> Screening:
        """The same without p-values, in the order of v: for people who were not drawn by chance."""
        hollow = self.tests.assign(statistic=np.nan, df=np.nan, df_denominator=np.nan, p_value=np.nan)
        return replace(self, tests=_ordered(hollow, "none", self.level), adjustment="none")


def screen(
    sample: Sample,
    questions: str | Sequence[str] = (),
    *,
    by: str | Sequence[str] = (),
    adjustment: Adjustment = "holm",
    level: float = 0.05,
) -> Screening:
    """Test every question by every attribute, and put first what matters: groups that differ, by how much.

    questions : names; none: every question and class of the survey. by : attributes; none: those of the survey's table plan.
    adjustment : of p-values for the number of tests, "holm" (the chance of a single false alarm is at most `level`), "fdr"
        (the share of false alarms), "bonferroni" or "none".

    無回答 of a question or an attribute is outside. Each option of a question with several answers is a test of its own.
    People nobody drew by chance are not tested: lines in the order of v, without p-values.
    A question and an attribute made of the same answers are not tested against each other, two attributes once.

    Raises DesignError for a name nobody knows, or where nothing is named and there is no survey to name it.
    Source: tests as `independence` (Rao–Scott, second order); V = √(φ²/min(r−1, c−1)), Cramér (1946), 21.9, of weighted shares.

    >>> found = ks.screen(sample, ["lonely"], by=["sex", "age_class"]).frame()
    >>> found[["attribute", "differs"]].values.tolist()
    [['age_class', True], ['sex', False]]
    """
    expected(sample, Sample)
    check_option("adjustment", adjustment, ADJUSTMENTS)
    survey = None if sample.responses is None else sample.responses.survey
    asked = [questions] if isinstance(questions, str) else list(questions) or questions_of(survey)
    attributes = [by] if isinstance(by, str) else list(by) or attributes_of(survey)
    if not asked or not attributes:
        raise DesignError("estimation.nothing_to_screen")
    lines: list[dict[str, object]] = []
    skipped, seen = 0, set[frozenset[str]]()
    for attribute in dict.fromkeys(attributes):
        new = [name for name in dict.fromkeys(asked) if frozenset((name, attribute)) not in seen]
        seen |= {frozenset((name, attribute)) for name in new}
        pairs = list(_tables(sample, new, attribute, survey))
        made = tabulated(sample, [table for table, _ in pairs], tests=True)
        freedom, least = freedom_of_all(sample), rule_for(sample).reference_base
        each = zip(pairs, made, strict=True)
        told = [_line(table, label, figures, freedom, least) for (table, label), figures in each]
        lines += [line for line in told if line]
        skipped += len(new) - len({line["question"] for line in told if line})
    frame = pd.DataFrame(lines, columns=list(SCREENED))
    found = Screening(_ordered(frame, adjustment, level), adjustment, level, skipped)
    return found if differences_claimed(sample) else found.without_tests()


def _ordered(frame: pd.DataFrame, adjustment: Adjustment, level: float) -> pd.DataFrame:
    """Differences first, the largest V first among them; lines alike keep the order of the questionnaire."""
    p = adjusted(frame["p_value"].to_numpy(float), adjustment)
    found = frame.assign(p_adjusted=p, differs=p < level)
    return found.sort_values(["differs", "v"], ascending=False, kind="stable", ignore_index=True)


def questions_of(survey: Survey | None) -> list[str]:
    """Questions with answers to count, and classes made of them, in the order of the questionnaire."""
    known = {} if survey is None else survey.variables
    counted = [name for name, one in known.items() if one.kind in ("single", "multiple")]
    return [name for name in counted if survey is not None and not _of_the_register(survey, name)]


def _of_the_register(survey: Survey, name: str) -> bool:
    """Whether a variable is known of everyone selected: no answer of anybody's."""
    made = {one.name for one in survey.measures.definitions}
    return all(survey.variables[root].source == "selection" for root in _roots(survey, name) - made)


def attributes_of(survey: Survey | None) -> list[str]:
    """What the tables of the plan are by, each once."""
    banners = [] if survey is None else [banner for table in survey.plan.tables for banner in table.by]
    return list(dict.fromkeys(name for banner in banners for name in banner))


def _roots(survey: Survey, name: str) -> set[str]:
    """A variable and all it is made of or completed from."""
    made = {one.name: one for one in survey.measures.definitions}
    parts = made[name].needs if name in made else ()
    completed = survey.variables[name].complete_from if name in survey.variables else None
    return {name}.union(*(_roots(survey, part) for part in (*parts, *([completed] if completed else ()))))


def _tables(
    sample: Sample, questions: Sequence[str], attribute: str, survey: Survey | None
) -> Iterator[tuple[TableAsked, str]]:
    """Every question by the attribute; each option of several answers as a question of its own, with the label of them all."""
    band, column = band_of(sample, (attribute,)), sample.categorical(attribute)
    shown = np.isin(column.codes, band.places)
    for name in dict.fromkeys(questions):
        if name == attribute or (survey is not None and _roots(survey, name) & _roots(survey, attribute)):
            continue
        found = sample.column(name)
        if isinstance(found, Multiple):
            for option in _options(found):
                yield table_asked(option, (band,), shown), found.label
        else:
            one = sample.categorical(name)
            yield table_asked(one, (band,), _spoke(one) & shown), ""


def _spoke(one: Categorical) -> BoolArray:
    return np.asarray(one.codes != (-2 if one.nonanswer is None else one.nonanswer))


def _options(asked: Multiple) -> Iterator[Categorical]:
    """Each option of several answers as a question of its own: not chosen, chosen; who gave no answer at all is outside."""
    silent = np.zeros(len(asked.ticks), bool) if asked.nonanswer is None else asked.ticks[:, asked.nonanswer] == 1
    for place, answer in enumerate(asked.answers):
        if place != asked.nonanswer:
            codes = np.where(silent, -1, asked.ticks[:, place]).astype(np.int8)
            yield Categorical(asked.name, answer, codes, (0, 1), ("", answer))


def _line(asked: TableAsked, several: str, made: Figures, freedom: float, least: int) -> dict[str, object]:
    """One test with the answer whose shares lie furthest apart among groups that are large enough; {} where nothing is tested."""
    pearson, trace, square = made.terms.ravel()
    band = asked.bands[0]
    rows, answers = int((made.counts.sum(axis=1) > 0).sum()), int((made.counts.sum(axis=0) > 0).sum())
    if not np.isfinite(pearson) or min(rows, answers) < 2:
        return {}
    value, df, below, p = (float(one) for one in second_order(pearson, trace, square, freedom))
    place, high, low = _furthest(made.value, made.group_n.ravel(), least, skip_first=bool(several))
    group = band.groups[0]
    return {
        "question": asked.question.name,
        "question_label": several or asked.question.label,
        "option": asked.question.label if several else "",
        "attribute": group.attribute,
        "attribute_label": group.attribute_label,
        "n": int(made.group_n.sum()),
        "v": float(np.sqrt(pearson / (min(rows, answers) - 1))),
        "answer": asked.question.answers[place],
        "high_group": band.groups[high].label,
        "high": 100 * float(made.value[high, place]),
        "low_group": band.groups[low].label,
        "low": 100 * float(made.value[low, place]),
        "gap": 100 * float(made.value[high, place] - made.value[low, place]),
        "statistic": value,
        "df": df,
        "df_denominator": below,
        "p_value": p,
    }


def _furthest(shares: FloatArray, n: FloatArray, least: int, *, skip_first: bool) -> tuple[int, int, int]:
    """The answer with the widest range over groups of at least so many persons (all groups, where fewer than two are), and
    the groups at its ends."""
    large = np.flatnonzero(n >= least)
    kept = large if len(large) > 1 else np.flatnonzero(n > 0)
    own = shares[kept]
    spread = np.ptp(own, axis=0)
    if skip_first:
        spread[0] = -1.0  # "not chosen" is the same gap the other way round
    place = int(spread.argmax())
    return place, int(kept[own[:, place].argmax()]), int(kept[own[:, place].argmin()])
