"""Labels nobody's font has, mathematics nobody meant, and characters nobody sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from kodoku_survey import run
from kodoku_survey.errors import SurveyFaults
from kodoku_survey.publish.charts.glyphs import legible, legible_throughout
from kodoku_survey.survey.folder import load_survey
from small_folder import make_folder


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("孤独感 é ① 髙﨑", "孤独感 é ① 髙﨑"),
        ("𠮷野", "𠮷野"),
        ("𠀀", "〓"),
        ("よい😀", "よい😀"),  # drawn by the second font
        ("\U0001fae0", "〓"),
        ("葛\U000e0100飾", "葛飾"),
        ("男\u202e女", "男女"),
        ("a\0b\x07", "ab"),
        ("一行\n二行", "一行\n二行"),
    ],
)
def test_a_text_is_printed_in_characters_a_font_has(text, printed):
    assert legible(text) == printed


def test_every_text_of_a_page_is_made_legible():
    page = {"title": "𠀀", "rows": [["𠀀", 1], ("𠀀",)], "wide": True}
    assert legible_throughout(page) == {"title": "〓", "rows": [["〓", 1], ("〓",)], "wide": True}


@pytest.fixture
def folder(tmp_path) -> Path:
    """A small survey."""
    return make_folder(tmp_path / "survey")


def relabel(folder: Path, old: str, new: str) -> None:
    book = folder / "codebook.toml"
    text = book.read_text(encoding="utf-8")
    assert old in text
    book.write_text(text.replace(old, new), encoding="utf-8")


def test_a_report_with_odd_labels_is_made_and_the_substitution_is_told(folder, tmp_path):
    relabel(folder, '"自治会"', '"𠀀𠮷野 $\\\\frac{$ #panic() *a* 😀"')
    relabel(folder, '"ある"', '"<b>=SUM(1)$x_1$"')
    run.report(folder, tmp_path / "out")
    charts = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out" / "charts").glob("*.svg"))
    assert "〓𠮷野 $\\frac{$ #panic() *a* 😀" in charts
    assert "&lt;b&gt;=SUM(1)$x_1$" in charts
    data = (tmp_path / "out" / "data" / "codes.csv").read_text(encoding="utf-8-sig")
    assert "𠀀𠮷野" in data
    notice = run.check(folder).summary()["notices"]
    assert len(notice) == 1
    assert "U+20000 → 〓" in notice[0]


def test_a_folder_whose_characters_all_print_has_no_notice(folder):
    assert run.check(folder).summary()["notices"] == []


@pytest.mark.parametrize(
    ("escape", "told"), [("\\u0000", "control character"), ("\\u202e", "U+202E"), ("\\u2067", "U+2067")]
)
def test_a_character_nobody_sees_is_a_fault_of_the_definition(folder, escape, told):
    relabel(folder, '"ある"', f'"あ{escape}る"')
    with pytest.raises(SurveyFaults) as refused:
        load_survey(folder)
    (fault,) = refused.value.faults
    assert fault.exit_code == 4
    assert told in fault.text("en")
    assert "[lonely] codes" in fault.text("en")


def test_a_character_nobody_sees_in_a_csv_of_definitions_is_told_by_its_column(folder):
    margins = folder / "margins.csv"
    margins.write_text(margins.read_text(encoding="utf-8").replace("persons,t", "persons,t\u202e"), encoding="utf-8")
    with pytest.raises(SurveyFaults, match=r"margins.csv source: .*U\+202E"):
        load_survey(folder)


@pytest.mark.parametrize("name", ["survey.toml", "margins.csv"])
def test_a_definition_that_may_not_be_read_is_an_unreadable_file(folder, name, monkeypatch):
    truly = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == name:
            raise PermissionError(13, "Permission denied", str(path))
        return truly(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(SurveyFaults) as refused:
        load_survey(folder)
    assert refused.value.exit_code == 3
    assert f"{name}: " in refused.value.text("en")
