"""`kodoku new --from` and `kodoku codebook`: the samples from their returns and own 符号表, and what .sav declares."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyreadstat
import pytest

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.errors import FileError, SurveyFaults, UsageError
from kodoku_survey.intake.draft.drafting import draft_folder
from kodoku_survey.intake.draft.guess import guess
from kodoku_survey.publish.sheets.codebook_sheet import write_codebook

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"


@pytest.mark.parametrize(
    ("name", "returns"), [("national_2024", ["postal.csv", "web.csv"]), ("prefecture_2025", ["postal.xlsx", "web.sav"])]
)
def test_returns_and_their_codebook_make_a_folder_with_every_question_and_option(name, returns, tmp_path):
    survey = ks.load_survey(SAMPLE / name)
    write_codebook(survey, tmp_path / "符号表.xlsx")
    files = [SAMPLE / name / file for file in returns]
    draft_folder(tmp_path / "new", [*files, tmp_path / "符号表.xlsx"])
    found = run.check(tmp_path / "new")
    assert [fault.text() for fault in found.faults] == []
    form = [variable for variable in survey.codebook if variable.source == "form"]
    assert [v.name for v in found.survey.codebook] == [v.name for v in form]
    assert [v.codes for v in found.survey.codebook] == [v.codes for v in form]
    rows = found.responses.ledger.rows
    assert len(found.responses) > 0.99 * rows  # people only the register or the closing day can leave out


@pytest.mark.parametrize("heads", ["No,性別,年齢,Q1,Q2", "No,Q3,性別,q3_b,年齢", "No,Sex,SEX_2,性別,q3"])
def test_attributes_before_the_first_numbered_question_take_no_name_of_another_column(heads, tmp_path):
    lines = [f"{n},{1 + n % 2},{20 + n},{1 + n % 3},{2 - n % 2}" for n in range(30)]
    (tmp_path / "returns.csv").write_text("\n".join([heads, *lines]) + "\n", encoding="utf-8")
    draft_folder(tmp_path / "new", [tmp_path / "returns.csv"])
    found = run.check(tmp_path / "new")
    assert [fault.text() for fault in found.faults] == []
    assert len(found.responses) == 30
    assert len(found.survey.codebook) == 4


def test_what_a_sav_declares_is_drafted(prefecture_sample, tmp_path):
    from kodoku_survey.publish.microdata.microdata import write_microdata

    write_microdata(prefecture_sample, tmp_path / "microdata.sav")
    book = draft_folder(tmp_path / "new", [tmp_path / "microdata.sav"])
    lonely, own = book["lonely"], prefecture_sample.responses.variables["lonely"]
    assert [(c.code, c.label) for c in lonely.codes] == [(c.code, c.label) for c in own.codes]
    assert (lonely.nonanswer, lonely.code(9).label) == (9, "無回答")
    activity = prefecture_sample.responses.variables["activity"]
    assert [(c.code, c.label) for c in book["activity"].options] == [(c.code, c.label) for c in activity.options]
    assert book["age"].kind == "number"
    assert [fault.text() for fault in run.check(tmp_path / "new").faults] == []


def test_letters_of_stata_are_missing_and_no_answers(tmp_path):
    import pandas as pd

    frame = pd.DataFrame({"q1": [1.0, 2.0, "a", 2.0], "q2": [10.0, 35.5, "b", 60.0]}).astype(object)
    pyreadstat.write_dta(
        frame,
        tmp_path / "d.dta",
        column_labels=["性別", "年数"],
        variable_value_labels={"q1": {1: "男性", 2: "女性", "a": "無回答"}},
        missing_user_values={"q1": ["a"], "q2": ["b"]},
    )
    book = draft_folder(tmp_path / "new", [tmp_path / "d.dta"])
    assert [(c.code, c.label) for c in book["q1"].options] == [(1, "男性"), (2, "女性")]
    assert [fault.text() for fault in run.check(tmp_path / "new").faults] == []


def test_a_wording_fewer_than_three_returns_hold_is_never_an_option():
    found = guess("相談先", ["友人"] * 5 + ["家族"] * 4 + ["主治医の田中先生", "となりの家"] + [""] * 3)
    assert (found.kind, found.options, found.others) == ("single", ("友人", "家族"), 2)
    assert guess("ご意見", [f"意見その{n}" for n in range(30)]).kind == "text"


def test_a_code_two_people_chose_or_nobody_is_an_option_and_a_slip_far_off_is_none():
    assert guess("問1", ["1"] * 2 + ["2"] * 30 + ["3"] * 30 + ["5"] * 30 + ["77"]).codes == (1, 2, 3, 5)
    assert guess("問1", ["3"] * 30 + ["4"] * 30 + ["5"] * 2).codes == (1, 2, 3, 4, 5)
    assert guess("問1", ["0"] * 30 + ["1"] * 30).codes == (0, 1)


def test_how_people_were_found_is_drafted_as_a_guess_that_check_tells(tmp_path):
    lines = [f"{n},{1 + n % 2}" for n in range(30)]
    (tmp_path / "returns.csv").write_text("\n".join(["No,性別", *lines]) + "\n", encoding="utf-8")
    draft_folder(tmp_path / "new", [tmp_path / "returns.csv"])
    written = (tmp_path / "new" / "survey.toml").read_text(encoding="utf-8").splitlines()
    assert any(line.startswith('sample = "probability"') and "# 確認" in line for line in written)
    assert written[written.index("[design]") + 1].startswith("sample")


def test_a_slip_of_the_keyboard_sets_no_range():
    found = guess("年齢", [str(20 + n % 60) for n in range(600)] + ["4700"])
    assert (found.kind, int(found.minimum), int(found.maximum)) == ("number", 20, 79)


def test_a_label_that_holds_the_separator_stays_one_option():
    options = ["夜, 眠れないとき", "休日", "食事のとき"]
    cells = [", ".join(options[k] for k in range(3) if n >> k & 1) for n in range(1, 8)] * 4
    found = guess("いつ", cells)
    assert (found.kind, found.separator, set(found.options)) == ("multiple", ", ", set(options))


def test_what_cannot_be_drafted_is_said(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").write_text("a")
    with pytest.raises(FileError):
        draft_folder(tmp_path / "new", [tmp_path / "none.csv"])
    (tmp_path / "a.csv").write_text("番号\n1\n2\n", encoding="utf-8")
    with pytest.raises(FileError):
        draft_folder(tmp_path / "new", [tmp_path / "a.csv"])
    with pytest.raises(UsageError):
        draft_folder(tmp_path / "full", [tmp_path / "a.csv"])
    assert not (tmp_path / "new").exists()


def test_the_commands_write_a_codebook_and_draft_from_it(tmp_path):
    kodoku = [sys.executable, "-c", "from kodoku_survey.cli import main; main()"]

    def ran(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*kodoku, *map(str, arguments)], capture_output=True, text=True, check=False)

    folder, sheet, new = SAMPLE / "prefecture_2025", tmp_path / "符号表.xlsx", tmp_path / "new"
    assert ran("codebook", folder, "-o", sheet).returncode == 0
    said = ran("new", new, "--from", folder / "web.sav", "--from", sheet)
    assert (said.returncode, "確認" in said.stderr) == (0, True)
    assert ran("check", new).returncode == 0
    assert ran("new", tmp_path / "b", "--like", folder, "--from", sheet).returncode == 2


def test_a_sheet_that_is_no_codebook_any_more_is_refused(tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "符号表.xlsx")) as book:
        for name in ("設問", "選択肢"):
            book.add_worksheet(name).write_row(0, 0, ["名前", "文"])
    with pytest.raises((FileError, SurveyFaults), match="変数名"):
        draft_folder(tmp_path / "new", [tmp_path / "符号表.xlsx"])
