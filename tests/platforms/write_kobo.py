"""KoboToolbox, XML values: ";" between fields, the group before the question, select_multiple whole and by option."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence

from .delivery import CODED_FAULTS, Delivery, as_csv, blank, spoil
from .questionnaire import QUESTIONS, Person, Question

BEHIND = (
    "_id",
    "_uuid",
    "_submission_time",
    "_validation_status",
    "_notes",
    "_status",
    "_submitted_by",
    "__version__",
    "_tags",
    "_index",
)
GROUP = "honpen/"


def heads(question: Question) -> list[str]:
    own = GROUP + question.name
    if question.kind == "multiple":
        return [
            own,
            *(f"{own}/{code}" for code in range(1, len(question.options) + 1)),
            *[f"{own}_sonota"] * bool(question.other),
        ]
    return [own, f"{own}_sonota"] if question.other else [own]


def cells(question: Question, person: Person) -> list[str]:
    answer, typed = person.answers[question.name], person.typed.get(question.name, "")
    if blank(answer):
        return [""] * len(heads(question))
    if question.kind == "multiple":
        ticks = ["1" if code in answer else "0" for code in range(1, len(question.options) + 1)]
        return [" ".join(map(str, answer)), *ticks, *[typed] * bool(question.other)]
    return [str(answer), typed] if question.other else [str(answer)]


def write(people: Sequence[Person]) -> Delivery:
    faults = spoil(people, CODED_FAULTS, 8)
    rows = [["start", "end", *(head for question in QUESTIONS for head in heads(question)), *BEHIND]]
    for person in people:
        moment = dt.datetime(2026, 10, 2, 1, 30) + dt.timedelta(hours=person.number)
        row = [f"{moment:%Y-%m-%dT%H:%M:%S}.000+09:00", f"{moment:%Y-%m-%dT%H:%M:%S}.000+09:00"]
        for question in QUESTIONS:
            own = cells(question, person)
            own[0] = faults.get((person.number, question.name), own[0])
            row += own
        behind = [
            str(9000 + person.number),
            f"uuid-{person.number}",
            f"{moment:%Y-%m-%dT%H:%M:%S}",
            "",
            "",
            "submitted_via_web",
        ]
        rows.append([*row, *behind, "", "vXYZ", "", str(person.number)])
    text = as_csv(rows, delimiter=";", quoting=csv.QUOTE_ALL)
    settings = (
        'profile = "kobo"\ncolumn = "honpen/{name}"\noption_column = "honpen/{name}/{code}"\n'
        'other_column = "honpen/{name}_sonota"\n'
    )
    planted = {name: len(texts) for name, texts in CODED_FAULTS.items()}
    return Delivery("kobo.csv", text.encode("utf-8-sig"), settings, planted, frozenset(faults))
