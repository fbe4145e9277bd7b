"""The sample data of a folder: register, answers, fieldwork, files; one seed, the same bytes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from kodoku_survey.intake.responses import Responses
from kodoku_survey.intake.returns import column_of, columns_of, option_columns
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.settings import FileLayout
from kodoku_survey.synthetic.answering import answer
from kodoku_survey.synthetic.delivery import cells_of, write_file
from kodoku_survey.synthetic.fieldwork import arrivals, respond
from kodoku_survey.synthetic.model import Dirt, read_model
from kodoku_survey.synthetic.persons import draw_register

Rows = npt.NDArray[np.intp]


def make_sample(survey: Survey, *, seed: int | None = None) -> Mapping[str, bytes]:
    """Bytes of every data file survey.toml names, by path. Reads synthetic.toml and targets.csv of the folder."""
    model = read_model(survey.folder)
    rng = np.random.default_rng(np.random.PCG64(model.seed if seed is None else seed))
    register = draw_register(survey, model.register, rng)
    register["id"] = [f"{50001 + i}" for i in range(len(register))]
    people, factors = answer(survey, model, register, rng)
    rows = respond(model.response, factors, rng)
    layouts = [file for file in survey.settings.files if file.role == "returns"]
    made = {}
    for layout, own, other in zip(layouts, rows, rows[::-1], strict=True):
        # Some who answered by the other mode answered by this one too.
        again = other[rng.random(len(other)) < model.dirt.both_modes]
        twice = own[rng.random(len(own)) < model.dirt.twice]
        frame = _returns(people, np.concatenate([own, twice, again]), layout, model.dirt, rng)
        made[layout.path] = write_file(frame, layout, _heads(survey, layout), _value_labels(survey, layout))
    selection = next(file for file in survey.settings.files if file.role == "selection")
    made[selection.path] = _register_file(survey, register, selection)
    return made


def _returns(people: Responses, rows: Rows, layout: FileLayout, dirt: Dirt, rng: np.random.Generator) -> pd.DataFrame:
    cells = cells_of(people, rows, layout, dirt, rng)
    columns = list(cells.columns)
    attributes = [
        column
        for variable in people.survey.codebook
        if variable.source == "form" and variable.section not in people.survey.settings.cleaning.valid_sections
        for column in columns_of(layout, variable)
    ]
    empty = rng.random(len(cells)) < dirt.blank_form
    cells.loc[empty, columns] = ""
    cells.loc[rng.random(len(cells)) < dirt.attributes_only, [c for c in columns if c not in attributes]] = ""
    ids = people.id[rows].copy()
    wrong = rng.random(len(ids)) < dirt.unknown_id
    ids[wrong] = [f"9{text[1:]}" for text in ids[wrong]]
    front: dict[str, object] = {layout.id: ids}
    if layout.received:
        dates = arrivals(len(cells), people.survey.settings.identity, dirt.late, rng)
        front[layout.received] = _dates(dates, layout, rng)
    if layout.complete_column:
        partial = rng.random(len(cells)) < dirt.partial
        front[layout.complete_column] = np.where(partial, "途中", layout.complete_values[0])
        for row in np.flatnonzero(partial):
            cells.iloc[row, int(rng.integers(len(columns) // 3, len(columns))) :] = ""
    return pd.concat([pd.DataFrame(front), cells], axis=1)


def _dates(dates: list, layout: FileLayout, rng: np.random.Generator) -> list[str]:  # type: ignore[type-arg]
    if layout.answers == "labels":
        seconds = rng.integers(0, 86400, len(dates))
        return [
            f"{d:%Y-%m-%d} {s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for d, s in zip(dates, seconds, strict=True)
        ]
    return [f"{d:%Y/%m/%d}" for d in dates]


def _heads(survey: Survey, layout: FileLayout) -> dict[str, str]:
    """A second heading line, as web and Excel deliveries have it: the wording of each column."""
    heads = {}
    for variable in survey.codebook:
        if variable.source != "form":
            continue
        if variable.kind == "multiple" and layout.multiple != "cell":
            for column, code in zip(option_columns(layout, variable), variable.options, strict=True):
                heads[column] = code.label
        else:
            heads[column_of(layout, variable)] = variable.question or variable.label
    return heads


def _value_labels(survey: Survey, layout: FileLayout) -> dict[str, dict[int | float, str]]:
    return {
        column_of(layout, variable): {code.code: code.label for code in variable.codes}
        for variable in survey.codebook
        if variable.source == "form" and variable.kind == "single"
    }


def _register_file(survey: Survey, register: pd.DataFrame, layout: FileLayout) -> bytes:
    settings = survey.settings
    columns: dict[str, object] = {layout.id: register["id"]}
    named = {
        settings.design.stratum: "stratum",
        settings.design.psu: "psu",
        settings.design.fpc: "population",
        settings.weighting.base: "weight",
    }
    columns |= {column: register[name] for column, name in named.items() if column}
    for variable in survey.codebook:
        if variable.source == "selection":
            columns[column_of(layout, variable)] = register[variable.name]
    return write_file(pd.DataFrame(columns).astype(str), layout, {}, {})
