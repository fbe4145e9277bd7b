"""charts.xlsx: every figure as a native chart of Excel beside its data, to be edited and taken into slides."""

from __future__ import annotations

import datetime as dt
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kodoku_survey.publish.charts.canvas import rows_with_base
from kodoku_survey.publish.charts.charts import is_drawn
from kodoku_survey.publish.charts.drawing import title_of_file
from kodoku_survey.publish.charts.left_out import left_out
from kodoku_survey.publish.charts.palette import LINES, NOMINAL, colours, ink_on
from kodoku_survey.publish.pages.result_blocks import alternative
from kodoku_survey.publish.release.dating import day_of
from kodoku_survey.publish.release.writing import put_workbook
from kodoku_survey.publish.sheets.excel_book import FONT, WORKBOOK_OPTIONS
from kodoku_survey.publish.sheets.table_places import names_of
from kodoku_survey.publish.sheets.workbook import base_of, written
from kodoku_survey.tables import Report, Row, Table
from kodoku_survey.tables.history import laid_out
from kodoku_survey.tables.words import Said, words_of

HEAD_LINE, FIRST_LINE = 3, 4  # lines of the headings and of the first figures, from 0
CHART_WIDTH = 980  # pixels of a chart
BAND_HEIGHT, BAR_HEIGHT, FRAME_HEIGHT = (
    26,
    15,
    120,
)  # pixels a line of a band takes, a bar among others, and all that is not bars
TALLEST_CHART = 2600


def write_chart_book(report: Report, path: Path) -> None:
    """A sheet a figure, found by the number of its table; contents first. Raises OutputError, OSError."""
    put_workbook(path, partial(_fill, report))


def _fill(report: Report, made: BytesIO) -> None:
    said, identity = words_of(report.survey), report.survey.settings.identity
    names = names_of(report)
    drawn = [table for table in report.tables if is_drawn(table)]
    with xlsxwriter.Workbook(made, WORKBOOK_OPTIONS) as book:
        book.set_properties(
            {"title": said["chart_book"].format(title=identity.title), "author": identity.conductor,
             "created": dt.datetime.combine(day_of(report), dt.time())}
        )  # fmt: skip
        formats = _formats(book, report.survey.settings.publication.decimals)
        contents = book.add_worksheet(said["contents"])
        contents.write_string(0, 0, said["chart_book"].format(title=identity.title), formats["title"])
        contents.set_column(0, 0, 14)
        contents.set_column(1, 1, 90)
        contents.set_paper(9)
        contents.fit_to_pages(1, 0)
        for line, table in enumerate(drawn, start=2):
            contents.write_url(line, 0, f"internal:'{names[table.id]}'!A1", formats["link"], string=names[table.id])
            contents.write_string(line, 1, title_of_file(table, said), formats["text"])
            _sheet(book, names[table.id], table, formats, said)


def _formats(book: Workbook, decimals: int) -> dict[str, Format]:
    base = {"font_name": FONT, "font_size": 10}
    number = "0." + "0" * decimals if decimals else "0"
    looks: dict[str, dict[str, Any]] = {
        "text": {}, "title": {"bold": True, "font_size": 12}, "head": {"bottom": 1, "text_wrap": True},
        "number": {"num_format": number}, "nil": {"num_format": number}, "count": {"num_format": "#,##0"},
        "reference": {"num_format": "#,##0"}, "mark": {"align": "right"},
        "link": {"font_color": "#1d4f80", "underline": 1},
    }  # fmt: skip
    return {name: book.add_format(base | look) for name, look in looks.items()}


def _sheet(book: Workbook, name: str, table: Table, formats: dict[str, Format], said: Said) -> None:
    """The figures, and the chart made of them below."""
    sheet = book.add_worksheet(name)
    shown = laid_out(table, said["total"])
    rows = rows_with_base(shown)
    beside = "　".join(filter(None, (table.mark, *left_out(table, said))))
    for line, text in enumerate((title_of_file(table, said), table.head_note, beside)):
        sheet.write_string(line, 0, text, formats["title" if line == 0 else "text"])
    for column, head in enumerate((shown.stub_head or said["group"], said["n"], *shown.header)):
        sheet.write_string(HEAD_LINE, column, head, formats["head"])
    for line, row in enumerate(rows, start=FIRST_LINE):
        sheet.write_string(line, 0, _label(row, rows), formats["text"])
        for column, cell in enumerate((base_of(row), *map(written, row.cells)), start=1):
            write = sheet.write_string if isinstance(cell.value, str) else sheet.write_number
            write(line, column, cell.value, formats[cell.style])
    if shown.figure == "dots":
        _errors(sheet, shown, rows, formats, said)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1 + len(shown.header), 11)
    chart = _chart(book, name, shown, rows)
    told = {"description": alternative(table, said), "object_position": 3}
    sheet.insert_chart(FIRST_LINE + len(rows) + 1, 0, chart, told)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _label(row: Row, rows: list[Row]) -> str:
    """What a line is called in the chart: its group, and its attribute where lines of several are told apart by it."""
    twice = sum(one.group == row.group for one in rows) > 1
    return f"{row.attribute} {row.group}" if twice and row.attribute else row.group


