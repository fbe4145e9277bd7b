"""Numbers of people (整理番号): one person is one number, however it was keyed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from kodoku_survey.intake.cells.alike import plain


def even_number(text: str, pattern: str = "") -> str:
    """A number without blanks, full width, the text around it, and the .0 of a spreadsheet."""
    if text.isascii() and text.isdigit():
        return text
    even = plain(text)
    if pattern:
        before, _, after = plain(pattern).partition("{id}")
        # The text around a number is taken off where it stands, in small or capital letters.
        if before and even.casefold().startswith(before.casefold()):
            even = even[len(before) :]
        if after and even.casefold().endswith(after.casefold()):
            even = even[: -len(after)]
    return even.partition(".")[0] if re.fullmatch(r"\d+\.0+", even) else even


def _joined(even: str) -> str:
    return re.sub(r"[-_./]", "", even).casefold()


def _unpadded(even: str) -> str:
    """Leading zeros off, those behind letters too: 0990 → 990, A-007 → a7."""
    found = re.fullmatch(r"(\D*)0*(\d.*)", _joined(even))
    return found[1] + found[2] if found else _joined(even)


_LEVELS: tuple[Callable[[str], str], ...] = (str, _joined, _unpadded)


def matched(numbers: Iterable[str], register: Iterable[str]) -> dict[str, str]:
    """Each number → the register's own writing of it; numbers of nobody are left out.

    Exactly first; then without hyphens; then without leading zeros. A way of writing under which two numbers of the
    register would be one is not used.
    """
    known = list(register)
    found: dict[str, str] = {}
    open_ones = list(dict.fromkeys(numbers))
    for level in _LEVELS:
        keys = _unique(known, level)
        for number in open_ones if keys else ():
            if number and (own := keys.get(level(number))) is not None:
                found[number] = own
        open_ones = [number for number in open_ones if number not in found]
        if not open_ones:
            break
    return found


def _unique(known: list[str], level: Callable[[str], str]) -> Mapping[str, str]:
    keys = {level(number): number for number in known}
    return keys if len(keys) == len(known) else {}


def common_prefix(numbers: Iterable[str], register: Iterable[str]) -> str:
    """Letters before numbers that nobody has, without which the register would know most of them: «No.»; "" if none."""
    strays = [number for number in numbers if number]
    found = [match for number in strays if (match := re.fullmatch(r"(\D+)(\d+)", number))]
    fronts = {match[1] for match in found}
    if len(fronts) != 1 or 2 * len(found) < len(strays):
        return ""
    known = matched((match[2] for match in found), register)
    return fronts.pop() if 2 * len(known) > len(found) else ""
