"""Every chart of a report as files to be taken elsewhere: SVG with outlined text, PNG for slides, each with what explains it."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from kodoku_survey.publish.charts.canvas import LABEL
from kodoku_survey.publish.charts.charts import charted, is_drawn
from kodoku_survey.publish.charts.fonts import Face
from kodoku_survey.publish.charts.glyphs import legible
from kodoku_survey.publish.charts.left_out import left_out
from kodoku_survey.publish.charts.metrics import lines
from kodoku_survey.publish.charts.picture import (
    FAINT,
    INK,
    SMALLEST,
    WIDTH,
    Box,
    Mark,
    Picture,
    moved,
    paragraph,
    stacked,
)
from kodoku_survey.publish.charts.svg import as_svg
from kodoku_survey.publish.release.writing import put
from kodoku_survey.publish.typesetting.setting import set_apart
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.tables import Report, Table
from kodoku_survey.tables.report import Progress
from kodoku_survey.tables.words import Said, words_of

MARGIN = 10.0
LONGEST_FILE_NAME = 48  # letters of a file's name
AT_ONCE = 24  # pictures painted at a call
PIXELS = 240.0  # an inch: twice what a screen needs
_RINGED = re.compile(r"[①-⑳Ⅰ-Ⅻ]")  # letters one system writes otherwise than another
_UNFIT = re.compile(r"[^\w\-]+")  # in a file's name, on any system


def stems_of(tables: Sequence[Table]) -> dict[str, str]:
    """The name of a chart's files, without its ending, by table id: the id and a slug of the title."""
    found: dict[str, str] = {}
    for table in tables:
        if is_drawn(table):
            told = _RINGED.sub(lambda ring: f"-{unicodedata.normalize('NFKC', ring[0])}", f"{table.id}_{table.title}")
            name = _UNFIT.sub("-", unicodedata.normalize("NFC", told)).strip("-")[:LONGEST_FILE_NAME].rstrip("-")
            taken = {stem.casefold() for stem in found.values()}
            found[table.id] = name if name.casefold() not in taken else f"{name}_{len(found) + 1}"
    return found


def draw_charts(report: Report, folder: Path, progress: Progress) -> dict[str, str]:
    """SVG and PNG of each table that has a figure; the file's stem by table id. Raises OSError, OutputError."""
    stems, said = stems_of(report.tables), words_of(report.survey)
    folder.mkdir(parents=True, exist_ok=True)
    drawn = [table for table in report.tables if table.id in stems]
    framed = {}
    for done, table in enumerate(drawn):
        progress("charts", done, len(drawn) + 1)
        framed[stems[table.id]] = _framed(table, report.survey.variables, said)
        svg = as_svg(
            framed[stems[table.id]], title=title_of_file(table, said), description=described(table, said), outlined=True
        )
        put(folder / f"{stems[table.id]}.svg", svg)
    with closing(_painted(framed, folder)) as painted:  # its folder is cleared here, where a failure is still an error
        for stem, png in painted:
            put(folder / f"{stem}.png", png)
    progress("charts", len(drawn) + 1, len(drawn) + 1)
    return stems


def title_of_file(table: Table, said: Said) -> str:
    """図1-3　…: number and title."""
    number = table.number or table.id
    return said["number_of_figure"].format(number=number, title=table.title) if number[:1].isdigit() else table.title


def described(table: Table, said: Said) -> str:
    """A chart in words, line by line, for those who do not see it."""
    told = []
    for row in table.rows:
        n = f" n={row.base_text}" if row.base_text else ""
        held = zip(table.header, row.cells, strict=True)
        cells = said["listing"].join(f"{label} {cell.text}" for label, cell in held if cell.text)
        told.append(f"{row.group}{n}: {cells}")
    kept = "。".join((*left_out(table, said), table.mark))
    return legible(f"{said[table.figure]}。{table.head_note}。{'; '.join(told)}。{kept}".replace("。。", "。"))


def _framed(table: Table, variables: Mapping[str, Variable], said: Said) -> Picture:
    """The chart with its title above; question, base, notes and source beneath."""
    chart = charted(table)
    asked = variables.get(table.question)
    question = "" if asked is None else f"{asked.number}　{asked.question or asked.label}".strip("　")
    head = _text([(title_of_file(table, said), 10.5, "bold"), (table.head_note, SMALLEST, "sans")])
    source = f"{said['source']}: {table.source}" if table.source else ""
    notes = dict.fromkeys([*table.notes, *left_out(table, said)])  # of the mark alone the table says the same
    foot = _text([(text, SMALLEST, "sans") for text in (question, *notes, source, table.mark) if text])
    whole = stacked([head, chart, foot], 4.0)
    sheet = Box(0, 0, WIDTH + 2 * MARGIN, whole.height + 2 * MARGIN, "#ffffff")
    return Picture(sheet.width, sheet.height, (sheet, *(moved(mark, MARGIN, MARGIN) for mark in whole.marks)))


def _text(told: Sequence[tuple[str, float, Face]]) -> Picture:
    marks: list[Mark] = []
    at = 0.0
    for text, size, face in told:
        broken = lines(legible(text), WIDTH, size, face)
        colour = INK if size > LABEL else FAINT
        marks += paragraph(0, at, broken, size, colour=colour, face=face)
        at += 1.25 * size * len(broken)
    return Picture(WIDTH, at + 2, tuple(marks))


def _painted(framed: Mapping[str, Picture], folder: Path) -> Generator[tuple[str, bytes], None, None]:
    """Each picture as PNG, a few at a call of the typesetter: a page of them takes ten megabytes while it is painted."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        for first in range(0, len(framed), AT_ONCE):
            some, pages = list(framed.items())[first : first + AT_ONCE], []
            for number, (_, picture) in enumerate(some):
                (Path(place) / f"{number}.svg").write_text(as_svg(picture), encoding="utf-8")
                sheet = f"width: {picture.width:.2f}pt, height: {picture.height:.2f}pt"
                pages.append(f'#page({sheet}, image("{number}.svg"))')
            template = Path(place) / "charts.typ"
            template.write_text("#set page(margin: 0pt)\n" + "\n".join(pages), encoding="utf-8")
            options = {"format": "png", "ppi": PIXELS}
            made = set_apart(template, "charts", options=options, pages=len(some))
            yield from ((stem, png) for (stem, _), png in zip(some, made, strict=True))
