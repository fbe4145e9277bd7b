"""Answers along the route of the form, in the shares that are known, associated as answers of people are.

Every question is cut from a latent scale. Items of one score lean on a trait of their own, the way their points run, and all
traits on one another a little; what is not published jointly is invented.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, ByteArray, CodeArray, FloatArray
from kodoku_survey.intake.ledger import Ledger
from kodoku_survey.intake.responses import ANSWERED, NONANSWER, Responses
from kodoku_survey.survey.codebook import NOT_ASKED, Variable
from kodoku_survey.survey.conditions import TRUE, truth
from kodoku_survey.survey.definitions import Classes, Score
from kodoku_survey.survey.folder import Survey
from kodoku_survey.synthetic.answer_shares import Shares, allotted
from kodoku_survey.synthetic.composition import WIDEST, GivenCodes, limits, within_classes

ITEM, OTHER = 0.75, 0.25  # loadings of an item of a score on its trait, of any other question on the common one
ON_COMMON_TRAIT = 0.5  # of a trait on the common one


def answer(
    survey: Survey,
    shares: Shares,
    given: GivenCodes,
    ids: list[str],
    never_blank: frozenset[str],
    rng: np.random.Generator,
) -> Responses:
    """Everyone answers every question of the form on the route. given : what is known of them already, by variable."""
    count = len(ids)
    people = _selected(survey, given, ids)
    common, careless = rng.standard_normal(count), rng.standard_normal(count)
    traits, judged = _traits(survey, common, rng), judged_of(survey)
    for variable in (variable for variable in survey.codebook if variable.source == "form"):
        asked = np.ones(count, dtype=bool)
        if variable.asked_if is not None:
            asked = truth(variable.asked_if, people.given) == TRUE
        trait, loading = traits.get(variable.name, (common, OTHER if rng.random() < 0.5 else -OTHER))
        latent = loading * trait + np.sqrt(1 - loading**2) * rng.standard_normal(count)
        may = np.full(count, variable.name not in never_blank and variable.name not in given)
        if variable.name == last_judged(survey):
            # Blank only where another one is not: a return without any answer is no valid one.
            states = [people.given(v.name).state == ANSWERED for v in judged if v.name in people.variables]
            may &= np.any([np.zeros(count, dtype=bool), *states], axis=0)
        told, silent = shares.of(variable)
        number = int(allotted([silent, 1 - silent], int(asked.sum()))[0])
        quiet = _most(0.5 * careless + rng.standard_normal(count), number, asked & may)
        status: dict[str, ByteArray] = {}
        if variable.kind == "multiple":
            values = _ticks(variable, told, latent, asked, quiet, rng)
        else:
            own, open_ = given.get(variable.name, np.zeros(count, dtype=np.int64)), asked & ~quiet
            if variable.name not in given:
                own[open_] = _values(survey, variable, shares, latent[open_], rng)
            values, status = _settled(variable, own, asked, quiet)
        people = people.with_variables({variable.name: variable}, {variable.name: values}, status)
    return people


def judged_of(survey: Survey) -> list[Variable]:
    """The questions that make a return valid."""
    sections = survey.settings.cleaning.valid_sections
    return [v for v in survey.codebook if v.source == "form" and (not sections or v.section in sections)]


def last_judged(survey: Survey) -> str:
    """The last question put to everybody that makes a return valid; "" for none."""
    return ([""] + [variable.name for variable in judged_of(survey) if variable.asked_if is None])[-1]


def _selected(survey: Survey, given: GivenCodes, ids: list[str]) -> Responses:
    """People of whom nothing is known but what the register says."""
    count = len(ids)
    frame = {variable.name: variable for variable in survey.codebook if variable.source == "selection"}
    nothing = np.full(count, "", dtype=object)
    answers = {name: given[name].astype(np.int32) for name in frame}
    status = {name: np.zeros(count, dtype=np.int8) for name, variable in frame.items() if variable.kind == "number"}
    ledger, numbers = Ledger((), None, pd.DataFrame()), np.array(ids, dtype=object)
    return Responses(
        survey, numbers, nothing, nothing.copy(), np.arange(count), frame, answers, status, pd.DataFrame(), ledger
    )


def _traits(survey: Survey, common: FloatArray, rng: np.random.Generator) -> dict[str, tuple[FloatArray, float]]:
    """The trait of each item of a score, and its loading: which way its codes run along it."""
    found: dict[str, tuple[FloatArray, float]] = {}
    for definition in survey.measures.definitions:
        if isinstance(definition, Score):
            trait = ON_COMMON_TRAIT * common + np.sqrt(1 - ON_COMMON_TRAIT**2) * rng.standard_normal(len(common))
            for item in definition.items:
                points = [worth for _, worth in sorted(item.points)]
                found.setdefault(item.variable, (trait, ITEM if points[-1:] >= points[:1] else -ITEM))
    return found


def _settled(
    variable: Variable, values: CodeArray, asked: BoolArray, quiet: BoolArray
) -> tuple[CodeArray, dict[str, ByteArray]]:
    """Codes or numbers with 無回答 and 非該当 in place, and the status of a number."""
    status = np.where(~asked, NOT_ASKED, np.where(quiet, NONANSWER, ANSWERED)).astype(np.int8)
    if variable.kind == "number":
        return np.where(status == ANSWERED, values, 0).astype(np.int32), {variable.name: status}
    silent = NOT_ASKED if variable.nonanswer is None else variable.nonanswer
    return np.where(~asked, NOT_ASKED, np.where(quiet, silent, values)).astype(np.int32), {}


def _values(
    survey: Survey, variable: Variable, shares: Shares, latent: FloatArray, rng: np.random.Generator
) -> CodeArray:
    """Codes in their shares; numbers whose classes have theirs, where any are known, else a hump above the minimum."""
    if variable.kind == "single":
        return _cut(latent, shares.of(variable)[0])
    classes = next((d for d in survey.measures.definitions if isinstance(d, Classes) and d.of == variable.name), None)
    if classes is not None and classes.name in shares.given:
        codes = _cut(latent, shares.of(survey.variables[classes.name])[0])
        return within_classes(variable, classes, codes, rng)
    low, greatest = limits(variable)
    high = min(greatest, low + WIDEST * variable.parts)
    place = (np.argsort(np.argsort(latent, kind="stable"), kind="stable") + 0.5) / max(len(latent), 1)
    return low + np.floor(place**1.4 * (high - low + 1)).astype(np.int64)


def _cut(latent: FloatArray, shares: dict[int, float]) -> CodeArray:
    """Codes along a latent scale, as many of each as its share says."""
    found = np.empty(len(latent), dtype=np.int64)
    found[np.argsort(latent, kind="stable")] = np.repeat(list(shares), allotted(list(shares.values()), len(latent)))
    return found


def _ticks(
    variable: Variable,
    told: dict[int, float],
    latent: FloatArray,
    asked: BoolArray,
    quiet: BoolArray,
    rng: np.random.Generator,
) -> CodeArray:
    """Each option its share of those asked; an exclusive option stands alone; nothing ticked is 無回答."""
    options, count = list(told), int(asked.sum())
    most = variable.at_most or len(options)
    ticks, left = np.zeros((len(asked), len(options)), dtype=bool), asked & ~quiet
    for code in variable.exclusive:
        ticks[:, options.index(code)] = taken = _most(-latent, round(told[code] * count), left)
        left &= ~taken
    shared = {code: max(share, 1e-6) for code, share in told.items() if code not in variable.exclusive}
    for code in shared:
        own = 0.5 * latent + 0.85 * rng.standard_normal(len(asked))
        ticks[:, options.index(code)] = _most(own, round(told[code] * count), left)
    # Who is neither silent nor alone ticked something.
    nothing = np.flatnonzero(left & ~ticks.any(axis=1))
    usual = rng.permutation(_cut(np.zeros(len(nothing)), shared or {options[0]: 1.0}))
    ticks[nothing, [options.index(int(code)) for code in usual]] = True
    ticks &= ticks.cumsum(axis=1) <= most
    return np.where(asked[:, None], np.column_stack([ticks, quiet]), NOT_ASKED).astype(np.int8)


def _most(score: FloatArray, number: int, among: BoolArray) -> BoolArray:
    """The `number` of `among` with the highest score."""
    chosen = np.zeros(len(score), dtype=bool)
    rows = np.flatnonzero(among)
    chosen[rows[np.argsort(-score[rows], kind="stable")[:number]]] = True
    return chosen
