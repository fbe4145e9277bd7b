"""What a workbook says beside its cells: figures kept in charts, alternative texts, comments, formats, properties."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

SAYS_NOTHING = (
    "xl/sharedStrings",
    "xl/theme/",
    "content.xml",
    "_rels/",
    "[Content_Types]",
)  # read as cells, or says nothing
HEADS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter")  # of a printed sheet
LONGEST_PART = 20 << 20  # bytes


def chart_grids(path: Path) -> Iterator[list[list[str]]]:
    """The figures each chart of an .xlsx keeps of its own: a line a category, a column a series."""
    for name, root in _parts(path):
        if not name.startswith("xl/charts/"):
            continue
        series = [one for one in root.iter() if _tag(one) == "ser"]
        heads, columns, labels = [""], [], dict[int, str]()
        for one in series:
            told = {_tag(part): part for part in one}
            heads.append(" ".join(_points(told["tx"]).values()) if "tx" in told else "")
            columns.append(_points(told["val"]) if "val" in told else {})
            labels |= _points(told["cat"]) if "cat" in told else {}
        places = sorted({place for column in (*columns, labels) for place in column})
        yield [heads, *([labels.get(k, ""), *(column.get(k, "") for column in columns)] for k in places)]


def _points(part: ElementTree.Element) -> dict[int, str]:
    """The cached points of a series by their number; a name written out has number 0."""
    found: dict[int, str] = {}
    for point in part.iter():
        if _tag(point) == "pt":
            found[int(point.get("idx", "0"))] = "".join(point.itertext())
        elif _tag(point) == "v" and not found:
            found[0] = point.text or ""
    return found


def said_beside(path: Path) -> Iterator[str]:
    """Words of a workbook that stand in no cell and may hold figures."""
    for name, root in _parts(path):
        of_cells = name.startswith("xl/worksheets/")
        for part in root.iter():
            for value in part.attrib.values():
                if len(value) > 3 and any(letter.isdigit() for letter in value) and not value.isascii():
                    yield value
            kind = _tag(part)
            if part.text and (not of_cells or kind in HEADS):
                yield part.text
            if kind == "comment":
                yield "".join(part.itertext())


def _parts(path: Path) -> Iterator[tuple[str, ElementTree.Element]]:
    with zipfile.ZipFile(path) as book:
        for held in book.infolist():
            if (
                held.filename.endswith(".xml")
                and not held.filename.startswith(SAYS_NOTHING)
                and held.file_size < LONGEST_PART
            ):
                yield held.filename, ElementTree.fromstring(book.read(held))


def _tag(part: ElementTree.Element) -> str:
    return str(part.tag).rpartition("}")[2]
