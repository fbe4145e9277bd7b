"""Exports laid out as platforms lay them out, drafted and read: every answer counted as it was given."""

from __future__ import annotations

import csv
import tomllib

import pandas as pd
import pyreadstat
import pytest

from kodoku_survey import run
from kodoku_survey.intake.draft.drafting import draft_folder

SEX = ["Male", "Female"]


def written(path, heads, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heads, *rows])
    draft_folder(path.parent / "new", [path])
    return path.parent / "new"


def counts(folder, name):
    responses = run.respond(folder)
    variable, own = responses.variables[name], responses.answers[name]
    if variable.kind == "multiple":
        return {code.label: int(own[:, k].sum()) for k, code in enumerate(variable.codes)}
    return {code.label: int((own == code.code).sum()) for code in variable.codes}


def test_an_option_called_email_is_an_answer_and_not_left_out(tmp_path):
    heads = ["id", "Contact [Phone]", "Contact [Email]", "Contact [In person]", "Email address", "Sex"]
    ticks = [["Yes" if (k >> place) % 2 else "No" for place in range(3)] for k in range(48)]
    folder = written(
        tmp_path / "a.csv", heads, [[k + 1, *one, f"a{k}@example.jp", SEX[k % 2]] for k, one in enumerate(ticks)]
    )
    survey = tomllib.loads((folder / "survey.toml").read_text(encoding="utf-8"))
    assert survey["file"][0]["ignore"] == ["Email address"]
    assert "人についての列とみなして読まない：Email address" in (folder / "survey.toml").read_text(encoding="utf-8")
    assert counts(folder, "Contact") == {"Phone": 24, "Email": 24, "In person": 24, "無回答": 6}


@pytest.mark.parametrize(
    ("heads", "times"),
    [
        (["Timestamp", "Username"], ["5/{}/2023 10:15:00", "a@example.jp"]),
        (["ID", "Start time", "Completion time", "Email", "Name"], ["", "", "2023-05-{:02d} 10:00", "anonymous", ""]),
    ],
)
def test_forms_with_english_headings_pass_check_as_drafted(heads, times, tmp_path):
    rows = [[*(cell.format(1 + k % 28) or str(k) for cell in times), SEX[k % 2]] for k in range(40)]
    folder = written(tmp_path / "a.csv", [*heads, "What is your gender?"], rows)
    found = run.check(folder)
    assert [fault.text() for fault in found.faults] == []
    assert [variable.label for variable in found.survey.codebook] == ["What is your gender?"]
    assert found.survey.settings.identity.wave == 2023


@pytest.fixture(scope="module")
def declared(tmp_path_factory):
    place = tmp_path_factory.mktemp("sav")
    lonely = [-9.0, -8.0, 1.0, 2.0, 2.0, 3.0] * 6
    frame = pd.DataFrame(
        {
            "lonely": lonely,
            "edu": ["A", "B", "B", "C", "C", "C"] * 6,
            "income": [9997.0, 100.0, 200.0, 9999.0, 9998.0, 100.0] * 6,
        }
    )
    pyreadstat.write_sav(
        frame, str(place / "a.sav"),
        variable_value_labels={
            "lonely": {1: "Often", 2: "Sometimes", 3: "Never", -9: "Refused", -8: "Don't know"},
            "edu": {"A": "Primary", "B": "Secondary", "C": "Tertiary"},
            "income": {9997: "Refused", 9998: "Don't know", 9999: "No answer"},
        },
        missing_ranges={"lonely": [{"lo": -9, "hi": -8}], "income": [{"lo": 9997, "hi": 9999}]},
    )  # fmt: skip
    draft_folder(place / "new", [place / "a.sav"])
    assert [fault.text() for fault in run.check(place / "new").faults] == []
    return place / "new"


def test_values_a_file_declares_missing_are_no_options(declared):
    assert counts(declared, "income") == {"符号100": 12, "符号200": 6, "無回答": 18}


def test_several_declared_missings_are_not_all_called_by_the_first_one_s_name(declared):
    assert counts(declared, "lonely") == {"Often": 6, "Sometimes": 12, "Never": 6, "Refused・Don't know": 12}


def test_labels_of_texts_are_taken_over(declared):
    assert counts(declared, "edu") == {"Primary": 6, "Secondary": 12, "Tertiary": 18, "無回答": 0}
