"""The official 令和6年 report from raw files: every published cell as the project's own tables print it.

The figures are a copy, in data/sample/reproduce/national_2024, of those read from the report 「令和６年 人々のつながりに関する
基礎調査」調査報告書（内閣府、令和７年４月）. They are found in the printed tables by wording; the map that
made the respondents is not used.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import kodoku_survey as ks
from reproduce.reproduction import reproduction


@pytest.fixture(scope="module")
def report(national) -> ks.Report:
    return ks.make_report(ks.weighted(national, basis="unweighted"))


@pytest.fixture(scope="module")
def cells(report) -> pd.DataFrame:
    return reproduction(report)


def test_every_usable_published_cell_is_printed_to_its_digit_and_base(cells):
    missed = cells[cells["usable"] & ~cells["exact"]]
    assert missed.empty, missed.to_string()


def test_all_figures_and_toplines_of_the_report_were_compared(cells):
    usable = cells[cells["usable"]]
    toplines = usable["figure"].str.startswith("問")
    assert (len(usable[~toplines]), int(toplines.sum())) == (4500, 363)
    assert usable[~toplines]["figure"].nunique() == 92


def test_the_two_misprints_are_printed_as_they_should_have_been(cells):
    misprints = cells[~cells["usable"]].set_index("row")["printed"]
    assert misprints.to_dict() == {"同居人がいる": "3.5", "1000万円以上": "2.3"}


def test_the_copy_of_the_figures_is_the_published_one(project, shared):
    told = pd.read_csv(shared / "golden" / "published_figures.csv", dtype=str, keep_default_na=False)
    told = told[(told["wave"] == "2024") & (told["source"] == "R6 report")]
    own = pd.read_csv(project / "data/sample/reproduce/national_2024/figures.csv", dtype=str, keep_default_na=False)
    columns = [column for column in own.columns if column != "note"]
    assert told[columns].to_numpy().tolist() == own[columns].to_numpy().tolist()
    for name, copy in (("toplines_r6.csv", "toplines.csv"),):
        theirs = (shared / "golden" / name).read_text(encoding="utf-8-sig").split()
        assert (project / "data/sample/reproduce/national_2024" / copy).read_text(encoding="utf-8").split() == theirs


def test_a_single_changed_cell_or_base_is_noticed(report):
    """The comparison itself can fail: another digit in one cell and another base in one row are found, and nothing else."""
    tables = list(report.tables)
    place = next(i for i, table in enumerate(tables) if table.id == "1-3")
    rows = list(tables[place].rows)
    rows[1] = replace(rows[1], n=rows[1].n + 1)
    rows[2] = replace(rows[2], cells=(replace(rows[2].cells[0], text="99.9"), *rows[2].cells[1:]))
    tables[place] = replace(tables[place], rows=tuple(rows))
    found = reproduction(replace(report, tables=tuple(tables)))
    missed = found[found["usable"] & ~found["exact"]]
    assert set(missed["figure"]) == {"fig1-3"}
    assert missed["row"].value_counts().to_dict() == {"16~19歳": 6, "20~29歳": 1}


def test_the_classes_of_the_contact_sum_have_the_published_counts(national):
    """報告書 p.65: with and without cohabitants, from the most frequent class to the least; 275 and 391 not computable."""
    sample = ks.weighted(national, basis="unweighted")
    counts = {name: ks.crosstab(sample, name).counts[0].tolist() for name in ("contact_class", "contact_class_outside")}
    assert counts["contact_class"] == [3451, 1945, 3658, 243, 326, 341, 254, 186, 192, 275]
    assert counts["contact_class_outside"] == [1317, 1153, 1716, 749, 959, 1335, 1486, 1006, 759, 391]


def test_the_back_series_of_the_report_is_complete(project, shared):
    """R3–R5 as the R6 report prints them: every percentage with its base stands in history.csv."""
    told = pd.read_csv(shared / "golden" / "published_figures.csv", dtype=str, keep_default_na=False)
    told = told[(told["wave"] != "2024") & (told["source"] == "R6 report") & (told["usable"] == "yes")]
    own = pd.read_csv(project / "data/sample/national_2024/history.csv", dtype=str, keep_default_na=False)
    columns = ["wave", "percent", "n", "mark"]
    wanted, held = told[columns].value_counts(), own[columns].value_counts()
    assert len(told) == 372
    assert (held.reindex(wanted.index, fill_value=0) >= wanted).all()


def test_the_generated_page_lists_only_the_two_misprints(project, cells):
    page = (project / "docs" / "golden.md").read_text(encoding="utf-8")
    assert "**4,863 of 4,863**" in page
    assert page.count("usable = no") == 2
    assert all(f"| {figure} |" in page for figure in cells["figure"].unique())
