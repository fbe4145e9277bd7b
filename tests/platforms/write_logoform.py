"""LoGoフォーム (assumed: no export could be seen): a CSV of cp932, several answers in a cell with commas, «その他：…»."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from .delivery import FAULTS, Delivery, as_csv, blank, spoil, typed_number
from .questionnaire import QUESTIONS, Person, Question


def cell(question: Question, person: Person) -> str:
    answer = person.answers[question.name]
    if blank(answer):
        return ""

    def label(code: int) -> str:
        if code == question.other:
            return f"その他：{person.typed[question.name]}"
        return question.options[code - 1]

    if question.kind == "multiple":
        return ",".join(map(label, answer))
    if question.kind == "single":
        return label(answer)
    return typed_number(question, answer, person.number) if question.kind == "number" else answer


def write(people: Sequence[Person]) -> Delivery:
    faults = spoil(people, FAULTS, 9)
    rows = [["受付番号", "送信日時", "ステータス", *(question.text for question in QUESTIONS)]]
    for person in people:
        moment = dt.datetime(2026, 10, 2, 1, 30) + dt.timedelta(hours=person.number)
        row = [faults.get((person.number, q.name), cell(q, person)) for q in QUESTIONS]
        rows.append([f"{person.number:08d}", f"{moment:%Y/%m/%d %H:%M}", "受付", *row])
    text = as_csv(rows, end="\r\n").replace("𠮷", "吉")
    planted = {name: len(texts) for name, texts in FAULTS.items()}
    return Delivery("answer.csv", text.encode("cp932"), 'profile = "logoform"\n', planted, frozenset(faults))
