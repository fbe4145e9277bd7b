"""A rehearsal of a folder: a whole folder of its own, made from definitions and a seed, and read back before it is given.

Codebook, routing, exclusive options, margins, design and layouts are the folder's; answers are invented. The survey.toml of
the new folder says that its data are synthetic, so that no table made of them can pass for a result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from kodoku_survey.errors import DefinitionError, UsageError, expected
from kodoku_survey.intake.responses import Responses
from kodoku_survey.intake.returns import columns_of, design_columns
from kodoku_survey.survey.folder import FILES, Survey
from kodoku_survey.survey.layouts import FileLayout
from kodoku_survey.synthetic.answer_shares import read_shares
from kodoku_survey.synthetic.composition import GivenCodes, compose, linked, margins_of
from kodoku_survey.synthetic.delivered_bytes import file_bytes
from kodoku_survey.synthetic.delivery import columns_in, form, refuse_shared_columns
from kodoku_survey.synthetic.destination import inside
from kodoku_survey.synthetic.dirt import Slips, plant, spared_of
from kodoku_survey.synthetic.fieldwork import (
    AGAIN,
    NOT_OWN,
    ONLY_RETURN,
    cover,
    front,
    lines_of,
    needed_of_rows,
    register_layout,
    returns_in,
    wanted_rows,
)
from kodoku_survey.synthetic.frame import Drawn, draw_frame, register_columns
from kodoku_survey.synthetic.people import answer, judged_of, last_judged
from kodoku_survey.synthetic.reading_back import marked_definitions, read_back

Dirt = Literal["planted", "none"]
SIZE, LEAST = 1000, 20  # valid returns where nothing says how many, and the fewest there can be
SPARE = 40  # persons beyond the valid ones, where there is no register


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """Bytes of every file of the new folder, by path; the slips planted: file, kind, count; and how many returns are valid."""

    files: Mapping[str, bytes]
    planted: pd.DataFrame
    valid: int
    selected: int | None


def rehearse(
    survey: Survey, *, seed: int = 1, size: int | None = None, shares: Path | None = None, dirt: Dirt = "planted"
) -> Rehearsal:
    """A rehearsal of a survey: one seed, the same bytes.

    size : valid returns; default half of the register, 1,000 without one. shares : a file of published shares
    (variable, code, percent). dirt : slips and returns that do not count, as far as the layouts can hold them, or none.
    Raises UsageError, DefinitionError for a layout that cannot be written so that it is read back, SurveyFaults.
    """
    expected(survey, Survey)
    rng = np.random.default_rng(np.random.PCG64(seed))
    _refuse(survey)
    known, given, register = read_shares(survey, shares, seed), GivenCodes(), register_layout(survey)
    drawn, valid = _selected(survey, size, given, rng)
    count = len(drawn.design)
    compose(survey, known, given, count, rng)
    margins = margins_of(survey)
    order = cover([margin.classed(given) for margin in margins], count, valid, rng)
    rows = wanted_rows(survey, valid, count - valid) if dirt == "planted" else Counter[str]()
    who = order[: valid + sum(rows[kind] for kind in ONLY_RETURN)]
    numbers = _numbers(count + rows["not_selected"], drawn.taken)
    # What margins are about, design and mode are taken from, is answered.
    described = {variable.name for margin in margins for variable, _ in margin.parts}
    never = frozenset({*described, *linked(survey), *needed_of_rows(survey)})
    own = {name: values[who] for name, values in given.items()}
    people = answer(survey, known, own, [numbers[i] for i in who], never, rng)
    lines = lines_of(people, valid, rows, numbers[count:], rng)
    files, planted, spoilt = {}, [], set[tuple[str, int]]()
    for place, layout in enumerate(returns_in(survey)):
        here = lines[lines["place"] == place]
        slips = _planted(people, layout, here, lines, never, dirt, rng)
        made = _columns(slips, here, drawn.design.iloc[who], rng)
        files[layout.path] = file_bytes(made, layout, form(survey))
        told = slips.planted + Counter(reason for reason in here["reason"] if reason)
        planted += [(layout.name, kind, number) for kind, number in sorted(told.items())]
        spoilt |= slips.spoilt
    if register is not None:
        returned = lines[~lines["reason"].isin(NOT_OWN)]
        reasons = dict(zip(returned["id"], returned["reason"], strict=True))
        columns = register_columns(survey, drawn.design, given, numbers[:count], reasons, rng)
        files[register.path] = file_bytes(columns, register, ())
    table = pd.DataFrame(planted, columns=["file", "kind", "count"])
    listed = table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
    whole = {**marked_definitions(survey), **files, "rehearsal.csv": listed}
    read_back(whole, table, valid, people, spoilt)
    return Rehearsal(whole, table, valid, count if register is not None else None)


def _refuse(survey: Survey) -> None:
    """Raises UsageError where there is no file of returns, DefinitionError for paths or columns that collide."""
    if not returns_in(survey):
        raise UsageError("synthetic.no_returns", "survey.toml")
    seen = {name.casefold() for name in (*FILES, "rehearsal.csv")}
    for layout in survey.settings.files:
        where = f"survey.toml [file {layout.name}] path"
        if not inside(layout.path):
            raise DefinitionError("synthetic.outside", where, value=layout.path)
        if layout.path.casefold() in seen:
            raise DefinitionError("synthetic.same_path", where, value=layout.path)
        seen.add(layout.path.casefold())
    for layout in returns_in(survey):
        refuse_shared_columns(survey, layout)


def _selected(survey: Survey, size: int | None, given: GivenCodes, rng: np.random.Generator) -> tuple[Drawn, int]:
    """The design of everyone selected (their register items into `given`), and how many of them return a valid form."""
    wanted = SIZE if size is None else size
    if wanted < LEAST:
        raise UsageError("synthetic.too_few", "--size", value=wanted, least=LEAST)
    register = register_layout(survey) is not None
    drawn = draw_frame(survey, 2 * wanted if register else wanted + wanted // 20 + SPARE, given, rng)
    count = len(drawn.design)
    valid = count // 2 if register and size is None else wanted
    if valid >= count:
        raise UsageError("synthetic.too_many", "--size", value=wanted, most=count - 1)
    return drawn, valid


def _numbers(count: int, taken: frozenset[str]) -> list[str]:
    """Serial numbers that do not stand in the folder's register."""
    first = 900_001
    while any(str(first + i) in taken for i in range(count)):
        first *= 10
    return [str(first + i) for i in range(count)]


