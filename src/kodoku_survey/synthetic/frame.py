"""The register of a rehearsal: the design of the folder's own register with other people in it, or one that is made up.

No serial number of the folder's register is used, and who is in a stratum is drawn anew, so that no invented answer stands
beside a real person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kodoku_survey.intake.register import read_register
from kodoku_survey.intake.returns import column_of, design_columns, read_returns, variables_in
from kodoku_survey.survey.folder import Survey
from kodoku_survey.synthetic.composition import GivenCodes
from kodoku_survey.synthetic.delivery import said
from kodoku_survey.synthetic.fieldwork import register_layout

TAKE = 20  # persons a point, where a register is made up
STRATA = 5
PERSONS = 100  # of the population to one selected, where no margin counts persons
UNRETURNED = {
    "no_answer": 0.8,
    "refused": 0.12,
    "undeliverable": 0.06,
    "ineligible": 0.02,
}  # of those who return nothing


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
    # As if there were no returns yet, and nobody knew what became of the people selected.
    settings = survey.settings
    weighting = replace(settings.weighting, response=replace(settings.weighting.response, column=""))
    alone = replace(survey, settings=replace(settings, files=(layout,), weighting=weighting))
    table, _ = read_register(read_returns(alone))
    one = pd.Series(0, index=table.index)
    stratum = table[settings.design.stratum] if settings.design.stratum else one
    point = [stratum, table[settings.design.psu] if settings.design.psu else one]
    # Items of the place stay with the point; those of a person are drawn anew, together, within the stratum.
    drawn = np.arange(len(table))
    for rows in table.groupby(stratum, sort=False).indices.values():
        drawn[rows] = rng.choice(rows, len(rows))
    for variable in variables_in(survey, layout):
        values = table[variable.name] * variable.parts
        values = values.fillna(values.mode().get(0, variable.minimum or 0)).round().astype(np.int64)
        kinds = values.groupby(point).nunique()
        of_place = len(kinds) > 1 and bool((kinds == 1).all())
        given[variable.name] = values.to_numpy() if of_place else values.to_numpy()[drawn]
    return Drawn(table[design_columns(alone)].astype(str), frozenset(table["id"]))


def _made_up(survey: Survey, size: int, rng: np.random.Generator) -> pd.DataFrame:
    """Strata with their points, everyone of a stratum with one weight; what a design column means says survey.toml."""
    design, weighting = survey.settings.design, survey.settings.weighting
    names = list(dict.fromkeys(str(name) for c in design.collapse for name in (c.stratum, c.into)))
    names += [str(k) for k in range(1, max(STRATA - len(names), 1) + 1) if str(k) not in names]
    names = names[: max(size // (2 * TAKE), len(names) if design.collapse else 1)]
    number = np.sort(np.arange(size) % len(names))
    take = np.bincount(number, minlength=len(names))
    point = np.concatenate([np.arange(n) % max(n // TAKE, 2) for n in take])
    points = np.minimum(np.maximum(take // TAKE, 2), take)
    counted = survey.margins[survey.margins["unit"] == "persons"].groupby("variable")["value"].sum()
    persons = max([PERSONS * size, *counted])
    sizes = np.maximum(np.rint(persons * rng.dirichlet(np.full(len(names), 20.0))).astype(np.int64), 3 * take)
    measure = np.maximum(sizes // (points * 3), 1)  # of a point, so that none is drawn for certain
    shares = [take / sizes, *[np.ones(len(names), dtype=int)] * len(weighting.probabilities)]
    columns = {
        design.stratum: np.array(names)[number],
        design.psu: [f"{names[k]}-{p + 1:03d}" for k, p in zip(number, point, strict=True)],
        weighting.stratum_size: sizes[number],
        design.fpc: (3 * points if design.psu else sizes)[number],
        weighting.psu_size: measure[number],
        weighting.listed: measure[number],
        weighting.base: np.round(sizes / take, 4)[number],
        weighting.given: np.round(np.exp(rng.normal(0, 0.25, size)), 4),
        **{column: share[number] for column, share in zip(weighting.probabilities, shares, strict=False)},
    }
    told = {column: [str(value) for value in values] for column, values in columns.items() if column}
    return pd.DataFrame(told, index=range(size))


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
        # By the folder's own codes; who returned nothing mostly gave no answer.
        first = {str(name): own[0] for name, own in response.codes.items() if own}
        silent = {first[name]: share for name, share in UNRETURNED.items() if name in first} or {"": 1.0}
        drawn = rng.choice(list(silent), len(ids), p=np.array(list(silent.values())) / sum(silent.values()))
        outcomes = {number: first.get("invalid" if reason else "valid", "") for number, reason in told.items()}
        columns[response.column] = [outcomes.get(number, str(other)) for number, other in zip(ids, drawn, strict=True)]
    for variable in variables_in(survey, layout):
        texts = [said(int(value), variable, layout) for value in given[variable.name]]
        columns.setdefault(column_of(layout, variable), texts)
    return pd.DataFrame(columns)
