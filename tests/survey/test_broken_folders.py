"""Broken folders: one fault each; the message names file, place, value and remedy."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from kodoku_survey.errors import SurveyError
from kodoku_survey.survey.folder import load_survey

HERE = Path(__file__).parent
FAULTS = tomllib.loads((HERE / "broken.toml").read_text(encoding="utf-8"))["fault"]
PREFECTURE = Path(__file__).parents[2] / "data" / "sample" / "prefecture_2025"
REMEDIES = (
    "Use",
    "Write",
    "Change",
    "Correct",
    "Check",
    "Remove",
    "Put",
    "Merge",
    "Give",
    "Add",
    "move",
    "Choose",
    "Did you mean",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the prefecture's folder, to be broken."""
    return Path(shutil.copytree(PREFECTURE, tmp_path / "survey"))


def broken(folder: Path, fault: dict[str, str]) -> str:
    path = folder / fault["file"]
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    assert fault["old"] in text, "the folder has changed; say the fault anew"
    path.write_text(text.replace(fault["old"], fault["new"], 1), encoding="utf-8")
    with pytest.raises(SurveyError) as caught:
        load_survey(folder)
    return caught.value.text("en")


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["what"] for fault in FAULTS])
def test_the_message_names_file_place_value_and_remedy(folder, fault):
    told = broken(folder, fault)
    assert [word for word in fault["words"] if word not in told] == []
    assert any(remedy in told for remedy in REMEDIES), told


SINGLE = [fault for fault in FAULTS if "follows" not in fault]


@pytest.mark.parametrize("fault", SINGLE, ids=[fault["what"] for fault in SINGLE])
def test_one_fault_makes_one_message(folder, fault):
    assert broken(folder, fault).strip().count("\n") == 0


@pytest.mark.parametrize("name", ["survey.toml", "codebook.toml"])
def test_a_missing_file_is_told_by_name(folder, name):
    (folder / name).unlink()
    with pytest.raises(SurveyError, match=name):
        load_survey(folder)


def test_all_faults_are_told_not_the_first(folder):
    for fault in FAULTS:
        if fault["what"] in (
            "a misspelt variable in a table",
            "a range the points cannot give",
            "a margin below nothing",
        ):
            path = folder / fault["file"]
            path.write_text(path.read_text(encoding="utf-8").replace(fault["old"], fault["new"], 1), encoding="utf-8")
    with pytest.raises(SurveyError) as caught:
        load_survey(folder)
    told = caught.value.text("en")
    assert all(word in told for word in ("lonly", "ucla_score", "-39000"))


def test_a_definition_file_saved_in_another_encoding_is_told_with_its_line(folder):
    path = folder / "codebook.toml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp932"))
    with pytest.raises(SurveyError, match="UTF-8"):
        load_survey(folder)


def margins_told(folder: Path, content: bytes) -> str:
    (folder / "margins.csv").write_bytes(content)
    with pytest.raises(SurveyError) as caught:
        load_survey(folder)
    return caught.value.text("en")


def test_a_margin_with_a_comma_too_many_is_told_with_its_line_and_fields(folder):
    text = (folder / "margins.csv").read_text(encoding="utf-8").splitlines()
    text[2] += ",国勢調査,総務省"
    said = margins_told(folder, "\n".join(text).encode())
    assert "margins.csv line 3" in said
    assert "7 fields, the heading has 5" in said
    assert "tokenizing" not in said


def test_margins_saved_in_another_encoding_are_told_with_the_line(folder):
    said = margins_told(folder, (folder / "margins.csv").read_text(encoding="utf-8").encode("cp932"))
    assert "line 2 is not UTF-8" in said


def test_margins_with_a_quotation_mark_left_open_are_told_with_the_line(folder):
    said = margins_told(folder, (folder / "margins.csv").read_bytes() + b'area,9,"1\n')
    assert "line" in said
    assert "cannot be read" in said
