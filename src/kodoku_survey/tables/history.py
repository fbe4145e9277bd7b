"""Rows of earlier waves, as they were published."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kodoku_survey.survey.figures import group_names
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.survey import Survey
from kodoku_survey.survey.waves import standing
from kodoku_survey.tables.marks import printed
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.table import Cell, Row, Table
from kodoku_survey.tables.words import words

LineKey = tuple[str, tuple[int, ...]]  # an axis and the keys of one of its groups
PublishedFigure = tuple[float, str, float]  # percent, mark, respondents
Earlier = dict[int, dict[int, PublishedFigure]]  # by wave and code


def with_history(survey: Survey, entry: TablePlan, keys: Sequence[int], rows: Sequence[Row]) -> list[Row]:
    """The lines of a table, each followed by those history.csv holds of it, the latest first.

    The line of everybody is called by its wave then; keys : the answers shown. An answer the wave did not offer is 「…」;
    a figure nobody published of it is blank.
    """
    called = group_names(entry, survey.variables)
    of_line: dict[LineKey, Earlier] = {}
    own = survey.history[survey.history["table"] == entry.id]
    for wave, group, code, *figure in own[["wave", "group", "answer", "percent", "mark", "n"]].itertuples(index=False):
        by_wave = of_line.setdefault(called.get(" ".join(group.split()), ("", ())), {})
        by_wave.setdefault(int(wave), {})[int(code)] = tuple(figure)
    said = words(survey.settings.identity.lang)
    told = said["wave_year"].format(wave=survey.settings.identity.wave)
    found = []
    for row in rows:
        found.append(row if row.axis else replace(row, wave=survey.settings.identity.wave, group=told))
        found += _earlier(survey, keys, row, of_line.get((row.axis, row.keys), {}))
    return found


def _earlier(survey: Survey, keys: Sequence[int], row: Row, earlier: Earlier) -> Iterator[Row]:
    decimals = survey.settings.publication.decimals
    said = words(survey.settings.identity.lang)
    for wave, by_code in sorted(earlier.items(), reverse=True):
        n = [size for _, _, size in by_code.values() if not math.isnan(size)]
        cells = tuple(_cell(by_code.get(int(key)), decimals) for key in keys)
        label = said["group_of_wave" if row.axis else "wave_year"].format(group=row.group, wave=wave)
        yield Row(
            row.attribute,
            label,
            int(n[0]) if n else None,
            cells,
            wave=wave,
            axis=row.axis,
            keys=row.keys,
        )


def incomparable(survey: Survey, entry: TablePlan, rows: Sequence[Row]) -> tuple[int, ...]:
    """The earlier waves among some lines that the wave matrix does not call comparable in the question of their table."""
    waves = sorted({row.wave for row in rows if row.wave is not None} - {survey.settings.identity.wave})
    return tuple(wave for wave in waves if not standing(survey, entry.question, wave).comparable)


def lacks_waves(rows: Sequence[Row]) -> bool:
    """Whether some line has no figure of a wave that another has: laid out side by side, it is 「…」 there."""
    waves = {row.wave for row in rows if row.axis}
    lines: dict[tuple[str, tuple[int, ...]], set[int | None]] = {}
    for row in rows:
        lines.setdefault((row.axis, row.keys), set()).add(row.wave if row.axis else None)
    return any(len(own) < len(waves) for (axis, _), own in lines.items() if axis)


def laid_out(table: Table, everybody: str) -> Table:
    """A table of waves side by side as it is printed: a column a wave, the earliest first; any other table as it is.

    The codes of its columns are the waves. everybody : what the line of them all is called. A wave without a figure of a
    group is 「…」.
    """
    if table.across != "waves":
        return table
    latest = max((row.wave for row in table.rows if row.wave is not None), default=0)
    waves = sorted({row.wave or latest for row in table.rows})
    lines: dict[tuple[str, tuple[int, ...]], dict[int, Row]] = {}
    for row in table.rows:
        lines.setdefault((row.axis, row.keys), {})[row.wave or latest] = row
    absent = Cell(printed("not_asked"), flag="not_asked")
    rows = [
        replace(
            by_wave[latest],
            group=by_wave[latest].group if line[0] else everybody,
            cells=tuple(by_wave[wave].cells[0] if wave in by_wave else absent for wave in waves),
            wave=None,
        )
        for line, by_wave in lines.items()
    ]
    said = {row.wave or latest: row.group for row in table.rows if not row.axis}
    return replace(
        table,
        header=tuple(said.get(wave, str(wave)) for wave in waves),
        rows=tuple(rows),
        codes=tuple(waves),
        nonanswer=None,
        scale=(),
    )


def _cell(figure: PublishedFigure | None, decimals: int) -> Cell:
    if figure is None:
        return Cell(printed("excluded"), flag="excluded")
    percent, mark, _ = figure
    if mark:
        return Cell(printed(mark), 0.0 if mark == "nil" else None, flag=mark)  # type: ignore[arg-type]
    if math.isnan(percent):
        return Cell(printed("excluded"), flag="excluded")
    return Cell(half_up(percent, decimals), percent)
