"""Sentences: what a table says, by the comparison rule of the published report (crosstabs/official.py), and no more."""

from __future__ import annotations

from collections.abc import Mapping

from kodoku_survey.crosstabs import CrossTab
from kodoku_survey.crosstabs.official import standings
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.settings import Settings
from kodoku_survey.tables.rounding import half_up, percent_of


def sentences(
    tab: CrossTab, entry: TablePlan, settings: Settings, said: Mapping[str, str], *, derived: bool
) -> tuple[str, ...]:
    """Sentences in the order of the attributes; for a table without attributes, its largest answers.

    derived : the answers are classes made of answers, which nobody gave as such.
    """
    if not entry.by:
        return _largest(tab, settings, said)
    found = []
    for code in entry.focus:
        if code in tab.keys:
            answer = tab.keys.index(code)
            for attribute in dict.fromkeys(group.attribute for group in tab.groups if group.attribute):
                sentence = _standing_out(tab, answer, attribute, settings, said, derived=derived)
                if sentence:
                    found.append(sentence)
    return tuple(found)


def _largest(tab: CrossTab, settings: Settings, said: Mapping[str, str]) -> tuple[str, ...]:
    order = [k for k in sorted(range(len(tab.answers)), key=lambda k: -tab.value[0, k]) if k != tab.nonanswer][:3]
    if not order or tab.n[0] < settings.publication.reference_base:  # nothing is said of figures for reference only
        return ()
    parts = [said["answer_share"].format(answer=tab.answers[k], percent=_percent(tab, 0, k, settings)) for k in order]
    first, rest = parts[0], parts[1:]
    if not rest:
        return (said["largest_alone"].format(question=tab.question_label, first=first),)
    return (said["largest"].format(question=tab.question_label, first=first, rest=said["listing"].join(rest)),)


def _standing_out(
    tab: CrossTab, answer: int, attribute: str, settings: Settings, said: Mapping[str, str], *, derived: bool
) -> str | None:
    """The groups of one attribute that stand out by the rule of the published report, or None."""
    title = next(group.attribute_label for group in tab.groups if group.attribute == attribute)
    if (
        title.startswith(("（", "(")) or tab.groups[0].attribute
    ):  # （再掲）, （別掲）: told by the attribute they restate
        return None
    title = title.removesuffix("別")
    found = standings(tab, answer, attribute)
    out = [one.group for one in found if one.mentioned]
    if not out:  # silence: a difference not found is not a difference shown to be none
        return None
    out.sort(key=lambda g: -tab.value[g, answer])
    named = said["listing"].join(
        said["group_share"].format(group=tab.groups[g].label, percent=_percent(tab, g, answer, settings)) for g in out
    )
    whole = _percent(tab, 0, answer, settings)
    return said["higher_class" if derived else "higher"].format(
        answer=tab.answers[answer], attribute=title, groups=named, total=whole
    )


def _percent(tab: CrossTab, group: int, answer: int, settings: Settings) -> str:
    decimals = settings.publication.decimals
    if tab.estimate.basis == "unweighted":
        return half_up(percent_of(int(tab.counts[group, answer]), int(tab.n[group])), decimals)
    return half_up(100 * float(tab.value[group, answer]), decimals)
