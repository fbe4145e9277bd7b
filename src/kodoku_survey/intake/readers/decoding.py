"""Bytes as text: the encoding found out strictly, and never a guess that turns text into other text."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from kodoku_survey.errors import DefinitionError, FileError

ENCODINGS = ("utf-8-sig", "cp932")  # tried in this order; the first refuses what is not its own
OTHER_KINDS = {  # how files of another kind begin, whatever their name says
    b"PK\x03\x04": "Excel (.xlsx) / zip",
    b"\xd0\xcf\x11\xe0": "Excel 97 (.xls) / password",
    b"\x1f\x8b": "gzip",
    b"$FL2": "SPSS (.sav)",
    b"$FL3": "SPSS (.zsav)",
    b"<stata_dta>": "Stata (.dta)",
    b"%PDF": "PDF",
}
HALF_WIDTH = re.compile(r"[\uff61-\uff9f]")
CP932 = ("cp932", "ms932", "windows_31j")
# Bytes to which cp932 gives no character, of which Python makes a control, a blank or a private character.
NO_CHARACTER = re.compile(r"[\x80\xa0\uf8f0-\uf8f3]")
JIS = re.compile(rb"\x1b\$[@B]")  # how ISO-2022-JP turns to kanji: seven bits, which pass as any encoding


def decoded(path: Path, content: bytes, wanted: str) -> tuple[str, str]:
    """Text and the encoding it was read with. Raises FileError with the line, DefinitionError for an encoding nobody knows."""
    for start, kind in OTHER_KINDS.items():
        if content.startswith(start):
            raise FileError("intake.not_text", path.name, value=kind)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not re.match(r"utf.?16", wanted.lower()):
        raise FileError("intake.utf16", path.name)
    if wanted == "auto":
        _refuse_unmarked(path, content)
    furthest: UnicodeDecodeError | None = None
    tried = ENCODINGS if wanted == "auto" else (wanted,)
    for encoding in tried:
        try:
            text = _text(content, encoding)
        except UnicodeDecodeError as error:
            # The encoding that got furthest is the file's; where it fails is the fault.
            furthest = error if furthest is None or error.start > furthest.start else furthest
        except (LookupError, UnicodeError):
            raise DefinitionError("intake.unknown_encoding", path.name, value=wanted) from None
        else:
            if encoding == "cp932" and wanted == "auto":
                _refuse_euc(path, content, text)
            name = "utf-8" if encoding == "utf-8-sig" and not content.startswith(b"\xef\xbb\xbf") else encoding
            _refuse_second_mark(path, text)
            return text, name
    assert furthest is not None
    if wanted == "auto" and _is(content, "euc_jp"):
        raise FileError("intake.euc", path.name)
    line = _line(content[: furthest.start].decode("latin-1"))
    raise FileError("intake.undecodable", f"{path.name}:{line}", byte=furthest.start, tried=", ".join(tried))


def _text(content: bytes, encoding: str) -> str:
    """Bytes by an encoding, strictly. Raises UnicodeDecodeError, LookupError."""
    text = content.decode(encoding)
    found = NO_CHARACTER.search(text) if encoding.lower().replace("-", "_") in CP932 else None
    if found is not None:
        at = len(text[: found.start()].encode(encoding))
        raise UnicodeDecodeError(encoding, content, at, at + 1, "no character")
    return text


def _is(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_unmarked(path: Path, content: bytes) -> None:
    """Encodings that pass as UTF-8 though nothing at their beginning tells of them. Raises FileError."""
    start = content[:4000]
    if max(start[0::2].count(0), start[1::2].count(0)) > len(start) / 5:
        raise FileError("intake.utf16", path.name)
    if JIS.search(content):
        raise FileError("intake.jis", path.name)


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
    if _is(content, "euc_jp"):
        raise FileError("intake.euc", path.name)
