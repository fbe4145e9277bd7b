"""The raw files of a survey whose tables equal the published ones: register, postal keying, web export.

Every slip is one that the folder's cleaning rules undo exactly, and every further row (a second form, a late one, an unknown
number, a blank form) one that the rules leave out, so that the tables of the files are those of the respondents made.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kodoku_survey.arrays import IndexArray, IntArray, TextArray
from kodoku_survey.intake.responses import Responses
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.layouts import FileLayout
from reproduce.delivery import cells_of, write_file
from reproduce.fieldwork import arrivals
from reproduce.layout import dated, heads_of, register_file, value_labels
from reproduce.model import Dirt, Model
from reproduce.people import Progress, reproduce
from reproduce.persons import draw_register
from reproduce.population import VALID, answers_of, outcomes, place
from reproduce.respondents import Respondents
from reproduce.stages import Missed

FINE = {1: (16, 19), 2: (20, 29), 3: (30, 39), 4: (40, 49), 5: (50, 59)}
FINE |= {6: (60, 64), 7: (65, 69), 8: (70, 74), 9: (75, 79), 10: (80, 120)}


def reproduced_files(
    survey: Survey, model: Model, seed: int, progress: Progress
) -> tuple[Mapping[str, bytes], tuple[Missed, ...]]:
    """Bytes of every data file survey.toml names, by path, and the published figures that could not be met."""
    people, missed = reproduce(survey, model, seed, progress)
    return files_of(survey, model, seed, people), tuple(missed)


def files_of(survey: Survey, model: Model, seed: int, people: Respondents) -> Mapping[str, bytes]:
    """The files these respondents, found in a register, hand in."""
    rng = np.random.default_rng([seed, 1])
    register = draw_register(survey, model.register, rng)
    register["id"] = [f"{50001 + i}" for i in range(len(register))]
    rows = place(people, FINE, register, model, rng)
    frame_ages = register[model.register.age].to_numpy(np.int64)[rows]
    ages = _told(frame_ages, people, model.dirt, rng)
    ids = register["id"].to_numpy(object)
    responses = answers_of(survey, people, ages, frame_ages, ids[rows], rng)
    rest = rng.permutation(np.setdiff1d(np.arange(len(register)), rows))
    invalid = rest[: model.response.attributes_only]
    register["結果"] = outcomes(register, rows, invalid, model, rng)
    silent = rest[model.response.attributes_only :]
    silent = silent[register["結果"].to_numpy()[silent] > VALID + 1]
    postal, web = _modes(people, ages, model, rng)
    layouts = [file for file in survey.settings.files if file.role == "returns"]
    made = {}
    for layout, own, other, extra in zip(layouts, (postal, web), (web, postal), (ids[invalid], ids[:0]), strict=True):
        frame = _frame(responses, own, other, extra, ids[silent], layout, model.dirt, rng)
        made[layout.path] = write_file(frame, layout, heads_of(survey, layout), value_labels(survey, layout))
        silent = silent[::-1]
    selection = next(file for file in survey.settings.files if file.role == "selection")
    made[selection.path] = register_file(survey, register, selection)
    return made


def _told(frame_ages: IntArray, people: Respondents, dirt: Dirt, rng: np.random.Generator) -> IntArray:
    """The age people wrote: now and then a year beside the register's, never beyond the class."""
    beside = frame_ages + rng.choice([-1, 1], len(frame_ages))
    low, high = (np.array([FINE[int(code)][end] for code in people.codes["age_fine"]]) for end in (0, 1))
    fits = (rng.random(len(frame_ages)) < dirt.wrong_frame) & (beside >= low) & (beside <= high)
    return np.where(fits, beside, frame_ages)


def _modes(
    people: Respondents, ages: IntArray, model: Model, rng: np.random.Generator
) -> tuple[IndexArray, IndexArray]:
    """Who returned by post and who on the web, shuffled; the share is of all returns, the invalid ones being postal."""
    inclined = rng.logistic(size=people.count)
    inclined += model.response.web_effects.get("age", 0.0) * (ages - ages.mean()) / ages.std()
    inclined -= 3.0 * (people.codes["q33"] == 10)
    count = round(model.response.web * (people.count + model.response.attributes_only))
    web = np.argsort(-inclined, kind="stable")[:count]
    return rng.permutation(np.setdiff1d(np.arange(people.count), web)), rng.permutation(web)


def _frame(
    responses: Responses,
    own: IndexArray,
    other: IndexArray,
    invalid: TextArray,
    silent: TextArray,
    layout: FileLayout,
    dirt: Dirt,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The delivered rows of one file: the returns that count, and the forms that do not, in the order they came."""
    kinds = {
        "": own,
        "invalid": rng.choice(own, len(invalid), replace=False),
        "twice": own[rng.random(len(own)) < dirt.twice],
        "other_mode": other[rng.random(len(other)) < dirt.both_modes],
        "late": own[rng.random(len(own)) < dirt.late],
        "blank": own[rng.random(len(own)) < dirt.blank_form],
        "unknown": own[rng.random(len(own)) < dirt.unknown_id],
        "partial": own[rng.random(len(own)) < dirt.partial] if layout.complete_column else own[:0],
    }
    kind = np.repeat(np.array(list(kinds), dtype=object), [len(rows) for rows in kinds.values()])
    cells = cells_of(responses, np.concatenate(list(kinds.values())), layout, dirt, rng)
    ids = responses.id[np.concatenate(list(kinds.values()))].copy()
    # Forms that do not count come from persons selected who returned nothing else.
    outside = np.isin(kind, ("late", "blank", "partial"))
    ids[outside] = silent[: int(outside.sum())]
    ids[kind == "invalid"] = invalid
    ids[kind == "unknown"] = [f"9{text[1:]}" for text in ids[kind == "unknown"]]
    columns = list(cells.columns)
    cells.loc[kind == "blank", columns] = ""
    cells.loc[kind == "invalid", columns[_attributes(responses, layout) :]] = ""
    # A second form is less complete than the first, so that the rule "most answers" keeps the first.
    cells.loc[np.isin(kind, ("twice", "other_mode", "partial")), columns[len(columns) // 2 :]] = ""
    front: dict[str, object] = {layout.id: ids}
    if layout.received:
        dates = np.array(arrivals(len(cells), responses.survey.settings.identity, 0.0, rng), dtype=object)
        late = arrivals(len(cells), responses.survey.settings.identity, 1.0, rng)
        front[layout.received] = dated(
            [b if k == "late" else a for a, b, k in zip(dates, late, kind, strict=True)], layout, rng
        )
    if layout.complete_column:
        front[layout.complete_column] = np.where(kind == "partial", "途中", layout.complete_values[0])
    return pd.concat([pd.DataFrame(front), cells], axis=1).iloc[rng.permutation(len(cells))]


def _attributes(responses: Responses, layout: FileLayout) -> int:
    """How many columns stand before the first question that makes a return valid."""
    from kodoku_survey.intake.returns import columns_of

    count = 0
    for variable in responses.survey.codebook:
        if variable.source == "form":
            if variable.section in responses.survey.settings.cleaning.valid_sections:
                break
            count += len(columns_of(layout, variable))
    return count
