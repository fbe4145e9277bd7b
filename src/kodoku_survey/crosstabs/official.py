"""The published survey's own rule of what a report mentions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from kodoku_survey.crosstabs.comparisons import wins
from kodoku_survey.crosstabs.crosstab import CrossTab
from kodoku_survey.errors import DesignError, expected


@dataclass(frozen=True)
class GroupStanding:
    """A group of an attribute in one answer: the groups it is significantly higher than, and how many these must be."""

    group: int
    higher_than: tuple[int, ...]
    needed: int
    mentioned: bool


def standings(tab: CrossTab, answer: int, attribute: str) -> list[GroupStanding]:
    """Every group of one attribute that may be compared, in one answer, by the rule of `tab`; see `official`.

    Raises DesignError.
    """
    _check(tab)
    axis = [k for k, g in enumerate(tab.groups) if g.attribute == attribute]
    return standings_among(tab, answer, axis, total=0, of=len(axis))


def standings_among(tab: CrossTab, answer: int, groups: Sequence[int], *, total: int, of: int) -> list[GroupStanding]:
    """The same among some groups, measured against the group `total`.

    of : how many groups the axis has, with those that may not be compared.
    """
    compared = [k for k in groups if tab.n[k] >= tab.rule.reference_base]
    needed = tab.rule.differences_needed if of >= tab.rule.many_groups else 1
    won = wins(tab, [answer], compared)
    found = []
    for place, g in enumerate(compared):
        than = tuple(compared[k] for k in won[place].nonzero()[0])
        above = bool(tab.value[g, answer] > tab.value[total, answer])
        found.append(GroupStanding(g, than, needed, len(than) >= needed and above))
    return found


def official(
    tab: CrossTab,
    *,
    many_groups: int | None = None,
    differences_needed: int | None = None,
    reference_base: int | None = None,
) -> pd.DataFrame:
    """Which groups the published report would mention, for every attribute and answer.

    The rule is the folder's the sample came from, else the published report's (8 groups, 3 differences, 50 persons, z 1.96);
    an argument replaces its part of it.
    A group is mentioned when its share is significantly higher (pooled two-proportion z, simple random sampling)
    than at least one other group's, or `differences_needed` of them where the attribute has `many_groups` or more, and
    is above the total. Groups with a base below `reference_base` are not compared. On the basis "design" the design-based
    t takes the place of z, and the column `rule` says so.
    Returns attribute, group, answer, percent, total (percent of everybody), higher_than (labels), needed, mentioned, rule.
    Source: 令和６年 調査結果の概要「利用上の注意」, reconstructed: the pooled z reproduces nearly all its statements.
    Raises DesignError for a table without everybody, or of other than shares of groups.

    >>> plain = ks.crosstab(sample.on("unweighted"), "lonely", by="age_class")
    >>> ks.official(plain).query("mentioned")[["group", "answer"]].head(2).values.tolist()
    [['18～34歳', 'ときどきある'], ['35～49歳', 'ときどきある']]
    """
    _check(tab)
    given = {"many_groups": many_groups, "differences_needed": differences_needed, "reference_base": reference_base}
    ruled = replace(tab, rule=replace(tab.rule, **{name: value for name, value in given.items() if value is not None}))
    rows = []
    for attribute in dict.fromkeys(g.attribute for g in tab.groups if g.attribute):
        for answer, name in enumerate(tab.answers):
            for one in standings(ruled, answer, attribute):
                percent, total = 100 * tab.value[one.group, answer], 100 * tab.value[0, answer]
                than = tuple(tab.groups[k].label for k in one.higher_than)
                label = tab.groups[one.group].label
                rows.append((attribute, label, name, percent, total, than, one.needed, one.mentioned))
    names = ["attribute", "group", "answer", "percent", "total", "higher_than", "needed", "mentioned"]
    told = "official" if tab.estimate.basis == "unweighted" else "design"
    return pd.DataFrame(rows, columns=names).assign(rule=told)


def _check(tab: CrossTab) -> None:
    expected(tab, CrossTab)
    if tab.share != "row" or not tab.groups or tab.groups[0].attribute:
        raise DesignError("estimation.official_total")
