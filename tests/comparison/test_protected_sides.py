"""What a protected folder keeps to itself, a comparison keeps too."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.errors import DisclosureError
from small_folder import make_folder


def two(tmp_path: Path, *, profile: str = "protected") -> tuple[Path, Path]:
    """Two folders; of the first one woman alone answered 「ある」."""
    first, second = make_folder(tmp_path / "first"), make_folder(tmp_path / "second", people=40)
    lines = (first / "postal.csv").read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in lines]
    for row in rows[1:]:
        if row[1] == "2":
            row[2] = "2"
    next(row for row in rows[1:] if row[1] == "2")[2] = "1"
    (first / "postal.csv").write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
    settings = first / "survey.toml"
    text = settings.read_text(encoding="utf-8").replace('protection = "official"', f'protection = "{profile}"')
    settings.write_text(text, encoding="utf-8")
    for folder, name in ((first, "甲の調査"), (second, "乙の調査")):
        path = folder / "survey.toml"
        path.write_text(path.read_text(encoding="utf-8").replace("小さな調査", name), encoding="utf-8")
    return first, second


def test_a_comparison_prints_only_cells_the_protected_report_prints(tmp_path: Path) -> None:
    first, second = two(tmp_path)
    made = run.compare(str(first), str(second), tmp_path / "out", people="new")
    written = pd.read_csv(tmp_path / "out" / "comparison.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert len(written)
    women = written[(written["question"] == "lonely") & (written["group"] == "女性")]
    assert set(women["code"]) == {"9"}  # nobody gave no answer; both answers are hidden
    report = run.report(first, tmp_path / "report")
    hidden = {
        (t.question, row.group, code)
        for t in report.tables
        for row in t.rows
        for code, cell in zip(t.codes, row.cells, strict=True)
        if cell.hidden
    }
    assert hidden
    assert not hidden & {(r.question, r.group, r.code) for r in made.frame.itertuples()}
    figures = pd.to_numeric(written["weighted_first"], errors="coerce").dropna()
    assert (figures == figures.round(1)).all()


def test_the_same_comparison_of_an_official_folder_has_those_cells(tmp_path: Path) -> None:
    first, second = two(tmp_path, profile="official")
    made = run.compare(str(first), str(second), None, people="new")
    assert ((made.frame["question"] == "lonely") & (made.frame["group"] == "女性") & (made.frame["code"] == 1)).any()


def test_a_part_of_a_protected_survey_is_refused_by_name(tmp_path: Path) -> None:
    first, second = two(tmp_path)
    with pytest.raises(DisclosureError, match="protected"):
        run.compare(str(first), str(second), tmp_path / "out", where="sex == 1", people="new")
    assert not (tmp_path / "out").exists()


def test_adjusted_figures_of_a_protected_survey_are_refused(tmp_path: Path) -> None:
    first, second = two(tmp_path)
    with pytest.raises(DisclosureError, match="protected"):
        run.beside_benchmark(str(first), str(second), tmp_path / "out", standardize=["sex"])
    assert not (tmp_path / "out").exists()


def test_a_comparison_made_past_the_decision_is_not_written(tmp_path: Path) -> None:
    first, second = two(tmp_path)
    made = run.compare(str(first), str(second), None, people="new")
    past = dataclasses.replace(made, first=dataclasses.replace(made.first, released=None))  # type: ignore[arg-type]
    with pytest.raises(DisclosureError):
        ks.write_comparison(past, tmp_path / "out")
    assert not (tmp_path / "out").exists()
