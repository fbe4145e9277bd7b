"""LimeSurvey: question codes as headings with answer codes (A1, Y, -oth-), and full answers under full questions."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence

from .delivery import CODED_FAULTS, FAULTS, Delivery, as_csv, blank, spoil
from .questionnaire import NOT_ASKED, QUESTIONS, Person, Question

FRONT = ("id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp")


def front(person: Person, finished: bool = True) -> list[str]:
    moment = f"{dt.datetime(2026, 10, 2, 10, 30) + dt.timedelta(hours=person.number):%Y-%m-%d %H:%M:%S}"
    return [str(person.number), moment if finished else "", "5", "ja", "1234567", moment, moment]


def heads(question: Question) -> list[str]:
    if question.kind == "multiple":
        own = [code for code in range(1, len(question.options) + 1) if code != question.other]
        return [f"{question.name}[SQ{code:03d}]" for code in own] + [f"{question.name}[other]"] * bool(question.other)
    return [question.name, f"{question.name}[other]"] if question.other else [question.name]


def cells(question: Question, person: Person) -> list[str]:
    answer, typed = person.answers[question.name], person.typed.get(question.name, "")
    if blank(answer):
        return [""] * len(heads(question))
    if question.kind == "multiple":
        own = [code for code in range(1, len(question.options) + 1) if code != question.other]
        return ["Y" if code in answer else "" for code in own] + [typed] * bool(question.other)
    if question.kind == "single":
        shown = "-oth-" if question.other and answer == question.other else f"A{answer}"
        return [shown, typed] if question.other else [shown]
    # A number is kept with ten decimals, and some versions export it so.
    return [f"{float(answer):.10f}" if question.places else answer]


def write(people: Sequence[Person]) -> Delivery:
    coded = {**CODED_FAULTS, "health": ("A7", "A8", "A0", "X")}
    faults = spoil(people, coded, 6)
    rows = [[*FRONT, *(head for question in QUESTIONS for head in heads(question))]]
    for person in people:
        row = front(person)
        for question in QUESTIONS:
            own = cells(question, person)
            own[0] = faults.get((person.number, question.name), own[0])
            row += own
        rows.append(row)
    rows += [front(people[k], False) + rows[k + 1][len(FRONT) :] for k in range(3)]
    text = as_csv(rows, quoting=csv.QUOTE_ALL)
    planted = {name: len(texts) for name, texts in coded.items()}
    # その他 is no option of the list: its text stands where the option's column would.
    options = []
    for question in QUESTIONS:
        if question.kind == "multiple" and question.other:
            own = {f"{question.name}[SQ{c:03d}]": c for c in range(1, len(question.options) + 1) if c != question.other}
            entries = ", ".join(
                f'"{head}" = {code}' for head, code in {**own, f"{question.name}[other]": question.other}.items()
            )
            options.append(f"{question.name} = {{ {entries} }}")
    settings = f'profile = "limesurvey"\noptions = {{ {", ".join(options)} }}\n'
    left_out = {"incomplete": 3}
    return Delivery("results-survey.csv", text.encode("utf-8-sig"), settings, planted, frozenset(faults), left_out)


def write_full_answers(people: Sequence[Person]) -> Delivery:
    """Full question text [subquestion] and full answers: はい / いいえ, N/A for what was not shown, ";" between fields."""
    faults = spoil(people, FAULTS, 7)
    titles = ["レスポンスID", "送信日時", "最後のページ", "開始言語", "シード", "開始日時", "最終更新"]
    rows = [[*titles]]
    columns: dict[str, list[str]] = {}
    others: dict[str, str] = {}
    for question in QUESTIONS:
        own = (
            [f"{question.text} [{text}]" for text in question.options]
            if question.kind == "multiple"
            else [question.text]
        )
        columns[question.name] = own
        rows[0] += own
        if question.other and question.kind == "single":
            others[question.name] = f"{question.text} [その他]"
            rows[0].append(others[question.name])
    for person in people:
        row = front(person)
        for question in QUESTIONS:
            row += _full(question, person, faults)
        rows.append(row)
    text = as_csv(rows, delimiter=";", quoting=csv.QUOTE_ALL, end="\r\n")
    listed = "\n".join(f"{name} = {heads_!r}".replace("'", '"') for name, heads_ in columns.items())
    typed = "\n".join(f'{name} = "{head}"' for name, head in others.items())
    settings = (
        'profile = "limesurvey"\nanswers = "labels"\nreceived = "送信日時"\ncomplete = { column = "送信日時" }\n'
        f'not_applicable = ["N/A"]\nnonanswer = [""]\n[file.columns]\n{listed}\n[file.others]\n{typed}\n'
    )
    planted = {name: len(texts) for name, texts in FAULTS.items()}
    return Delivery("results-full.csv", text.encode("utf-8"), settings, planted, frozenset(faults))


def _full(question: Question, person: Person, faults: dict[tuple[int, str], str]) -> list[str]:
    answer, typed = person.answers[question.name], person.typed.get(question.name, "")
    empty = "N/A" if answer == NOT_ASKED else ""
    if question.kind == "multiple":
        if blank(answer):
            return [empty] * len(question.options)
        told = ["はい" if code in answer else "いいえ" for code in range(1, len(question.options) + 1)]
        if question.other:
            told[question.other - 1] = typed
        return told
    shown = faults.get((person.number, question.name), empty)
    if shown == empty and not blank(answer):
        if question.kind == "single":
            shown = "その他" if question.other and answer == question.other else question.options[answer - 1]
        else:
            shown = answer
    return [shown, typed] if question.other and question.kind == "single" else [shown]
