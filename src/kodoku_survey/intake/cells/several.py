"""Several answers in one cell, whatever stands between them, even where it stands in an option's own words."""

from __future__ import annotations

import re
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
    readings = complete(whole, words, between)
    if not readings and '"' in whole:
        whole = whole.replace('"', "")
        readings = complete(whole, words, between)
    if len(readings) > 1 or any(part in words.doubtful for one in readings for part in one):
        return Value((), AMBIGUOUS)
    return _settled(list(readings[0]) if readings else divided(whole, words, between), words)


def complete(whole: str, words: Wording, between: Sequence[str]) -> list[tuple[str, ...]]:
    """Every way (two at most are told) in which a cell is nothing but known options: one means that this is what was said.

    «夜», «休日» and «夜,休日» side by side in a codebook give two, and nobody can tell.
    """
    known: dict[int, list[tuple[str, ...]]] = {}

    def after(start: int) -> list[tuple[str, ...]]:
        if start not in known:
            found: dict[tuple[str, ...], None] = {}
            at = -1
            for at in _places(whole, start, between):
                for label in _starting(whole, at, words, between):
                    found.update(dict.fromkeys((label, *rest) for rest in after(at + len(label))))
            if at == len(whole):
                found[()] = None
            known[start] = list(found)[:2]
        return known[start]

    return after(0)


def _places(whole: str, start: int, between: Sequence[str]) -> list[int]:
    """Where the next option may begin: here, and behind each mark that stands here (an option may begin with one)."""
    places = [start]
    while mark := next((mark for mark in between if whole.startswith(mark, places[-1])), ""):
        places.append(places[-1] + len(mark))
    return places


def _starting(whole: str, at: int, words: Wording, between: Sequence[str]) -> list[str]:
    """Known options (labels, and in a file of codes the codes) that stand at a place, the longest first."""
    found = [text for text in (*words.labels, *words.doubtful)
             if whole.startswith(text, at) and _ends(whole, at + len(text), between)]  # fmt: skip
    if words.layout.answers == "codes":
        piece = whole[at : _next(whole, at, between)].strip()
        if piece and piece not in found and words.code(piece) is not None:
            found.append(piece)
    return sorted(found, key=len, reverse=True)


def divided(whole: str, words: Wording, between: Sequence[str]) -> list[str]:
    """A cell that holds more than known options, in its parts: the longest known one, or what reaches to the next mark."""
    parts, start = [], _places(whole, 0, between)[-1]
    while start < len(whole):
        known = _starting(whole, start, words, between)
        end = start + len(known[0]) if known else _next(whole, start, between)
        parts.append(whole[start:end].strip())
        start = _places(whole, end, between)[-1]
    return [part for part in parts if part]


def _ends(whole: str, at: int, between: Sequence[str]) -> bool:
    rest = whole[at:].lstrip()
    return not rest or any(whole.startswith(mark, at) or rest.startswith(mark) for mark in between)


def _next(whole: str, start: int, between: Sequence[str]) -> int:
    ends = [found for mark in between if (found := whole.find(mark, start)) >= 0]
    return min(ends, default=len(whole))


def _settled(parts: list[str], words: Wording) -> Value:
    variable, other = words.variable, words.variable.other_code
    codes: list[int] = []
    unknown: list[str] = []
    own_words = lost = False
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
    notation = words.layout.answers == "codes" and not all(re.fullmatch(r"0|[1-9][0-9]*", part) for part in parts)
    rule = NOT_A_CODE if lost else OTHER_TEXT if own_words or unknown else NOTATION if notation else ""
    return Value(_known(codes, variable.nonanswer), rule, unknown=tuple(unknown))


def _known(codes: Sequence[int], nonanswer: int | None) -> tuple[int, ...]:
    return tuple(dict.fromkeys(code for code in codes if code != nonanswer))
