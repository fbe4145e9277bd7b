"""One delivered cell → an admissible value and the rule by which it was changed, if it was."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.layouts import FileLayout

# Rules of edits. Those in INADMISSIBLE count against the tolerance: a file read wrongly produces them by the thousand.
NOTATION = "notation"
UNREADABLE = "unreadable"
NOT_A_CODE = "not_a_code"
NOT_A_NUMBER = "not_a_number"
OUT_OF_RANGE = "out_of_range"
DOUBLE_ANSWER = "double_answer"
INADMISSIBLE = (NOT_A_CODE, NOT_A_NUMBER, OUT_OF_RANGE)

# Marks that look alike and are keyed for one another: wave dashes, minus signs and dashes, middle dots.
_ALIKE = str.maketrans({"~": "～", "〜": "～", "−": "-", "―": "-", "‐": "-", "–": "-", "—": "-", "･": "・"})


@dataclass(frozen=True)
class Value:
    """An admissible value: its codes (several for a multiple answer; none = blank), and the rule that changed it."""

    codes: tuple[int, ...] = ()
    rule: str = ""


def plain(text: str) -> str:
    """Text with width, dashes and blanks made uniform, for comparing labels and digits."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).translate(_ALIKE).replace("～", "~"))


def blanks(layout: FileLayout) -> frozenset[str]:
    """Cells of a layout that hold no answer: blank, 無回答 marks, 非該当 marks."""
    return frozenset(plain(text) for text in ("", *layout.nonanswer, *layout.not_applicable))


@cache
def _labels(variable: Variable) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for code in variable.codes:
        found.setdefault(plain(code.label), code.code)
        if code.short:
            found.setdefault(plain(code.short), code.code)
    return found


def _digits(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?\d{1,9}", text) else None


def _code(text: str, variable: Variable, layout: FileLayout) -> int | None:
    """The code a piece of text stands for, or None."""
    if layout.answers == "labels" and (found := _labels(variable).get(text)) is not None:
        return found
    number = _digits(text)
    return number if number in variable.keys else None


def read_single(text: str, variable: Variable, layout: FileLayout) -> Value:
    """A single answer: one code; two are 無回答 (which was meant is not known)."""
    trimmed, even = text.strip(), plain(text)
    if even in blanks(layout):
        return Value()
    if trimmed in layout.unreadable:
        return Value((), UNREADABLE)
    code = _code(even, variable, layout)
    if code is not None:
        as_code = layout.answers == "codes" and trimmed != str(code)
        codes = () if code == variable.nonanswer else (code,)
        return Value(codes, NOTATION if as_code else "")
    parts = [plain(part) for part in re.split(r"[\s,;/・、，；]+", unicodedata.normalize("NFKC", trimmed)) if part]
    several = [_code(part, variable, layout) for part in parts]
    return Value((), DOUBLE_ANSWER if len(several) > 1 and None not in several else NOT_A_CODE)


def read_number(text: str, variable: Variable, layout: FileLayout) -> Value:
    """A number in its admissible range; its unit may stand behind it.

    A mark of 無回答 that is itself an admissible number is that number: 99 is an age, though it is no code.
    """
    trimmed, even = text.strip(), plain(text)
    number = _digits(even.removesuffix(plain(variable.unit)) if variable.unit else even)
    if number is not None:
        low = number if variable.minimum is None else variable.minimum
        high = number if variable.maximum is None else variable.maximum
        if low <= number <= high:
            return Value((number,), NOTATION if trimmed != str(number) else "")
    if even in blanks(layout):
        return Value()
    if trimmed in layout.unreadable:
        return Value((), UNREADABLE)
    return Value((), NOT_A_NUMBER if number is None else OUT_OF_RANGE)


def read_cell(text: str, variable: Variable, layout: FileLayout) -> Value:
    """A multiple answer in one cell: codes or labels joined by the separator; unknown parts are dropped, as edits."""
    if plain(text) in blanks(layout):
        return Value()
    if text.strip() in layout.unreadable:
        return Value((), UNREADABLE)
    parts = [plain(part) for part in text.split(layout.separator)]
    codes = [_code(part, variable, layout) for part in parts if part and part not in blanks(layout)]
    known = tuple(dict.fromkeys(code for code in codes if code is not None and code != variable.nonanswer))
    return Value(known, NOT_A_CODE if None in codes else "")


def read_tick(text: str, code: int, layout: FileLayout) -> Value:
    """One option's own column: ticked (its code) or not. `columns` holds 1 or 0, `ticked` the option's own number."""
    trimmed, even = text.strip(), plain(text)
    if even in blanks(layout):
        return Value()
    if trimmed in layout.unreadable:
        return Value((), UNREADABLE)
    ticks = ("1",) if layout.multiple == "columns" else ("1", str(code))
    if even in ticks:
        return Value((code,), NOTATION if trimmed != even else "")
    if even == "0":
        return Value((), NOTATION if trimmed != even else "")
    if layout.answers == "labels" and layout.multiple == "ticked":
        return Value((code,))
    return Value((), NOT_A_CODE)
