"""Bytes as text: the encoding found out strictly, and never a guess that turns text into other text."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from kodoku_survey.errors import DefinitionError, FileError

ENCODINGS = ("utf-8-sig", "cp932")  # tried in this order; the first refuses what is not its own
OTHER_KINDS = {  # how files of another kind begin, whatever their name says
    b"PK\x03\x04": "Excel (.xlsx) / zip",
    b"\xd0\xcf\x11\xe0": "Excel 97 (.xls)",
    b"\x1f\x8b": "gzip",
    b"$FL2": "SPSS (.sav)",
    b"$FL3": "SPSS (.zsav)",
    b"<stata_dta>": "Stata (.dta)",
    b"%PDF": "PDF",
}
HALF_WIDTH = re.compile(r"[\uff61-\uff9f]")


def decoded(path: Path, content: bytes, wanted: str) -> tuple[str, str]:
    """Text and the encoding it was read with. Raises FileError with the line, DefinitionError for an encoding nobody knows."""
    for start, kind in OTHER_KINDS.items():
        if content.startswith(start):
            raise FileError("intake.not_text", path.name, value=kind)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not re.match(r"utf.?16", wanted.lower()):
        raise FileError("intake.utf16", path.name)
    furthest: UnicodeDecodeError | None = None
    tried = ENCODINGS if wanted == "auto" else (wanted,)
    for encoding in tried:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            # The encoding that got furthest is the file's; where it fails is the fault.
            furthest = error if furthest is None or error.start > furthest.start else furthest
        except LookupError:
            raise DefinitionError("intake.unknown_encoding", path.name, value=wanted) from None
        else:
            if encoding == "cp932" and wanted == "auto":
                _refuse_euc(path, content, text)
            name = "utf-8" if encoding == "utf-8-sig" and not content.startswith(b"\xef\xbb\xbf") else encoding
            _refuse_second_mark(path, text)
            return text, name
    assert furthest is not None
    line = _line(content[: furthest.start].decode("latin-1"))
    raise FileError("intake.undecodable", f"{path.name}:{line}", byte=furthest.start, tried=", ".join(tried))


def _line(before: str) -> int:
    """The line what follows `before` stands on, whatever ends lines."""
    return before.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1


def _refuse_second_mark(path: Path, text: str) -> None:
    """A byte-order mark within is where one file was put behind another, with its heading. Raises FileError."""
    at = text.find("\ufeff", 1)
    if at > 0 and text[at - 1] in "\r\n":
        raise FileError("intake.several_files", f"{path.name}:{_line(text[:at])}")


def _refuse_euc(path: Path, content: bytes, text: str) -> None:
    """EUC-JP passes as cp932, as half-width katakana nobody wrote: 孤独 becomes ｸﾉﾆﾈ. Raises FileError."""
    foreign = sum(ord(character) > 0x7F for character in text[:1_000_000])
    if foreign == 0 or len(HALF_WIDTH.findall(text[:1_000_000])) < foreign / 2:
        return
    try:
        content.decode("euc_jp")
    except UnicodeDecodeError:
        return
    raise FileError("intake.euc", path.name)
