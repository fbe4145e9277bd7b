"""A file that is not what was agreed never changes a table in silence: it is refused, or an issue names the column.

200 changes at every run; KODOKU_SLOW=1 makes 2,000 (`python -m pytest tests/intake/test_mutations.py`).
"""

from __future__ import annotations

import csv
import io
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from small import folder

import kodoku_survey as ks
from kodoku_survey.errors import SurveyError

CHANGES = 2000 if os.environ.get("KODOKU_SLOW") else 200
OPTIONS = {
    "sex": ["男性", "女性"],
    "work": ["正規の職員", "パート・アルバイト", "自営業", "していない"],
    "live": ["ひとり暮らし", "夫婦のみ", "親と子", "三世代"],
    "act": ["自治会, 町内会", "趣味（音楽, 美術）", "ボランティア", "何もしていない"],
}
HEAD = ["番号", "受付日", "sex", "age", "work", "live", "act"]
LAYOUT = (
    'answers = "labels"\nmultiple = "cell"\nseparator = ", "\nid = "番号"\nreceived = "受付日"\nignore = ["受付日"]'
)
REGISTER = '[[file]]\nname = "selection"\nrole = "selection"\npath = "s.csv"\nid = "番号"\n'
Rows = list[list[str]]


def book() -> str:
    text = "nonanswer = 99\n"
    for name, labels in OPTIONS.items():
        kind = "multiple" if name == "act" else "single"
        codes = ", ".join(f'{{ code = {k}, label = "{label}" }}' for k, label in enumerate(labels, start=1))
        text += f'[[variable]]\nname = "{name}"\nkind = "{kind}"\nlabel = "{name}"\ncodes = [{codes}]\n'
    return (
        text + '[[variable]]\nname = "age"\nkind = "number"\nlabel = "年齢"\nminimum = 16\nmaximum = 110\nunit = "歳"\n'
    )


def delivered(rng: random.Random) -> Rows:
    rows = [list(HEAD)]
    for n in range(60):
        single = [rng.choice(OPTIONS[name]) for name in ("sex", "work", "live")]
        several = ", ".join(rng.sample(OPTIONS["act"], rng.randint(1, 3)))
        rows.append(
            [f"{1000 + n}", f"2026-10-{1 + n % 28:02d}", single[0], str(rng.randint(18, 90)), *single[1:], several]
        )
    return rows


def text_of(rows: Rows) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def somewhere(rng: random.Random, rows: Rows) -> tuple[int, int]:
    return rng.randrange(1, len(rows)), rng.randrange(2, len(HEAD))


def drop_column(rng: random.Random, rows: Rows) -> None:
    gone = rng.randrange(len(HEAD))
    rows[:] = [[cell for k, cell in enumerate(row) if k != gone] for row in rows]


def double_column(rng: random.Random, rows: Rows) -> None:
    again = rng.randrange(len(HEAD))
    rows[:] = [[*row, row[again]] for row in rows]


def misspell_heading(rng: random.Random, rows: Rows) -> None:
    rows[0][rng.randrange(len(HEAD))] += rng.choice("xy_")


def swap_headings(rng: random.Random, rows: Rows) -> None:
    first, second = rng.sample(range(2, len(HEAD)), 2)
    rows[0][first], rows[0][second] = rows[0][second], rows[0][first]


def respell_option(rng: random.Random, rows: Rows) -> None:
    column = rng.choice([2, 4, 5, 6])
    label = rng.choice(OPTIONS[HEAD[column]])
    for row in rows[1:]:
        row[column] = row[column].replace(label, label[1:] + "々")


def wrong_cell(rng: random.Random, rows: Rows) -> None:
    row, column = somewhere(rng, rows)
    rows[row][column] = rng.choice(["??", "不明な語", "7", "=1+1", "男性, 女性", "999", "#REF!"])


def label_of_another(rng: random.Random, rows: Rows) -> None:
    row, column = somewhere(rng, rows)
    others = [label for name, labels in OPTIONS.items() if name != HEAD[column] for label in labels]
    rows[row][column] = rng.choice(others)


def shift_row(rng: random.Random, rows: Rows) -> None:
    row = rows[rng.randrange(1, len(rows))]
    row[3:] = [*row[4:], row[3]]


