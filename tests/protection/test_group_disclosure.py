"""A group of which all gave one answer: told by the audit, hidden where the folder asks for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

import kodoku_survey as ks
from release import make_release, write_plan

PLAN = (("1", "lonely", ("area", "sex")), ("2", "area", ("lonely",)), ("3", "lonely", ("coarse",)))


def report(folder: Path, *, asked: bool, size: int) -> ks.Report:
    """Everybody of the third area said "2"; of the others every answer is given by many."""
    make_release(folder, 7)
    n = 120
    frame = pd.DataFrame({"番号": np.arange(n), "sex": 1 + np.arange(n) % 2, "fine": 1 + np.arange(n) // 2 % 4})
    frame["coarse"] = (frame["fine"] + 1) // 2
    frame["area"] = np.where(np.arange(n) < size, 3, 1 + np.arange(n) // 3 % 2)
    frame["lonely"] = np.where(frame["area"] == 3, 2, 1 + np.arange(n) // 4 % 3)
    for k in range(1, 5):
        frame[f"act_{k}"] = int(k == 1)
    frame.to_csv(folder / "postal.csv", index=False)
    write_plan(folder, PLAN)
    settings = folder / "survey.toml"
    told = settings.read_text(encoding="utf-8")
    settings.write_text(told + ("group_disclosure = true\n" if asked else ""), encoding="utf-8")
    return ks.make_report(ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(folder))))))


def most_others(table: ks.Table) -> float:
    """How many of the third area may have said something else, for a reader of the first table."""
    rows = [row for row in table.rows if row.axis in ("", "area")]
    k, columns = len(rows), len(table.codes)
    place = {(r, c): r * (columns + 1) + c for r in range(k) for c in range(columns + 1)}
    equal, right, bounds = [], [], []
    for r, row in enumerate(rows):
        counts = (row.n, *(cell.count for cell in row.cells))
        bounds += [(0, None) if told is None else (told, told) for told in counts]
        line = np.zeros(len(place))
        line[[place[r, c] for c in range(1, columns + 1)]], line[place[r, 0]] = 1, -1
        equal.append(line)
        right.append(0)
    for c in range(columns + 1):
        line = np.zeros(len(place))
        line[[place[r, c] for r in range(1, k)]], line[place[0, c]] = 1, -1
        equal.append(line)
        right.append(0)
    goal = np.zeros(len(place))
    third, answer = next(r for r, row in enumerate(rows) if row.keys == (3,)), 1 + table.codes.index(2)
    goal[place[third, answer]], goal[place[third, 0]] = 1, -1
    return -linprog(goal, A_eq=np.array(equal), b_eq=right, bounds=bounds, method="highs").fun


@pytest.mark.parametrize("size", [5, 30])
def test_it_is_hidden_where_the_folder_asks(size: int, tmp_path: Path) -> None:
    made = ks.protect(report(tmp_path, asked=True, size=size))
    assert made.protection.unanimous
    assert made.protection.open == 0
    assert most_others(made.tables[0]) >= 2


@pytest.mark.parametrize("size", [5, 30])
def test_it_is_told_by_the_audit_otherwise(size: int, tmp_path: Path) -> None:
    made = ks.protect(report(tmp_path, asked=False, size=size))
    assert most_others(made.tables[0]) == 0
    told = made.protection.intervals.query("one_answer")
    assert ("1", "area3", "2", size) in set(
        told[["table", "group", "answer", "count"]].itertuples(index=False, name=None)
    )
    assert made.protection.unanimous == len(told)


def test_a_recode_is_no_disclosure(tmp_path: Path) -> None:
    made = report(tmp_path, asked=True, size=5)
    write_plan(tmp_path, [("1", "coarse", ("fine", "sex"))])
    made = ks.make_report(ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(tmp_path))))))
    assert ks.protect(made).protection.unanimous == 0
