"""Multiple-response sets of an SPSS file: which columns are the options of one question. The writer we use knows none.

Source: the system file format as the developers of PSPP document it, records of type 7, subtype 7.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kodoku_survey.intake import Responses
from kodoku_survey.publish.microdata.dictionary import column_label

HEADER = 176  # bytes before the first record
VARIABLE, CODE_LABELS, DOCUMENT, EXTENSION, END = 2, 3, 6, 7, 999
SETS, FLOATS = 7, 4  # subtypes of an extension: response sets; limits of floating numbers, which stand before them


@dataclass(frozen=True)
class ResponseSet:
    """A question of several answers and the columns of its options, each 1 where ticked."""

    name: str
    label: str
    columns: tuple[str, ...]


def sets_of(responses: Responses) -> tuple[ResponseSet, ...]:
    """A set for every question of several answers with two options or more, without its column of 無回答."""
    return tuple(
        ResponseSet(name, column_label(variable), tuple(f"{name}_{code.code}" for code in variable.options))
        for name, variable in responses.variables.items()
        if variable.kind == "multiple" and len(variable.options) > 1
    )


def declare_sets(path: Path, sets: Sequence[ResponseSet]) -> None:
    """Add the sets to the dictionary of a .sav file as written (little-endian, not compressed as a whole)."""
    if not sets:
        return
    content = path.read_bytes()
    short, place = _walk(content)
    text = b"".join(_declared(one, short) for one in sets)
    record = struct.pack("<4i", EXTENSION, SETS, 1, len(text)) + text
    path.write_bytes(content[:place] + record + content[place:])


def _declared(one: ResponseSet, short: dict[str, str]) -> bytes:
    """`$name=D1 1 <bytes> <label> <columns>`: ticked is 1; columns go by their short names, in lower case."""
    label = one.label.encode("utf-8")
    names = " ".join(short[column].lower() for column in one.columns)
    return f"${one.name}=D1 1 {len(label)} ".encode() + label + f" {names}\n".encode()


def _walk(content: bytes) -> tuple[dict[str, str], int]:
    """Column → its short name, and where in the file the sets belong: behind the limits of floats."""
    shorts: list[str] = []
    long: dict[str, str] = {}
    place, at = 0, HEADER
    while (kind := _int(content, at)) != END:
        if kind == VARIABLE:
            if _int(content, at + 4) >= 0:  # −1 continues a long text
                shorts.append(content[at + 24 : at + 32].decode("ascii").rstrip())
            at = _after_variable(content, at)
        elif kind == CODE_LABELS:
            at = _after_codes(content, at)
        elif kind == DOCUMENT:
            at += 8 + 80 * _int(content, at + 4)
        else:
            subtype, size, count = struct.unpack_from("<3i", content, at + 4)
            text = content[at + 16 : at + 16 + size * count]
            if subtype == 13:
                long = dict(pair.split("=", 1)[::-1] for pair in text.decode("utf-8").split("\t") if "=" in pair)
            at += 16 + size * count
            place = at if subtype == FLOATS else place
    known = {name.upper(): name for name in shorts}
    return {name: name for name in shorts} | {name: known[short.upper()] for name, short in long.items()}, place or at


def _after_variable(content: bytes, at: int) -> int:
    has_label, missing = _int(content, at + 8), abs(_int(content, at + 12))
    end = at + 32
    if has_label:
        end += 4 + (_int(content, end) + 3) // 4 * 4
    return end + 8 * missing


def _after_codes(content: bytes, at: int) -> int:
    """Behind the labels of codes, each padded with its length to eight bytes, and the list of columns that have them."""
    end = at + 8
    for _ in range(_int(content, at + 4)):
        end += 8 + (1 + content[end + 8] + 7) // 8 * 8
    return end + 8 + 4 * _int(content, end + 4)


def _int(content: bytes, at: int) -> int:
    return int(struct.unpack_from("<i", content, at)[0])
