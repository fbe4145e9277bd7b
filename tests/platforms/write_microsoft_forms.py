"""Microsoft Forms: an Excel file, several answers each followed by ";", a hard blank behind some headings, real dates."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

import xlsxwriter

from .delivery import FAULTS, Delivery, blank, label_of, spoil, typed_number
from .questionnaire import QUESTIONS, Person, Question

FRONT = ("ID", "開始時刻", "完了時刻", "メール", "名前")


def cell(question: Question, person: Person) -> str:
    answer = person.answers[question.name]
    if blank(answer):
        return ""
    if question.kind == "multiple":
        return "".join(label_of(question, code, person) + ";" for code in answer)
    if question.kind == "single":
        return label_of(question, answer, person)
    return typed_number(question, answer, person.number) if question.kind == "number" else answer


def write(people: Sequence[Person]) -> Delivery:
    faults = spoil(people, FAULTS, 3)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet, moment = book.add_worksheet("Sheet1"), book.add_format({"num_format": "m/d/yy h:mm:ss"})
        heads = [question.text + "\xa0" * (k % 3 == 0) for k, question in enumerate(QUESTIONS)]
        sheet.write_row(0, 0, [*FRONT, *heads])
        for line, person in enumerate(people, start=1):
            started = dt.datetime(2026, 10, 1, 8) + dt.timedelta(hours=person.number)
            sheet.write_number(line, 0, line)
            sheet.write_datetime(line, 1, started, moment)
            sheet.write_datetime(line, 2, started + dt.timedelta(minutes=9), moment)
            sheet.write_string(line, 3, "anonymous")
            for column, question in enumerate(QUESTIONS, start=len(FRONT)):
                text = faults.get((person.number, question.name), cell(question, person))
                if text:
                    sheet.write_string(line, column, text)
    planted = {name: len(texts) for name, texts in FAULTS.items()}
    return Delivery(
        "アンケート(1-300).xlsx", out.getvalue(), 'profile = "microsoft_forms"\n', planted, frozenset(faults)
    )
