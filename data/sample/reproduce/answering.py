"""Answers: each question's published shares, cut from a latent scale that carries the associations between questions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, CodeArray, FloatArray
from kodoku_survey.intake.ledger import Ledger
from kodoku_survey.intake.responses import ANSWERED, NONANSWER, Responses
from kodoku_survey.measures.evaluate import evaluate
from kodoku_survey.survey.codebook import NOT_ASKED, Variable
from kodoku_survey.survey.conditions import TRUE, truth
from kodoku_survey.survey.folder import Survey
from reproduce.model import Answer, Factor, Model


def answer(
    survey: Survey, model: Model, register: pd.DataFrame, rng: np.random.Generator
) -> tuple[Responses, dict[str, FloatArray]]:
    """Everyone selected answers every question of the form on its route; also their factors, by name."""
    count = len(register)
    people = _people(survey, register)
    age, sex = register[model.register.age].to_numpy(float), register[model.register.sex].to_numpy(float)
    factors = {"age": _standard(age), "sex": _standard(sex)}
    for factor in model.factors:
        factors[factor.name] = rng.standard_normal(count)
    careless = rng.standard_normal(count)
    pages: dict[int | str, FloatArray] = {}
    for variable in survey.codebook:
        if variable.source != "form":
            continue
        for factor in model.factors:
            if factor.before == variable.name:
                factors[factor.name] = _fitted(factor, factors[factor.name], people, model, rng)
        page = pages.setdefault(variable.page or variable.name, rng.standard_normal(count))
        # The old and the careless leave questions blank, and whole pages with them.
        blank = 0.4 * careless + 0.9 * page + 0.3 * factors["age"] + 0.15 * rng.standard_normal(count)
        plan = model.answers.get(variable.name, Answer(variable.name))
        people = _answer(variable, plan, people, model, factors, blank, rng)
        people = _derive(people)
    return people, factors


def _people(survey: Survey, register: pd.DataFrame) -> Responses:
    count = len(register)
    own = [v for v in survey.codebook if v.source == "selection" and v.name in register]
    people = Responses(
        survey=survey,
        id=register["id"].to_numpy(object).copy(),
        mode=np.full(count, "", dtype=object),
        file=np.full(count, "", dtype=object),
        line=np.arange(count),
        variables={v.name: v for v in own},
        answers={v.name: register[v.name].to_numpy(np.int32).copy() for v in own},
        status={v.name: np.zeros(count, dtype=np.int8) for v in own if v.kind == "number"},
        edits=pd.DataFrame(),
        ledger=Ledger((), None, pd.DataFrame()),
    )
    return _derive(people)


def _derive(people: Responses) -> Responses:
    """Every definition whose variables are all answered by now."""
    for definition in people.survey.measures.definitions:
        ready = definition.name not in people.variables and all(name in people.variables for name in definition.needs)
        if ready:
            people = evaluate(definition, people)
    return people


def _standard(values: FloatArray) -> FloatArray:
    spread = values.std()
    return (values - values.mean()) / (spread if spread > 0 else 1.0)


def _latent(plan: Answer, people: Responses, factors: dict[str, FloatArray], rng: np.random.Generator) -> FloatArray:
    """A standardised sum of loadings and noise, so that loadings are near correlations."""
    latent = np.zeros(len(people))
    for name, loading in plan.on.items():
        latent += loading * (factors[name] if name in factors else _place(people, name))
    left = max(1 - sum(loading**2 for loading in plan.on.values()), 0.15)
    return latent + np.sqrt(left) * rng.standard_normal(len(people))


def _place(people: Responses, name: str) -> FloatArray:
    """An earlier answer as a standardised number; 0 where there is none."""
    given = people.given(name)
    codes = given.codes if given.codes is not None else (given.ticks == 1).sum(axis=1)  # type: ignore[union-attr]
    known = given.state == ANSWERED
    placed = np.zeros(len(people))
    if known.any():
        placed[known] = _standard(codes[known].astype(float))
    return placed


def _shares(model: Model, name: str) -> dict[int, float]:
    """Published percentages of a question, by code."""
    own = model.targets[(model.targets["variable"] == name) & (model.targets["by"] == "")]
    return dict(zip(own["code"].astype(int), own["percent"].astype(float), strict=True))


def _answer(
    variable: Variable,
    plan: Answer,
    people: Responses,
    model: Model,
    factors: dict[str, FloatArray],
    blank: FloatArray,
    rng: np.random.Generator,
) -> Responses:
    asked = np.ones(len(people), dtype=bool)
    if variable.asked_if is not None:
        asked = truth(variable.asked_if, people.given) == TRUE
    if variable.kind == "multiple":
        values = _multiple(variable, plan, people, model, factors, asked, blank, rng)
        return people.with_variables({variable.name: variable}, {variable.name: values}, {})
    name = plan.classes or variable.name
    shares = _shares(model, name)
    silent = _silent(shares.pop(variable.nonanswer or 99, 0.0), asked, blank)
    if plan.copy:
        codes = people.answers[plan.copy].copy()
        rest = {code: share for code, share in shares.items() if code not in codes} if variable.kind == "single" else {}
        for code, share in rest.items():
            codes[rng.random(len(codes)) < share / 100] = code
    else:
        order = plan.order or tuple(shares)
        codes = np.full(len(people), NOT_ASKED)
        open_ = asked & ~silent
        codes[open_] = _cut(_latent(plan, people, factors, rng)[open_], order, shares)
    if variable.kind == "number":
        if plan.bands:
            codes = _within(codes, list(shares), plan.bands, rng)
        status = np.where(~asked, NOT_ASKED, np.where(silent, NONANSWER, ANSWERED)).astype(np.int8)
        values = np.where(status == ANSWERED, codes, 0).astype(np.int32)
        return people.with_variables({variable.name: variable}, {variable.name: values}, {variable.name: status})
    assert variable.nonanswer is not None
    values = np.where(~asked, NOT_ASKED, np.where(silent, variable.nonanswer, codes)).astype(np.int16)
    return people.with_variables({variable.name: variable}, {variable.name: values}, {})


def _silent(percent: float, asked: BoolArray, blank: FloatArray) -> BoolArray:
    silent = np.zeros(len(asked), dtype=bool)
    if percent > 0 and asked.any():
        silent[asked] = blank[asked] > np.quantile(blank[asked], 1 - percent / 100)
    return silent


def _cut(latent: FloatArray, order: tuple[int, ...], shares: dict[int, float]) -> CodeArray:
    """Codes along a latent scale in their published shares."""
    weights = np.array([shares.get(code, 0.0) for code in order])
    edges = np.cumsum(weights / weights.sum())[:-1]
    rank = (np.argsort(np.argsort(latent)) + 0.5) / max(len(latent), 1)
    return np.array(order)[np.searchsorted(edges, rank)]


def _within(
    codes: CodeArray, classes: list[int], bands: tuple[tuple[int, ...], ...], rng: np.random.Generator
) -> CodeArray:
    low_high = dict(zip(classes, bands, strict=True))
    low = np.array([low_high.get(int(code), (0, 0))[0] for code in codes])
    high = np.array([low_high.get(int(code), (0, 0))[-1] for code in codes])
    return low + np.floor(rng.random(len(codes)) ** 1.5 * (high - low + 1)).astype(int)


def _multiple(
    variable: Variable,
    plan: Answer,
    people: Responses,
    model: Model,
    factors: dict[str, FloatArray],
    asked: BoolArray,
    blank: FloatArray,
    rng: np.random.Generator,
) -> CodeArray:
    """Each option its published share among those asked; an exclusive option stands alone, nothing ticked is 無回答."""
    shares = _shares(model, variable.name)
    silent = _silent(shares.get(variable.nonanswer or 99, 0.0), asked, blank)
    options = [code.code for code in variable.options]
    block = np.zeros((len(people), len(options) + 1), dtype=np.int8)
    common = _latent(plan, people, factors, rng)
    alone = asked & ~silent
    for code in variable.exclusive:
        taken = _top(shares.get(code, 0.0) / 100 * asked.sum(), -common, alone)
        block[taken, options.index(code)] = 1
        alone &= ~taken
    for position, code in enumerate(options):
        if code not in variable.exclusive:
            own = 0.6 * common + 0.8 * rng.standard_normal(len(people))
            block[_top(shares.get(code, 0.0) / 100 * asked.sum(), own, alone), position] = 1
    nothing = alone & ~(block[:, :-1] == 1).any(axis=1)
    # Who is neither silent nor alone ticked something: the commonest option.
    usual = options.index(max((c for c in options if c not in variable.exclusive), key=lambda c: shares.get(c, 0.0)))
    block[nothing, usual] = 1
    block[silent & asked, -1] = 1
    block[~asked] = NOT_ASKED
    return block


def _top(number: float, score: FloatArray, among: BoolArray) -> BoolArray:
    chosen = np.zeros(len(score), dtype=bool)
    places = np.flatnonzero(among)
    count = min(round(number), len(places))
    if count:
        chosen[places[np.argsort(-score[places], kind="stable")[:count]]] = True
    return chosen


def _fitted(
    factor: Factor, values: FloatArray, people: Responses, model: Model, rng: np.random.Generator, rounds: int = 15
) -> FloatArray:
    """A factor shifted by group until the share above its cut meets the published crosses, one attribute after another."""
    published = model.targets[(model.targets["variable"] == factor.target) & model.targets["code"].isin(factor.codes)]
    whole = published[published["by"] == ""]["percent"].sum() / 100
    values = values.copy()
    # The question blurs the factor with noise of its own, so the shift is judged behind the same noise.
    loading = model.answers[factor.target].on[factor.name]
    noise = np.sqrt(1 - loading**2) * rng.standard_normal(len(values))
    for _ in range(rounds):
        for name in factor.by:
            own = published[published["by"] == name].groupby("group")["percent"].sum() / 100
            seen = loading * values + noise
            limit = np.quantile(seen, 1 - whole)
            codes = people.answers[name]
            for group, share in own.items():
                rows = codes == int(float(group))
                if rows.sum() >= 20 and 0 < share < 1:
                    # Half the way: attributes overlap, and each corrects what the others moved.
                    values[rows] += 0.5 * (limit - np.quantile(seen[rows], 1 - share)) / loading
    return _standard(values)
