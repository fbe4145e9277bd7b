"""Finished files read back: every grid of cells and every run of words in them, whatever the file is."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree

import pikepdf
from python_calamine import CalamineWorkbook

from kodoku_survey.publish.release.workbook_parts import chart_grids, said_beside

CellTexts = list[list[str]]
FlatLabel = str  # a label without blanks, as lines fold it
SPOKEN = ("alt", "title", "aria-label", "content")  # attributes of HTML that are read out
BLOCKS = {"p", "h1", "h2", "h3", "h4", "li", "dt", "dd", "figcaption", "caption", "title", "desc", "text", "th", "td"}


def flat(text: str) -> FlatLabel:
    """A label whatever blanks and breaks are in it."""
    return re.sub(r"\s+", "", text)


def bare(number: str) -> str:
    """A figure as a workbook keeps it: 2.0 is 2."""
    return number.rstrip("0").rstrip(".") if "." in number else number


def same_figure(number: str, text: str) -> bool:
    """Whether a number is the printed figure, or rounds to it."""
    if not re.fullmatch(r"\d+(\.\d+)?", text):
        return False
    return abs(float(number) - float(text)) < 0.5 * 10.0 ** -len(text.partition(".")[2]) + 1e-9


@dataclass(frozen=True)
class Finished:
    """What a file says: `grids` of cells as text, `texts` in sentences, `pages` of running text with their tables in it."""

    grids: tuple[CellTexts, ...] = ()
    texts: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


def read_finished(path: Path) -> Finished:
    """A file of a report as grids and words; of a picture of points (.png) the words it carries."""
    reader = READERS.get(path.suffix.lower())
    return Finished() if reader is None else reader(path)


def _csv(path: Path) -> Finished:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return _of_grids([list(csv.reader(lines))])


def _book(path: Path) -> Finished:
    book = CalamineWorkbook.from_path(str(path))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    cells = [[[_told(cell) for cell in row] for row in sheet] for sheet in sheets]
    found = _of_grids([*cells, *chart_grids(path)])
    return Finished(found.grids, (*found.texts, *said_beside(path)))


def _told(cell: object) -> str:
    """A whole number without its point: a workbook has no other numbers than real ones."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _of_grids(grids: list[CellTexts]) -> Finished:
    words = tuple(cell for grid in grids for row in grid for cell in row if len(cell) > 12 and re.search(r"\d", cell))
    return Finished(tuple(grids), words)


def _json(path: Path) -> Finished:
    def strings(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                yield from strings(one)

    return Finished(texts=tuple(strings(json.loads(path.read_text(encoding="utf-8")))))


class _Page(HTMLParser):
    """Tables, blocks of text, and attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.grids: list[CellTexts] = []
        self.texts: list[str] = []
        self.of_charts: set[int] = set()  # places of texts that are drawn: each alone, none beside its label
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value for name, value in attrs if name in SPOKEN and value]
        self.silent += tag in ("script", "style")
        if tag == "table":
            self.grids.append([])
        elif tag == "tr" and self.grids:
            self.grids[-1].append([])
        elif tag in ("td", "th") and self.grids and self.grids[-1]:
            self.grids[-1][-1].append("")
        if tag in BLOCKS:
            self.texts.append("")
        if tag == "text":
            self.of_charts.add(len(self.texts) - 1)

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style")
        if tag in BLOCKS:
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.grids and self.grids[-1] and self.grids[-1][-1]:
            self.grids[-1][-1][-1] += data
        if not self.texts:
            self.texts.append("")
        self.texts[-1] += data


def _html(path: Path) -> Finished:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    words = " ".join(text for k, text in enumerate(page.texts) if k not in page.of_charts)
    return Finished(tuple(page.grids), tuple(filter(None, page.texts)), (words,))


def _svg(path: Path) -> Finished:
    root = ElementTree.fromstring(path.read_bytes())
    said = ["".join(one.itertext()) for one in root.iter() if one.tag.rpartition("}")[2] in ("title", "desc", "text")]
    return Finished(texts=tuple(said), pages=(" ".join(said),))


def _pdf(path: Path) -> Finished:
    with pikepdf.open(path) as document:
        told = [
            str(held[name])
            for held in document.objects
            if isinstance(held, pikepdf.Dictionary)
            for name in ("/Alt", "/ActualText", "/Contents", "/Title", "/Subject", "/Keywords", "/TU")
            if isinstance(held.get(name), pikepdf.String)
        ]
        maps: dict[tuple[int, int], Mapping[int, str]] = {}
        pages = tuple(_page_text(page, maps) for page in document.pages)
        told += _words_of_xml(document.Root.Metadata.read_bytes()) if "/Metadata" in document.Root else []
    return Finished(texts=tuple(told), pages=pages)


def _words_of_xml(content: bytes) -> list[str]:
    return [one.text for one in ElementTree.fromstring(content).iter() if one.text and one.text.strip()]


def _png(path: Path) -> Finished:
    """The words a picture of points carries beside them."""
    content, at, told = path.read_bytes(), 8, []
    while at + 8 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if kind in (b"tEXt", b"iTXt"):
            told.append(content[at + 8 : at + 8 + length].replace(b"\0", b" ").decode("utf-8", "replace"))
        at += length + 12
    return Finished(texts=tuple(told))


def _page_text(page: pikepdf.Page, maps: dict[tuple[int, int], Mapping[int, str]]) -> str:
    """The text of a page in the order it is set, by its fonts' own maps to characters."""
    resources: Any = page.obj.get("/Resources")
    fonts: Any = resources["/Font"] if resources is not None and "/Font" in resources else {}
    said: list[str] = []
    known: Mapping[int, str] = {}
    for instruction in pikepdf.parse_content_stream(page, "Tf Tj TJ ET"):
        operands: Any = instruction.operands
        kind = str(instruction.operator)
        if kind == "Tf":
            font = fonts[str(operands[0])]
            if font.objgen not in maps:
                maps[font.objgen] = _characters(font)
            known = maps[font.objgen]
        elif kind == "ET":
            said.append(" ")
        else:
            parts = operands[0] if kind == "TJ" else [operands[0]]
            raw = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
            codes = (int.from_bytes(raw[k : k + 2], "big") for k in range(0, len(raw), 2))
            said.append("".join(known.get(code, "") for code in codes))
    return "".join(said)


def _characters(font: pikepdf.Object) -> Mapping[int, str]:
    """Codes of a font → characters, as its ToUnicode map tells."""
    if "/ToUnicode" not in font:
        return {}
    told, found = font["/ToUnicode"].read_bytes().decode("latin-1"), {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", told, re.DOTALL):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be", "ignore")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", told, re.DOTALL):
        for low, high, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            first = bytes.fromhex(text).decode("utf-16-be", "ignore")
            for step in range(int(high, 16) - int(low, 16) + 1):
                found[int(low, 16) + step] = first[:-1] + chr(ord(first[-1]) + step)
    return found


READERS: Mapping[str, Callable[[Path], Finished]] = MappingProxyType(
    {
        ".csv": _csv,
        ".xlsx": _book,
        ".ods": _book,
        ".json": _json,
        ".html": _html,
        ".svg": _svg,
        ".pdf": _pdf,
        ".png": _png,
    }
)
