"""What a workbook must be before it is opened: a whole archive that does not swell, without entities, of a sane extent."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from kodoku_survey.errors import FileError
from kodoku_survey.intake.readers.bounded import MEMORY, PATIENCE, probe

MOST_INFLATED = 1 << 30  # bytes of all parts together, inflated
MOST_CELLS = 60_000_000  # rows × columns from A1 to the last cell
_ENTITIES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)

_EXTENT = """
from python_calamine import CalamineWorkbook
book = CalamineWorkbook.from_path(sys.argv[2])
sheet = book.get_sheet_by_name(json.loads(sys.argv[3])[0] or book.sheet_names[0])
last = sheet.end or (0, 0)
print(json.dumps([last[0] + 1, last[1] + 1]))
"""


def refuse_hostile(path: Path, sheet: str) -> None:
    """Raises FileError for an archive that swells, holds entities, or has a cell far beyond its content."""
    try:
        with zipfile.ZipFile(path) as book:
            parts = book.infolist()
            if sum(part.file_size for part in parts) > MOST_INFLATED:
                raise FileError("intake.too_much", path.name, memory=MEMORY >> 30, seconds=PATIENCE)
            for part in parts:
                with book.open(part) as content:
                    if _ENTITIES.search(content.read(4096)):
                        raise FileError("intake.entities", path.name, value=part.filename)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        return  # the reader says what is wrong with it
    extent = probe(path, _EXTENT, sheet)
    if extent is not None and extent[0] * extent[1] > MOST_CELLS:
        raise FileError("intake.extent", path.name, rows=f"{extent[0]:,}", columns=f"{extent[1]:,}")
