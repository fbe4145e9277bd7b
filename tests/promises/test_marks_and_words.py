"""Marks, sentences and outputs at the edges where a small slip would not show."""

from __future__ import annotations

import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from little import Little

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.tables.cells import cells_of_group


@pytest.mark.parametrize(
    ("count", "text", "flag"), [(1, "0.0", "below_unit"), (2, "0.1", ""), (0, "‐", "nil"), (3000, "100.0", "")]
)
def test_a_share_that_rounds_to_nought_is_flagged_and_no_other(count, text, flag):
    half = np.array([0.01])
    (cell,) = cells_of_group(np.array([count / 3000]), half, half, half, np.array([count]), 3000, 1, exact=True)
    assert (cell.text, cell.flag) == (text, flag)
    if flag != "nil":
        assert (cell.se, cell.low, cell.high) == (1.0, 1.0, 1.0)  # points of per cent


def test_a_cell_of_nobody_has_no_share_and_one_nobody_gave_is_nought():
    none = np.array([np.nan])
    (empty,) = cells_of_group(none, none, none, none, np.array([0]), 0, 1, exact=True)
    (ungiven,) = cells_of_group(np.array([0.0]), none, none, np.array([0.1]), np.array([0]), 30, 1, exact=True)
    assert (empty.value, empty.flag, empty.high) == (None, "nil", None)
    assert (ungiven.value, ungiven.flag, ungiven.high) == (0.0, "nil", 10.0)


def test_a_prevalence_has_the_degrees_of_freedom_of_its_design(tmp_path):
    sample = Little().sample(tmp_path)
    found = ks.prevalence(sample, "lonely")
    assert set(found.estimate.degrees_of_freedom) == {6 - 2}  # PSUs less strata
    assert found.undetermined[0] == sum(row[4] == "9" for row in Little().rows)


def sentences(tmp_path, lonely_men: int) -> tuple[str, ...]:
    """The sentence of a table of 60 people, of whom so many of 30 men and 5 of 30 women are lonely."""
    rows = []
    for n in range(60):
        lonely = 1 if (n < lonely_men if n < 30 else n < 35) else 3
        rows.append(
            (
                str(n + 1),
                "2026-01-10",
                "1" if n < 30 else "2",
                "40",
                str(lonely),
                "1" if lonely == 1 else "",
                "1",
                "0",
                "0",
            )
        )
    sample = replace(Little(), rows=tuple(rows), basis="unweighted").sample(tmp_path)
    return ks.make_report(sample).tables[0].sentences


def test_a_group_that_stands_out_is_named_and_one_that_does_not_is_not(tmp_path):
    (told,) = sentences(tmp_path / "far", 25)
    assert "「男性」（83.3％）、「女性」（16.7％）" in told  # two groups: both levels
    assert told.endswith("「男性」で高くなっている。")
    assert sentences(tmp_path / "near", 6) == ()


def test_the_largest_answers_are_told_in_the_order_of_their_size(tmp_path):
    table = ks.make_report(replace(Little(), basis="unweighted").sample(tmp_path)).tables[2]
    shares = {label: cell.value for label, cell in zip(table.header, table.rows[0].cells, strict=True)}
    (told,) = table.sentences
    named = sorted((label for label in ("死別", "転居")), key=told.index)
    assert named == sorted(named, key=lambda label: -shares[label])


def test_a_label_that_is_a_formula_or_a_tag_is_text_in_every_output(tmp_path):
    book = Little().codebook.replace("しばしばある", "=SUM(1)").replace('"性別"', '"<i>性別</i>"')
    out = tmp_path / "out"
    run.report(replace(Little(), codebook=book).write(tmp_path / "survey"), out)
    for name in ("tables.xlsx", "data/data.xlsx"):
        with zipfile.ZipFile(out / name) as archive:
            sheets = [archive.read(part) for part in archive.namelist() if "worksheets" in part]
        assert not any(b"<f>" in sheet for sheet in sheets)
    page = (out / "quality.html").read_text(encoding="utf-8")
    assert "&lt;i&gt;性別&lt;/i&gt;" in page
    assert "<i>性別" not in page
    data = pd.read_csv(out / "data" / "tables.csv", keep_default_na=False)
    assert "'=SUM(1)" in set(data["answer"])
