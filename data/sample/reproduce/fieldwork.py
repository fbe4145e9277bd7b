"""Fieldwork: who returns a form, by which mode and when; and the slips no survey is spared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray, TextArray
from kodoku_survey.survey.settings import Identity
from reproduce.model import Dirt, Response


def respond(
    response: Response, factors: Mapping[str, FloatArray], rng: np.random.Generator
) -> tuple[IndexArray, IndexArray]:
    """Who answers by the first mode and who by the second, as rows of the register, shuffled as returns arrive."""
    inclined = _inclination(response.effects, factors, rng)
    answering = np.flatnonzero(inclined >= np.quantile(inclined, 1 - response.rate))
    online = _inclination(response.web_effects, factors, rng)[answering]
    by_web = online >= np.quantile(online, 1 - response.web)
    return rng.permutation(answering[~by_web]), rng.permutation(answering[by_web])


def _inclination(
    effects: Mapping[str, float], factors: Mapping[str, FloatArray], rng: np.random.Generator
) -> FloatArray:
    total = rng.logistic(size=len(factors["age"]))
    for name, effect in effects.items():
        total += effect * factors[name]
    return total


def arrivals(count: int, identity: Identity, late: float, rng: np.random.Generator) -> list[dt.date]:
    """Dates of receipt: most within two weeks of the reference date, a share `late` after the closing date."""
    start = identity.reference_date or dt.date(identity.wave, 12, 1)
    last = identity.accepted_until or start + dt.timedelta(days=60)
    days = np.minimum(np.floor(rng.gamma(2.0, 6.0, count)).astype(int), (last - start).days)
    over = rng.random(count) < late
    after = rng.integers(1, 15, count)
    return [
        last + dt.timedelta(days=int(extra)) if is_late else start + dt.timedelta(days=int(day))
        for day, is_late, extra in zip(days, over, after, strict=True)
    ]


def spoil_single(values: TextArray, codes: list[str], dirt: Dirt, rng: np.random.Generator, silent: BoolArray) -> None:
    """Slips of a single answer keyed as a code, in place. silent : cells that are 無回答."""
    held = values != ""
    lost = silent if dirt.loses == "nothing" else held

    def two(text: str) -> str:
        if dirt.loses == "nothing":
            first = int(rng.integers(len(codes) - 1))
            return f"{codes[first]},{codes[first + 1]}"
        return f"{text},{codes[(codes.index(text) + 1) % len(codes)]}" if text in codes else text

    _change(values, lost, dirt.double_answer, two, rng)
    _change(values, lost, dirt.not_a_code, lambda _: "77", rng)
    _change(values, held, dirt.full_width, _wide, rng)
    _change(values, lost, dirt.unreadable, lambda _: "●", rng)


def spoil_number(
    values: TextArray,
    dirt: Dirt,
    rng: np.random.Generator,
    silent: BoolArray,
    known: BoolArray | None,
) -> None:
    """Slips of a number, in place: full-width digits, two digits too many, left blank.

    silent : cells that are 無回答. known : those whose number the register has too, so that a blank loses nothing.
    """
    held = values != ""
    if dirt.loses == "answers":
        _change(values, held, 5 * dirt.full_width, lambda _: "", rng)
        _change(values, held, 5 * dirt.full_width, _wide, rng)
        _change(values, held, 2 * dirt.not_a_code, lambda text: f"{text}00", rng)
        return
    _change(values, held, 5 * dirt.full_width, _wide, rng)
    _change(values, silent, dirt.not_a_code, lambda _: "9900", rng)
    if known is not None:
        _change(values, known, dirt.completed, lambda _: "", rng)
        _change(values, known, dirt.completed / 10, lambda text: f"{text}00", rng)


def spoil_off_route(
    values: TextArray, asked: BoolArray, answers: list[str], share: float, rng: np.random.Generator
) -> None:
    """Answers where the form said to skip, in place."""
    for row in np.flatnonzero(~asked & (rng.random(len(values)) < share)):
        values[row] = answers[int(rng.integers(len(answers)))]


def _wide(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))


def _change(
    values: TextArray, among: BoolArray, share: float, make: Callable[[str], str], rng: np.random.Generator
) -> None:
    for row in np.flatnonzero(among & (rng.random(len(values)) < share)):
        values[row] = make(values[row])
