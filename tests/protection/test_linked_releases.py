"""Random linked releases, attacked by a reader of the data file who shares no code with the protection."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.publish.sheets.tidy import tidy
from release import attack, make_release

SEEDS = range(200 if os.environ.get("KODOKU_SLOW") else 20)


def protected(folder: Path, threshold: int | None = None) -> ks.Report:
    sample = ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(folder)))))
    return ks.protect(ks.make_report(sample), threshold=threshold)


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_with_the_data_file_finds_a_small_count(seed: int, tmp_path: Path) -> None:
    frame = make_release(tmp_path, seed)
    report = protected(tmp_path)
    tidy(report).to_csv(tmp_path / "tables.csv", index=False)
    cells = pd.read_csv(tmp_path / "tables.csv", dtype=str, keep_default_na=False)
    _, found = attack(cells, frame, 3)
    assert found == []
    assert report.protection.open == 0
    assert report.protection.gaps


def test_the_attacker_finds_what_is_not_protected(tmp_path: Path) -> None:
    frame = make_release(tmp_path, 1)
    sample = ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(tmp_path)))))
    tidy(ks.make_report(sample)).to_csv(tmp_path / "tables.csv", index=False)
    small, found = attack(pd.read_csv(tmp_path / "tables.csv", dtype=str, keep_default_na=False), frame, 3)
    assert small == len(found) > 10


def test_the_same_input_hides_the_same_cells(tmp_path: Path) -> None:
    make_release(tmp_path, 2)
    one, other = (protected(tmp_path) for _ in range(2))
    assert one.protection.intervals.equals(other.protection.intervals)
    assert tidy(one).equals(tidy(other))
