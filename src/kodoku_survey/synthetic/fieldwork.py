"""Fieldwork: who returns what, by which file and when; and the returns that do not count."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import pandas as pd

from kodoku_survey.arrays import CodeArray, IndexArray
from kodoku_survey.intake.responses import ANSWERED, Responses
from kodoku_survey.intake.returns import columns_of, design_columns
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.layouts import FileLayout
from kodoku_survey.synthetic.answer_shares import allotted
from kodoku_survey.synthetic.delivery import form
from kodoku_survey.synthetic.people import judged_of

# Returns that do not count, to a thousand that do. Each kind has at least one where the layouts can hold it.
SPOILT_ROWS = {
    "late": 4, "incomplete": 4, "blank": 2, "attributes_only": 2, "not_selected": 2, "same_mode_twice": 2, "other_mode": 5,
}  # fmt: skip
AGAIN = ("same_mode_twice", "other_mode")  # a second return of somebody who has a valid one
ONLY_RETURN = ("late", "incomplete", "blank", "attributes_only")  # the only return of somebody
NOT_OWN = (*AGAIN, "not_selected")  # rows that say nothing of what became of a person


def returns_in(survey: Survey) -> list[FileLayout]:
    """The layouts of the files of returns."""
    return [layout for layout in survey.settings.files if layout.role == "returns"]


def register_layout(survey: Survey) -> FileLayout | None:
    """The layout of the register, or None."""
    return next((layout for layout in survey.settings.files if layout.role == "selection"), None)


def needed_of_rows(survey: Survey) -> set[str]:
    """Questions whose column is also the one that design, mode or number is taken from."""
    design = set() if register_layout(survey) else set(design_columns(survey))
    return {
        variable.name
        for layout in returns_in(survey)
        for variable in form(survey)
        if {layout.mode_column, layout.id, *design} & {*columns_of(layout, variable)}
    }


def cover(cells: list[CodeArray], count: int, chosen: int, rng: np.random.Generator) -> IndexArray:
    """`count` persons by chance, with two of every cell (a row of codes) among the first `chosen`, while there are places."""
    order = rng.permutation(count)
    needed = np.zeros(count, dtype=bool)
    for codes in cells:
        needed |= pd.DataFrame(codes[order]).groupby(list(range(codes.shape[1]))).cumcount().to_numpy() < 2
    ranked = order[np.argsort(~needed, kind="stable")]
    return np.concatenate([rng.permutation(ranked[:chosen]), ranked[chosen:]])


def wanted_rows(survey: Survey, size: int, spare: int) -> Counter[str]:
    """How many returns of each kind that does not count. spare : persons without a valid return."""
    layouts, needed = returns_in(survey), needed_of_rows(survey)
    judged = {variable.name for variable in judged_of(survey)}
    numbered = all(layout.id for layout in layouts)
    possible = {
        "late": survey.settings.identity.accepted_until is not None and any(layout.received for layout in layouts),
        "incomplete": any(layout.complete_column for layout in layouts),
        # A column that design or mode is taken from cannot be blank, so the form is not.
        "blank": not needed,
        "attributes_only": any(v.asked_if is None and v.name not in judged for v in form(survey))
        and not needed & judged,
        "not_selected": register_layout(survey) is not None and numbered,
        "same_mode_twice": numbered,
        "other_mode": numbered and len({layout.mode for layout in layouts}) > 1,
    }
    found = Counter({kind: max(round(size * rate / 1000), 1) for kind, rate in SPOILT_ROWS.items() if possible[kind]})
    while sum(found[kind] for kind in ONLY_RETURN) > spare:
        found[max(ONLY_RETURN, key=lambda kind: found[kind])] -= 1
    return +found


def lines_of(
    people: Responses, valid: int, rows: Counter[str], unknown: list[str], rng: np.random.Generator
) -> pd.DataFrame:
    """The lines of every file: place (of its layout), person, id, and the reason why one will not count ("" = it will).

    The first `valid` people have a valid return, the others one that does not count. unknown : numbers of no register.
    """
    layouts, extra = returns_in(people.survey), iter(range(valid, len(people)))
    home = np.repeat(np.arange(len(layouts)), allotted([1 / (k + 1) for k in range(len(layouts))], valid))
    pool = [[int(p) for p in rng.permutation(np.flatnonzero(home == k))] for k in range(len(layouts))]
    lines = [(int(place), person, people.id[person], "") for person, place in enumerate(home)]
    for kind, number in ((kind, k) for kind, count in rows.items() for k in range(count)):
        place = number % len(layouts)
        if kind in ONLY_RETURN:
            held = {"late": "received", "incomplete": "complete_column"}.get(kind, "name")
            fitting = [k for k, layout in enumerate(layouts) if getattr(layout, held)]
            person = next(extra)
            lines.append((fitting[number % len(fitting)], person, people.id[person], kind))
        elif kind == "not_selected":
            lines.append((place, int(rng.integers(valid)), unknown[number], kind))
        elif pool[place]:
            others = [k for k, layout in enumerate(layouts) if layout.mode != layouts[place].mode]
            person = pool[place].pop()
            lines.append((others[0] if kind == "other_mode" else place, person, people.id[person], kind))
    found = pd.DataFrame(lines, columns=["place", "person", "id", "reason"]).iloc[rng.permutation(len(lines))]
    # A form on which even the attributes are blank is a blank one.
    judged = judged_of(people.survey)
    outside = [people.given(v.name).state == ANSWERED for v in form(people.survey) if v not in judged]
    bare = ~np.any([np.zeros(len(people), dtype=bool), *outside], axis=0)[found["person"]]
    return found.assign(reason=found["reason"].mask((found["reason"] == "attributes_only") & bare, "blank"))


def front(survey: Survey, layout: FileLayout, lines: pd.DataFrame, rng: np.random.Generator) -> dict[str, list[str]]:
    """What stands before the answers: number, day of receipt, whether complete, mode."""
    pattern = layout.numbering.pattern or "{id}"
    found = {layout.id: [pattern.replace("{id}", number) for number in lines["id"]]} if layout.id else {}
    if layout.received:
        found[layout.received] = _days(survey, lines["reason"] == "late", rng)
    if layout.complete_column:
        # Without values, anything there means complete.
        complete, partial = (*layout.complete_values, "1")[0], "途中" if layout.complete_values else ""
        partial = partial if partial not in layout.complete_values else f"({partial})"
        found[layout.complete_column] = [partial if r == "incomplete" else complete for r in lines["reason"]]
    if layout.mode_column:
        # One mode a person, so that a second return in this file is one of the same mode.
        known = list(layout.modes) or [layout.mode or "1"]
        found[layout.mode_column] = [known[person % len(known)] for person in lines["person"]]
    return found


def _days(survey: Survey, late: pd.Series, rng: np.random.Generator) -> list[str]:
    """Most within two weeks of the reference date, the late ones after the closing date."""
    identity = survey.settings.identity
    closing = identity.accepted_until
    closing = closing.date() if isinstance(closing, dt.datetime) else closing
    last = closing or (identity.reference_date or dt.date(identity.wave, 1, 1)) + dt.timedelta(days=60)
    start = min(identity.reference_date or last - dt.timedelta(days=60), last)
    days = np.minimum(np.floor(rng.gamma(2.0, 5.0, len(late))).astype(int) + 1, (last - start).days)
    days = np.where(late, (last - start).days + rng.integers(1, 15, len(late)), days)
    return [(start + dt.timedelta(days=int(day))).isoformat() for day in days]
