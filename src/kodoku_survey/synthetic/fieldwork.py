"""Fieldwork: who returns what, by which file and when; and the returns that do not count."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import CodeArray, IndexArray
from kodoku_survey.intake.responses import ANSWERED, Responses
from kodoku_survey.intake.returns import columns_of, design_columns
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.layouts import FileLayout
from kodoku_survey.synthetic.answer_shares import allotted
from kodoku_survey.synthetic.delivery import form

# Returns that do not count, to a thousand that do. Each kind has at least one where the layouts can hold it.
SPOILT_ROWS = {
    "late": 4, "incomplete": 4, "blank": 2, "attributes_only": 2, "not_selected": 2, "same_mode_twice": 2, "other_mode": 5,
}  # fmt: skip
AGAIN = ("same_mode_twice", "other_mode")  # a second return of somebody who has a valid one
ONLY_RETURN = ("late", "incomplete", "blank", "attributes_only")  # the only return of somebody
NOT_OWN = (*AGAIN, "not_selected")  # rows that say nothing of what became of a person


@dataclass(frozen=True)
class FileLine:
    """One row of a file: whose answers it holds, under which number, and why it will not count ("" = it will)."""

    person: int
    id: str
    reason: str = ""


def returns_in(survey: Survey) -> list[FileLayout]:
    """The layouts of the files of returns."""
    return [layout for layout in survey.settings.files if layout.role == "returns"]


def needed_of_rows(survey: Survey) -> set[str]:
    """Questions whose column is also the one that design, mode or number is taken from."""
    register = any(layout.role == "selection" for layout in survey.settings.files)
    design = set() if register else set(design_columns(survey))
    columns = {layout.name: {layout.mode_column, layout.id, *design} - {""} for layout in returns_in(survey)}
    return {
        v.name for layout in returns_in(survey) for v in form(survey) if columns[layout.name] & {*columns_of(layout, v)}
    }


def cover(cells: list[CodeArray], count: int, chosen: int, rng: np.random.Generator) -> IndexArray:
    """`chosen` of `count` persons by chance, some of every cell of every margin among them; the rest behind them, (count,)."""
    order = rng.permutation(count)
    first: list[int] = []
    for cell in cells:
        own = cell[order]
        for number in np.unique(own[own >= 0]):
            first += [int(row) for row in order[np.flatnonzero(own == number)[:2]]]
    needed = list(dict.fromkeys(first))[:chosen]
    rest = order[~np.isin(order, needed)]
    return np.concatenate([rng.permutation(np.array([*needed, *rest[: chosen - len(needed)]], dtype=np.intp)),
                           rest[chosen - len(needed) :]])  # fmt: skip


def wanted_rows(survey: Survey, size: int, spare: int) -> Counter[str]:
    """How many returns of each kind that does not count. spare : persons without a valid return."""
    layouts, settings = returns_in(survey), survey.settings
    register = any(layout.role == "selection" for layout in settings.files)
    outside = [v for v in form(survey) if v.asked_if is None and v.section not in settings.cleaning.valid_sections]
    needed = needed_of_rows(survey)
    possible = {
        "late": settings.identity.accepted_until is not None and any(layout.received for layout in layouts),
        "incomplete": any(layout.complete_column for layout in layouts),
        # A column that design or mode is taken from cannot be blank, so the form is not.
        "blank": not needed,
        "attributes_only": bool(settings.cleaning.valid_sections and outside)
        and not any(v.name in needed and v.section in settings.cleaning.valid_sections for v in form(survey)),
        "not_selected": register and all(layout.id for layout in layouts),
        "same_mode_twice": all(layout.id for layout in layouts),
        "other_mode": all(layout.id for layout in layouts) and len({layout.mode for layout in layouts}) > 1,
    }
    found = Counter({kind: max(round(size * rate / 1000), 1) for kind, rate in SPOILT_ROWS.items() if possible[kind]})
    while sum(found[kind] for kind in ONLY_RETURN) > spare and any(found[kind] for kind in ONLY_RETURN):
        found[max(ONLY_RETURN, key=lambda kind: found[kind])] -= 1
    return +found


def lines_of(
    people: Responses, valid: int, rows: Counter[str], unknown: list[str], rng: np.random.Generator
) -> dict[str, list[FileLine]]:
    """The lines of each file, by its name: the first `valid` people have a valid return, the others one that does not count.

    unknown : numbers that stand in no register.
    """
    layouts = returns_in(people.survey)
    ids = people.id
    parts = np.split(np.arange(valid), np.cumsum(allotted([1 / (k + 1) for k in range(len(layouts))], valid))[:-1])
    lines = {layout.name: [FileLine(int(p), ids[p]) for p in part] for layout, part in zip(layouts, parts, strict=True)}
    extra = iter(range(valid, len(people)))
    for kind in ONLY_RETURN:
        fitting = [layout for layout in layouts if _holds(layout, kind)]
        for number in range(rows[kind]):
            person = next(extra)
            lines[fitting[number % len(fitting)].name].append(
                FileLine(person, ids[person], _told(people, person, kind))
            )
    for number in range(rows["not_selected"]):
        name = layouts[number % len(layouts)].name
        lines[name].append(FileLine(int(rng.integers(valid)), unknown[number], "not_selected"))
    _again(people, layouts, parts, rows, lines, rng)
    return {name: [own[i] for i in rng.permutation(len(own))] for name, own in lines.items()}


def _holds(layout: FileLayout, kind: str) -> bool:
    return bool({"late": layout.received, "incomplete": layout.complete_column}.get(kind, "always"))


def _told(people: Responses, person: int, kind: str) -> str:
    """A form on which even the attributes are blank is a blank one."""
    if kind != "attributes_only":
        return kind
    sections = people.survey.settings.cleaning.valid_sections
    outside = [variable.name for variable in form(people.survey) if variable.section not in sections]
    answered = any(people.given(name).state[person] == ANSWERED for name in outside)
    return "attributes_only" if answered else "blank"


def _again(
    people: Responses,
    layouts: list[FileLayout],
    parts: list[IndexArray],
    rows: Counter[str],
    lines: dict[str, list[FileLine]],
    rng: np.random.Generator,
) -> None:
    """Second returns of people who have a valid one, the same answers again: in the same file, or in one of another mode."""
    pool = [[int(p) for p in rng.permutation(part)] for part in parts]
    for kind in AGAIN:
        for number in range(rows[kind]):
            place = number % len(layouts)
            others = [k for k, layout in enumerate(layouts) if layout.mode != layouts[place].mode]
            if not pool[place] or (kind == "other_mode" and not others):
                continue
            person = pool[place].pop()
            where = place if kind == "same_mode_twice" else others[0]
            lines[layouts[where].name].append(FileLine(person, people.id[person], kind))


def front(survey: Survey, layout: FileLayout, lines: list[FileLine], rng: np.random.Generator) -> dict[str, list[str]]:
    """What stands before the answers: number, day of receipt, whether complete, mode."""
    pattern = layout.numbering.pattern or "{id}"
    found = {layout.id: [pattern.replace("{id}", line.id) for line in lines]} if layout.id else {}
    if layout.received:
        found[layout.received] = _days(survey, lines, rng)
    if layout.complete_column:
        # Without values, anything there means complete.
        complete, partial = (*layout.complete_values, "1")[0], "途中" if layout.complete_values else ""
        partial = partial if partial not in layout.complete_values else f"({partial})"
        found[layout.complete_column] = [partial if line.reason == "incomplete" else complete for line in lines]
    if layout.mode_column:
        # One mode a person, so that a second return in this file is one of the same mode.
        known = list(layout.modes) or [layout.mode or "1"]
        found[layout.mode_column] = [known[line.person % len(known)] for line in lines]
    return found


def _days(survey: Survey, lines: list[FileLine], rng: np.random.Generator) -> list[str]:
    """Most within two weeks of the reference date, the late ones after the closing date."""
    identity = survey.settings.identity
    closing = identity.accepted_until
    closing = closing.date() if isinstance(closing, dt.datetime) else closing
    last = closing or (identity.reference_date or dt.date(identity.wave, 1, 1)) + dt.timedelta(days=60)
    start = min(identity.reference_date or last - dt.timedelta(days=60), last)
    days = np.minimum(np.floor(rng.gamma(2.0, 5.0, len(lines))).astype(int) + 1, (last - start).days)
    after = rng.integers(1, 15, len(lines))
    found = [
        last + dt.timedelta(days=int(late)) if line.reason == "late" else start + dt.timedelta(days=int(day))
        for line, day, late in zip(lines, days, after, strict=True)
    ]
    return [day.isoformat() for day in found]
