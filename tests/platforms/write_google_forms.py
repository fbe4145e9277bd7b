"""Google Forms: the CSV of the answers (";" between, times as 午前/午後 GMT+9), and the linked sheet (", ", real dates)."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence

import xlsxwriter

from .delivery import FAULTS, Delivery, as_csv, blank, label_of, spoil, typed_number
from .questionnaire import QUESTIONS, Person, Question

SETTINGS = 'profile = "google_forms"\n'


def cell(question: Question, person: Person, mark: str) -> str:
    answer = person.answers[question.name]
    if blank(answer):
        return ""
    if question.kind == "multiple":
        return mark.join(label_of(question, code, person) for code in answer)
    if question.kind == "single":
        return label_of(question, answer, person)
    return typed_number(question, answer, person.number) if question.kind == "number" else answer


def received(person: Person) -> dt.datetime:
    return dt.datetime(2026, 10, 1, 9, 5, 7) + dt.timedelta(hours=person.number)


def as_japanese(moment: dt.datetime) -> str:
    half = "午前" if moment.hour < 12 else "午後"
    return f"{moment:%Y/%m/%d} {(moment.hour - 1) % 12 + 1}:{moment:%M:%S} {half} GMT+9"


def write_csv(people: Sequence[Person]) -> Delivery:
    faults = spoil(people, FAULTS, 1)
    rows = [["タイムスタンプ", *(question.text for question in QUESTIONS)]]
    for person in people:
        cells = [faults.get((person.number, q.name), cell(q, person, ";")) for q in QUESTIONS]
        rows.append([as_japanese(received(person)), *cells])
    text = as_csv(rows, quoting=csv.QUOTE_ALL)
    return Delivery(
        "回答.csv", text.encode("utf-8"), SETTINGS, {k: len(v) for k, v in FAULTS.items()}, frozenset(faults)
    )


def write_sheet(people: Sequence[Person]) -> Delivery:
    faults = spoil(people, FAULTS, 2)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet, moment = book.add_worksheet("フォームの回答 1"), book.add_format({"num_format": "yyyy/mm/dd h:mm:ss"})
        sheet.write_row(0, 0, ["タイムスタンプ", *(question.text for question in QUESTIONS)])
        for line, person in enumerate(people, start=1):
            sheet.write_datetime(line, 0, received(person), moment)
            for column, question in enumerate(QUESTIONS, start=1):
                text = faults.get((person.number, question.name), cell(question, person, ", "))
                if (
                    question.kind == "number"
                    and text.replace(".", "", 1).isascii()
                    and text.replace(".", "", 1).isdigit()
                ):
                    sheet.write_number(line, column, float(text))
                elif text:
                    sheet.write_string(line, column, text)
    planted = {name: len(texts) for name, texts in FAULTS.items()}
    return Delivery("フォーム（回答）.xlsx", out.getvalue(), SETTINGS, planted, frozenset(faults))