def _planted(
    people: Responses,
    layout: FileLayout,
    here: pd.DataFrame,
    lines: pd.DataFrame,
    never: frozenset[str],
    dirt: Dirt,
    rng: np.random.Generator,
) -> Slips:
    """The answers of one file, those of returns that do not count among them, with slips in the others."""
    survey, rows = people.survey, here["person"].to_numpy(np.intp)
    columns = columns_in(people, rows, layout, rng)
    judged = {column for variable in judged_of(survey) for column in columns_of(layout, variable)}
    for column, texts in columns.items():
        texts[here["reason"].isin(["blank", "attributes_only"] if column in judged else ["blank"])] = ""
    again = lines["person"][lines["reason"].isin((*AGAIN, "not_selected"))]
    free = ((here["reason"] == "") & ~here["person"].isin(again)).to_numpy(bool, copy=True)
    filled = sum(int((texts != "").sum()) for texts in columns.values())
    bearable = int(filled * survey.settings.cleaning.tolerance / 2)
    spared = spared_of(people, never | {last_judged(survey)})
    slips = Slips(people, layout, columns, rows, free, spared, rng, bearable)
    if dirt == "planted":
        plant(slips)
    return slips


def _columns(slips: Slips, here: pd.DataFrame, design: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The columns of one file as text. design : of all people, a row each."""
    survey = slips.people.survey
    # A column of the answers may be the one the layout takes the mode, or the design, from.
    made: dict[str, object] = {**front(survey, slips.layout, here, rng), **slips.columns}
    if register_layout(survey) is None:
        for column in design_columns(survey):
            made.setdefault(column, design[column].to_numpy(object)[slips.rows])
    return pd.DataFrame(made)
