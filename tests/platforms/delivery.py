"""What a generator hands over: the file as the platform writes it, how a folder declares it, and the faults planted in it."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from .questionnaire import NOT_ASKED, QUESTIONS, Person, Question

# Cells no codebook admits, by question: each is planted in so many returns, must be told with its column, and is 無回答.
FAULTS = {
    "age": ("250", "不明", "3"),
    "health": ("普通くらい",) * 4,
    "trust": ("11", "12"),
    "sleep": ("7時間半", "25.0"),
}
CODED_FAULTS = {
    "age": ("250", "不明", "3"),
    "health": ("7", "8", "0", "７"),
    "trust": ("11", "12"),
    "sleep": ("7時間半", "25.0"),
}


@dataclass(frozen=True)
class Delivery:
    """name : of the file. settings : lines of [[file]]. planted : question → cells that cannot be read.

    spoiled : (row, question) of those cells. excluded : reason → rows that are no valid return. extra : other files.
    """

    name: str
    content: bytes
    settings: str
    planted: dict[str, int] = field(default_factory=dict)
    spoiled: frozenset[tuple[int, str]] = frozenset()
    excluded: dict[str, int] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)


def spoil(people: Sequence[Person], faults: dict[str, tuple[str, ...]], seed: int) -> dict[tuple[int, str], str]:
    """Which cells hold which fault: of people who answered the question; the first ten are copied by some generators."""
    rng = random.Random(seed)
    found: dict[tuple[int, str], str] = {}
    for name, texts in faults.items():
        answered = [one.number for one in people if one.number > 10 and one.answers[name] not in (None, NOT_ASKED)]
        for number, text in zip(rng.sample(answered, len(texts)), texts, strict=True):
            found[number, name] = text
    return found


def as_csv(
    rows: Sequence[Sequence[str]], *, delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL, end: str = "\n"
) -> str:
    """Rows as CSV text."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def typed_number(question: Question, value: str, number: int) -> str:
    """A number as people type it: full width, with its unit, with blanks."""
    wide = value.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    ways = (value, value, value, f" {value} ", wide, f"{value}{question.unit}", f"{wide} {question.unit}")
    return ways[number % len(ways)]


def label_of(question: Question, code: int, person: Person) -> str:
    """The option's own text, or what was typed instead of その他."""
    return person.typed[question.name] if code == question.other else question.options[code - 1]


def blank(answer: object) -> bool:
    """Whether a web form leaves the cell empty."""
    return answer is None or answer == NOT_ASKED


def by_name(name: str) -> Question:
    """One question."""
    return next(question for question in QUESTIONS if question.name == name)
