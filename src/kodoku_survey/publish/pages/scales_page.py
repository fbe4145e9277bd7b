"""Reliability of the folder's scales, for the quality page: what is measured, how surely, and whether every item belongs."""

from __future__ import annotations

from collections.abc import Mapping

from kodoku_survey.design import Sample
from kodoku_survey.errors import DesignError, Language
from kodoku_survey.estimation import Estimate
from kodoku_survey.measures import instruments
from kodoku_survey.publish.pages.accounts import TextGrid
from kodoku_survey.scales import reliability
from kodoku_survey.survey.definitions import Score
from kodoku_survey.tables.table import HIDDEN


def scale_rows(sample: Sample, said: Mapping[str, str], lang: Language, kept: frozenset[str] = frozenset()) -> TextGrid:
    """One line a scale of the folder: respondents, alpha and omega with their limits, the weakest item; or why there is none.

    Scales are the scores tied to an instrument of that kind, the same items once. kept : scores of which the release does not
    tell how many answered.
    """
    assert sample.responses is not None
    heads = [said["scale"], said["n"], said["alpha"], said["omega"], said["categorical_omega"], said["item_rest"]]
    rows, seen = [], set()
    for definition in sample.responses.survey.measures.definitions:
        if not isinstance(definition, Score) or not definition.instrument:
            continue
        items = tuple(item.variable for item in definition.items)
        if instruments()[definition.instrument].kind != "scale" or items in seen:
            continue
        seen.add(items)
        n, *figures = _figures(sample, definition.name, lang)
        rows.append([definition.label, HIDDEN if definition.name in kept else n, *figures])
    return heads, rows


def _figures(sample: Sample, name: str, lang: Language) -> list[str]:
    assert sample.responses is not None
    level = sample.responses.survey.settings.estimation.level
    try:
        found = reliability(sample, name)
    except DesignError as fault:
        return ["", fault.text(lang), "", "", ""]
    weakest = int(found.item_rest.value.argmin())
    item = f"{found.item_rest.value[weakest]:.2f} ({found.items[weakest]})"
    told = [_told(found, one, level) for one in ("alpha", "omega", "categorical_omega")]
    return [f"{int(found.base.n[0]):,}", *told, item]


def _told(found: object, coefficient: str, level: float) -> str:
    """A coefficient with its limits; nothing where the items have none (no proper factor, too many different answers)."""
    try:
        estimate: Estimate = getattr(found, coefficient)
    except DesignError:
        return "–"
    if not estimate.claimed:
        return f"{estimate.value[0]:.3f}"
    low, high = estimate.interval(level)
    return f"{estimate.value[0]:.3f} ({low[0]:.3f}–{high[0]:.3f})"
