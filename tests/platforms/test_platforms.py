"""One questionnaire as ten exports of eight platforms: every cell read as it was answered, every planted fault told by column."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

import kodoku_survey as ks

from . import (
    write_google_forms,
    write_keying,
    write_kobo,
    write_limesurvey,
    write_logoform,
    write_microsoft_forms,
    write_qualtrics,
    write_surveymonkey,
)
from .delivery import Delivery
from .questionnaire import NOT_ASKED, PEOPLE, QUESTIONS, Person, codebook, people

SURVEY = """
[survey]
name = "県民調査"
title = "県民調査"
wave = 2026
[[file]]
name = "returns"
role = "returns"
path = "{name}"
mode = "回答"
{settings}
{register}
"""
REGISTER = '[[file]]\nname = "selection"\nrole = "selection"\npath = "selection.csv"\nid = "整理番号"\n'
EXPORTS = {
    "google_forms": write_google_forms.write_csv,
    "google_forms_sheet": write_google_forms.write_sheet,
    "microsoft_forms": write_microsoft_forms.write,
    "surveymonkey": write_surveymonkey.write,
    "qualtrics": write_qualtrics.write,
    "limesurvey": write_limesurvey.write,
    "limesurvey_full_answers": write_limesurvey.write_full_answers,
    "kobo": write_kobo.write,
    "logoform": write_logoform.write,
    "keying": write_keying.write,
}


@pytest.fixture(scope="module", params=EXPORTS)
def export(request, tmp_path_factory) -> tuple[Delivery, list[Person], ks.Responses]:
    """The file of one platform, who answered what, and what the folder reads."""
    asked = people(seed=list(EXPORTS).index(request.param))
    delivery = EXPORTS[request.param](asked)
    folder = tmp_path_factory.mktemp("survey")
    (folder / delivery.name).write_bytes(delivery.content)
    for name, text in delivery.extra.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    told = SURVEY.format(name=delivery.name, settings=delivery.settings, register=REGISTER if delivery.extra else "")
    (folder / "survey.toml").write_text(told, encoding="utf-8")
    (folder / "codebook.toml").write_text(codebook(), encoding="utf-8")
    return delivery, asked, ks.clean(ks.read_returns(ks.load_survey(folder)))


def right(question, person: Person, spoiled) -> object:
    """What the cell is worth: a spoiled one is 無回答."""
    answer = person.answers[question.name]
    return None if (person.number, question.name) in spoiled else answer


def got(responses, question, row: int) -> object:
    """What was read, in the words of the questionnaire."""
    values = responses.answers[question.name]
    if question.kind == "number":
        state = responses.status[question.name][row]
        number = Decimal(int(values[row])).scaleb(-question.places)
        return {0: str(number), 1: None, -1: NOT_ASKED}[int(state)]
    if question.kind == "multiple":
        ticks = values[row]
        return NOT_ASKED if ticks[0] == -1 else tuple(int(k) + 1 for k in np.flatnonzero(ticks[:-1])) or None
    return {-1: NOT_ASKED, 99: None}.get(int(values[row]), int(values[row]))


def test_no_cell_is_read_wrongly(export):
    delivery, asked, responses = export
    assert len(responses) == PEOPLE
    read = [question for question in QUESTIONS if question.kind != "text"]
    wrong = [
        (person.number, question.name, right(question, person, delivery.spoiled), got(responses, question, row))
        for row, person in enumerate(asked)
        for question in read
        if got(responses, question, row) != right(question, person, delivery.spoiled)
    ]
    assert wrong == []


def test_every_planted_fault_is_told_by_its_column_and_no_other(export):
    delivery, _, responses = export
    cells = responses.issues[responses.issues["variable"] != ""]
    assert cells.groupby("variable")["count"].sum().to_dict() == delivery.planted


def test_everybody_left_out_is_told_with_the_reason(export):
    delivery, _, responses = export
    left_out = responses.ledger.exclusions["reason"].value_counts().to_dict()
    assert left_out == delivery.excluded


def test_what_people_typed_is_nowhere(export):
    _, asked, responses = export
    typed = {text for person in asked for text in person.typed.values()}
    typed |= {str(person.answers["opinion"]) for person in asked if person.answers["opinion"]}
    shown = " ".join(map(str, responses.edits.to_numpy().ravel())) + " ".join(
        map(str, responses.issues.to_numpy().ravel())
    )
    assert not [text for text in typed if text in shown]
