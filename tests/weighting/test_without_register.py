"""Counts instead of a register: response rate, fpc and base weights equal those of a register that holds everyone drawn."""

from __future__ import annotations

import numpy as np
import pytest

import kodoku_survey as ks

CODEBOOK = """
[[variable]]
name = "lonely"
kind = "single"
label = "孤独感"
section = "孤独"
codes = [{ code = 1, label = "ある" }, { code = 2, label = "ない" }]
"""
SURVEY = """
[survey]
name = "小さな調査"
title = "小さな調査"
wave = 2026
[[file]]
name = "web"
role = "returns"
path = "web.csv"
mode = "オンライン"
id = "番号"
{files}
[design]
{design}
[weighting]
{weighting}
[estimation]
basis = "design"
"""
REGISTER = """
[[file]]
name = "selection"
role = "selection"
path = "selection.csv"
id = "番号"
"""
SIZE = {"市部": 4000, "郡部": 500}
BY_STRATUM = """
stratum = "層"
drawn = { "市部" = 60, "郡部" = 40 }
frame_size = { "市部" = 4000, "郡部" = 500 }
"""


@pytest.fixture
def weighted(tmp_path):
    """30 of 60 and 25 of 40 answer, and one more hands in a blank form."""
    drawn = [(number, "市部" if number <= 60 else "郡部") for number in range(1, 101)]
    answering = [(number, name) for number, name in drawn if number <= 30 or 61 <= number <= 85]

    def make(design: str, *, register=False, weighting=""):
        rows = "".join(f"{n},{name},{1 + n % 2}\n" for n, name in answering) + "100,郡部,\n"
        files = {"codebook.toml": CODEBOOK, "web.csv": "番号,層,lonely\n" + rows}
        files["selection.csv"] = "番号,層,人口\n" + "".join(f"{n},{name},{SIZE[name]}\n" for n, name in drawn)
        files["survey.toml"] = SURVEY.format(files=REGISTER if register else "", design=design, weighting=weighting)
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(tmp_path)))))

    return make


def rates(sample) -> dict[tuple[str, str], float]:
    frame = ks.weighting_report(sample).rates
    own = frame[frame["rate"] == "rr2"]
    return {(row["attribute"], row["group"]): row["value"] for _, row in own.iterrows()}


def test_counts_give_what_a_register_of_everyone_gives(weighted):
    design = 'stratum = "層"\nfpc = "人口"'
    known = weighted(design, register=True, weighting='draw = "one_stage"\nstratum_size = "人口"')
    counted = weighted(BY_STRATUM)
    np.testing.assert_allclose(counted.weight, known.weight)
    assert set(np.round(counted.weight, 9)) == {round(4000 / 60, 9), 12.5}
    for sample in (known, counted):
        assert sample.responses.ledger.selected == 100
    ours, theirs = (ks.proportions(sample, "lonely") for sample in (counted, known))
    np.testing.assert_allclose(ours.value, theirs.value)
    np.testing.assert_allclose(ours.se, theirs.se)
    assert rates(counted) == pytest.approx(rates(known))


def test_a_simple_random_sample_needs_two_numbers(weighted):
    sample = weighted("drawn = 100\nframe_size = 4500")
    np.testing.assert_allclose(sample.weight, 45.0)
    p, n = ks.proportions(sample, "lonely").value[0], 55
    expected = np.sqrt(p * (1 - p) / (n - 1) * (1 - n / 4500))
    assert ks.proportions(sample, "lonely").se[0] == pytest.approx(expected, rel=1e-12)
    assert rates(sample)["", ""] == pytest.approx(55 / 100)
    assert ks.weighting_report(sample).dispositions["invalid"].iloc[0] == 1  # the blank form is not silence


def test_drawn_alone_gives_a_response_rate_and_no_weight(weighted):
    with pytest.raises(ks.SurveyError):  # a basis of design without a weight
        weighted("drawn = 100")


def test_with_a_register_the_constant_weight_need_not_be_written(weighted):
    sample = weighted("frame_size = 4500", register=True)
    np.testing.assert_allclose(sample.weight, 45.0)
    assert sample.stages[0].fraction.tolist() == [55 / 4500]


@pytest.mark.parametrize(
    ("design", "words"),
    [
        ("frame_size = 4500", "drawn"),
        ("drawn = 100\nframe_size = 99", "frame_size"),
        ('stratum = "層"\ndrawn = 100\nframe_size = 4500', "drawn"),
        ('drawn = { "市部" = 60, "郡部" = 40 }', "drawn"),
        (BY_STRATUM.replace('"郡部" = 500', '"村部" = 500'), "村部"),
        (BY_STRATUM.replace("市部", "都市"), "市部"),
        ("drawn = 54\nframe_size = 4500", "55"),
        ("drawn = 0", "drawn"),
        ("drawn = 1.5", "drawn"),
        ('psu = "層"\ndrawn = 100\nframe_size = 4500', "psu"),
    ],
)
def test_counts_that_do_not_fit_are_refused(weighted, design, words):
    with pytest.raises(ks.SurveyError, match=words):
        weighted(design)


def test_a_register_that_holds_others_than_were_drawn_is_refused(weighted):
    with pytest.raises(ks.SurveyError, match="100"):
        weighted("drawn = 90\nframe_size = 4500", register=True)
