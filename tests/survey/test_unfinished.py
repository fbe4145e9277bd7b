"""What a draft leaves to be written is told before it is printed; a draft tabulates the mean of a number, and no opinion."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kodoku_survey.cli.demonstrating import app
from kodoku_survey.errors import DesignError
from kodoku_survey.intake.draft.guess import guess
from kodoku_survey.survey.folder import load_survey
from kodoku_survey.survey.unfinished import placeholders, untranslated
from small_folder import CODEBOOK, SURVEY, TABLES, make_folder


def _drafted(folder: Path) -> Path:
    """A folder drafted from a file with a number, an opinion and a question of options."""
    chance = random.Random(14)
    said = ["特になし", "なし", "居場所がほしい", "ありがとう", ""]
    with (folder / "answers.csv").open("w", encoding="utf-8-sig", newline="") as file:
        write = csv.writer(file)
        write.writerow(["番号", "年齢", "孤独感", "ご意見"])
        for number in range(1, 61):
            own = f"{number}の話" if number % 4 == 0 else chance.choice(said)
            write.writerow([number, chance.randint(16, 90), chance.choice(["ある", "ない"]), own])
    told = CliRunner().invoke(app, ["new", str(folder / "draft"), "--from", str(folder / "answers.csv")])
    assert told.exit_code == 0, told.output
    return folder / "draft"


def test_words_and_marks_of_a_draft_are_told_with_file_and_line(tmp_path):
    folder = _drafted(tmp_path)
    told = [notice.text("ja") for notice in placeholders(load_survey(folder))]
    assert any("survey.toml" in one and "5「（調査の名前）」" in one for one in told)
    marked = [k for k, line in enumerate((folder / "codebook.toml").read_text().splitlines(), 1) if "# 確認" in line]
    assert any("codebook.toml" in one and str(marked[0]) in one for one in told)
    for command in (["check", str(folder)], ["report", str(folder), "-o", str(tmp_path / "out")]):
        shown = CliRunner().invoke(app, command)
        assert shown.exit_code == 0, shown.output
        assert "（調査の名前）" in shown.output


@pytest.mark.parametrize("text", ["TODO: title", "孤独感（仮）", "○○県の調査", "要確認", "符号3"])
def test_what_one_writes_to_replace_it_is_found(text, tmp_path):
    folder = make_folder(tmp_path / "survey")
    (folder / "survey.toml").write_text(SURVEY.replace('title = "小さな調査"', f'title = "{text}"'), encoding="utf-8")
    (notice,) = placeholders(load_survey(folder))
    assert f"「{text}」" in notice.text("ja")


def test_a_finished_folder_is_told_nothing(tmp_path):
    samples = Path(__file__).parents[2] / "data" / "sample"
    for folder in (make_folder(tmp_path / "survey"), samples / "national_2024", samples / "prefecture_2025"):
        assert placeholders(load_survey(folder)) == ()


def test_wordings_without_english_are_counted_with_their_places(tmp_path):
    folder = make_folder(tmp_path / "survey")
    english = CODEBOOK.replace('label = "孤独感"', 'label = "孤独感"\nlabel_en = "Loneliness"')
    (folder / "codebook.toml").write_text(english, encoding="utf-8")
    (notice,) = [one for one in untranslated(load_survey(folder)) if "codebook" in one.text("en")]
    assert "sex label" in notice.text("en")
    assert "lonely label" not in notice.text("en")
    assert "lonely 1 label" in notice.text("en")


def test_a_draft_tabulates_the_mean_of_a_number_and_no_opinion(tmp_path):
    folder = _drafted(tmp_path)
    plan = {entry.question: entry for entry in load_survey(folder).plan.tables}
    assert {name: entry.statistic for name, entry in plan.items()} == {"q1": "mean", "q2": "share"}


def test_an_opinion_is_text_whatever_some_write_alike():
    alike = ["特になし"] * 30 + ["なし"] * 10
    assert guess("ご意見・ご感想", [*alike, "駅前に集まれる所がほしい"]).kind == "text"
    assert guess("最後に", [*alike, *(f"{k}のことで困っている" for k in range(15))]).kind == "text"
    assert guess("きっかけ", ["転居"] * 20 + ["死別"] * 20 + ["大学のこと", "犬のこと"]).kind == "single"


def test_a_number_is_refused_with_its_own_remedy(tmp_path):
    folder = _drafted(tmp_path)
    for command, words in ((["q1"], "--statistic mean"), (["q2", "--by", "q1"], "[[classes]]")):
        shown = CliRunner().invoke(app, ["tab", str(folder), *command])
        assert isinstance(shown.exception, DesignError)
        assert words in shown.exception.text("ja")
    assert CliRunner().invoke(app, ["tab", str(folder), "q1", "--by", "q2", "--statistic", "mean"]).exit_code == 0


def test_a_mark_on_the_terminal_is_the_one_the_legend_explains(tmp_path):
    folder = make_folder(tmp_path / "survey")
    (folder / "tables.toml").write_text(TABLES, encoding="utf-8")
    shown = CliRunner().invoke(app, ["tab", str(folder), "lonely", "--by", "sex"]).output
    assert "「*」" in shown
    assert any(line.split()[1].endswith("*") for line in shown.splitlines() if line.strip().startswith("男性"))
