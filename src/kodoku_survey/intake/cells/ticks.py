"""One option's own column: ticked or not."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kodoku_survey.intake.cells.alike import plain
from kodoku_survey.intake.cells.value import DECLARED_MISSING, NOT_A_CODE, NOTATION, OTHER_TEXT, TOKEN_IS_CODE, Value
from kodoku_survey.intake.cells.wording import Wording, typed

TICKED = {"columns": ("1", "TRUE"), "ticked": ("1", "TRUE", "{code}", "{option}")}
UNTICKED = ("0", "FALSE")


def read_tick(text: str, code: int, words: Wording) -> Value:
    """Ticked (its code) or not, by the words of the layout; a text outside both is told."""
    if text.startswith(DECLARED_MISSING):
        return Value()
    layout, even = words.layout, _short(plain(text))
    own = _words(layout.ticked or TICKED[layout.multiple], code, words)
    if even in words.blank or even in words.absent:
        # "9" for 無回答 in the column of option 9, which is ticked by its own number.
        return Value((), TOKEN_IS_CODE if even and even.casefold() in own else "", even not in words.absent)
    marked = words.without_answer(text, even)
    if marked is not None:
        return marked
    changed = NOTATION if text.strip() != even else ""
    if even.casefold() in own:
        worded = layout.answers == "labels" or even not in ("1", str(code))
        return Value((code,), "" if worded else changed)
    if even.casefold() in _words(layout.unticked or UNTICKED, code, words):
        return Value((), changed if even == "0" else "")
    if code == words.variable.other_code and (words.is_other(even) or typed(even)):
        return Value((code,), OTHER_TEXT, unknown=() if words.is_other(even) else (even,))
    return Value((), NOT_A_CODE, unknown=(even,))


def _short(even: str) -> str:
    """1.0 as 1."""
    return even.partition(".")[0] if re.fullmatch(r"\d+\.0+", even) else even


def _words(given: Iterable[str], code: int, words: Wording) -> frozenset[str]:
    """Words as they read for one option, evened, in small letters."""
    option = words.variable.code(code)
    found: list[str] = []
    for word in given:
        if word == "{option}":
            found += [option.label, option.short, *option.aliases]
        else:
            found.append(word.replace("{code}", str(code)))
    return frozenset(plain(word).casefold() for word in found if word)
