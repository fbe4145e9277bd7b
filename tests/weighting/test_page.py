"""The account of the weights where people read it: the quality page, a notebook, the terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kodoku_survey as ks
from kodoku_survey.cli.speaking import say
from kodoku_survey.cli.terminal import show_prepared
from kodoku_survey.publish.pages.drawings import DotLine, dots, histograms
from kodoku_survey.publish.pages.quality import quality_page
from kodoku_survey.tables import Report
from kodoku_survey.tables.words import words

PARTS = (
    "strata",
    "dispositions",
    "rates",
    "classes",
    "margins",
    "weights",
    "factors",
    "extremes",
    "bias",
    "sensitivity",
)


@pytest.fixture(scope="module")
def page(prefecture_sample) -> str:
    """The quality page of the prefecture, without tables of the plan."""
    responses = prefecture_sample.responses
    return quality_page(Report(responses.survey, responses, prefecture_sample, (), ()))


def test_the_quality_page_has_every_part_and_draws_what_can_be_drawn(page):
    said = words("ja")
    assert [name for name in PARTS if said[f"weighting_{name}"] not in page] == []
    assert page.count("<svg") >= 6
    drawn = re.findall(r"<svg\b[^>]*>", page)
    assert all("aria-label" in one for one in drawn)


def test_the_quality_page_needs_nothing_from_elsewhere(page):
    assert not re.search(r"https?://|src=|<script|<link|url\(", page)
    assert "nan" not in re.sub(r"<style>.*?</style>", "", page)


def test_no_serial_number_stands_on_the_page(page, prefecture_sample):
    numbers = set(re.findall(r"\b\d{5}\b", re.sub(r"<svg.*?</svg>", "", page, flags=re.S)))
    assert numbers.isdisjoint(prefecture_sample.responses.id)


def test_every_part_is_told_in_both_languages():
    for name in (*PARTS, "collapses", "decisions", "trimming"):
        assert words("ja")[f"weighting_{name}"]
        assert words("en")[f"weighting_{name}"]


def test_a_notebook_shows_the_account(prefecture_sample):
    shown = ks.weighting_report(prefecture_sample)._repr_html_()
    assert shown.count("<table") == 12
    assert "デザイン効果（Kish）" in shown


@pytest.mark.parametrize(
    ("language", "expected"),
    [("ja", ["回収率", "RR1", "感度分析", "有効標本数"]), ("en", ["Effective n", "Unweighted"])],
)
def test_prepare_tells_rates_steps_and_sensitivity(prefecture_sample, monkeypatch, capsys, language, expected):
    monkeypatch.setenv("KODOKU_LANG", language)
    monkeypatch.setenv("COLUMNS", "160")
    show_prepared(prefecture_sample.responses, prefecture_sample, Path("out"), say, verbose=False)
    told = capsys.readouterr().err
    assert [word for word in expected if word not in told] == []
    assert "52.2" in told  # RR1, as on the page


def test_a_dot_chart_places_dots_to_scale_and_keeps_labels_safe():
    drawn = dots([DotLine("a<b", (0.0,), (-1.0, 1.0)), DotLine("b", (10.0, 5.0))], alt="x", reference=5.0)
    assert "a&lt;b" in drawn
    x = [float(v) for v in re.findall(r'circle cx="([\d.]+)"', drawn)]
    assert (x[1] - x[2]) == pytest.approx(x[2] - x[0], abs=0.2)
    assert dots([], alt="nothing") == ""


def test_a_histogram_counts_everybody(prefecture_sample):
    weight = prefecture_sample.weight
    drawn = histograms([("final", weight / weight.mean())], alt="x", bins=5)
    heights = [float(v) for v in re.findall(r'height="([\d.]+)" fill', drawn)]
    assert len(heights) <= 5
    assert max(heights) == 54
