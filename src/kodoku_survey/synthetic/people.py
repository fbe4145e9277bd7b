"""Answers along the route of the form, in the shares that are known, associated as answers of people are.

Every question is cut from a latent scale. Items of one score lean on a trait of their own, the way their points run, and all
traits on one another a little; what is not published jointly is invented.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, ByteArray, CodeArray, FloatArray
from kodoku_survey.intake.ledger import Ledger
from kodoku_survey.intake.responses import ANSWERED, NONANSWER, Responses
from kodoku_survey.survey.codebook import NOT_ASKED, Variable
from kodoku_survey.survey.conditions import TRUE, truth
from kodoku_survey.survey.definitions import Classes, Score
from kodoku_survey.survey.folder import Survey
from kodoku_survey.synthetic.answer_shares import SILENT, Shares, allotted
from kodoku_survey.synthetic.composition import GivenCodes, limits, within_bands

ITEM, OTHER = 0.75, 0.25  # loadings of an item of a score on its trait, of any other question on the common one
ON_COMMON_TRAIT = 0.5  # of a trait on the common one
WIDEST = 60  # a number without classes keeps within so much of its minimum


@dataclass(frozen=True, eq=False)
class PosedQuestion:
    """One question put to n persons: who is asked, where each stands on its scale, and how inclined to leave it blank.

    A blank of −inf is never left.
    """

    variable: Variable
    asked: BoolArray
    latent: FloatArray
    blank: FloatArray

    def silent(self, share: float) -> BoolArray:
        """Those who leave it blank: the most careless, in their share."""
        number = min(
            int(allotted([share, 1 - share], int(self.asked.sum()))[0]), int((self.blank[self.asked] > -np.inf).sum())
        )
        return most(self.blank, number, self.asked)


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
    traits, judged = _traits(survey, common, rng), [variable.name for variable in _judged(survey)]
    for variable in survey.codebook:
        if variable.source != "form":
            continue
        asked = np.ones(count, dtype=bool)
        if variable.asked_if is not None:
            asked = truth(variable.asked_if, people.given) == TRUE
        trait, loading = traits.get(variable.name, (common, OTHER if rng.random() < 0.5 else -OTHER))
        latent = loading * trait + np.sqrt(1 - loading**2) * rng.standard_normal(count)
        blank = 0.5 * careless + rng.standard_normal(count)
        if variable.name in never_blank:
            blank[:] = -np.inf
        if variable.name == last_judged(survey):
            states = [people.given(name).state == ANSWERED for name in judged if name in people.variables]
            blank[~np.any(states, axis=0) if states else slice(None)] = -np.inf
        one = PosedQuestion(variable, asked, latent, blank)
        values, status = _values(survey, one, shares, given.get(variable.name), rng)
        people = people.with_variables({variable.name: variable}, {variable.name: values}, status)
    return people


def last_judged(survey: Survey) -> str:
    """The last question put to everybody that makes a return valid: blank only where another one is not; "" for none."""
    judged = [variable.name for variable in _judged(survey) if variable.asked_if is None]
    return judged[-1] if judged else ""


def _judged(survey: Survey) -> list[Variable]:
    sections = survey.settings.cleaning.valid_sections
    return [v for v in survey.codebook if v.source == "form" and (not sections or v.section in sections)]


def _selected(survey: Survey, given: GivenCodes, ids: list[str]) -> Responses:
    """People of whom nothing is known but what the register says."""
    count = len(ids)
    frame = [variable for variable in survey.codebook if variable.source == "selection"]
    nothing = np.full(count, "", dtype=object)
    variables, answers = {v.name: v for v in frame}, {v.name: given[v.name].astype(np.int32) for v in frame}
    status = {v.name: np.zeros(count, dtype=np.int8) for v in frame if v.kind == "number"}
    ledger, numbers = Ledger((), None, pd.DataFrame()), np.array(ids, dtype=object)
    return Responses(
        survey, numbers, nothing, nothing.copy(), np.arange(count), variables, answers, status, pd.DataFrame(), ledger
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


def _values(
    survey: Survey, one: PosedQuestion, shares: Shares, known: CodeArray | None, rng: np.random.Generator
) -> tuple[CodeArray, dict[str, ByteArray]]:
    """Codes, ticks or numbers of everybody, and the status of a number."""
    variable = one.variable
    if variable.kind == "multiple":
        return _ticks(one, shares, rng), {}
    told, silent = shares.single(variable) if variable.kind == "single" else ({}, SILENT)
    quiet = one.silent(0.0 if known is not None else silent)
    open_ = one.asked & ~quiet
    values = np.full(len(open_), NOT_ASKED if variable.kind == "single" else 0, dtype=np.int32)
    if known is not None:
        values[open_] = known[open_]
    elif variable.kind == "single":
        values[open_] = cut(one.latent[open_], told)
    else:
        values[open_] = _numbers(survey, variable, shares, one.latent[open_], rng)
    if variable.kind == "single":
        values[quiet] = NOT_ASKED if variable.nonanswer is None else variable.nonanswer
        return values, {}
    status = np.where(~one.asked, NOT_ASKED, np.where(quiet, NONANSWER, ANSWERED)).astype(np.int8)
    return values, {variable.name: status}


def cut(latent: FloatArray, shares: dict[int, float]) -> CodeArray:
    """Codes along a latent scale, as many of each as its share says."""
    found = np.empty(len(latent), dtype=np.int64)
    found[np.argsort(latent, kind="stable")] = np.repeat(list(shares), allotted(list(shares.values()), len(latent)))
    return found


def _numbers(
    survey: Survey, variable: Variable, shares: Shares, latent: FloatArray, rng: np.random.Generator
) -> CodeArray:
    """Numbers whose classes have their shares, where a definition makes classes of them; else a hump above the minimum."""
    classes = next((d for d in survey.measures.definitions if isinstance(d, Classes) and d.of == variable.name), None)
    if classes is not None and classes.name in shares.given:
        codes = cut(latent, shares.single(survey.variables[classes.name])[0])
        return within_bands(variable, classes.bands, codes, rng)
    low, greatest = limits(variable, np.iinfo(np.int32).max)
    high = min(greatest, low + WIDEST * 10**variable.places)
    place = (np.argsort(np.argsort(latent, kind="stable"), kind="stable") + 0.5) / max(len(latent), 1)
    return low + np.floor(place**1.4 * (high - low + 1)).astype(np.int64)


def _ticks(one: PosedQuestion, shares: Shares, rng: np.random.Generator) -> CodeArray:
    """Each option its share of those asked; an exclusive option stands alone; nothing ticked is 無回答."""
    told, silent = shares.multiple(one.variable)
    options, exclusive, asked = list(told), one.variable.exclusive, int(one.asked.sum())
    quiet = one.silent(silent)
    block = np.zeros((len(quiet), len(options) + 1), dtype=np.int8)
    alone = one.asked & ~quiet
    for code in exclusive:
        taken = most(-one.latent, round(told[code] * asked), alone)
        block[taken, options.index(code)] = 1
        alone &= ~taken
    shared = {code: max(share, 1e-6) for code, share in told.items() if code not in exclusive} or {options[0]: 1.0}
    for code in shared:
        own = 0.5 * one.latent + 0.85 * rng.standard_normal(len(quiet))
        block[most(own, round(told[code] * asked), alone), options.index(code)] = 1
    # Who is neither silent nor alone ticked something.
    nothing = np.flatnonzero(alone & ~(block[:, :-1] == 1).any(axis=1))
    usual = rng.permutation(cut(np.zeros(len(nothing)), shared))
    block[nothing, [options.index(int(code)) for code in usual]] = 1
    for row in np.flatnonzero((block == 1).sum(axis=1) > (one.variable.at_most or len(options))):
        block[row, np.flatnonzero(block[row] == 1)[one.variable.at_most or len(options) :]] = 0
    block[quiet, -1] = 1
    block[~one.asked] = NOT_ASKED
    return block


def most(score: FloatArray, number: int, among: BoolArray) -> BoolArray:
    """The `number` of `among` with the highest score."""
    chosen = np.zeros(len(score), dtype=bool)
    rows = np.flatnonzero(among)
    chosen[rows[np.argsort(-score[rows], kind="stable")[:number]]] = True
    return chosen
