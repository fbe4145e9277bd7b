"""A keying contractor: cp932 with CRLF, serial numbers of six digits, 0/1 an option, 99 and 999 for 無回答, ● unreadable."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from .delivery import CODED_FAULTS, Delivery, as_csv, blank, spoil
from .questionnaire import NOT_ASKED, QUESTIONS, Person, Question


def heads(question: Question) -> list[str]:
    if question.kind == "multiple":
        return [f"{question.number}_{code}" for code in range(1, len(question.options) + 1)]
    return [question.number]


def cells(question: Question, person: Person, rng: random.Random) -> list[str]:
    answer = person.answers[question.name]
    if question.kind == "multiple":
        if blank(answer):
            return ["" if answer == NOT_ASKED else "0"] * len(question.options)
        return ["1" if code in answer else "0" for code in range(1, len(question.options) + 1)]
    if answer == NOT_ASKED:
        return [""]
    if answer is None:
        empty = {"single": ("", "99", "9９", " "), "number": ("", "999", "９９９"), "text": ("",)}
        return [rng.choice(empty[question.kind])]
    text = str(answer)
    wide = text.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    return [rng.choice((text, text, text, text, f" {text}", wide))]


def write(people: Sequence[Person]) -> Delivery:
    faults = spoil(people, CODED_FAULTS, 10)
    marks = dict.fromkeys(spoil([p for p in people if p.number > 250], {"stay": ("●",) * 3}, 11), "●")
    rng = random.Random(12)
    rows = [["整理番号", "受付日", *(head for question in QUESTIONS for head in heads(question))]]
    for person in people:
        day = dt.date(2026, 10, 1) + dt.timedelta(days=person.number % 30)
        row = [f"{person.number:06d}", f"{day:%Y/%m/%d}"]
        for question in QUESTIONS:
            own = cells(question, person, rng)
            own[0] = {**faults, **marks}.get((person.number, question.name), own[0])
            row += own
        rows.append(row)
    last = len(rows[0])
    again, unknown = rows[5][:], rows[7][:]
    unknown[0] = "900001"
    total = ["合計", "", *["300"] * (last - 2)]
    rows += [again, unknown, [""] * last, total]
    register = "整理番号\r\n" + "".join(f"{number:06d}\r\n" for number in range(1, 1001))
    settings = 'profile = "keying"\nreceived = "受付日"\nnonanswer = ["", "99", "999"]\n'
    planted = {**{name: len(texts) for name, texts in CODED_FAULTS.items()}, "stay": 3}
    left_out = {"same_mode_twice": 1, "not_selected": 1, "blank": 1, "total_row": 1}
    text = as_csv(rows, end="\r\n")
    spoiled = frozenset(faults) | frozenset(marks)
    return Delivery("入力.csv", text.encode("cp932"), settings, planted, spoiled, left_out, {"selection.csv": register})
