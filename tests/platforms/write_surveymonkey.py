"""SurveyMonkey, all responses, expanded: two heading rows, an option a column with its own text, その他 typed in its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from .delivery import FAULTS, Delivery, as_csv, blank, spoil, typed_number
from .questionnaire import QUESTIONS, Person, Question

FRONT = (
    "Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name", "Last Name",
    "Custom Data 1",
)  # fmt: skip
OTHER = "その他（具体的に）"


def heads(question: Question) -> tuple[list[str], list[str]]:
    if question.kind == "multiple":
        below = [OTHER if code == question.other else text for code, text in enumerate(question.options, start=1)]
    elif question.kind == "single":
        below = ["Response", OTHER] if question.other else ["Response"]
    else:
        below = ["Open-Ended Response"]
    return [question.text, *[""] * (len(below) - 1)], below


def cells(question: Question, person: Person) -> list[str]:
    answer, width = person.answers[question.name], len(heads(question)[0])
    if blank(answer):
        return [""] * width
    typed = person.typed.get(question.name, "")
    if question.kind == "multiple":
        texts = [typed if code == question.other else text for code, text in enumerate(question.options, start=1)]
        return [text if code in answer else "" for code, text in enumerate(texts, start=1)]
    if question.kind == "single":
        shown = "" if answer == question.other else question.options[answer - 1]
        return [shown, typed] if question.other else [shown]
    return [typed_number(question, answer, person.number) if question.kind == "number" else answer]


def write(people: Sequence[Person]) -> Delivery:
    faults = spoil(people, FAULTS, 4)
    pairs = [heads(question) for question in QUESTIONS]
    rows = [[*FRONT, *(text for above, _ in pairs for text in above)], [*[""] * len(FRONT)]]
    rows[1] += [text for _, below in pairs for text in below]
    for person in people:
        ended = dt.datetime(2026, 10, 2, 10, 30) + dt.timedelta(hours=person.number)
        stamp = f"{ended:%m/%d/%Y %I:%M:%S %p}"
        row = [str(11_800_000_000 + person.number), "431", stamp, stamp, "192.0.2.1", "", "", "", ""]
        for question in QUESTIONS:
            own = cells(question, person)
            own[0] = faults.get((person.number, question.name), own[0])
            row += own
        rows.append(row)
    others = {q.name: f"{q.text}/{OTHER}" for q in QUESTIONS if q.other and q.kind == "single"}
    told = ", ".join(f'{name} = "{heading}"' for name, heading in others.items())
    settings = f'profile = "surveymonkey"\nothers = {{ {told} }}\n'
    planted = {name: len(texts) for name, texts in FAULTS.items()}
    return Delivery("孤独調査.csv", as_csv(rows).encode("utf-8-sig"), settings, planted, frozenset(faults))
