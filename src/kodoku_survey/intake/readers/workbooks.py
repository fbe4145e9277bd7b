"""What a workbook must be before it is opened: a whole archive that does not swell, without entities, of a sane extent."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from typing import IO

from kodoku_survey.errors import FileError
from kodoku_survey.intake.readers.bounded import MEMORY, PATIENCE, probe

MOST_INFLATED = 1 << 30  # bytes of all parts together, inflated …
SWELLING = 100 << 20, 100  # … and bytes from which, and so many times its own size, a file swells as no survey does
MOST_CELLS = 60_000_000  # rows × columns from A1 to the last cell
_ENTITIES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_ROOT = re.compile(rb"<[A-Za-z_]")  # where a part's own element begins: a declaration can only stand before it
_XML = (".xml", ".rels", ".vml")
_PIECE, _BEFORE = 1 << 16, 1 << 20  # bytes read at a time, and at most before the root

_EXTENT = """
from python_calamine import CalamineError, CalamineWorkbook
try:
    book = CalamineWorkbook.from_path(sys.argv[2])
    sheet = book.get_sheet_by_name(json.loads(sys.argv[3])[0] or book.sheet_names[0])
    last = sheet.end or (0, 0)
except (CalamineError, IndexError):
    last = (-1, -1)
print(json.dumps([last[0] + 1, last[1] + 1]))
"""


def refuse_hostile(path: Path, sheet: str) -> None:
    """Raises FileError for an archive that swells, holds entities, or has a cell far beyond its content."""
    try:
        with zipfile.ZipFile(path) as book:
            parts = book.infolist()
            inflated = sum(part.file_size for part in parts)
            swells = inflated > SWELLING[0] and inflated > SWELLING[1] * path.stat().st_size
            if swells or inflated > MOST_INFLATED:
                raise FileError("intake.too_much", path.name, memory=MEMORY >> 30, seconds=PATIENCE)
            for part in parts:
                with book.open(part) as content:
                    if part.filename.endswith(_XML) and _declares_entities(content):
                        raise FileError("intake.entities", path.name, value=part.filename)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        return  # the reader says what is wrong with it
    extent = probe(path, _EXTENT, sheet)
    if extent is None:  # the library itself gave up: opened here, it would end this process too
        raise FileError("intake.damaged", path.name)
    if extent[0] * extent[1] > MOST_CELLS:
        raise FileError("intake.extent", path.name, rows=f"{extent[0]:,}", columns=f"{extent[1]:,}")


def _declares_entities(part: IO[bytes]) -> bool:
    """Whether a document type stands before the part's first element, however far that is (and in UTF-16 too)."""
    before = b""
    while len(before) < _BEFORE:
        piece = part.read(_PIECE)
        # Of UTF-16 the zeros go: what is looked for is ASCII.
        before = (before + piece).replace(b"\0", b"")
        if _ENTITIES.search(before):
            return True
        if _ROOT.search(re.sub(rb"<!--.*?(-->|\Z)", b"", before, flags=re.DOTALL)):
            return False
        if not piece:
            return False
    return True  # so much before the first element is nobody's workbook
