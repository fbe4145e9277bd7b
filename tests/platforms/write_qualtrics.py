"""Qualtrics, choice text: three heading rows, a comma between several answers, Q_9_TEXT beside その他."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

from .delivery import FAULTS, Delivery, as_csv, blank, spoil, typed_number
from .questionnaire import QUESTIONS, Person, Question

FRONT = {
    "StartDate": "Start Date", "EndDate": "End Date", "Status": "Response Type", "IPAddress": "IP Address",
    "Progress": "Progress", "Duration (in seconds)": "Duration (in seconds)", "Finished": "Finished",
    "RecordedDate": "Recorded Date", "ResponseId": "Response ID", "RecipientLastName": "Recipient Last Name",
    "RecipientFirstName": "Recipient First Name", "RecipientEmail": "Recipient Email",
    "ExternalReference": "External Data Reference", "LocationLatitude": "Location Latitude",
    "LocationLongitude": "Location Longitude", "DistributionChannel": "Distribution Channel", "UserLanguage": "User Language",
}  # fmt: skip


def front(person: Person, finished: str = "True", status: str = "IP Address") -> list[str]:
    moment = f"{dt.datetime(2026, 10, 2, 10, 30) + dt.timedelta(hours=person.number):%Y-%m-%d %H:%M:%S}"
    ids = [f"R_{person.number:015d}", "", "", "", "", "35.0", "139.0", "anonymous", "JA"]
    return [moment, moment, status, "192.0.2.1", "100" if finished == "True" else "40", "300", finished, moment, *ids]


def cells(question: Question, person: Person, faults: dict[tuple[int, str], str]) -> list[str]:
    answer = person.answers[question.name]
    typed = [person.typed.get(question.name, "")] if question.other else []
    if (person.number, question.name) in faults:
        return [faults[person.number, question.name], *typed]
    if blank(answer):
        return ["", *typed]
    if question.kind == "multiple":
        return [",".join(question.options[code - 1] for code in answer), *typed]
    if question.kind == "single":
        return [question.options[answer - 1], *typed]
    return [typed_number(question, answer, person.number) if question.kind == "number" else answer]


def write(people: Sequence[Person]) -> Delivery:
    faults = spoil(people, FAULTS, 5)
    names, texts = list(FRONT), list(FRONT.values())
    ids = [json.dumps({"ImportId": name}) for name in FRONT]
    for k, question in enumerate(QUESTIONS, start=1):
        names.append(question.name)
        texts.append(question.text)
        ids.append(json.dumps({"ImportId": f"QID{k}"}))
        if question.other:
            names.append(f"{question.name}_{question.other}_TEXT")
            texts.append(f"{question.text} - その他 - テキスト")
            ids.append(json.dumps({"ImportId": f"QID{k}_{question.other}_TEXT"}))
    body = [[*front(one), *(c for q in QUESTIONS for c in cells(q, one, faults))] for one in people]
    test = [front(people[0], status="Survey Preview") + body[k][len(FRONT) :] for k in range(2)]
    stopped = [front(people[k], "False") + body[k][len(FRONT) : -1] + [""] for k in range(4)]
    text = as_csv([names, texts, ids, *test, *body, *stopped])
    planted = {name: len(texts) for name, texts in FAULTS.items()}
    left_out = {"test_row": len(test), "incomplete": len(stopped)}
    return Delivery(
        "孤独.csv", text.encode("utf-8-sig"), 'profile = "qualtrics"\n', planted, frozenset(faults), left_out
    )
