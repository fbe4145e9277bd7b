"""The register of a rehearsal: the design of the folder's own register with other people in it, or one that is made up.

No serial number of the folder's register is used, and who is in a stratum is drawn anew, so that no invented answer stands
beside a real person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.intake.register import read_register
from kodoku_survey.intake.returns import column_of, design_columns, read_returns, variables_in
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.layouts import FileLayout
from kodoku_survey.synthetic.composition import GivenCodes
from kodoku_survey.synthetic.delivery import numbers_as_text

TAKE = 20  # persons a point, where a register is made up
STRATA = 5
PERSONS = 100  # of the population to one selected, where no margin counts persons


def register_layout(survey: Survey) -> FileLayout | None:
    """The layout of the register, or None."""
    return next((layout for layout in survey.settings.files if layout.role == "selection"), None)


@dataclass(frozen=True, eq=False)
class Drawn:
    """Columns of the design as text, a row a selected person; and the serial numbers of the folder's own register."""

    design: pd.DataFrame
    taken: frozenset[str] = frozenset()


def draw_frame(survey: Survey, size: int, given: GivenCodes, rng: np.random.Generator) -> Drawn:
    """Everyone selected; the items of the folder's register, where it has one, into `given`.

    size : persons selected, where the folder has no register yet.
    """
    layout = register_layout(survey)
    path = survey.path(layout.name) if layout is not None else None
    if layout is None or path is None or not path.is_file():
        return Drawn(_made_up(survey, size, rng))
    alone = _register_only(survey, layout)
    table, _ = read_register(read_returns(alone))
    design = table[design_columns(alone)].astype(str)
    stratum, unit = _units(survey, table)
    items = {}
    for variable in variables_in(survey, layout):
        values = table[variable.name]
        unknown = values.median() if values.notna().any() else (variable.minimum or 0)
        items[variable.name] = values.fillna(unknown).to_numpy(np.int64)
    # Items of the place stay with the point; those of a person are drawn anew, together, within the stratum.
    personal = [name for name, values in items.items() if not _constant(values, unit)]
    drawn = np.arange(len(table))
    for number in np.unique(stratum):
        rows = np.flatnonzero(stratum == number)
        drawn[rows] = rng.choice(rows, len(rows))
    for name, values in items.items():
        given[name] = values[drawn] if name in personal else values
    return Drawn(design, frozenset(table["id"]))


def _register_only(survey: Survey, layout: FileLayout) -> Survey:
    """The survey as if there were no returns yet, and nobody knew what became of the people selected."""
    settings = survey.settings
    weighting = replace(settings.weighting, response=replace(settings.weighting.response, column=""))
    return replace(survey, settings=replace(settings, files=(layout,), weighting=weighting))


def _units(survey: Survey, cells: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """(n,) stratum and point of everyone, as numbers."""
    design = survey.settings.design
    stratum = pd.factorize(cells[design.stratum])[0] if design.stratum else np.zeros(len(cells), dtype=np.intp)
    if not design.psu:
        return stratum, stratum
    return stratum, pd.factorize(pd.MultiIndex.from_arrays([stratum, cells[design.psu]]))[0]


def _constant(values: np.ndarray, unit: np.ndarray) -> bool:
    spread = pd.Series(values).groupby(unit).agg(["min", "max"])
    return len(spread) > 1 and bool((spread["min"] == spread["max"]).all())


def _made_up(survey: Survey, size: int, rng: np.random.Generator) -> pd.DataFrame:
    """Strata with their points, everyone of a stratum with one weight; what a design column means says survey.toml."""
    design, weighting = survey.settings.design, survey.settings.weighting
    names = list(dict.fromkeys(str(name) for c in design.collapse for name in (c.stratum, c.into)))
    names += [str(k) for k in range(1, max(STRATA - len(names), 1) + 1) if str(k) not in names]
    names = names[: max(size // (2 * TAKE), len(names) if design.collapse else 1)]
    number = np.sort(np.arange(size) % len(names))
    take = np.bincount(number, minlength=len(names))
    point = np.concatenate([np.arange(n) % max(n // TAKE, 2) for n in take]) if size else np.zeros(0, dtype=np.int64)
    persons = _population(survey, size)
    sizes = np.rint(persons * rng.dirichlet(np.full(len(names), 20.0))).astype(np.int64)
    sizes = np.maximum(sizes, 3 * take)
    points = np.array([len(np.unique(point[number == k])) for k in range(len(names))])
    weight = np.round(sizes / np.maximum(take, 1), 4)
    measure = np.maximum(sizes // (points * 3), 1)  # of a point, so that none is drawn for certain
    columns: dict[str, list[str]] = {}

    def put(column: str, values: list[object]) -> None:
        if column:
            columns.setdefault(column, [str(value) for value in values])

    put(design.stratum, [names[k] for k in number])
    put(design.psu, [f"{names[k]}-{p + 1:03d}" for k, p in zip(number, point, strict=True)])
    put(weighting.stratum_size, [int(sizes[k]) for k in number])
    put(design.fpc, [int(3 * points[k] if design.psu else sizes[k]) for k in number])
    put(weighting.psu_size, [int(measure[k]) for k in number])
    put(weighting.listed, [int(measure[k]) for k in number])
    put(weighting.base, [weight[k] for k in number])
    put(weighting.given, [round(float(w), 4) for w in np.exp(rng.normal(0, 0.25, size))])
    for position, column in enumerate(weighting.probabilities):
        put(column, [take[k] / sizes[k] if position == 0 else 1 for k in number])
    return pd.DataFrame(columns, index=range(size))


def _population(survey: Survey, size: int) -> int:
    margins = survey.margins[survey.margins["unit"] == "persons"]
    largest = margins.groupby("variable")["value"].sum().max() if len(margins) else 0
    return int(max(largest, PERSONS * size))


def register_columns(
    survey: Survey,
    design: pd.DataFrame,
    given: GivenCodes,
    ids: list[str],
    told: dict[str, str],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The register as its file's columns of text. told : "" or why the only return does not count, of who returned one."""
    layout = register_layout(survey)
    assert layout is not None
    columns: dict[str, object] = {layout.id: ids} if layout.id else {}
    columns |= {column: design[column].to_numpy(object) for column in design}
    response = survey.settings.weighting.response
    if response.column:
        columns[response.column] = _outcomes(response.codes, ids, told, rng)
    for variable in variables_in(survey, layout):
        for column, texts in _item(variable, layout, given[variable.name]).items():
            columns.setdefault(column, texts)
    return pd.DataFrame(columns)


def _item(variable: Variable, layout: FileLayout, values: np.ndarray) -> dict[str, object]:
    if layout.answers == "labels" and variable.kind == "single":
        said = {code.code: code.label for code in variable.codes}
        return {column_of(layout, variable): [said.get(int(value), "") for value in values]}
    return {column_of(layout, variable): numbers_as_text(variable, values)}


def _outcomes(
    codes: Mapping[Any, tuple[str, ...]], ids: list[str], told: dict[str, str], rng: np.random.Generator
) -> list[str]:
    """What became of everyone, by the folder's codes; who returned nothing mostly gave no answer."""
    first = {name: own[0] for name, own in codes.items() if own}
    silent = [first[name] for name in ("no_answer", "refused", "undeliverable", "ineligible") if name in first] or [""]
    weights = np.array([0.8, 0.12, 0.06, 0.02])[: len(silent)]
    drawn = rng.choice(len(silent), len(ids), p=weights / weights.sum())
    return [
        (first.get("invalid", "") if told[number] else first.get("valid", "")) if number in told else silent[draw]
        for number, draw in zip(ids, drawn, strict=True)
    ]
