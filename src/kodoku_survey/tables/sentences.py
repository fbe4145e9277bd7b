"""Sentences: what a table says, by the comparison rule of the published report (crosstabs/official.py), and no more."""

from __future__ import annotations

from collections.abc import Mapping

from kodoku_survey.crosstabs import CrossTab
from kodoku_survey.crosstabs.official import standings
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.settings import Settings
from kodoku_survey.tables.rounding import half_up, percent_of


def sentences(
    tab: CrossTab, entry: TablePlan, settings: Settings, said: Mapping[str, str], variables: Mapping[str, Variable]
) -> tuple[str, ...]:
    """Sentences in the order of the attributes; for a table without attributes, its largest answers.

    An attribute that restates another is told by that one. variables : of the survey, by name.
    """
    if not entry.by:
        return _largest(tab, settings, said)
    found = []
    for code in entry.focus:
        if code in tab.keys:
            answer = tab.keys.index(code)
            for attribute in dict.fromkeys(group.attribute for group in tab.groups if group.attribute):
                sentence = _standing_out(tab, answer, attribute, settings, said, variables)
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
    tab: CrossTab,
    answer: int,
    attribute: str,
    settings: Settings,
    said: Mapping[str, str],
    variables: Mapping[str, Variable],
) -> str | None:
    """The groups of one attribute that stand out by the rule of the published report, or None."""
    divided = variables.get(attribute)
    if tab.groups[0].attribute or (divided is not None and divided.restates):
        return None
    label = next(group.attribute_label for group in tab.groups if group.attribute == attribute)
    found = standings(tab, answer, attribute)
    out = [one.group for one in found if one.mentioned]
    if not out:  # silence: a difference not found is not a difference shown to be none
        return None
    out.sort(key=lambda g: -tab.value[g, answer])
    named = said["listing"].join(
        said["group_share"].format(group=tab.groups[g].label, percent=_percent(tab, g, answer, settings)) for g in out
    )
    whole = _percent(tab, 0, answer, settings)
    derived = tab.question in variables and variables[tab.question].source == "derived"  # classes nobody gave as such
    return said["higher_class" if derived else "higher"].format(
        answer=tab.answers[answer], attribute=label_by(divided, label, said), groups=named, total=whole
    )


def label_by(variable: Variable | None, label: str, said: Mapping[str, str]) -> str:
    """What a division by a variable is called: 年齢階級別, or as its definition says."""
    return variable.label_by if variable is not None and variable.label_by else said["label_by"].format(label=label)


def _percent(tab: CrossTab, group: int, answer: int, settings: Settings) -> str:
    decimals = settings.publication.decimals
    if tab.estimate.basis == "unweighted":
        return half_up(percent_of(int(tab.counts[group, answer]), int(tab.n[group])), decimals)
    return half_up(100 * float(tab.value[group, answer]), decimals)