def _errors(sheet: Worksheet, table: Table, rows: list[Row], formats: dict[str, Format], said: Said) -> None:
    """How far the interval reaches below and above each figure, for the bars of error."""
    wide = len(table.header)
    for k, head in enumerate(table.header):
        for place, key in ((2 + wide + 2 * k, "chart_below"), (3 + wide + 2 * k, "chart_above")):
            sheet.write_string(HEAD_LINE, place, said[key].format(answer=head), formats["head"])
        for line, row in enumerate(rows, start=FIRST_LINE):
            cell = row.cells[k]
            if cell.value is not None and cell.low is not None and cell.high is not None:
                sheet.write_number(line, 2 + wide + 2 * k, cell.value - cell.low, formats["number"])
                sheet.write_number(line, 3 + wide + 2 * k, cell.high - cell.value, formats["number"])


def _chart(book: Workbook, name: str, table: Table, rows: list[Row]) -> Chart:
    """A band: parts of a line that add up as printed, never forced to 100; otherwise bars, a colour an answer."""
    band = table.figure == "band"
    chart = book.add_chart({"type": "bar", "subtype": "stacked"} if band else {"type": "bar"})
    assert chart is not None
    last, wide = FIRST_LINE + len(rows) - 1, len(table.header)
    one_line = table.figure == "bars" and len(rows) == 1
    if one_line:  # the answers themselves are the bars
        heads = [name, HEAD_LINE, 2, HEAD_LINE, 1 + wide]
        figures = [name, FIRST_LINE, 2, FIRST_LINE, 1 + wide]
        chart.add_series(_series([name, FIRST_LINE, 0], heads, figures, NOMINAL[0], band=False))
    shades = colours(table)
    for k in range(0 if one_line else wide):
        silent = table.codes[k] == table.nonanswer
        groups = [name, FIRST_LINE, 0, last, 0]
        figures = [name, FIRST_LINE, 2 + k, last, 2 + k]
        shade = shades[k] if band or not silent else LINES
        series = _series([name, HEAD_LINE, 2 + k], groups, figures, shade, band=band, silent=silent and band)
        if table.figure == "dots":
            below, above = 2 + wide + 2 * k, 3 + wide + 2 * k
            series["y_error_bars"] = {
                "type": "custom",
                "plus_values": [name, FIRST_LINE, above, last, above],
                "minus_values": [name, FIRST_LINE, below, last, below],
            }
        chart.add_series(series)
    bars = wide if one_line else len(rows) * (1 if band else wide)
    _look(
        chart,
        band=band,
        legend=not one_line,
        height=FRAME_HEIGHT + (BAND_HEIGHT if band or one_line else BAR_HEIGHT) * bars,
    )
    return chart


def _series(
    name: list[Any], categories: list[Any], values: list[Any], shade: str, *, band: bool, silent: bool = False
) -> dict[str, Any]:
    fill: dict[str, Any] = {"fill": {"color": shade}}
    if silent:
        fill = {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": LINES, "bg_color": "#ffffff"}}
    labels = {"value": True, "font": {"size": 10, "color": ink_on(shade) if band and not silent else "#000000"}}
    return {"name": name, "categories": categories, "values": values, "gap": 45, "data_labels": labels,
            "border": {"color": "#ffffff" if not silent else LINES, "width": 0.5}, **fill}  # fmt: skip


def _look(chart: Chart, *, band: bool, legend: bool, height: int) -> None:
    font = {"size": 10, "name": FONT}
    chart.set_y_axis({"reverse": True, "num_font": font, "line": {"none": True}, "major_tick_mark": "none"})
    across: dict[str, Any] = {"num_font": font, "major_gridlines": {"visible": True, "line": {"color": "#c9d1d9"}}}
    chart.set_x_axis({**across, "min": 0, "max": 100, "num_format": "0"} if band else {**across, "min": 0})
    chart.set_legend({"position": "top", "font": font} if legend else {"none": True})
    chart.set_size({"width": CHART_WIDTH, "height": min(height, TALLEST_CHART)})
