"""What a row says of itself: whose it is, when it came, whether it is a person's at all."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray, BoolArray, TextArray
from kodoku_survey.errors import ContentError
from kodoku_survey.intake.cells import dates
from kodoku_survey.intake.cells.alike import plain
from kodoku_survey.intake.cells.serials import even_number
from kodoku_survey.intake.issues import BAD_DATE, BAD_MODE, FORMS_OWN, Issue
from kodoku_survey.intake.reasons import reasons
from kodoku_survey.intake.returns import ReturnFile
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.layouts import Marked


def of_each(column: pd.Series, worth: Callable[[str], object], kind: type) -> AnyArray:
    """What each distinct text of a column is worth, a row each."""
    distinct: AnyArray = np.empty(len(column.cat.categories) + 1, dtype=kind)
    for position, text in enumerate(column.cat.categories):
        distinct[position] = worth(str(text))
    return distinct[column.cat.codes.to_numpy(np.int64)]


def numbers_of(survey: Survey, file: ReturnFile) -> TextArray:
    """The number of each row's person, evenly written; of anonymous rows their own, which no other file has."""
    layout = file.layout
    if layout.id:
        pattern = layout.numbering.pattern
        return of_each(file.column(layout.id), lambda text: even_number(text, pattern), object)
    several = sum(one.role == layout.role for one in survey.settings.files) > 1
    front = f"{layout.name}-" if several else ""
    return np.array([f"{front}{n}" for n in range(1, len(file.lines) + 1)], dtype=object)


def registers(survey: Survey, file: ReturnFile) -> str:
    """The register a file's numbers are of: the selection, the one it names, or its own."""
    if not file.layout.id:
        return f"file {file.layout.name}"
    if any(one.role == "selection" for one in survey.settings.files):
        return "selection"
    return (
        f"register {file.layout.numbering.register}" if file.layout.numbering.register else f"file {file.layout.name}"
    )


def modes(survey: Survey, file: ReturnFile, issues: list[Issue]) -> TextArray:
    """How each row was answered. A cell that names no mode is an issue, and its row's mode is not known.

    Without `modes` in the layout a text that at least three rows hold is a mode; another is something a person typed.
    """
    layout, column = file.layout, file.column(file.layout.mode_column)
    texts = of_each(column, str.strip, object)
    counts = pd.Series(texts).value_counts()
    unknown = reasons(survey.settings.identity.lang)["mode_unknown"]
    told = {str(text): layout.modes.get(str(text), "" if layout.modes else str(text)) for text in counts.index}
    stray = [
        text for text, n in counts.items() if text and (not told[str(text)] or (not layout.modes and n < FORMS_OWN))
    ]
    if stray:
        lost = int(counts[stray].sum())
        filled = int(counts[[text for text in counts.index if text]].sum())
        issues.append(Issue(BAD_MODE, layout.name, layout.mode_column, "", None, lost, filled))
    known = {text: mode or unknown for text, mode in told.items() if text not in stray}
    return np.array([known.get(str(text), unknown) for text in texts], dtype=object)


def holds(file: ReturnFile, marked: Marked) -> BoolArray:
    """Rows whose cell holds one of the values (any text, where there are none)."""
    meant = {plain(value) for value in marked.values}

    def of(text: str) -> bool:
        return plain(text) in meant if meant else bool(plain(text))

    found: BoolArray = of_each(file.column(marked.column), of, bool)
    return found


def totals(file: ReturnFile) -> BoolArray:
    """Rows that sum up the others («計»): by the number's cell, or in anonymous files the first cell that is read."""
    layout = file.layout
    words = {plain(word) for word in layout.total_rows}
    if not words or not len(file.cells.columns):
        return np.zeros(len(file.lines), dtype=bool)
    # A time of receipt may stand first, blank in such a row.
    columns = [file.column(layout.id)] if layout.id else [file.cells[name] for name in list(file.cells)[:2]]
    found: BoolArray = np.zeros(len(file.lines), dtype=bool)
    for column in columns:
        found |= of_each(column, lambda text: not text.isdigit() and plain(text) in words, bool)
    return found


def times(survey: Survey, file: ReturnFile) -> tuple[AnyArray, list[Issue]]:
    """When each row came, in the survey's time zone (NaT where nothing is said), and what could not be read.

    Raises ContentError where the order of day and month is open.
    """
    layout = file.layout
    if not layout.received:
        return np.full(len(file.lines), np.datetime64("NaT"), dtype="datetime64[s]"), []
    column = file.column(layout.received)
    texts = [str(text).strip() for text in column.cat.categories]
    parsed = [dates.parsed(text) if text else None for text in texts]
    order = layout.date_order if layout.date_order != "auto" else dates.settled_order(parsed)
    where = f"{file.path.name} {layout.received}"
    if not order and any(time is not None and time.open for time in parsed):
        raise ContentError("intake.date_order", where)
    own, wanted = (zoneinfo.ZoneInfo(name) for name in (layout.time_zone, survey.settings.identity.time_zone))
    moments = [None if time is None else dates.moment(time, order, own, wanted) for time in parsed]
    found = np.array([np.datetime64("NaT") if time is None else np.datetime64(time, "s") for time in [*moments, None]])
    index = column.cat.codes.to_numpy(np.int64)
    wrong = np.array([bool(text) and time is None for text, time in zip(texts, moments, strict=True)] + [False])[index]
    filled = np.array([bool(text) for text in texts] + [False])[index]
    issues = []
    if wrong.any():
        issues.append(Issue(BAD_DATE, layout.name, layout.received, "", None, int(wrong.sum()), int(filled.sum())))
    return found[index].astype("datetime64[s]"), issues


def after_closing(survey: Survey, received: AnyArray) -> BoolArray:
    """Rows that came after the closing day or moment."""
    until = survey.settings.identity.accepted_until
    if until is None:
        return np.zeros(len(received), dtype=bool)
    if isinstance(until, dt.datetime):
        zone = zoneinfo.ZoneInfo(survey.settings.identity.time_zone)
        closing = until.astimezone(zone).replace(tzinfo=None) if until.tzinfo is not None else until
        return np.asarray(received > np.datetime64(closing, "s"), dtype=bool)
    return np.asarray(received.astype("datetime64[D]") > np.datetime64(until, "D"), dtype=bool)
