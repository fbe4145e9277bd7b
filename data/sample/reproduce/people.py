"""Respondents whose tables equal the published ones, stage by stage in the order model.toml gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from kodoku_survey.arrays import BoolArray
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.definitions import Classes, Score
from kodoku_survey.survey.folder import Survey
from reproduce.affinity import Affinity
from reproduce.contact import line_up, rearrange
from reproduce.contact_state import Sums
from reproduce.joint import joint_table
from reproduce.model import Model, Stage
from reproduce.multiple import tick
from reproduce.published import TICKED, Bound, Labels, Where, facts_of, read_bounds, status
from reproduce.respondents import Category, Respondents
from reproduce.stages import Missed, Rule, give

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, eq=False)
class _Work:
    """What every stage needs."""

    survey: Survey
    model: Model
    labels: Labels
    bounds: tuple[Bound, ...]
    rules: tuple[Rule, ...]
    people: Respondents
    affinity: Affinity


def reproduce(survey: Survey, model: Model, seed: int, progress: Progress) -> tuple[Respondents, list[Missed]]:
    """All valid respondents of the published report, and the figures that could not be met (none, if all is well)."""
    labels = Labels(survey, facts_of(survey))
    bounds = read_bounds(survey)
    count = next(bound.low for bound in bounds if not bound.where)
    people = Respondents(count)
    rules = tuple(
        Rule(frozenset(labels.atom(name, codes) for name, codes in rule.where.items()), rule.weight)
        for rule in model.rules
    )
    joint = _joint(survey, model, labels, bounds)
    numbers = np.random.SeedSequence(seed).spawn(len(model.stages) + 1)
    affinity = Affinity(people, bounds, model.answers, model.factors, np.random.default_rng(numbers[-1]))
    work = _Work(survey, model, labels, (*bounds, *joint), rules, people, affinity)
    missed: list[Missed] = []
    for done, (stage, number) in enumerate(zip(model.stages, numbers[:-1], strict=True)):
        progress("synthesize", done, len(model.stages))
        missed += _run(work, stage, np.random.default_rng(number), first=done == 0)
    progress("synthesize", len(model.stages), len(model.stages))
    return people, missed


def _joint(survey: Survey, model: Model, labels: Labels, bounds: tuple[Bound, ...]) -> tuple[Bound, ...]:
    plan = model.joint
    blocks: dict[str, tuple[tuple[int, ...], Where]] = {}
    for name in plan.blocks:
        variable = survey.variables[name]
        if variable.kind == "multiple":
            blocks[status(name)] = ((TICKED, *variable.exclusive, _blank(variable)), frozenset())
        else:
            blocks[name] = (tuple(code.code for code in variable.codes), _asked(variable, labels))
    (one, other), (first, second) = plan.axes, plan.orders
    return joint_table(bounds, (one, other), (first, second), plan.correlation, blocks)


def _blank(variable: Variable) -> int:
    assert variable.nonanswer is not None
    return variable.nonanswer


def _asked(variable: Variable, labels: Labels) -> Where:
    return labels.asked(variable)


def _run(work: _Work, stage: Stage, rng: np.random.Generator, *, first: bool) -> list[Missed]:
    if stage.sums:
        return _contact(work, stage, rng)
    variables = [work.survey.variables.get(name) for name in stage.give]
    if variables[0] is not None and variables[0].kind == "multiple":
        return _multiple(work, stage, variables[0], rng)
    categories, asked = _categories(work, stage)
    prior = _first_prior(work, stage, categories) if first else None
    agreeing = _agreeing(work, stage, categories) if stage.agree else ()
    return give(
        work.people,
        stage.give,
        categories,
        work.people.holds(asked),
        work.bounds,
        work.rules,
        work.affinity,
        rng,
        prior=prior,
        impossible=agreeing,
    )


def _agreeing(work: _Work, stage: Stage, categories: tuple[Category, ...]) -> tuple[tuple[BoolArray, BoolArray], ...]:
    """Items agree with the class of their score that each person has already."""
    definitions = {definition.name: definition for definition in work.survey.measures.definitions}
    classes = definitions[stage.agree]
    assert isinstance(classes, Classes)
    scored = definitions[classes.of]
    assert isinstance(scored, Score)
    points = [dict(item.points) for item in scored.items]
    totals = [
        sum(worth[code] for worth, code in zip(points, category, strict=True)) if 99 not in category else None
        for category in categories
    ]
    low_high = {band.code: (band.minimum or 0, band.maximum or 10**9) for band in classes.bands}
    found = []
    for code in np.unique(work.people.codes[stage.agree]):
        fits = [
            total is None if code == 99 else total is not None and low_high[code][0] <= total <= low_high[code][1]
            for total in totals
        ]
        found.append((work.people.codes[stage.agree] == code, ~np.array(fits)))
    return tuple(found)


def _categories(work: _Work, stage: Stage) -> tuple[tuple[Category, ...], Where]:
    """Every admissible combination of codes of a stage's variables, and whom the stage is about.

    A variable asked of some categories of an earlier one of the same stage is −1 in the others.
    """
    codes: list[tuple[int, ...]] = []
    inner: list[Where] = []
    outer: set[tuple[str, frozenset[int]]] = set()
    for name in stage.give:
        asked = _asked(_source(work.survey, name), work.labels) if name in work.survey.variables else frozenset()
        own = stage.codes.get(name) or tuple(code.code for code in work.survey.variables[name].codes)
        inside = frozenset(atom for atom in asked if atom[0] in stage.give)
        outer |= asked - inside
        codes.append((*own, -1) if inside else own)
        inner.append(inside)
    found = []
    for category in product(*codes):
        given = dict(zip(stage.give, category, strict=True))
        fits = all(
            (given[name] >= 0) == all(given[other] in wanted for other, wanted in inside)
            for name, inside in zip(stage.give, inner, strict=True)
            if inside
        )
        if fits and not _forbidden(work.rules, given):
            found.append(category)
    return tuple(found), frozenset(outer)


def _forbidden(rules: tuple[Rule, ...], given: Mapping[str, int]) -> bool:
    return any(
        rule.weight == 0 and all(name in given and given[name] in codes for name, codes in rule.where) for rule in rules
    )


def _source(survey: Survey, name: str) -> Variable:
    """The question a class variable classes, or the question itself: whose routing rules."""
    for definition in survey.measures.definitions:
        if definition.name == name and isinstance(definition, Classes):
            return survey.variables[definition.of]
    return survey.variables[name]


def _first_prior(work: _Work, stage: Stage, categories: tuple[Category, ...]) -> np.ndarray:
    """The first stage starts from the joint table of its axes; everything else follows from the figures."""
    axes = work.model.joint.axes
    cells = {
        tuple(next(iter(codes)) for _, codes in sorted(bound.where, key=lambda atom: axes.index(atom[0]))): bound
        for bound in work.bounds
        if bound.cells == ("joint table",)
    }
    places = [stage.give.index(axis) for axis in axes]
    weight = {key: (bound.low + bound.high) / 2 for key, bound in cells.items()}
    prior = np.array([weight[tuple(category[p] for p in places)] for category in categories])
    for position, name in enumerate(stage.give):
        if name not in axes:
            shares = work.affinity.shares
            prior *= [max(shares.get((name, frozenset([c[position]])), 1.0), 1.0) for c in categories]
    found: np.ndarray = prior / prior.sum()
    return found


def _multiple(work: _Work, stage: Stage, variable: Variable, rng: np.random.Generator) -> list[Missed]:
    name = variable.name
    shown = (TICKED, *variable.exclusive, _blank(variable))
    asked = work.people.holds(_asked(variable, work.labels))
    categories = tuple((code,) for code in shown)
    missed: list[Missed] = []
    if stage.part != "options":
        missed += give(work.people, (status(name),), categories, asked, work.bounds, work.rules, work.affinity, rng)
    if stage.part == "status":
        return missed
    plain = tuple(code.code for code in variable.options if code.code not in variable.exclusive)
    parts = [stage.first, tuple(code for code in plain if code not in stage.first)] if stage.first else [plain]
    done: tuple[int, ...] = ()
    for codes in parts:
        last = codes is parts[-1]
        missed += tick(
            work.people,
            name,
            codes,
            work.bounds,
            work.rules,
            work.affinity,
            rng,
            within=stage.within,
            contains=stage.contains,
            earlier=done,
            coverage=last,
        )
        done = (*done, *codes)
    return missed


def _contact(work: _Work, stage: Stage, rng: np.random.Generator) -> list[Missed]:
    people, survey = work.people, work.survey
    sex = people.codes["q2"]
    # Persons of no published sex × age row may exchange over ages.
    age = np.where(np.isin(sex, (1, 2)), people.codes["age_class"], 0)
    shown = np.where(np.isin(sex, (1, 2)), sex, 0)
    coarse = [shown, age]
    cells = [*coarse, people.codes["q28"], people.codes["ucla_class"]]
    inclination, careless = work.affinity.factor("outgoing"), work.affinity.careless
    line_up(people, stage.give, cells, inclination, careless, stage.strength, rng)
    sums = tuple(_sums(survey, name, stage.give) for name in stage.sums)
    return rearrange(people, stage.give, sums, work.bounds, cells, coarse, int(rng.integers(2**31)))


def _sums(survey: Survey, name: str, items: tuple[str, ...]) -> Sums:
    definitions = {definition.name: definition for definition in survey.measures.definitions}
    found = definitions[name]
    assert isinstance(found, Classes)
    scored = definitions[found.of]
    assert isinstance(scored, Score)
    own = tuple(items.index(item.variable) for item in scored.items)
    cuts = sorted(((band.code, int(band.minimum or 0)) for band in found.bands), key=lambda cut: -cut[1])
    return Sums(name, own, tuple(scored.items[0].points), tuple(cuts))
