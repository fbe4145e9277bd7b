"""report.html: the whole report for a browser, one file that needs no other; links from figures to data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup

from kodoku_survey.publish.charts.charts import charted, is_drawn
from kodoku_survey.publish.charts.drawing import title_of_file
from kodoku_survey.publish.charts.left_out import left_out
from kodoku_survey.publish.charts.svg import as_svg
from kodoku_survey.publish.pages.accounts import title_of
from kodoku_survey.publish.pages.blocks import Block
from kodoku_survey.publish.pages.document import document
from kodoku_survey.publish.pages.html import rendered
from kodoku_survey.publish.pages.result_blocks import alternative
from kodoku_survey.publish.release.writing import put
from kodoku_survey.publish.sheets.lookups import tables_index
from kodoku_survey.publish.sheets.table_places import anchor
from kodoku_survey.tables import Report, Table
from kodoku_survey.tables.history import laid_out
from kodoku_survey.tables.plain import plain
from kodoku_survey.tables.words import Said, words_of

DEEPEST = 6  # levels of headings HTML has
_OPENING = re.compile(r"<svg [^>]*>")
_SIZE = re.compile(r' (?:width|height)="[\d.]+pt"')


@dataclass(frozen=True)
class LineGroup:
    """Lines of a table under one title, which may be none; each line its cells and whether it is for reference only."""

    title: str
    lines: list[tuple[list[str], bool]] = field(default_factory=list)


@dataclass(frozen=True)
class PagePart:
    """One thing shown: a block of the document, or a figure or table with the place its figures have in the data files."""

    kind: str
    block: Mapping[str, Any]
    target: str = ""
    level: int = 2
    groups: tuple[LineGroup, ...] = ()
    drawing: Markup | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def write_report_page(report: Report, path: Path) -> None:
    """The page. Raises OutputError, OSError."""
    put(path, report_page(report))


def report_page(report: Report) -> str:
    """The whole page as HTML, in the survey's language."""
    said, identity = words_of(report.survey), report.survey.settings.identity
    told = document(report)
    parts = list(_placed(told, report, said))
    page = rendered(
        "report.html",
        lang=identity.lang,
        said=said,
        told=told,
        parts=parts,
        for_machines=report.for_machines,
        headings=[part for part in parts if part.kind == "heading" and part.level <= DEEPEST - 2],
        figures=[part for part in parts if part.kind == "chart"],
        tables=[part for part in parts if part.kind == "table" and part.block["caption"]],
    )
    return str(page)


def _blocks(told: Mapping[str, Any]) -> Iterator[tuple[Block, bool]]:
    """Every block of the document in its order, and whether it stands among the results, where figures are drawn."""
    for block in told["before"]:
        yield block, False
    yield from ((block, True) for block in told["results"])
    for block in told["after"]:
        yield from ((one, False) for one in (block["blocks"] if block["kind"] == "questions" else [block]))


def _placed(told: Mapping[str, Any], report: Report, said: Said) -> Iterator[PagePart]:
    """Every block with a place a link may lead to; headings with their level, none of which is skipped."""
    index = tables_index(report).set_index("table_id").to_dict("index")
    tables = {table.id: table for table in report.tables}
    before = 1  # the title of the page
    for number, (block, drawn) in enumerate(_blocks(told), start=1):
        place, kind, table = f"part-{number}", block["kind"], tables.get(block.get("table", ""))
        if kind == "heading":
            before = min(int(block["level"]) + 1, before + 1, DEEPEST)
            yield PagePart(kind, block, place, level=before)
        elif table is not None and kind == "question":
            yield _question(block, anchor(table.id), index[plain(table.id)], said)
        elif table is not None and kind == "table" and block["again"]:
            continue  # a browser has room for all the answers
        elif table is not None and kind == "table":
            yield from _table(table, index[plain(table.id)], said, drawn=drawn)
        elif kind == "table":
            # Heads are broken into lines for the page of the PDF; here the browser breaks them.
            glue = "" if told["lang"] == "ja" else " "
            shown = {**block, "head": [one if isinstance(one, str) else glue.join(one) for one in block["head"]]}
            yield PagePart(kind, shown, place, groups=_groups(block))
        elif kind == "facts":
            rows = [[cell for cell in row if cell] for row in block["rows"]]
            yield PagePart(kind, {**block, "rows": [row for row in rows if row]}, place)
        else:
            yield PagePart(kind, block, place)


def _question(block: Block, place: str, data: Mapping[str, Any], said: Said) -> PagePart:
    """A question of the form: a line an option, named by its wording."""
    mark, option, *figures = block["head"]
    lines = [([label, code, *cells], False) for code, label, *cells in block["rows"]]
    told = {
        "caption": block["title"],
        "head_note": block["note"],
        "head": [option, mark or said["field_code"], *figures],
        "left": 1,
        "notes": [],
    }
    return PagePart("table", told, place, groups=(LineGroup("", lines),), data=data)


def _table(table: Table, data: Mapping[str, Any], said: Said, *, drawn: bool) -> Iterator[PagePart]:
    """The figure, where there is one, and the table."""
    target = anchor(table.id)
    if drawn and is_drawn(table):
        told = {
            "caption": title_of_file(table, said),
            "head_note": table.head_note,
            "notes": left_out(table, said),
        }
        place = target.replace("table-", "figure-", 1)
        yield PagePart("chart", told, place, drawing=_drawing(table, place, said), data=data)
    own = laid_out(table, said["total"])
    shown: dict[str, Any] = {
        "caption": title_of(table, said["number_of_table"]),
        "head_note": "" if drawn and is_drawn(table) else table.head_note,
        "head": [own.stub_head or said["group"], said["n"], *own.header],
        "left": 1,
        "notes": [*own.notes, *([said["source_line"].format(source=own.source)] if own.source else [])],
    }
    yield PagePart("table", shown, target, groups=_lines(own), data=data)


def _drawing(table: Table, place: str, said: Said) -> Markup:
    """The chart as part of the page: its text is text, its names are its own, it is as wide as the page lets it."""
    drawn = as_svg(charted(table)).replace('id="', f'id="{place}-').replace("url(#", f"url(#{place}-")
    told = Markup('role="img" aria-label="{}">').format(alternative(table, said))
    opening = _SIZE.sub("", _OPENING.match(drawn)[0])[:-1]  # type: ignore[index]
    return Markup(_OPENING.sub(lambda _: f"{opening} {told}", drawn, count=1))


def _lines(table: Table) -> tuple[LineGroup, ...]:
    """The lines of a table by attribute, each named where there are several."""
    several = len({row.attribute for row in table.rows if row.attribute}) > 1
    found: list[LineGroup] = []
    for row in table.rows:
        title = row.attribute if several else ""
        if not found or found[-1].title != title:
            found.append(LineGroup(title))
        few = row.flag == "reference" and not row.hidden
        found[-1].lines.append(([row.group, row.base_text, *(cell.text for cell in row.cells)], few))
    return tuple(found)


def _groups(block: Block) -> tuple[LineGroup, ...]:
    """The lines of a table of the document by the titles that stand among them."""
    found = [LineGroup("")]
    titles, reference = set(block["titles"]), set(block["reference"])
    for number, line in enumerate(block["rows"]):
        if number in titles:
            found.append(LineGroup(line[0]))
        else:
            found[-1].lines.append((list(line), number in reference))
    return tuple(group for group in found if group.lines)
