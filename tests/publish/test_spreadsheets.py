"""No cell of a CSV is a formula, and what it stood for can be had back."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodoku_survey.publish.release.spreadsheets import TRIGGERS, quoted, safe, unquoted

texts = st.text(st.sampled_from([*TRIGGERS, *"'\" ,;a1.eE０漢"]), max_size=6)


@given(texts)
def test_every_text_comes_back_as_it_was(text):
    assert unquoted(quoted(text)) == text


@given(texts)
def test_no_text_begins_with_what_a_spreadsheet_runs(text):
    cell = quoted(text)
    assert not cell.lstrip().startswith(TRIGGERS) or float(cell) is not None


@pytest.mark.parametrize(
    "text", ["=1+1", "=HYPERLINK(1)", "+A1", "-A1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", " =1"]
)
def test_a_formula_becomes_text(text):
    assert quoted(text) == "'" + text


@pytest.mark.parametrize("text", ["-5", "+3", "-1.5", "12", "1e5", "夜", "", "a=b"])
def test_numbers_and_words_stay_as_they_are(text):
    assert quoted(text) == text


def test_columns_of_numbers_stay_numbers_and_headings_are_texts():
    frame = pd.DataFrame({"=1": [-1.5, float("nan")], "words": ["=2", None]})
    rows = list(csv.reader(io.StringIO(safe(frame).to_csv(index=False))))
    assert rows == [["'=1", "words"], ["-1.5", "'=2"], ["", ""]]
    assert frame["words"][0] == "=2"
