"""An Excel 97 file (.xls) as small as one can be: a BIFF8 stream of labels and numbers in an OLE2 container.

Written after Microsoft's [MS-XLS] and [MS-CFB], since no library here writes the format.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

SECTOR = 512
FREE, END, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Rows = Sequence[Sequence[str | float | None]]


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _stream(sheet: str, rows: Rows) -> bytes:
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0x41, 0x06)
    name = sheet.encode("utf-16-le")
    front = _record(0x0809, begin) + _record(0x0042, struct.pack("<H", 1200))
    bound = struct.pack("<BB", len(sheet), 1) + name
    end = _record(0x000A, b"")
    start = len(front) + 4 + 6 + len(bound) + len(end)
    whole = front + _record(0x0085, struct.pack("<IBB", start, 0, 0) + bound) + end
    whole += _record(0x0809, begin[:2] + struct.pack("<H", 0x0010) + begin[4:])
    width = max(len(row) for row in rows)
    whole += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for line, row in enumerate(rows):
        for column, value in enumerate(row):
            at = struct.pack("<HHH", line, column, 0)
            if isinstance(value, str):
                whole += _record(0x0204, at + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
            elif value is not None:
                whole += _record(0x0203, at + struct.pack("<d", value))
    return whole + end


def _entry(name: str, kind: int, start: int, size: int, child: int = FREE) -> bytes:
    text = (name + "\0").encode("utf-16-le") if name else b""
    body = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, FREE, FREE, child)
    return body + b"\0" * 36 + struct.pack("<IQ", start, size)


def write_old_excel(path: Path, rows: Rows, sheet: str = "表") -> None:
    """Write a sheet of texts and numbers; None leaves a cell empty."""
    stream = _stream(sheet, rows)
    stream += b"\0" * (max(4096, -(-len(stream) // SECTOR) * SECTOR) - len(stream))
    held = len(stream) // SECTOR
    chain = [FAT_SECTOR, END, *range(3, held + 2), END]  # the table itself, the directory, the book
    table = struct.pack(f"<{SECTOR // 4}I", *(chain + [FREE] * (SECTOR // 4 - len(chain))))
    folder = _entry("Root Entry", 5, END, 0, child=1) + _entry("Workbook", 2, 2, len(stream)) + 2 * _entry("", 0, 0, 0)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<109I", 0, *[FREE] * 108)
    path.write_bytes(head + table + folder + stream)
