"""Intervals are called by the level of the folder, and answers coloured as the kind of answers they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

import kodoku_survey as ks
from kodoku_survey.publish.charts.palette import NOMINAL, ORDERED, OUTSIDE, colours
from kodoku_survey.publish.pages.notes import notes_for_the_reader
from kodoku_survey.publish.sheets.datafiles import write_data
from kodoku_survey.tables.rounding import printed_quantile
from kodoku_survey.tables.words import words, words_of


@pytest.fixture(scope="module")
def at_ninety(prefecture):
    """The prefecture's responses, its level of confidence 0.90."""
    survey = prefecture.survey
    settings = replace(survey.settings, estimation=replace(survey.settings.estimation, level=0.9))
    return ks.weighted(replace(prefecture, survey=replace(survey, settings=settings)))


def test_a_report_at_ninety_per_cent_says_so_wherever_it_names_the_level(at_ninety, tmp_path):
    report = ks.make_report(at_ninety, only=("1",))
    write_data(report, tmp_path)
    told = (tmp_path / "datapackage.json").read_text(encoding="utf-8")
    assert "90％信頼区間の下限" in told
    assert "95" not in told.split('"hash"')[0]
    said = words_of(report.survey)
    named = [key for key, text in words("ja", 0.123).items() if "12.3" in text]
    assert {"interval", "dots", "scales_note", "sensitivity_note", "rates_note", "sampling_error"} <= set(named)
    assert all("90" in said[key] and "95" not in said[key] for key in named)
    unweighted = replace(report, sample=report.sample.on("unweighted"))
    errors = list(notes_for_the_reader(unweighted, said))[-1]
    n = len(report.responses)
    assert errors["rows"][0][-1] == f"{100 * 1.64 * 0.5 / n**0.5:.1f}"


def test_the_quantile_of_a_printed_interval_has_two_decimals():
    assert [printed_quantile(level) for level in (0.9, 0.95, 0.99)] == [1.64, 1.96, 2.58]


def shades(sample: ks.Sample, question: str) -> list[str]:
    return colours(ks.make_table(sample, question))


def test_steps_are_coloured_from_dark_to_light_and_kinds_as_kinds(prefecture):
    sample = ks.weighted(prefecture)
    assert shades(sample, "health")[:3] == [ORDERED[0], ORDERED[2], ORDERED[4]]
    assert shades(sample, "work")[:6] == list(NOMINAL[:6])
    assert shades(sample, "ucla_class")[:3] == [ORDERED[0], ORDERED[2], ORDERED[4]]  # bands of a number are steps


def test_an_answer_that_is_no_step_of_the_scale_is_grey(national):
    table = ks.make_table(ks.weighted(national), "q29")
    by_code = dict(zip(table.codes, colours(table), strict=True))
    assert by_code[7] == OUTSIDE  # その他
    assert by_code[6] == ORDERED[0]  # the longest comes first, as in the official figure


def test_a_chart_of_a_cross_tab_alone_is_coloured_as_in_the_report(prefecture):
    sample = ks.weighted(prefecture)
    from kodoku_survey.tables.laid_rows import table_of

    assert colours(table_of(ks.crosstab(sample, "health")))[:3] == [ORDERED[0], ORDERED[2], ORDERED[4]]
    assert colours(table_of(ks.crosstab(sample, "work")))[0] == NOMINAL[0]
