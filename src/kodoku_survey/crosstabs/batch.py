"""A whole publication at once: every question by every attribute, with errors, intervals and tests.

All a table needs of the respondents are totals by unit and cell. An attribute and all questions are counted in one pass
(`counting`); what follows is algebra on the totals (`cells`, `shares`), free of the number of respondents; intervals and
p-values are taken for all tables in one call (`publication`). Nothing of the size respondents × answers is ever made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np

from kodoku_survey.arrays import FloatArray, IndexArray
from kodoku_survey.crosstabs.cells import Cells, counting_of
from kodoku_survey.crosstabs.counting import Slots, slots
from kodoku_survey.crosstabs.crosstab import Group, groups_of
from kodoku_survey.crosstabs.publication import CrossTabs, Tabulated
from kodoku_survey.design import Categorical, Multiple, Sample
from kodoku_survey.errors import expected
from kodoku_survey.estimation.groups import banners_of
from kodoku_survey.estimation.tally import freedom_of_all

Question = Categorical | Multiple


def crosstabs(
    sample: Sample,
    questions: str | Sequence[str],
    *,
    by: str | Sequence[str | Sequence[str]] = (),
    nonanswer: Literal["in", "out"] = "in",
    interval: str = "logit",
) -> CrossTabs:
    """Shares of each answer to every question within the groups of every attribute, and whether the two are independent.

    by : names; a tuple of names is a nested banner, tested as one attribute of its groups; nothing: everybody, under the name "".
    nonanswer, interval : as in `crosstab`.

    Each table equals that of `crosstab` without its line of everybody, each test that of `independence`. Raises DesignError.
    """
    expected(sample, Sample)
    banners = banners_of(by)
    attributes = [_attribute(sample, banner) for banner in dict.fromkeys(banners or [()])]
    asked = [_asked(sample, name) for name in dict.fromkeys([questions] if isinstance(questions, str) else questions)]
    columns = [column for question in asked for column in _columns(question, nonanswer)]
    counting = counting_of(sample, columns, max(attribute.slots.width for attribute in attributes))
    del columns  # counted from here on as packs of them
    tables = []
    with np.errstate(all="ignore"):  # a group nobody belongs to has no shares
        for attribute in attributes:
            cells = counting.cells(attribute.slots)
            for question in asked:
                own = 1 if isinstance(question, Categorical) else len(question.answers)
                tables.append(_tabulated(question, attribute, list(islice(cells, own))))
    return CrossTabs(sample, tuple(tables), freedom_of_all(sample), interval, nonanswer)


@dataclass(frozen=True, eq=False)
class _Attribute:
    """A banner: all its codes, which the test is of, and the positions of those shown as groups."""

    banner: tuple[str, ...]
    slots: Slots
    shown: IndexArray
    groups: tuple[Group, ...]


def _attribute(sample: Sample, banner: tuple[str, ...]) -> _Attribute:
    if not banner:
        everybody = slots(np.zeros(len(sample), dtype=np.int8), 1)
        return _Attribute((), everybody, np.zeros(1, dtype=np.intp), (Group("", "", (), "全体"),))
    if len(banner) > 1:
        member, found = groups_of(sample, banner)
        return _Attribute(banner, slots(member, len(found)), np.arange(len(found)), tuple(found))
    (name,) = banner
    column = sample.categorical(name)
    size = len(column.answers)
    shown = [i for i in range(size) if i != column.nonanswer and i not in column.hidden]
    groups = tuple(Group(name, column.label, (column.keys[i],), column.answers[i]) for i in shown)
    return _Attribute(banner, slots(column.codes, size), np.array(shown, dtype=np.intp), groups)


def _asked(sample: Sample, name: str) -> Question:
    found = sample.column(name)
    return found if isinstance(found, Multiple) else sample.categorical(name)


def _columns(question: Question, nonanswer: str) -> list[Slots]:
    """A single answer is one column; of several answers each is one, of the slots no and yes."""
    last = question.nonanswer if nonanswer == "out" else None
    if isinstance(question, Categorical):
        codes = question.codes if last is None else np.where(question.codes == last, -1, question.codes)
        return [slots(codes, len(question.answers))]
    ticks = question.ticks if last is None else np.where(question.ticks[:, [last]] == 1, -1, question.ticks)
    return [slots(np.ascontiguousarray(tick), 2) for tick in ticks.T]


def _tabulated(question: Question, attribute: _Attribute, cells: Sequence[Cells]) -> Tabulated:
    """A table of groups × answers from its column, or from the "yes" of each of its columns."""
    shown, first = attribute.shown, cells[0]
    single = isinstance(question, Categorical)

    def table(parts: Sequence[FloatArray]) -> FloatArray:
        return parts[0][:, shown].T if single else np.stack([part[1, shown] for part in parts], axis=1)

    return Tabulated(
        question=question,
        banner=attribute.banner,
        groups=attribute.groups,
        value=table([one.value for one in cells]),
        se=table([one.se for one in cells]),
        counts=table([one.counts for one in cells]).astype(np.int64),
        n=first.counts.sum(axis=0)[shown].astype(np.int64),
        weighted_n=first.weighted.sum(axis=0)[shown],
        freedom=first.freedom[shown],
        terms=first.terms if single else np.full(3, np.nan),
    )
