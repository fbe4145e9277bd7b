"""Which sets of a few persons are one unknown: those the same by definition, not those that happen to be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.protection.grids import grid_of
from kodoku_survey.protection.hiding import unsafe_of
from kodoku_survey.protection.system import System, system_of
from release import make_release

TABLES = (("1", "mood", ["sex"]), ("2", "work", ["sex"]), ("3", "mood", ["fine"]), ("4", "mood", ["coarse"]))


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """400 persons, one of sex 3 (a class of its own age, with the mood and the work of many)."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"sex": rng.choice([1, 2], 400), "mood": rng.choice([1, 2, 3], 400)})
    frame["work"], frame["fine"] = rng.choice([1, 2, 3], 400), rng.choice([1, 2, 3, 4], 400)
    frame.loc[0, ["sex", "fine"]] = 3, 5
    frame["coarse"] = np.where(frame["fine"] == 5, 3, (frame["fine"] + 1) // 2)
    return frame


def system(people: pd.DataFrame, tables: tuple = TABLES) -> System:
    sample = ks.Sample.from_frame(people.astype(str).assign(w=1.0), weight="w")
    return system_of([grid_of(sample, name, question, by) for name, question, by in tables])


def cell(made: System, table: int, line: int, column: int) -> int:
    """The unknown of a cell; line 0 is everybody, column 0 the base."""
    return int(made.cells[table][line, column])


def test_one_person_who_gave_two_answers_is_two_unknowns(people: pd.DataFrame) -> None:
    made = system(people)
    moods = [cell(made, 0, 3, k) for k in (1, 2, 3) if made.counts[cell(made, 0, 3, k)]]
    works = [cell(made, 1, 3, k) for k in (1, 2, 3) if made.counts[cell(made, 1, 3, k)]]
    assert len(moods) == len(works) == 1
    assert moods != works
    assert cell(made, 0, 3, 0) == cell(made, 1, 3, 0)  # the base is one


def test_a_class_and_the_coarser_class_it_makes_up_are_one_unknown(people: pd.DataFrame) -> None:
    made = system(people)
    for column in range(4):
        one, other = cell(made, 2, 5, column), cell(made, 3, 3, column)
        assert made.counts[one] == made.counts[other]
        alike = made.relations[:, [one, other]].toarray()
        assert one == other or not made.counts[one] or any(row in ([1, -1], [-1, 1]) for row in alike.tolist())


def test_who_was_asked_by_a_filter_is_one_set_with_those_of_the_answer_that_led_there(people: pd.DataFrame) -> None:
    sample = ks.Sample.from_frame(people.astype(str).assign(w=1.0), weight="w")
    asked = np.asarray(people["coarse"] == 3)
    grids = [grid_of(sample, "1", "coarse", ["sex"]), grid_of(sample, "2", "work", ["sex"], base=asked)]
    made = system_of(grids)
    assert cell(made, 0, 0, 3) == cell(made, 1, 0, 0)


HASHED = """
import hashlib, sys
from pathlib import Path
import kodoku_survey as ks
from kodoku_survey.protection.protect import grids_of
from kodoku_survey.protection.system import system_of
report = ks.make_report(ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(Path(sys.argv[1])))))))
made = system_of(grids_of(report))
print(hashlib.sha256(made.counts.tobytes() + made.relations.indices.tobytes()).hexdigest())
"""


def test_the_system_does_not_depend_on_how_python_hashes(tmp_path: Path) -> None:
    make_release(tmp_path, 1)
    told = set()
    for seed in ("1", "2"):
        others = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", HASHED, str(tmp_path)]
        told.add(subprocess.run(command, env=others, capture_output=True, text=True, check=True).stdout)
    assert len(told) == 1


def test_who_is_left_of_a_table_without_everybody_is_told_by_two_others(people: pd.DataFrame) -> None:
    """All less those of work 1 are the people of the third table, which prints men and women alone: one is left."""
    frame = people.astype(str).assign(w=1.0)
    asked = (people["work"] == 1).to_numpy()
    alone = int(np.flatnonzero(~asked)[-1])
    frame.loc[0, "sex"], frame.loc[alone, "sex"] = "1", None
    sample = ks.Sample.from_frame(frame, weight="w")
    made = system_of(
        [
            grid_of(sample, "1", "mood", "fine"),
            grid_of(sample, "2", "mood", "fine", base=asked),
            grid_of(sample, "3", "mood", "sex", base=~asked, total=""),
        ]
    )
    bases = [cell(made, 0, 0, 0), cell(made, 1, 0, 0), cell(made, 2, 0, 0), cell(made, 2, 1, 0)]
    left = made.counts[bases] @ [1, -1, -1, -1]
    assert left == 1
    mood = int(people["mood"][alone])
    unsafe = unsafe_of(made, 3) & ~made.printed & (made.counts == 1)
    groups = [cell(made, 2, 0, mood), cell(made, 2, 1, mood)]
    assert any(row[groups].all() and row[unsafe].any() for row in made.relations.toarray())
