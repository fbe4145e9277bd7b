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

from kodoku_survey.arrays import TextArray
from kodoku_survey.errors import DefinitionError, UsageError, expected
from kodoku_survey.intake.responses import Responses
from kodoku_survey.intake.returns import columns_of, design_columns
from kodoku_survey.survey.folder import FILES, Survey
from kodoku_survey.survey.layouts import FileLayout
from kodoku_survey.synthetic.answer_shares import Shares, read_shares
from kodoku_survey.synthetic.composition import GivenCodes, cells_of, compose, copied, described, limits, linked
from kodoku_survey.synthetic.delivered_bytes import file_bytes
from kodoku_survey.synthetic.delivery import (
    columns_in,
    form,
    headings,
    refuse_shared_columns,
    value_labels,
)
from kodoku_survey.synthetic.destination import inside
from kodoku_survey.synthetic.dirt import CleanedWorth, Slips, plant
from kodoku_survey.synthetic.fieldwork import (
    AGAIN,
    NOT_OWN,
    ONLY_RETURN,
    FileLine,
    cover,
    front,
    lines_of,
    needed_of_rows,
    returns_in,
    wanted_rows,
)
from kodoku_survey.synthetic.frame import Drawn, draw_frame, register_columns, register_layout
from kodoku_survey.synthetic.people import answer, last_judged
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


@dataclass(frozen=True, eq=False)
class Making:
    """What the files of returns are made of. twice : persons with a second return. spared : answers no slip may change."""

    people: Responses
    worth: CleanedWorth
    dirt: Dirt
    twice: frozenset[int]
    spared: frozenset[str]


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
    known, given = read_shares(survey, shares, seed), GivenCodes()
    drawn, valid = _selected(survey, size, given, rng)
    count = len(drawn.design)
    _compose(survey, known, given, count, rng)
    order = cover(cells_of(survey, given, count), count, valid, rng)
    rows = wanted_rows(survey, valid, count - valid) if dirt == "planted" else Counter[str]()
    who = order[: valid + sum(rows[kind] for kind in ONLY_RETURN)]
    numbers = _numbers(count + rows["not_selected"], drawn.taken)
    never_blank = _never_blank(survey)
    ids = [numbers[i] for i in who]
    people = answer(survey, known, {name: values[who] for name, values in given.items()}, ids, never_blank, rng)
    lines = lines_of(people, valid, rows, numbers[count:], rng)
    twice = frozenset(line.person for own in lines.values() for line in own if line.reason in AGAIN)
    making = Making(people, CleanedWorth.of(people), dirt, twice, never_blank | {last_judged(survey)})
    files, planted = {}, []
    for layout in returns_in(survey):
        made, slips = _file(making, layout, lines[layout.name], drawn.design.iloc[who], rng)
        files[layout.path] = file_bytes(made, layout, headings(survey, layout), value_labels(survey, layout))
        planted += [(layout.name, kind, number) for kind, number in sorted(slips.items())]
    register = register_layout(survey)
    if register is not None:
        told = {line.id: line.reason for own in lines.values() for line in own if line.reason not in NOT_OWN}
        columns = register_columns(survey, drawn.design, given, numbers[:count], told, rng)
        files[register.path] = file_bytes(columns, register, {}, {})
    table = pd.DataFrame(planted, columns=["file", "kind", "count"])
    listed = table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
    whole = {**marked_definitions(survey), **files, "rehearsal.csv": listed}
    found = Rehearsal(whole, table, valid, count if register is not None else None)
    read_back(whole, table, valid, people, making.worth)
    return found


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


def _never_blank(survey: Survey) -> frozenset[str]:
    """Answers that must be there: what margins are about, what design and mode are taken from."""
    return frozenset({*described(survey), *linked(survey), *needed_of_rows(survey)})


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


def _compose(survey: Survey, shares: Shares, given: GivenCodes, count: int, rng: np.random.Generator) -> None:
    """What margins and register say of everyone, the same thing in both; register items nothing is said of by their shares."""
    book, links = survey.codebook, linked(survey)
    for name, other in links.items():
        if other in given:
            given[name] = copied(book[name], book[other], given[other])
    compose(survey, given, count, rng)
    for name, other in links.items():
        if name in given and other not in given:
            given[other] = copied(book[other], book[name], given[name])
    for variable in book:
        if variable.source != "selection" or variable.name in given:
            continue
        if variable.kind == "number":
            low, high = limits(variable, np.iinfo(np.int32).max)
            given[variable.name] = rng.integers(low, min(high, low + 60 * 10**variable.places) + 1, count)
        else:
            told, _ = shares.single(variable)
            given[variable.name] = rng.choice(list(told), count, p=list(told.values()))
    for name, other in links.items():
        if name not in given:
            given[name] = copied(book[name], book[other], given[other])


def _numbers(count: int, taken: frozenset[str]) -> list[str]:
    """Serial numbers that do not stand in the folder's register."""
    first = 900_001
    while any(str(first + i) in taken for i in range(count)):
        first *= 10
    return [str(first + i) for i in range(count)]


def _file(
    making: Making, layout: FileLayout, lines: list[FileLine], design: pd.DataFrame, rng: np.random.Generator
) -> tuple[pd.DataFrame, Counter[str]]:
    """The columns of one file of returns as text, and what was planted in it. design : of `making.people`, a row each."""
    people, survey = making.people, making.people.survey
    rows = np.array([line.person for line in lines], dtype=np.intp)
    columns = columns_in(people, rows, layout, rng)
    planted = Counter(line.reason for line in lines if line.reason)
    if making.dirt == "planted":
        again = {line.person for line in lines if line.reason} | making.twice
        free = np.array([not line.reason and line.person not in again for line in lines], dtype=bool)
        filled = sum(int((texts != "").sum()) for texts in columns.values())
        bearable = int(filled * survey.settings.cleaning.tolerance / 2)
        planted += plant(Slips(people, layout, columns, rows, free, making.worth, making.spared, rng, bearable))
    for column in columns:
        _blank(columns[column], column, lines, layout, survey)
    made: dict[str, object] = {**front(survey, layout, lines, rng)}
    # A column of the answers may be the one the layout takes the mode, or the design, from.
    made |= columns
    if register_layout(survey) is None:
        for column in design_columns(survey):
            if column not in made:
                made[column] = design[column].to_numpy(object)[rows]
    return pd.DataFrame(made), planted


def _blank(texts: TextArray, column: str, lines: list[FileLine], layout: FileLayout, survey: Survey) -> None:
    """Blank forms, and those that answer attributes only, in place."""
    sections = survey.settings.cleaning.valid_sections
    judged = any(column in columns_of(layout, v) and v.section in sections for v in form(survey))
    for row, line in enumerate(lines):
        if line.reason == "blank" or (line.reason == "attributes_only" and judged):
            texts[row] = ""
