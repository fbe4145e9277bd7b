"""A single answer: one code, or the reason why not."""

from __future__ import annotations

import re

from kodoku_survey.intake.cells.alike import plain, twins
from kodoku_survey.intake.cells.value import (
    AMBIGUOUS,
    DECLARED_MISSING,
    DOUBLE_ANSWER,
    NOT_A_CODE,
    NOTATION,
    OTHER_TEXT,
    Value,
)
from kodoku_survey.intake.cells.wording import Wording, typed

_BETWEEN = re.compile(r"[\s,;/・、，；\n]+")


def read_single(text: str, words: Wording) -> Value:
    """One code; two are 無回答 (which was meant is not known); a text no option has is その他, where there is one."""
    if text.startswith(DECLARED_MISSING):
        # The codebook decides: わからない declared missing in SPSS may well be an answer here.
        code = words.code(plain(text[1:]))
        return Value() if code is None or code == words.variable.nonanswer else Value((code,))
    even = plain(text)
    marked = words.without_answer(text, even)
    if marked is not None:
        return marked
    if even in words.doubtful:
        return Value((), AMBIGUOUS)
    code = words.code(even)
    if code is not None:
        as_code = words.layout.answers == "codes" and text.strip() != str(code)
        codes = () if code == words.variable.nonanswer else (code,)
        return Value(codes, NOTATION if as_code else "")
    if _several(text, words):
        return Value((), DOUBLE_ANSWER)
    other = words.variable.other_code
    if other is not None and (words.is_other(even) or typed(even)):
        return Value((other,), OTHER_TEXT, unknown=() if words.is_other(even) else (even,))
    return Value((), NOT_A_CODE, unknown=(even,))


def _several(text: str, words: Wording) -> bool:
    between = words.layout.between
    pieces = [twins(text).strip()]
    for mark in (*between, None):
        pieces = [part for piece in pieces for part in (piece.split(twins(mark)) if mark else _BETWEEN.split(piece))]
        parts = [part for part in map(plain, pieces) if part]
        if len(parts) > 1 and all(words.code(part) is not None for part in parts):
            return True
    return False
