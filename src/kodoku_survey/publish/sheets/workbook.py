"""tables.xlsx and tables.ods: the tables for people. A sheet a table, named by its number; contents and notes before them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from kodoku_survey.publish.pages.accounts import title_of
from kodoku_survey.publish.release.dating import day_of
from kodoku_survey.publish.release.writing import put, put_workbook
from kodoku_survey.publish.sheets.about import about, updates
from kodoku_survey.publish.sheets.book import Book, BookSheet, SheetColumn, Written, distinct_heads
from kodoku_survey.publish.sheets.excel_book import NIL, fill_excel
from kodoku_survey.publish.sheets.ods_book import ods_of
from kodoku_survey.publish.sheets.table_places import names_of, scope_of
from kodoku_survey.publish.sheets.tidy import group_of
from kodoku_survey.tables import Cell, Report, Row, Table
from kodoku_survey.tables.claims import basis_line
from kodoku_survey.tables.marks import explained, legend
from kodoku_survey.tables.plain import readable
from kodoku_survey.tables.table import Flag
from kodoku_survey.tables.words import Said, words_of

# What stands in a cell without a number: the symbols of 統計表における機械判読可能なデータの表記方法の統一ルール (2020) 1-13.
SHEET_MARKS: Mapping[Flag, str] = {"nil": NIL, "suppressed": "X", "not_asked": "***", "excluded": "***"}


def write_workbook(report: Report, path: Path) -> None:
    """The same book as Excel file and, beside it, as .ods. Raises OutputError, OSError."""
    book = book_of(report)
    put_workbook(path, partial(fill_excel, book))
    put(path.with_suffix(".ods"), ods_of(book))


def book_of(report: Report) -> Book:
    """Cover, contents, notes, then a sheet a table in the order of the report."""
    said, identity, names = words_of(report.survey), report.survey.settings.identity, names_of(report)
    return Book(
        title=identity.title,
        author=identity.conductor,
        subject=identity.name,
        made=day_of(report),
        lang=identity.lang,
        sheets=(
            _cover(report, said),
            _contents(report, names, said),
            _notes(report, said),
            *(_table(table, names[table.id], report, said) for table in report.tables),
        ),
        decimals=report.survey.settings.publication.decimals,
    )


def _always(report: Report) -> tuple[str, ...]:
    """What every sheet says: that the data are synthetic, or stay in the office, where they do."""
    return report.banners


def _area_line(report: Report, said: Said) -> tuple[str, ...]:
    identity = report.survey.settings.identity
    code = identity.area_code or said["no_code"]
    return (said["area_line"].format(area=identity.area, code=code),) if identity.area else ()


def _cover(report: Report, said: Said) -> BookSheet:
    rows = [(Written(said[f"about_{item}"]), Written(text)) for item, text in about(report, said) if text]
    history = [
        (Written(said["about_update"]), Written(said["update_line"].format(date=date, note=note)))
        for date, note in updates(report)
    ]
    return BookSheet(
        said["cover"],
        report.survey.settings.identity.title,
        (SheetColumn(said["item"], 24), SheetColumn(said["about"], 110)),
        [*rows, *history],
        _always(report),
    )


def _contents(report: Report, names: Mapping[str, str], said: Said) -> BookSheet:
    heads = (
        (said["number_of_tables"], 14), (said["title"], 74), (said["scope"], 50), (said["n"], 11), (said["figure_or_none"], 9),
    )  # fmt: skip
    rows = [
        (
            Written(readable(table.id), "link", names[table.id]),
            Written(readable(table.title)),
            Written(scope_of(table, report)),
            base_of(table.rows[0]) if table.rows else Written("***", "mark"),
            Written(said["figure"] if table.figure != "none" else said["no_figure"], "centre"),
        )
        for table in report.tables
    ]
    year = said["year_line"].format(year=report.survey.settings.identity.wave)
    lines = (
        year,
        *_area_line(report, said),
        basis_line(report.survey, report.sample.basis, said),
        *_always(report),
    )
    title = said["sheet_title"].format(title=report.survey.settings.identity.title, sheet=said["contents"])
    return BookSheet(said["contents"], title, _columns(heads), rows, lines)


def _notes(report: Report, said: Said) -> BookSheet:
    """Every note there is, each once: what holds for all tables, the symbols, then the tables' own."""
    base = report.survey.settings.publication.reference_base
    general = [
        basis_line(report.survey, report.sample.basis, said), said["note_n"], said["rounding_note"], said["note_nonanswer"],
        said["note_remark"].format(reference_base=base),
    ]  # fmt: skip
    marks = [
        said["mark_line"].format(mark=mark, meaning=said[f"sheet_mark_{flag}"]) for flag, mark in _distinct(report)
    ]
    own = [note for table in report.tables for note in _own_notes(table, report, said)]
    found = dict.fromkeys([*general, *marks, *own])
    rows = [(Written(number, "count"), Written(note)) for number, note in enumerate(found, start=1)]
    title = said["sheet_title"].format(title=report.survey.settings.identity.title, sheet=said["notes_sheet"])
    columns = (SheetColumn(said["number"], 8), SheetColumn(said["notes_sheet"], 126))
    return BookSheet(said["notes_sheet"], title, columns, rows, _always(report))


