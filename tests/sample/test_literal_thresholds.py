"""Bands and thresholds of the official report, written out here, against the printed tables of the national sample.

The sample was solved from the published figures with the folder's definitions, so a wrong cut-off in both would agree with
itself. Nothing here reads a definition of the folder: codes, wordings, points, bands and the rule of a valid return are
copied from the report 「令和６年 人々のつながりに関する基礎調査」 (p. 4 UCLA, pp. 64-69 isolation), and the
raw files are counted by plain Python.
"""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import pytest

import kodoku_survey as ks

# UCLA: 決してない 1点, ほとんどない 2点, 時々ある 3点, 常にある 4点; three items, 3 to 12; any item blank: no score.
UCLA = [("10～12点", 10, 12), ("７～９点", 7, 9), ("４～６点", 4, 6), ("３点", 3, 3)]
UCLA_WORDS = ["決してない", "ほとんどない", "時々ある", "常にある"]
DIRECT = ["決してない", "ほとんどない", "たまにある", "時々ある", "しばしばある・常にある"]
# Times a month: 4.3 weeks a month (365 / 12 / 7), in tenths; the three channels outside, and talk at home of who is not alone.
TIMES = {
    "週4~5回以上": 194, "週2~3回程度": 108, "週1回程度": 43, "2週間に1回程度": 22, "月1回程度": 10, "月1回未満": 5, "全くない": 0,
}  # fmt: skip
CONTACT = [
    ("毎日頻繁（週９回以上）", 387, 9999), ("１日１回程度（週６～９回未満）", 258, 386), ("週４～６回未満", 172, 257),
    ("週３～４回未満", 129, 171), ("週２～３回未満", 86, 128), ("週１～２回未満", 43, 85), ("２週間に１回程度", 20, 42),
    ("月１回程度", 10, 19), ("月１回未満", 0, 9),
]  # fmt: skip
AGES = [
    ("16～19歳", 16, 19), ("20～29歳", 20, 29), ("30～39歳", 30, 39), ("40～49歳", 40, 49), ("50～59歳", 50, 59),
    ("60～69歳", 60, 69), ("70～79歳", 70, 79), ("80歳以上", 80, 120),
]  # fmt: skip
ATTRIBUTES = [f"問{number}" for number in (1, 2, 3, 4, 5, "5-1", "5-2", 6, 7, 8, 9, 10, 11, 12)]
NUMBERS = {"問1": (16, 120), "問5-2": (0, 60), "問6": (1, 30)}
TABLES = ("1-1", "1-2", "1-3", "1-4", "1-5", "1-6", "1-15", "1-16", "2-8-2", "指標-1", "指標-2", "指標-3")


