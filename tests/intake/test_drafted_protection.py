"""A folder drafted from data of a place of which many were drawn has a higher threshold and a coarser plan."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from kodoku_survey import run
from kodoku_survey.survey.folder import load_survey


def drafted(folder: Path, weight: str, *, areas: int = 2) -> Path:
    lines = ["番号,市町村,孤独感,抽出ウエイト"]
    lines += [f"{n},{n % areas + 1},{n % 3 + 1},{weight if n % areas == 1 else 400}" for n in range(240)]
    data = folder / "postal.csv"
    data.write_text("\n".join(lines) + "\n", encoding="utf-8")
    run.draft(folder / "made", [data])
    return folder / "made"


@pytest.mark.parametrize(("weight", "high"), [("20", True), ("39.5", True), ("41", False), ("300.5", False)])
def test_more_than_one_in_forty_of_an_area_raise_the_threshold(weight: str, high: bool, tmp_path: Path) -> None:
    made = drafted(tmp_path, weight)
    settings = load_survey(made).settings.publication
    assert (settings.threshold == 10) == high
    assert (settings.protection == "protected") == high
    text = (made / "survey.toml").read_text(encoding="utf-8")
    assert "threshold = 10" in text, "told, where it is not written"


def test_its_plan_has_no_table_of_many_answers(tmp_path: Path) -> None:
    for name, weight in (("few", "400"), ("many", "20")):
        (tmp_path / name).mkdir()
        made = drafted(tmp_path / name, weight, areas=12)
        plan = tomllib.loads((made / "tables.toml").read_text(encoding="utf-8"))
        titles = [table["title"] for table in plan["table"]]
        assert ("市町村" in titles) == (name == "few")
        assert "孤独感" in titles
    assert "粗い" in (made / "tables.toml").read_text(encoding="utf-8")


def test_weights_scaled_to_one_tell_nothing_and_a_census_does(tmp_path: Path) -> None:
    from kodoku_survey.intake.draft.fractions import largest_fraction
    from kodoku_survey.intake.draft.sheet_of_answers import open_answers

    def fraction(cells: list[str]) -> tuple[str, float] | None:
        path = tmp_path / "data.csv"
        path.write_text("\n".join(["番号,weight", *(f"{n},{cell}" for n, cell in enumerate(cells))]), encoding="utf-8")
        return largest_fraction([open_answers(path)])

    assert fraction(["1", "1", "1", "1"]) == ("", 1.0)
    assert fraction(["1.02", "1.0", "1.01", "1.03"]) is None
    assert fraction(["0.5", "1.5"]) is None
    assert fraction(["10", "", "20"]) is None
    assert fraction(["10", "30"]) == ("", 2 / 40)


def test_the_template_speaks_of_it(tmp_path: Path) -> None:
    run.new(tmp_path / "new")
    text = (tmp_path / "new" / "survey.toml").read_text(encoding="utf-8")
    assert 'protection = "protected"' in text
    assert "2.5%" in text
