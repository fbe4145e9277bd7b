"""Several answers in one cell, whatever stands between them, even where it stands in an option's own words."""

from __future__ import annotations

from collections.abc import Sequence

from kodoku_survey.intake.cells.value import AMBIGUOUS, DECLARED_MISSING, NOT_A_CODE, NOTATION, OTHER_TEXT, Value
from kodoku_survey.intake.cells.wording import Wording, evenly, typed


def read_cell(text: str, words: Wording) -> Value:
    """The codes of a cell: the longest known label first, in any order; parts no option has are その他 or are told."""
    if text.startswith(DECLARED_MISSING):
        return Value()
    even = evenly(words.layout)
    whole = even(text)
    marked = words.without_answer(text, whole)
    if marked is not None:
        return marked
    between = tuple(sorted({even(mark) or " " for mark in words.layout.between}, key=len, reverse=True))
    parts = divided(whole, words, between)
    if '"' in whole and any(words.code(part) is None for part in parts):
        parts = divided(whole.replace('"', ""), words, between)
    return _settled(parts, words, between)


def divided(whole: str, words: Wording, between: Sequence[str]) -> list[str]:
    """An evened cell in its parts."""
    labels = sorted((*words.labels, *words.doubtful), key=len, reverse=True)
    parts, start = [], 0
    while start < len(whole):
        mark = next((mark for mark in between if whole.startswith(mark, start)), "")
        if mark:
            start += len(mark)
            continue
        label = next(
            (one for one in labels if whole.startswith(one, start) and _ends(whole, start + len(one), between)), ""
        )
        end = start + len(label) if label else _next(whole, start, between)
        parts.append(whole[start:end].strip())
        start = end
    return [part for part in parts if part]


def _ends(whole: str, at: int, between: Sequence[str]) -> bool:
    rest = whole[at:].lstrip()
    return not rest or any(whole.startswith(mark, at) or rest.startswith(mark) for mark in between)


def _next(whole: str, start: int, between: Sequence[str]) -> int:
    ends = [found for mark in between if (found := whole.find(mark, start)) >= 0]
    return min(ends, default=len(whole))


def _settled(parts: list[str], words: Wording, between: Sequence[str]) -> Value:
    variable, other = words.variable, words.variable.other_code
    if any(_twofold(part, words, between) for part in parts):
        return Value((), AMBIGUOUS)
    codes, unknown, own_words, lost = [], [], False, False
    for part in parts:
        code = words.code(part)
        if code is not None:
            codes.append(code)
        elif other is not None and words.is_other(part):
            codes.append(other)
            own_words = True
        elif own_words or part in words.blank:
            continue  # what stands behind «その他：» may hold the separator too
        elif other is not None and typed(part):
            codes.append(other)
            unknown.append(part)
        else:
            unknown.append(part)
            lost = True
    notation = words.layout.answers == "codes" and not all(part.isdigit() and str(int(part)) == part for part in parts)
    rule = NOT_A_CODE if lost else OTHER_TEXT if own_words or unknown else NOTATION if notation else ""
    return Value(_known(codes, variable.nonanswer), rule, unknown=tuple(unknown))


def _known(codes: Sequence[int], nonanswer: int | None) -> tuple[int, ...]:
    return tuple(dict.fromkeys(code for code in codes if code != nonanswer))


def _twofold(part: str, words: Wording, between: Sequence[str]) -> bool:
    """A label that is also two others side by side («夜», «休日», «夜,休日»), or that two codes share: nobody can tell."""
    if part in words.doubtful:
        return True
    if part not in words.labels or not any(mark in part for mark in between):
        return False
    rest: list[str] = [part]
    for mark in between:
        rest = [piece for one in rest for piece in one.split(mark)]
    pieces = [piece.strip() for piece in rest if piece.strip()]
    return len(pieces) > 1 and all(piece in words.labels for piece in pieces)
