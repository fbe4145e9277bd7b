"""How one question is worded in one file: which text is which code, which cells hold no answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from kodoku_survey.intake.cells.alike import plain, spaced
from kodoku_survey.intake.cells.value import (
    DECLARED_MISSING,
    NO_VALUE,
    TOKEN_IS_CODE,
    UNCOMPUTED,
    UNREADABLE,
    Value,
)
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.layouts import FileLayout

_DIGITS = re.compile(r"[+-]?\d{1,10}(\.0+)?")
_CUT = 100  # bytes from which a label may have been cut by the file's format (SPSS: 120 with its blanks)
_PREFIXED = re.compile(r"([A-Za-z]{1,4})0*(\d{1,9})")


@dataclass(frozen=True, eq=False)
class Wording:
    """One question in one file.

    labels : evened label, short label or alias → code; `doubtful` are those of two codes.
    blank, absent, unreadable : evened cells that mean 無回答, 非該当, a keying mark; `colliding` ones are also a code.
    prefix : letters before every code of this column ("A" of A1, A2).
    """

    variable: Variable
    layout: FileLayout
    labels: Mapping[str, int]
    doubtful: frozenset[str]
    blank: frozenset[str]
    absent: frozenset[str]
    unreadable: frozenset[str]
    colliding: frozenset[str]
    other_words: tuple[str, ...]
    prefix: str = ""

    def empty(self, even: str) -> bool:
        """Whether an evened cell holds no answer: blank, or a declared mark."""
        return even in self.blank or even in self.absent or even.startswith(DECLARED_MISSING)

    def without_answer(self, text: str, even: str) -> Value | None:
        """The value of a cell that holds a mark in place of an answer, or None where it holds an answer."""
        if even in self.blank or even in self.absent:
            return Value((), TOKEN_IS_CODE if even in self.colliding else "", even not in self.absent)
        if even in self.unreadable or text.strip() in self.unreadable:
            return Value((), UNREADABLE)
        return Value((), NO_VALUE) if text.startswith(UNCOMPUTED) else None

    def code(self, even: str) -> int | None:
        """The code an evened piece of text stands for, or None."""
        if self.layout.answers == "codes" and (number := self._as_code(even)) is not None:
            return number
        found = self.labels.get(even)
        if found is None and len(even.encode()) >= _CUT:
            cut = {code for label, code in self.labels.items() if label.startswith(even)}
            return cut.pop() if len(cut) == 1 else None
        return found

    def _as_code(self, even: str) -> int | None:
        """1, 1.0, 01; «1男性», where the words are those of code 1; A1, where the whole column has the letter."""
        keys = self.variable.keys
        if _DIGITS.fullmatch(even):
            number = int(even.partition(".")[0])
            return number if number in keys else None
        if self.prefix and (found := _PREFIXED.fullmatch(even)) and found[1] == self.prefix:
            return int(found[2]) if int(found[2]) in keys else None
        for end in range(1, len(re.match(r"\d{0,9}", even).group()) + 1):  # type: ignore[union-attr]
            rest = even[end:].lstrip(".:)、,_-")
            if self.labels.get(rest) == int(even[:end]):
                return int(even[:end])
        return None

    def is_other(self, even: str) -> bool:
        """Whether a text names the option その他, alone or before what was typed («その他：犬の散歩»)."""
        return any(
            even == word or (even.startswith(word) and even[len(word) :][:1] in (":", "(", "[", "「", "・"))
            for word in self.other_words
        )


def typed(even: str) -> bool:
    """Whether a text can only be words of one's own: no number that may be a code gone astray, no reader's mark."""
    return not re.fullmatch(r"[+-]?[\d.,]+|[\W_]+", even) and not re.search(r"[\ue000-\uf8ff]", even)


def wording(
    variable: Variable, layout: FileLayout, texts: Iterable[str] = (), *, even: Callable[[str], str] = plain
) -> Wording:
    """How a question is worded in a file; `texts` are the column's distinct cells, which settle the letter before codes."""
    labels, doubtful = _labels(variable, even)
    blank = frozenset(even(text) for text in ("", *layout.tokens(variable.name)))
    absent = frozenset(even(text) for text in layout.not_applicable)
    own = variable.other_code
    words = () if own is None else (*layout.other_words, variable.code(own).label, *variable.code(own).aliases)
    shell = Wording(
        variable, layout, labels, doubtful, blank, absent,
        frozenset(even(text) for text in layout.unreadable), frozenset(), tuple(dict.fromkeys(even(w) for w in words)),
    )  # fmt: skip
    prefix = _prefix(shell, (even(text) for text in texts)) if layout.answers == "codes" else ""
    settled = replace(shell, prefix=prefix)
    if variable.kind == "number":
        return settled
    colliding = (token for token in blank | absent if token and settled.code(token) not in (None, variable.nonanswer))
    return replace(settled, colliding=frozenset(colliding))


def _labels(variable: Variable, even: Callable[[str], str]) -> tuple[dict[str, int], frozenset[str]]:
    """Evened text → code, labels before aliases before short labels; texts of two codes are nobody's."""
    found: dict[str, int] = {}
    doubtful: set[str] = set()
    stages: list[list[tuple[int, tuple[str, ...]]]] = [
        [(code.code, (code.label,)) for code in variable.codes],
        [(code.code, code.aliases) for code in variable.codes],
        [(code.code, (code.short,)) for code in variable.codes],
    ]
    for stage, entries in enumerate(stages):
        for code, texts in entries:
            for text in filter(None, map(even, texts)):
                if found.setdefault(text, code) != code and stage < 2:
                    doubtful.add(text)
    return {text: code for text, code in found.items() if text not in doubtful}, frozenset(doubtful)


def _prefix(shell: Wording, evens: Iterable[str]) -> str:
    """The letters before the codes of a column, where no code has others or none: A1, A2, A10.

    A stray cell is one to be told, and takes the letters from nobody; a column of more stray texts than codes has none.
    """
    letters: set[str] = set()
    known: set[str] = set()
    stray: set[str] = set()
    for text in evens:
        if shell.empty(text) or text in shell.unreadable or text in shell.labels or shell.is_other(text):
            continue
        found = _PREFIXED.fullmatch(text)
        if found is not None and int(found[2]) in shell.variable.keys:
            letters.add(found[1])
            known.add(text)
        elif _DIGITS.fullmatch(text) and int(text.partition(".")[0]) in shell.variable.keys:
            return ""
        else:
            stray.add(text)
    return letters.pop() if len(letters) == 1 and len(stray) <= len(known) else ""


def apart(layout: FileLayout) -> bool:
    """Whether blanks separate several answers in this file's cells."""
    return any(not text.strip() for text in layout.between)


def evenly(layout: FileLayout) -> Callable[[str], str]:
    """How cells of several answers are evened in this file."""
    return spaced if apart(layout) else plain
