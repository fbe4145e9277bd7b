"""An .xlsx file as grids, with all that a reader of values does not tell: merged, hidden, drawn, calculated, formatted."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

from kodoku_survey.errors import FileError
from kodoku_survey.intake.readers.workbooks import refuse_hostile
from kodoku_survey.lint.grid_cells import Extent, GridCell, letters
from kodoku_survey.lint.gridded import Grid

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
DRAWN = ("drawing", "chart", "image", "comments", "vmlDrawing", "control", "oleObject", "threadedComment")
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d+)")
_ZERO_HIDDEN = re.compile(r'^[^;]*;[^;]*;(\s*|"\s*")(;|$)')
_DATES = {
    str(number) for number in (*range(14, 18), 22, *range(27, 37), *range(50, 59))
}  # formats of dates built into Excel
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|[Gg]eneral')
_DATE = re.compile(r"[ymdge]", re.IGNORECASE)
_DAY_ZERO = date(1899, 12, 30)
_DEFAULT_COLOURS = {None, "FF000000"}


@dataclass(frozen=True)
class _Looks:
    """What the formats of a workbook say, by number of format."""

    looks: tuple[frozenset[str], ...]
    hides_zero: tuple[bool, ...]
    dates: tuple[bool, ...] = ()


def read_workbook(path: Path) -> tuple[Grid, ...]:
    """Every sheet of a workbook. Raises FileError for a file that is none, or a hostile one."""
    refuse_hostile(path, "")
    try:
        with zipfile.ZipFile(path) as archive:
            return tuple(_sheets(path, archive))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, ValueError, zlib.error, EOFError) as error:
        raise FileError("lint.no_workbook", path.name) from error


def _sheets(path: Path, archive: zipfile.ZipFile) -> Iterator[Grid]:
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    targets = {name: target for name, _, target in _relations(archive, "xl/workbook.xml")}
    texts, formats = _texts(archive), _formats(archive)
    for sheet in book.iter(f"{MAIN}sheet"):
        part = targets[sheet.attrib[LINKED]]
        if "chartsheet" in part:
            yield Grid(path, sheet.attrib["name"], {}, objects=(("chartsheet", ""),))
            continue
        hidden = (sheet.attrib["name"],) if sheet.get("state", "visible") != "visible" else ()
        yield _sheet(path, archive, sheet.attrib["name"], part, texts, formats, hidden)


def _relations(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str, str]]:
    """Id, kind and part of whatever a part refers to."""
    name = posixpath.join(posixpath.dirname(part), "_rels", posixpath.basename(part) + ".rels")
    if name not in archive.namelist():
        return
    for entry in ElementTree.fromstring(archive.read(name)):
        target = entry.attrib["Target"]
        if entry.get("TargetMode") != "External":
            where = target.lstrip("/") if target.startswith("/") else posixpath.join(posixpath.dirname(part), target)
            yield entry.attrib["Id"], entry.attrib["Type"].rpartition("/")[2], posixpath.normpath(where)


def _texts(archive: zipfile.ZipFile) -> tuple[str, ...]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return ()
    items = ElementTree.fromstring(archive.read("xl/sharedStrings.xml")).iter(f"{MAIN}si")
    # Readings of Japanese names (rPh) stand beside a text, not in it.
    return tuple(_told(item) for item in items)


def _told(item: ElementTree.Element) -> str:
    runs = [item.find(f"{MAIN}t"), *(run.find(f"{MAIN}t") for run in item.findall(f"{MAIN}r"))]
    return "".join(run.text or "" for run in runs if run is not None)


def _formats(archive: zipfile.ZipFile) -> _Looks:
    if "xl/styles.xml" not in archive.namelist():
        return _Looks((), ())
    styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    fonts = [_font(font) for font in styles.iterfind(f"{MAIN}fonts/{MAIN}font")]
    fills = [_filled(fill) for fill in styles.iterfind(f"{MAIN}fills/{MAIN}fill")]
    codes = {entry.attrib["numFmtId"]: entry.get("formatCode", "") for entry in styles.iter(f"{MAIN}numFmt")}
    looks, hides, dates = [], [], []
    for kind in styles.iterfind(f"{MAIN}cellXfs/{MAIN}xf"):
        font, fill = int(kind.get("fontId", 0)), int(kind.get("fillId", 0))
        own = fonts[font] if font < len(fonts) else frozenset()
        looks.append(own | ({"fill"} if fill < len(fills) and fills[fill] else frozenset()))
        number = kind.get("numFmtId", "0")
        hides.append(_ZERO_HIDDEN.match(codes.get(number, "")) is not None)
        dates.append(number in _DATES or _DATE.search(_QUOTED.sub("", codes.get(number, ""))) is not None)
    return _Looks(tuple(looks), tuple(hides), tuple(dates))


def _font(font: ElementTree.Element) -> frozenset[str]:
    found = {name for name, tag in (("bold", "b"), ("italic", "i"), ("strike", "strike")) if _on(font, tag)}
    colour = font.find(f"{MAIN}color")
    if colour is not None and (colour.get("rgb") not in _DEFAULT_COLOURS or colour.get("theme", "1") not in ("0", "1")):
        found.add("colour")
    return frozenset(found)


def _on(font: ElementTree.Element, tag: str) -> bool:
    entry = font.find(f"{MAIN}{tag}")
    return entry is not None and entry.get("val", "1") not in ("0", "false")


def _filled(fill: ElementTree.Element) -> bool:
    pattern = fill.find(f"{MAIN}patternFill")
    return (pattern is not None and pattern.get("patternType", "none") not in ("none", "gray125")) or (
        fill.find(f"{MAIN}gradientFill") is not None
    )


def _sheet(
    path: Path, archive: zipfile.ZipFile, name: str, part: str, texts: tuple[str, ...], formats: _Looks,
    hidden: tuple[str, ...],
) -> Grid:  # fmt: skip
    root = ElementTree.fromstring(archive.read(part))
    zeros = any(view.get("showZeros") in ("0", "false") for view in root.iter(f"{MAIN}sheetView"))
    cells = dict(_cells(root, texts, formats, zeros))
    related = list(_relations(archive, part))
    return Grid(
        path,
        name,
        cells,
        merged=tuple(entry.attrib["ref"] for entry in root.iter(f"{MAIN}mergeCell")),
        hidden=(*hidden, *_hidden(root)),
        objects=(*_drawn(archive, related), *_sparklines(root)),
        declared=tuple(
            _extent(ElementTree.fromstring(archive.read(target))) for _, kind, target in related if kind == "table"
        ),
    )


def _cells(
    root: ElementTree.Element, texts: tuple[str, ...], formats: _Looks, zeros_hidden: bool
) -> Iterator[tuple[tuple[int, int], GridCell]]:
    line = column = 0
    for row in root.iter(f"{MAIN}row"):
        line, column = int(row.get("r", line + 1)), 0
        for entry in row.iter(f"{MAIN}c"):
            line, column = _spot(entry.attrib["r"]) if "r" in entry.attrib else (line, column + 1)
            value = _value(entry, texts)
            if value is None or value == "":
                continue
            style = int(entry.get("s", 0))
            known = style < len(formats.looks)
            if known and formats.dates[style] and isinstance(value, float) and 1 <= value < 2_958_466:
                value = (_DAY_ZERO + timedelta(days=int(value))).isoformat()  # what one sees is a day, not 45,383
            yield (
                (line, column),
                GridCell(
                    value,
                    entry.find(f"{MAIN}f") is not None,
                    formats.looks[style] if known else frozenset(),
                    zeros_hidden or (known and formats.hides_zero[style]),
                ),
            )


def _value(entry: ElementTree.Element, texts: tuple[str, ...]) -> str | float | None:
    kind, held = entry.get("t", "n"), entry.find(f"{MAIN}v")
    if kind == "inlineStr":
        inline = entry.find(f"{MAIN}is")
        return None if inline is None else _told(inline)
    if held is None or held.text is None:
        return None
    if kind == "s":
        return texts[int(held.text)]
    return held.text if kind in ("str", "e", "d") else float(held.text)


def _drawn(archive: zipfile.ZipFile, related: list[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    """Whatever lies over the cells: its kind, and the cell it begins in or is about where that is said."""
    for _, kind, part in related:
        if kind not in DRAWN:
            continue
        places = []
        if kind in ("drawing", "comments", "threadedComment") and part in archive.namelist():
            for entry in ElementTree.fromstring(archive.read(part)).iter():
                if entry.tag.endswith("}from"):
                    held = {one.tag.rpartition("}")[2]: one.text for one in entry}
                    places.append(f"{letters(int(held.get('col') or 0) + 1)}{int(held.get('row') or 0) + 1}")
                elif entry.tag.endswith(("}comment", "}threadedComment")) and "ref" in entry.attrib:
                    places.append(entry.attrib["ref"])
        if kind != "vmlDrawing" or not any(
            other == "comments" for _, other, _ in related
        ):  # it draws the comments' frames
            yield from ((kind, place) for place in dict.fromkeys(places or [""]))


def _sparklines(root: ElementTree.Element) -> Iterator[tuple[str, str]]:
    if any(entry.tag.endswith("}sparkline") for entry in root.iter()):
        yield "sparkline", ""


def _hidden(root: ElementTree.Element) -> Iterator[str]:
    """Lines and columns put out of sight or grouped away."""
    for row in root.iter(f"{MAIN}row"):
        if row.get("hidden") in ("1", "true") or row.get("outlineLevel", "0") != "0" or row.get("ht") == "0":
            yield row.get("r", "")
    for column in root.iter(f"{MAIN}col"):
        if (
            column.get("hidden") in ("1", "true")
            or column.get("outlineLevel", "0") != "0"
            or column.get("width") == "0"
        ):
            yield f"{letters(int(column.attrib['min']))}:{letters(int(column.attrib['max']))}"


def _extent(table: ElementTree.Element) -> Extent:
    """Where a range marked up as a table stands; its first line names the columns unless it says that none does."""
    first, _, last = table.attrib["ref"].partition(":")
    return Extent(*_spot(first), *_spot(last or first), heads=int(table.get("headerRowCount", 1)))


@lru_cache(maxsize=65536)
def _spot(address: str) -> tuple[int, int]:
    found = _ADDRESS.fullmatch(address.replace("$", ""))
    if found is None:
        raise ValueError(address)
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - 64
    return int(found[2]), column
