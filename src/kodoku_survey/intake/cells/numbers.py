"""A number in its admissible range."""

from __future__ import annotations

import re
from decimal import Decimal

from kodoku_survey.intake.cells.alike import plain
from kodoku_survey.intake.cells.value import DECLARED_MISSING, NOT_A_NUMBER, NOTATION, OUT_OF_RANGE, Value
from kodoku_survey.intake.cells.wording import Wording

_NUMBER = re.compile(r"[+-]?(\d{1,12}|\d{1,3}(,\d{3}){1,3})(\.\d{1,12})?")
_UNITS = {
    "歳": ("才",),
    "才": ("歳",),
    "ヶ月": ("か月", "カ月", "ヵ月", "ケ月"),
    "か月": ("ヶ月", "カ月", "ヵ月", "ケ月"),
}


def read_number(text: str, words: Wording) -> Value:
    """A number; its unit may stand behind it, commas between thousands.

    A mark of 無回答 that is itself an admissible number is that number: 99 is an age, though it is no code. What the file
    itself declares missing is missing.
    """
    if text.startswith(DECLARED_MISSING):
        return Value()
    variable, even = words.variable, plain(text)
    number = parsed(even, variable.unit)
    if number is not None:
        low = number if variable.minimum is None else variable.minimum
        high = number if variable.maximum is None else variable.maximum
        if low <= number <= high:
            return Value((number,), NOTATION if text.strip() != str(number) else "")
    marked = words.without_answer(text, even)
    if marked is not None:
        return marked
    return Value((), NOT_A_NUMBER if number is None else OUT_OF_RANGE)


def parsed(even: str, unit: str) -> int | None:
    """A whole number of evened text, or None: 1,234 · 40歳 · 40.0; «40～50» and 3.5 are not one number of whole units."""
    for ending in (plain(unit), *_UNITS.get(unit, ())):
        even = even.removesuffix(ending) if ending else even
    if not _NUMBER.fullmatch(even):
        return None
    exact = Decimal(even.replace(",", ""))
    whole = int(exact)
    # Answers are kept as 32-bit integers: a wider number is none that anybody gave.
    return whole if whole == exact and abs(whole) < 2**31 else None