def cut_row(rng: random.Random, rows: Rows) -> None:
    row = rng.randrange(1, len(rows))
    rows[row] = rows[row][: rng.randrange(1, len(HEAD))]


def extra_field(rng: random.Random, rows: Rows) -> None:
    rows[rng.randrange(1, len(rows))].insert(rng.randrange(len(HEAD)), rng.choice(["", "1", "男性"]))


def double_row(rng: random.Random, rows: Rows) -> None:
    rows.append(list(rows[rng.randrange(1, len(rows))]))


def strange_number(rng: random.Random, rows: Rows) -> None:
    rows[rng.randrange(1, len(rows))][0] = rng.choice(["", "77777", "番号なし"])


def notation(rng: random.Random, rows: Rows) -> None:
    wide = str.maketrans("0123456789, （）", "０１２３４５６７８９，　()")
    column = rng.randrange(len(HEAD))
    for row in rows[1:]:
        row[column] = row[column].translate(wide)


def nobody(rng: random.Random, rows: Rows) -> None:
    rows.insert(rng.randrange(1, len(rows)), rng.choice([[""] * len(HEAD), ["計", "", "", "60", "", "", ""]]))


IN_ROWS: list[Callable[[random.Random, Rows], None]] = [
    drop_column, double_column, misspell_heading, swap_headings, respell_option, wrong_cell, label_of_another, shift_row, cut_row,
    extra_field, double_row, strange_number, notation, nobody,
]  # fmt: skip


def in_bytes(rng: random.Random, text: str) -> bytes:
    """The file in another encoding, cut off, with a quotation mark or a separator too many."""
    place = rng.randrange(len(text.split("\r\n", 1)[0]) + 2, len(text) - 2)
    choices: list[Callable[[], bytes]] = [
        lambda: text.encode("cp932"),
        lambda: text.encode("euc_jp"),
        lambda: text.encode("utf-16"),
        lambda: text.replace(",", rng.choice(";\t")).encode(),
        lambda: (text[:place] + '"' + text[place:]).encode(),
        lambda: (text[:place] + "," + text[place:]).encode(),
        lambda: text.encode()[: len(text[:place].encode()) + 1] + b"\xff\xfe",
    ]
    return rng.choice(choices)()


def tables(responses: ks.Responses) -> dict[str, list[object]]:
    """What every table counts, variable by variable; people in the order of their numbers."""
    frame = responses.frame().sort_values("id").drop(columns="mode")
    counted = {}
    for name in (*OPTIONS, "age"):
        own = [column for column in frame if column == name or column.startswith(f"{name}_")]
        counted[name] = sorted(map(tuple, frame[own].astype(object).fillna("").astype(str).to_numpy().tolist()))
    return counted


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    numbers = "番号\r\n" + "".join(f"{1000 + n}\r\n" for n in range(80))
    more = REGISTER + "[cleaning]\ntolerance = 0.5\nexclusion_tolerance = 0.5\n"
    files = {"a.csv": text_of(delivered(random.Random(1))), "s.csv": numbers}
    return folder(tmp_path_factory.mktemp("whole"), LAYOUT, files, codebook=book(), more=more)


def test_no_change_of_the_file_changes_a_table_in_silence(place):
    survey = ks.load_survey(place)
    whole = delivered(random.Random(1))
    (place / "a.csv").write_bytes(text_of(whole).encode())
    right = tables(ks.clean(ks.read_returns(survey)))
    silent = []
    for seed in range(CHANGES):
        rng = random.Random(seed)
        change = rng.choice([*IN_ROWS, None])
        rows = [list(row) for row in whole]
        if change is not None:
            change(rng, rows)
        content = in_bytes(rng, text_of(rows)) if change is None else text_of(rows).encode()
        (place / "a.csv").write_bytes(content)
        try:
            responses = ks.clean(ks.read_returns(survey))
        except SurveyError:
            continue
        found = tables(responses)
        issues = responses.issues
        people = issues["variable"].eq("") & issues["column"].ne("受付日")
        named = set(issues["variable"])
        for name, counted in found.items():
            if counted != right[name] and name not in named and not people.any():
                silent.append((seed, getattr(change, "__name__", "bytes"), name))
    assert silent == []
