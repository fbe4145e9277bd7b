"""Unweighted tables of the national sample, counted again from the raw files by plain Python that shares no code with us.

The second count reads the codebook as TOML and the returns as CSV, applies the official rules in its own words, and is
compared with every printed cell whose question and attributes stand on the form (and the age classes).
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import tomllib
import unicodedata
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

import kodoku_survey as ks

NONE = None  # not asked
BLANK = "blank"


def text(cell: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", cell))


def read_one(question: dict, cell: str, *, labels: dict[str, int] | None) -> object:
    """A single answer or a number as delivered: its code, its number, or BLANK."""
    cell = text(cell)
    if question["kind"] == "number":
        digits = cell.removesuffix(text(question.get("unit", "")))
        if digits.isdigit() and question["minimum"] <= int(digits) <= question["maximum"]:
            return int(digits)
        return BLANK
    if labels is not None and cell in labels:
        return labels[cell]
    codes = {code["code"] for code in question["codes"]}
    return int(cell) if cell.isdigit() and int(cell) in codes else BLANK


def read_many(question: dict, row: dict[str, str], *, web: bool) -> set[int]:
    codes = [code["code"] for code in question["codes"]]
    if web:
        labels = {text(code["label"]): code["code"] for code in question["codes"]}
        return {labels[text(part)] for part in row[question["number"]].split(";") if text(part) in labels}
    return {code for code in codes if text(row[f"{question['number']}_{code}"]) == "1"}


def recount(folder: Path) -> list[dict[str, object]]:
    """One record a valid respondent: every question by name, cleaned by the official rules."""
    book = tomllib.loads((folder / "codebook.toml").read_text(encoding="utf-8"))["variable"]
    form = [question for question in book if question.get("source") != "selection"]
    with (folder / "selection.csv").open(encoding="cp932") as file:
        register = {row["整理番号"]: row for row in csv.DictReader(file)}
    returns = []
    with (folder / "postal.csv").open(encoding="cp932", newline="") as file:
        returns += [(row["整理番号"], row["受付日"].replace("/", "-"), row, False) for row in csv.DictReader(file)]
    with (folder / "web.csv").open(encoding="utf-8-sig", newline="") as file:
        done = [row for row in csv.DictReader(file) if row["状態"] == "完了"]
        returns += [(row["ログインID"], row["回答日時"][:10], row, True) for row in done]
    candidates: dict[str, list[tuple[int, int, dict[str, object]]]] = {}
    for order, (number, day, row, web) in enumerate(returns):
        if number not in register or dt.date.fromisoformat(day) > dt.date(2025, 1, 31):
            continue
        person: dict[str, object] = {}
        for question in form:
            name = question["name"]
            if question["kind"] == "multiple":
                person[name] = read_many(question, row, web=web) or BLANK
            else:
                labels = {text(code["label"]): code["code"] for code in question.get("codes", [])} if web else None
                person[name] = read_one(question, row[question["number"]], labels=labels)
        answered = sum(value != BLANK for value in person.values())
        if any(person[q["name"]] != BLANK for q in form if q["section"] != "属性"):
            candidates.setdefault(number, []).append((-answered, order, person))
    return [clean(form, min(found, key=lambda c: c[:2])[2], register[number]) for number, found in candidates.items()]


def clean(form: list[dict], person: dict[str, object], register: dict[str, str]) -> dict[str, object]:
    if person["q1"] == BLANK:
        person["q1"] = int(register["年齢"])
    for question in form:
        name, value = question["name"], person[question["name"]]
        alone = set(question.get("exclusive", []))
        if isinstance(value, set) and value & alone and value - alone:
            value = value - alone
        asked = True
        for parent, wanted in question.get("asked_if", {}).items():
            held = person[parent]
            if isinstance(wanted, dict):
                asked &= isinstance(held, int) and held >= wanted["min"]
            else:
                asked &= bool(held & set(wanted)) if isinstance(held, set) else held in wanted
        proof = question.get("proved_by_answer_if_blank")
        if proof is not None and person[proof] == BLANK and value != BLANK:
            asked = True
        person[name] = value if asked else NONE
    derive(person)
    return person


def derive(person: dict[str, object]) -> None:
    """Age classes, sex by age, the UCLA classes and 同居人の有無, in the words of the official report."""
    person["age_class"] = 1 if person["q1"] < 20 else min(person["q1"] // 10, 8)
    person["sex_age"] = person["q2"] * 100 + person["age_class"] if person["q2"] in (1, 2) else NONE
    items = [person[name] for name in ("q25", "q26", "q27")]
    total = BLANK if BLANK in items else sum(items)
    person["ucla_class"] = BLANK if total == BLANK else 1 if total == 3 else 2 if total < 7 else 3 if total < 10 else 4
    size = person["q6"]
    if size == BLANK:
        person["cohabitant"] = 2 if person["q16_2"] not in (BLANK, NONE) else BLANK
    else:
        person["cohabitant"] = 1 if size == 1 else 2


@pytest.fixture(scope="module")
def people(project: Path) -> list[dict[str, object]]:
    return recount(project / "data" / "sample" / "national_2024")


@pytest.fixture(scope="module")
def report(national: ks.Responses) -> ks.Report:
    return ks.make_report(ks.weighted(national, basis="unweighted"))


def shares(people: list[dict[str, object]], question: str, code: int) -> tuple[str, int]:
    """A printed percentage (「‐」 for none) and its base."""
    base = [person[question] for person in people if person[question] is not NONE]
    wanted = BLANK if code == 99 else code
    count = sum((wanted in value) if isinstance(value, set) else value == wanted for value in base)
    if count == 0:
        return "‐", len(base)
    percent = (Decimal(100) * count / len(base)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return str(percent), len(base)


def test_the_valid_returns_are_the_same_in_number(people, national):
    assert len(people) == len(national)


def test_every_cell_on_questions_of_the_form_is_the_same(people, report, project):
    book = tomllib.loads((project / "data/sample/national_2024/codebook.toml").read_text(encoding="utf-8"))["variable"]
    derived = {"age_class", "sex_age", "ucla_class", "cohabitant"}
    questions = {q["name"] for q in book if q.get("source") != "selection" and q["kind"] != "number"} | derived
    axes = {q["name"] for q in book if q.get("source") != "selection" and q["kind"] == "single"} | derived
    plan = {entry.id: entry for entry in report.survey.plan.tables}
    compared = Counter()
    for table in report.tables:
        if table.question not in questions or plan[table.id].base is not None:
            continue
        for row in table.rows:
            if row.wave not in (None, 2024) or (row.axis and row.axis not in axes):
                continue
            group = [p for p in people if not row.axis or p[row.axis] == row.keys[0]]
            for code, cell in zip(table.codes, row.cells, strict=True):
                expected, n = shares(group, table.question, code)
                assert (cell.text, row.n) == (expected, n), (table.id, row.group, code)
                compared[table.id] += 1
    assert len(compared) > 110
    assert compared.total() > 3900


def test_scores_and_isolation_are_the_same(people, national):
    """The UCLA sum, the contact sum in tenths and the two-fold lack of support, person by person in their distributions."""
    points = {1: 194, 2: 108, 3: 43, 4: 22, 5: 10, 6: 5, 7: 0}
    ucla, contact, lacking = Counter(), Counter(), 0
    for person in people:
        items = [person[name] for name in ("q25", "q26", "q27")]
        ucla[None if BLANK in items else sum(items)] += 1
        names = ("q16_1a", "q16_1b", "q16_1c", *(["q16_2"] if person["cohabitant"] == 2 else []))
        channels = [person[name] for name in names]
        given = [points[value] for value in channels if isinstance(value, int)]
        contact[sum(given) if given else None] += 1
        lacking += person["q18"] == 2 and person["q19"] == 2
    for name, counted in (("ucla_score", ucla), ("contact_sum", contact)):
        held = Counter(
            int(value) if status == 0 else None
            for value, status in zip(national.answers[name], national.status[name], strict=True)
        )
        assert held == counted, name
    assert int((national.answers["isolation_indicators"][:, 2] == 1).sum()) == lacking
