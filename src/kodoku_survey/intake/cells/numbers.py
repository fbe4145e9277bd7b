"""A number in its admissible range."""

from __future__ import annotations

import re
from decimal import Decimal

from kodoku_survey.intake.cells.alike import plain
from kodoku_survey.intake.cells.value import DECLARED_MISSING, NOT_A_NUMBER, NOTATION, OUT_OF_RANGE, Value
from kodoku_survey.intake.cells.wording import Wording

_NUMBER = re.compile(r"[+-]?(\d{1,12}|\d{1,3}(,\d{3}){1,3})(\.\d{1,12})?")
_PLAIN = re.compile(r"-?\d+(\.\d+)?")
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
    exact = parsed(even, variable.unit)
    number = None if exact is None else whole(exact, variable.parts)
    if exact is not None and number is not None:
        low = exact if variable.minimum is None else Decimal(str(variable.minimum))
        high = exact if variable.maximum is None else Decimal(str(variable.maximum))
        if low <= exact <= high:
            plainly = text.strip() == str(number) if variable.parts == 1 else _PLAIN.fullmatch(text.strip())
            return Value((number,), "" if plainly else NOTATION)
    marked = words.without_answer(text, even)
    if marked is not None:
        return marked
    return Value((), NOT_A_NUMBER if number is None else OUT_OF_RANGE)


def parsed(even: str, unit: str) -> Decimal | None:
    """The number of evened text, or None: 1,234 · 40歳 · 36.5; «40～50» is not one number."""
    for ending in (plain(unit), *_UNITS.get(unit, ())):
        even = even.removesuffix(ending) if ending else even
    return Decimal(even.replace(",", "")) if _NUMBER.fullmatch(even) else None


def whole(exact: Decimal, scale: int) -> int | None:
    """A number in the units it is kept in, or None where it has more decimals than the question, or is past 32 bits."""
    kept = exact * scale
    # Answers are kept as 32-bit integers: a wider number is none that anybody gave.
    return int(kept) if kept == int(kept) and abs(kept) < 2**31 else None