def _distinct(report: Report) -> Iterator[tuple[Flag, str]]:
    """Each symbol once; that of hidden figures where there are any."""
    seen: set[str] = set()
    for flag, mark in SHEET_MARKS.items():
        if mark not in seen and (flag != "suppressed" or report.hides):
            seen.add(mark)
            yield flag, mark


def _table(table: Table, name: str, report: Report, said: Said) -> BookSheet:
    identity = report.survey.settings.identity
    heads = [
        (said["survey_year"], 8.0), (said["item"], _width([row.attribute for row in table.rows], 12, 26)),
        (said["group"], _width([row.group for row in table.rows], 12, 44)), (said["n"], 10.0),
        *((readable(head), 11.0 if len(table.header) < 12 else 9.0) for head in table.header),
    ]  # fmt: skip
    remarks = any(_few(row) for row in table.rows)
    if remarks:
        heads.append((said["remark"], 9.0))
    return BookSheet(
        name,
        readable(title_of(table, said["number_of_table"])),
        _columns(heads),
        [_row(table, row, identity.wave, said, remarks=remarks) for row in table.rows],
        (*([readable(table.head_note)] if table.head_note else []), *_area_line(report, said)),
        (*_notes_below(table, report, said), *_always(report)),
        Written(said["back"], "link", said["contents"]),
        stub=4,
    )


def _columns(heads: Sequence[tuple[str, float]]) -> tuple[SheetColumn, ...]:
    unlike = distinct_heads([head for head, _ in heads])
    return tuple(SheetColumn(head, width) for head, (_, width) in zip(unlike, heads, strict=True))


def _width(texts: list[str], least: float, most: float) -> float:
    widest = max((sum(2 if ord(c) > 0x2E7F else 1 for c in text) for text in texts), default=0)
    return min(max(least, 1.1 * widest + 1), most)


def _row(table: Table, row: Row, year: int, said: Said, *, remarks: bool) -> tuple[Written, ...]:
    remark = Written(said["remark_reference"] if _few(row) else None, "centre")
    return (
        Written(row.wave or year, "centre"),
        Written(readable(row.attribute) or said["total"]),
        Written(readable(group_of(table, row, said))),
        base_of(row),
        *(written(cell) for cell in row.cells),
        *((remark,) if remarks else ()),
    )


def _few(row: Row) -> bool:
    """Whether a line is for reference only; of a hidden base not even that is told."""
    return row.flag == "reference" and not row.hidden


def base_of(row: Row) -> Written:
    """The base of a line as a workbook writes it: a number, or a symbol where it is hidden or nobody published it."""
    if row.hidden:
        return Written(SHEET_MARKS["suppressed"], "mark")
    if row.n is None:
        return Written(SHEET_MARKS["excluded"], "mark")
    return Written(row.n, "reference" if row.flag == "reference" else "count")


def written(cell: Cell) -> Written:
    """The number as it is printed, so that reader and page see the same; a symbol where there is none."""
    if cell.flag == "nil":
        # 0 where nobody gave the answer; where nobody was asked there is no figure at all.
        return Written(SHEET_MARKS["excluded"], "mark") if cell.value is None else Written(0, "nil")
    if cell.flag in SHEET_MARKS:
        return Written(SHEET_MARKS[cell.flag], "mark")
    return Written(float(cell.text), "number")


def _own_notes(table: Table, report: Report, said: Said) -> list[str]:
    """The notes of a table without the page's legend: this book has symbols of its own."""
    return [readable(note) for note in table.notes if note not in _legend(table, report, said)]


def _legend(table: Table, report: Report, said: Said) -> tuple[str, ...]:
    base = report.survey.settings.publication.reference_base
    return legend(_flags(table), said, reference_base=base)


def _flags(table: Table) -> set[Flag]:
    flags = {cell.flag for row in table.rows for cell in row.cells} | {row.flag for row in table.rows}
    return flags - {""}


def _notes_below(table: Table, report: Report, said: Said) -> Iterator[str]:
    yield from _own_notes(table, report, said)
    flags, base = _flags(table), report.survey.settings.publication.reference_base
    shown = {SHEET_MARKS[flag] for flag in flags if flag in SHEET_MARKS}
    for flag, mark in _distinct(report):
        if mark in shown:
            yield said["mark_line"].format(mark=mark, meaning=said[f"sheet_mark_{flag}"])
    if "below_unit" in flags:
        yield said["mark_line"].format(mark="0.0", meaning=explained("below_unit", said, reference_base=base))
    if "reference" in flags:
        yield said["mark_line"].format(
            mark=said["remark_reference"], meaning=explained("reference", said, reference_base=base)
        )
    yield said["rounding_note"]
    if table.source:
        yield said["source_line"].format(source=table.source)
