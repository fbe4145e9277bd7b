"""Bytes as text: the encoding found out strictly, and never a guess that turns text into other text."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from kodoku_survey.errors import DefinitionError, FileError

ENCODINGS = ("utf-8-sig", "cp932")  # tried in this order; the first refuses what is not its own
HALF_WIDTH = re.compile(r"[\uff61-\uff9f]")


def decoded(path: Path, content: bytes, wanted: str) -> tuple[str, str]:
    """Text and the encoding it was read with. Raises FileError with the line, DefinitionError for an encoding nobody knows."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not re.match(r"utf.?16", wanted.lower()):
        raise FileError("intake.utf16", path.name)
    first: UnicodeDecodeError | None = None
    tried = ENCODINGS if wanted == "auto" else (wanted,)
    for encoding in tried:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            first = first or error
        except LookupError:
            raise DefinitionError("intake.unknown_encoding", path.name, value=wanted) from None
        else:
            if encoding == "cp932" and wanted == "auto":
                _refuse_euc(path, content, text)
            name = "utf-8" if encoding == "utf-8-sig" and not content.startswith(b"\xef\xbb\xbf") else encoding
            return text, name
    assert first is not None
    line = content[: first.start].count(b"\n") + 1
    raise FileError("intake.undecodable", f"{path.name}:{line}", byte=first.start, tried=", ".join(tried))


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
