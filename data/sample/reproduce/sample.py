"""The sample data of a folder: register, answers, fieldwork, files; one seed, the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kodoku_survey.arrays import IndexArray
from kodoku_survey.intake.responses import Responses
from kodoku_survey.intake.returns import columns_of
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.layouts import FileLayout
from reproduce.answering import answer
from reproduce.delivery import cells_of, write_file
from reproduce.fieldwork import arrivals, respond
from reproduce.layout import dated, heads_of, register_file, value_labels
from reproduce.model import Dirt, Model, read_model
from reproduce.people import Progress
from reproduce.persons import draw_register
from reproduce.published import facts_of
from reproduce.raw_files import reproduced_files
from reproduce.stages import Missed


def silent(stage: str, done: int, total: int) -> None:
    """Nobody is watching."""


@dataclass(frozen=True, eq=False)
class Synthesis:
    """Bytes of every data file of a folder, by path, and the published figures they miss (none, if all is well)."""

    files: Mapping[str, bytes]
    missed: tuple[Missed, ...] = ()


def synthesize(survey: Survey, *, seed: int | None = None, progress: Progress = silent) -> Synthesis:
    """The data files of a folder, from its model.toml: one seed, the same bytes.

    With published figures and [[stage]] entries the respondents' tables equal these; else shares of
    targets.csv are met approximately.
    """
    model = read_model(facts_of(survey))
    chosen = model.seed if seed is None else seed
    if model.stages:
        return Synthesis(*reproduced_files(survey, model, chosen, progress))
    return Synthesis(_from_shares(survey, model, chosen))


def make_sample(survey: Survey, *, seed: int | None = None) -> Mapping[str, bytes]:
    """Bytes of every data file survey.toml names, by path."""
    return synthesize(survey, seed=seed).files


def _from_shares(survey: Survey, model: Model, seed: int) -> Mapping[str, bytes]:
    rng = np.random.default_rng(np.random.PCG64(seed))
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
        made[layout.path] = write_file(frame, layout, heads_of(survey, layout), value_labels(survey, layout))
    selection = next(file for file in survey.settings.files if file.role == "selection")
    made[selection.path] = register_file(survey, register, selection)
    return made


def _returns(
    people: Responses, rows: IndexArray, layout: FileLayout, dirt: Dirt, rng: np.random.Generator
) -> pd.DataFrame:
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
        front[layout.received] = dated(dates, layout, rng)
    if layout.complete_column:
        partial = rng.random(len(cells)) < dirt.partial
        front[layout.complete_column] = np.where(partial, "途中", layout.complete_values[0])
        for row in np.flatnonzero(partial):
            cells.iloc[row, int(rng.integers(len(columns) // 3, len(columns))) :] = ""
    return pd.concat([pd.DataFrame(front), cells], axis=1)
