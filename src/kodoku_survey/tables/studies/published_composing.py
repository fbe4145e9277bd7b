"""Published figures as one side of a standardisation: rates by cells, of an earlier wave or of another office's survey."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kodoku_survey.benchmark.composed_rates import ComposedRates
from kodoku_survey.errors import DesignError, UsageError
from kodoku_survey.survey.rates import PublishedRate, PublishedRates, RateGroup, read_published_rates
from kodoku_survey.survey.survey import Survey
from kodoku_survey.tables.sides import Asked, Published, Side, shares
from kodoku_survey.tables.studies.composing import CompositionAxis


def read_rates(path: str | Path, survey: Survey) -> Published:
    """Figures another office has published (rates.csv), in the terms of a folder, as one side of `ks.benchmark`.

    Raises SurveyFaults with every fault of the file.

    >>> head = "survey,question,answer,group,percent,n,base,source"
    >>> _ = Path("rates.csv").write_text(head + "\\nみさき県,q28,1,,5.0,1000,answered,表3\\n", "utf-8")
    >>> ks.read_rates("rates.csv", national.responses.survey).rates is not None
    True
    """
    published_survey, rates = read_published_rates(path, survey)
    return Published(published_survey, published_survey.settings.identity.wave, rates)


def published(
    side: Published, asked: Asked, axes: Sequence[CompositionAxis], keys: Sequence[int]
) -> ComposedRates | None:
    """Published figures by the cells of the axes; None where they are not published.

    Of history.csv the counts are those the printed percentages stand for, on a simple random sample; of another office's
    survey the rates are as printed, with their own errors where it gives them. Raises DesignError where the cells, taken
    together, are not what it prints of everybody.
    """
    if side.rates is None:
        return _of_history(side, asked, axes, keys)
    cells = [frozenset(zip((axis.name for axis in axes), codes, strict=True)) for codes, _ in _cells(axes)]
    turned = {first: code for code, first in asked.answers.items()}
    own = [[side.rates.rates.get((asked.question, cell, turned[key])) for key in keys] for cell in cells]
    held = [rates for rates in own if any(rate is not None for rate in rates)]
    if not held or any(rate is None for rates in held for rate in rates):
        return None
    made = _composed(own, [label for _, label in _cells(axes)], len(keys))
    if axes:
        _check_everybody(side, side.rates, made, asked, [turned[key] for key in keys])
    return made


def published_keys(keys: Sequence[int], *sides: tuple[Side, Asked]) -> list[int]:
    """Those of some answers that a file of rates, where one is a side, has a figure of."""
    kept = list(keys)
    for side, asked in sides:
        if isinstance(side, Published) and side.rates is not None:
            known = {answer for name, _, answer in side.rates.rates if name == asked.question}
            turned = {first: code for code, first in asked.answers.items()}
            kept = [key for key in kept if turned[key] in known]
    return kept


def _composed(own: Sequence[Sequence[PublishedRate | None]], labels: Sequence[str], k: int) -> ComposedRates:
    nothing = PublishedRate(float("nan"), 0)
    rates = [[rate or nothing for rate in cell] for cell in own]
    share, stated = (np.array([[getattr(r, name) for r in cell] for cell in rates]) for name in ("share", "se"))
    size = np.array([cell[0].n for cell in rates], dtype=float)
    persons = np.array([cell[0].persons for cell in rates])
    with np.errstate(all="ignore"):
        binomial = np.sqrt(share * (1 - share) / size[:, None])  # each cell a simple random sample of its own
    known = np.isfinite(persons[size > 0]).all()
    return ComposedRates(
        share.reshape(-1, k),
        size,
        tuple(labels),
        np.where(np.isnan(stated), binomial, stated),
        np.nan_to_num(persons) if known else None,
    )


def _check_everybody(
    side: Published, rates: PublishedRates, made: ComposedRates, asked: Asked, codes: Sequence[int]
) -> None:
    """The rates of the cells over their own shares are what is printed of everybody: or the shares are not the population's."""
    whole: RateGroup = frozenset()
    for k, code in enumerate(codes):
        printed = rates.rates.get((asked.question, whole, code))
        # The groups leave out those whose class is not known, and every figure is rounded.
        if printed is not None and abs(printed.share - made.mean[k]) > 2 * rates.rounding + 0.003:
            told = {"value": f"{100 * made.mean[k]:.1f}", "printed": f"{100 * printed.share:.1f}"}
            raise DesignError("benchmark.rates_composition", f"{side.named} [{asked.question}={code}]", **told)


def _of_history(
    side: Published, asked: Asked, axes: Sequence[CompositionAxis], keys: Sequence[int]
) -> ComposedRates | None:
    found, name = shares(side, asked), ":".join(axis.name for axis in axes)
    own = [[found.get((name, codes, key)) for key in keys] for codes, _ in _cells(axes)]
    held = [[one for one in cell if one is not None] for cell in own]
    if any(len(cell) < len(keys) for cell in held):
        return None
    size = np.array([round(cell[0].n) for cell in held], dtype=float)
    count = np.array([[one.count for one in cell] for cell in held], dtype=float)
    with np.errstate(all="ignore"):
        rate = (count / size[:, None]).reshape(-1, len(keys))
    return ComposedRates(rate, size, tuple(label for _, label in _cells(axes)), np.full(rate.shape, np.nan))


def _cells(axes: Sequence[CompositionAxis]) -> list[tuple[tuple[int, ...], str]]:
    """Codes and label of every cell of the crossed axes, in the first survey's terms."""
    cells: list[tuple[tuple[int, ...], str]] = [((), "")]
    for axis in axes:
        cells = [
            ((*codes, code), f"{text} {label}".strip())
            for codes, text in cells
            for code, label in zip(axis.codes, axis.labels, strict=True)
        ]
    return cells


def refuse_two_files(*sides: object) -> None:
    """Two files of rates have no codebook between them. Raises UsageError."""
    if all(isinstance(side, Published) and side.rates is not None for side in sides):
        raise UsageError("benchmark.rates_alone", "compare")
