"""The codebook as TOML and as an Excel sheet for people, and back again: equal in every field."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

import kodoku_survey as ks
from kodoku_survey.errors import OutputError, SurveyFaults
from kodoku_survey.intake.draft.sheet import is_codebook_sheet, read_codebook_sheet
from kodoku_survey.publish.sheets.codebook_sheet import write_codebook
from kodoku_survey.survey.codebook import Code, Codebook, Variable, read_codebook
from kodoku_survey.survey.codebook.as_table import codebook_of, tables_of
from kodoku_survey.survey.codebook.as_text import codebook_text
from kodoku_survey.survey.conditions import Clause, Condition
from kodoku_survey.survey.reading import Place

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
FOLDERS = ("national_2024", "prefecture_2025")


def odd() -> Codebook:
    """Labels as people write them, and every way of saying who was asked."""
    labels = ['"引用"', "=1+1", "\\", "改行\nあり", "1", " 前後の空白 ", "{ a = 1 }", "#", "あ" * 300]
    codes = tuple(Code(n, text, short="短" if n == 2 else "") for n, text in enumerate(labels, start=1))
    first = Variable("q1", "single", "問一", (*codes, Code(99, "無回答")), 99, number="001", question="= 問？")
    many = Variable("q2", "multiple", "問二", (*codes[:4], Code(0, "無回答")), 0, exclusive=(3, 4))
    number = Variable("n", "number", "数", nonanswer=99, minimum=0, maximum=10, unit="人")
    either = Condition(((Clause("q1", (1, 2)), Clause("n", minimum=2)), (Clause("n", answered="no"),)))
    last = Variable("q3", "single", "問三", (Code(1, "はい"), Code(99, "無回答")), 99, asked_if=either)
    return Codebook((first, many, number, last))


def again(text: str) -> Codebook:
    place = Place("codebook.toml")
    book = read_codebook(tomllib.loads(text), place)
    place.finish()
    return book


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_sheet_read_back_is_the_codebook_it_was_written_from(folder, tmp_path):
    survey = ks.load_survey(SAMPLE / folder)
    write_codebook(survey, tmp_path / "符号表.xlsx")
    assert is_codebook_sheet(tmp_path / "符号表.xlsx")
    assert read_codebook_sheet(tmp_path / "符号表.xlsx") == survey.codebook
    assert again(codebook_text(survey.codebook, title="符号表")) == survey.codebook


def test_labels_as_people_write_them_survive_text_and_table():
    book = odd()
    assert again(codebook_text(book, title="x")) == book
    _, questions, _, options = tables_of(book)
    as_text = [[{head: str(cell) for head, cell in row.items()} for row in rows] for rows in (questions, options)]
    place = Place("x")
    assert codebook_of(*as_text, place) == book


def test_the_sheet_is_for_people(tmp_path):
    survey = ks.load_survey(SAMPLE / "prefecture_2025")
    write_codebook(survey, tmp_path / "a.xlsx")
    write_codebook(survey, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    book = CalamineWorkbook.from_path(tmp_path / "a.xlsx")
    questions = book.get_sheet_by_name("設問").to_python()
    heads = questions[0]
    by_name = {row[0]: dict(zip(heads, row, strict=True)) for row in questions[1:]}
    assert by_name["barrier"]["分岐（尋ねた人）"] == "{ activity = [6] }"
    assert (by_name["age"]["種類"], by_name["age"]["最小"], by_name["age"]["単位"]) == ("数値", 18, "歳")
    assert "頁" not in heads  # nobody fills it
    options = book.get_sheet_by_name("選択肢").to_python()
    assert ["sex", "F1", 1, "女性"] in [row[:4] for row in options]


def test_the_sheet_takes_no_other_files_place(tmp_path):
    survey = ks.load_survey(SAMPLE / "prefecture_2025")
    path = tmp_path / "corrected.xlsx"
    path.write_text("by hand")
    for name in (path, tmp_path / "survey.toml"):
        with pytest.raises(OutputError):
            write_codebook(survey, name)
    assert path.read_text() == "by hand"
    write_codebook(survey, path, force=True)
    assert is_codebook_sheet(path)


def test_what_the_codebook_would_refuse_is_refused_in_the_sheet(tmp_path):
    questions = [{"変数名": "q1", "種類": "単数回答", "表での名": "問一", "分岐": "", "排他": "1"}]
    options = [{"変数名": "q2", "符号": "1", "選択肢の文言": "はい"}]
    place = Place("符号表.xlsx")
    codebook_of(questions, options, place)
    told = str(SurveyFaults(place.faults))
    assert "q2" in told
    assert "排他" in told


def test_english_wordings_stand_beside_their_own_and_are_not_read_back(tmp_path):
    from kodoku_survey import run
    from small_folder import CODEBOOK, make_folder

    folder = make_folder(tmp_path / "survey")
    english = CODEBOOK.replace('label = "孤独感"', 'label = "孤独感"\nlabel_en = "Loneliness"')
    english = english.replace('{ code = 1, label = "ある" }', '{ code = 1, label = "ある", label_en = "Lonely" }')
    (folder / "codebook.toml").write_text(english, encoding="utf-8")
    run.codebook(folder, tmp_path / "codes.xlsx")
    read = CalamineWorkbook.from_path(str(tmp_path / "codes.xlsx"))
    questions, options = (read.get_sheet_by_name(name).to_python() for name in ("設問", "選択肢"))
    told = questions[0].index("表での名（英語）")
    assert [row[told] for row in questions[1:] if row[0] == "lonely"] == ["Loneliness"]
    assert "Lonely" in [row[options[0].index("選択肢の文言（英語）")] for row in options]
    assert read_codebook_sheet(tmp_path / "codes.xlsx")["lonely"].label == "孤独感"