@cache
def even(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("～", "~").replace("〜", "~").replace(" ", "").strip()


def band(value: int | None, bands: list[tuple[str, int, int]]) -> str:
    return next((name for name, low, high in bands if value is not None and low <= value <= high), "無回答")


def number(cell: str, question: str) -> int | None:
    text = even(cell).removesuffix("歳").removesuffix("人")
    low, high = NUMBERS[question]
    return int(text) if text.isdigit() and low <= int(text) <= high else None


@cache
def options(question: str, heads: tuple[str, ...]) -> dict[str, int]:
    return {name: int(name.split("_")[1]) for name in heads if name.startswith(f"{question}_")}


class Postal:
    """One keyed form: codes by question number, 0/1 a column an option."""

    def __init__(self, row: dict[str, str]) -> None:
        self.row, self.id, self.day = row, row["整理番号"], row["受付日"].replace("/", "-")
        self.questions = {name.split("_")[0] for name in row} - {"整理番号", "受付日"}

    def code(self, question: str, most: int) -> int | None:
        text = even(self.row[question])
        return int(text) if text.isdigit() and 1 <= int(text) <= most else None

    def ticks(self, question: str) -> set[int]:
        return {code for name, code in options(question, tuple(self.row)).items() if even(self.row[name]) == "1"}

    def answered(self, question: str) -> bool:
        if question in NUMBERS:
            return number(self.row[question], question) is not None
        return self.code(question, 12) is not None if question in self.row else bool(self.ticks(question))


class Web:
    """One export row: wordings, several answers in a cell."""

    def __init__(self, row: dict[str, str]) -> None:
        self.row, self.id, self.day = row, row["ログインID"], row["回答日時"][:10]
        self.questions = set(row) - {"ログインID", "回答日時", "状態"}

    def answered(self, question: str) -> bool:
        if question in NUMBERS:
            return number(self.row[question], question) is not None
        return bool(self.row[question].strip())


def said(form: Postal | Web, question: str, wordings: list[str]) -> int | None:
    """The place of an answer among the wordings in the order of the form, from 1."""
    if isinstance(form, Postal):
        return form.code(question, len(wordings))
    evened = [even(word) for word in wordings]
    text = even(form.row[question])
    return evened.index(text) + 1 if text in evened else None


def person(form: Postal | Web, register: dict[str, str]) -> dict[str, str]:
    """A respondent in the words of the report."""
    age = number(form.row["問1"], "問1") or int(register["年齢"])
    sex = said(form, "問2", ["男性", "女性", "その他"])
    items = [said(form, question, UCLA_WORDS) for question in ("問25", "問26", "問27")]
    direct = said(form, "問28", DIRECT)
    channels = [said(form, f"問16(1){mark}", list(TIMES)) for mark in "①②③"]
    home, size = said(form, "問16(2)", list(TIMES)), number(form.row["問6"], "問6")
    company = "同居人がいない" if size == 1 else "同居人がいる" if size or home else ""
    times = list(TIMES.values())
    outside = [times[code - 1] for code in channels if code]
    whole = [*outside, *([times[home - 1]] if home and company == "同居人がいる" else [])]
    nobody = [said(form, question, ["いる", "いない"]) == 2 for question in ("問18", "問19", "問20")]
    if isinstance(form, Postal):
        joins = form.ticks("問17")
    else:
        parts = [part for part in form.row["問17"].split(";") if part]
        joins = {6 if part == "特に参加はしていない" else 1 for part in parts}
    total = sum(whole) if whole else None
    return {
        "sex": {1: "男性", 2: "女性"}.get(sex, ""),
        "age": band(age, AGES),
        "company": company,
        "direct": DIRECT[direct - 1] if direct else "無回答",
        "ucla": band(None if None in items else sum(items), UCLA),
        "contact": band(total, CONTACT),
        "contact outside": band(sum(outside) if outside else None, CONTACT),
        "joins": "無回答" if not joins else "いずれかの活動に参加" if joins - {6} else "特に参加はしていない",
        "交流 週１回未満": "yes" if total is not None and total < 43 else "",
        "交流 週１回程度以下": "yes" if total is not None and total < 86 else "",
        "頼れる人も相談相手もいない": "yes" if nobody[0] and nobody[1] else "",
        "気軽に話せる相手もいない": "yes" if all(nobody) else "",
    }


@pytest.fixture(scope="module")
def people(project: Path) -> list[dict[str, str]]:
    """Valid respondents: selected, in time, complete, at least one answer outside the attributes; of two, the fuller one."""
    folder = project / "data" / "sample" / "national_2024"
    with (folder / "selection.csv").open(encoding="cp932", newline="") as file:
        register = {row["整理番号"]: row for row in csv.DictReader(file)}
    with (folder / "postal.csv").open(encoding="cp932", newline="") as file:
        forms: list[Postal | Web] = [Postal(row) for row in csv.DictReader(file)]
    with (folder / "web.csv").open(encoding="utf-8-sig", newline="") as file:
        forms += [Web(row) for row in csv.DictReader(file) if row["状態"] == "完了"]
    best: dict[str, tuple[int, Postal | Web]] = {}
    for form in forms:
        answered = {question for question in form.questions if form.answered(question)}
        if form.id not in register or form.day > "2025-01-31" or not answered - set(ATTRIBUTES):
            continue
        if form.id not in best or len(answered) > best[form.id][0]:
            best[form.id] = (len(answered), form)
    return [person(form, register[number]) for number, (_, form) in best.items()]


ROWS = {
    "q2": ("sex",), "age_class": ("age",), "sex_age": ("sex", "age"), "cohabitant": ("company",),
    "cohabitant_age": ("company", "age"), "": (),
}  # fmt: skip
COLUMNS = {
    "q28": "direct", "ucla_class": "ucla", "contact_class": "contact", "contact_class_outside": "contact outside",
    "participation": "joins",
}  # fmt: skip


def printed(count: int, n: int) -> str:
    return str((Decimal(100) * count / n).quantize(Decimal("0.1"), ROUND_HALF_UP)) if count else "‐"


def test_every_band_and_threshold_is_the_official_one(people, national):
    """Printed cells of twelve tables, recounted: a moved cut-off anywhere between the files and the page is seen."""
    report = ks.make_report(ks.weighted(national, basis="unweighted"), only=TABLES)
    compared: Counter[str] = Counter()
    for table in report.tables:
        for row in table.rows:
            if row.wave not in (None, 2024) or row.axis not in ROWS:
                continue
            keys = ROWS[row.axis]
            group = [p for p in people if not keys or even("".join(p[key] for key in keys)) == even(row.group)]
            assert row.n == len(group), (table.id, row.group)
            for head, cell in zip(table.header, row.cells, strict=True):
                column = COLUMNS.get(table.question)
                count = sum(p[column] == head if column else p[head] == "yes" for p in group)
                assert cell.text == printed(count, len(group)), (table.id, row.group, head)
                compared[table.id] += 1
    assert set(compared) == set(TABLES)
    assert compared.total() >= 209


def test_the_classes_of_contact_have_the_published_numbers_of_persons(people):
    """Report p. 65: with talk at home, and without; 275 not computable; below 4.3 and 8.6 times a month 632 and 973."""
    counts = Counter(p["contact"] for p in people)
    assert [counts[name] for name, _, _ in CONTACT] == [3451, 1945, 3658, 243, 326, 341, 254, 186, 192]
    assert counts["無回答"] == 275
    outside = Counter(p["contact outside"] for p in people)
    assert [outside[name] for name, _, _ in CONTACT] == [1317, 1153, 1716, 749, 959, 1335, 1486, 1006, 759]
    assert sum(p["交流 週１回未満"] == "yes" for p in people) == 632
    assert sum(p["交流 週１回程度以下"] == "yes" for p in people) == 973
    assert sum(p["頼れる人も相談相手もいない"] == "yes" for p in people) == 616
