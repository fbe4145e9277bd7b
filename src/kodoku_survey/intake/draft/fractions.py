"""How large a part of an area's people were drawn, as far as data files tell: their sampling weights, by a column of areas."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from kodoku_survey.intake.draft.sheet_of_answers import Answers

LARGE_PART = 0.025  # of an area's people: above, that somebody was asked is no secret
WEIGHT_NAMES = re.compile(
    r"(抽出|基礎|設計|デザイン)?(ウエイト|ウェイト)|(base|design|sampling)?_?weight|集計用乗率", re.IGNORECASE
)
AREA_NAMES = re.compile(
    r"都道府県|市区?町村|地域|地区|圏域|ブロック|(^|_)(area|pref\w*|region|city|town|district)($|_)", re.IGNORECASE
)
UNIT_WEIGHT = 1.05  # a mean weight below is no number of persons, unless everybody has 1: a census


def largest_fraction(files: Sequence[Answers]) -> tuple[str, float] | None:
    """The area with the largest sampling fraction ("" for the whole) and that; None where no weights tell."""
    found: dict[str, float] = {}
    for answers in files:
        weights = _column(answers, WEIGHT_NAMES)
        numbers = None if weights is None else _numbers(weights)
        if numbers is None:
            continue
        places = _column(answers, AREA_NAMES) or ("",) * len(numbers)
        drawn: dict[str, int] = defaultdict(int)
        stand_for: dict[str, float] = defaultdict(float)
        for place, weight in zip(places, numbers, strict=True):
            drawn[place.strip()] += 1
            stand_for[place.strip()] += weight
        for place, total in stand_for.items():
            found[place] = max(found.get(place, 0.0), drawn[place] / total)
    return max(found.items(), key=lambda one: (one[1], one[0])) if found else None


def _column(answers: Answers, names: re.Pattern[str]) -> tuple[str, ...] | None:
    place = next((k for k, name in enumerate(answers.names) if names.search(name)), None)
    return None if place is None else answers.columns[place]


def _numbers(cells: Sequence[str]) -> list[float] | None:
    """Sampling weights, each of a person or more; None of anything else, as of weights scaled to a mean of 1."""
    try:
        found = [float(cell) for cell in cells]
    except ValueError:
        return None
    if not found or min(found) < 1 or (sum(found) < UNIT_WEIGHT * len(found) and max(found) > 1):
        return None
    return found
