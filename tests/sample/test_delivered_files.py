"""The delivered national files: the dirt is there, cleaning undoes it, and the register accounts for everyone."""

from __future__ import annotations

import csv
import re

import pandas as pd
import pytest

import kodoku_survey as ks


@pytest.fixture(scope="module")
def folder(project):
    return project / "data" / "sample" / "national_2024"


def test_the_rules_of_cleaning_all_have_work(national):
    done = set(national.edits["rule"])
    wanted = {"notation", "unreadable", "not_a_code", "double_answer", "off_route", "exclusive_conflict"}
    assert wanted | {"completed_from_register", "out_of_range"} <= done


def test_every_reason_for_leaving_a_row_out_occurs(national):
    reasons = set(national.ledger.exclusions["reason"])
    assert reasons == {
        "not_selected", "incomplete", "late", "blank", "attributes_only", "same_mode_twice", "other_mode",
    }  # fmt: skip


def test_five_forms_answer_attributes_only(national):
    assert (national.ledger.exclusions["reason"] == "attributes_only").sum() == 5
    assert len(national) == 10_871


def test_the_postal_file_is_keyed_in_cp932_and_the_web_file_has_labels_and_times(folder):
    postal = (folder / "postal.csv").read_bytes()
    assert "整理番号" in postal.decode("cp932").splitlines()[0]
    assert re.search("[０-９]", postal.decode("cp932"))
    with pytest.raises(UnicodeDecodeError):
        postal.decode("utf-8")
    rows = list(csv.DictReader((folder / "web.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert {"完了", "途中"} == {row["状態"] for row in rows}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", row["回答日時"]) for row in rows)


def test_the_outcome_of_everyone_selected_agrees_with_what_was_returned(folder, national):
    register = pd.read_csv(folder / "selection.csv", encoding="cp932", dtype=str)
    assert len(register) == 20_000
    assert set(register["結果"]) == {"1", "2", "3", "4", "5", "6"}
    assert set(register.loc[register["結果"] == "1", "整理番号"]) == set(national.id)
    invalid = national.ledger.exclusions.query("reason == 'attributes_only'")["id"]
    assert set(register.loc[register["結果"] == "2", "整理番号"]) == set(invalid)


def test_every_stratum_has_respondents_in_two_points(folder, national):
    register = pd.read_csv(folder / "selection.csv", encoding="cp932", dtype=str)
    answered = register[register["整理番号"].isin(national.id)]
    assert answered.groupby("層")["調査地点"].nunique().min() >= 2
    assert len(answered["調査地点"].unique()) == len(register["調査地点"].unique())


def test_the_files_are_small_and_everything_says_synthetic(folder, national):
    assert sum((folder / name).stat().st_size for name in ("postal.csv", "web.csv", "selection.csv")) < 20_000_000
    assert national.survey.settings.identity.synthetic == "yes"
    assert "擬似データ" in national.survey.settings.identity.citation


def test_weights_can_be_made_from_this_register(national):
    sample = ks.weighted(national, basis="design")
    assert sample.weight.min() > 0
