"""The same people in two surveys: found, and paired; numbers that coincide by chance; what nobody can tell, refused."""

from __future__ import annotations

import csv
from math import sqrt

import numpy as np
import pytest

import kodoku_survey as ks
from benchmark.two_folders import make, side
from kodoku_survey.errors import SurveyError


def again(folder, changed):
    """Asked again: the same numbers, ages and sexes, and another answer in each `changed`-th row."""
    make(folder, name="翌年")
    rows = list(csv.reader((folder / "web.csv").read_text(encoding="utf-8").splitlines()))
    for place, row in enumerate(rows[1:]):
        if place % changed == 0:
            row[3] = "1"
    (folder / "web.csv").write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")
    return folder


def test_the_same_people_asked_again_have_the_error_of_pairs(tmp_path):
    first, second = side(make(tmp_path / "a", name="今年")), side(again(tmp_path / "b", 7))
    found = ks.compare(first, second)
    assert "200 people are in both" in found.lines("en")[1]
    row = found.frame[(found.frame["attribute"] == "") & (found.frame["code"] == 1)].iloc[0]
    d = (first.responses.answers["lonely"] == 1).astype(float) - (second.responses.answers["lonely"] == 1)
    half = 1.96 * 100 * d.std() / sqrt(len(d))  # the error of a mean of differences
    assert (row["high"] - row["low"]) / 2 == pytest.approx(half)
    assert row["verdict"] == "lower"  # as two independent samples this would be no difference
    p = [(side_.responses.answers["lonely"] == 1).mean() for side_ in (first, second)]
    assert abs(p[0] - p[1]) / sqrt(sum(q * (1 - q) / 200 for q in p)) < 1.96


def test_of_groups_and_gaps_too(tmp_path):
    first, second = side(make(tmp_path / "a", name="今年")), side(again(tmp_path / "b", 7))
    found = ks.compare(first, second).frame
    row = found[(found["attribute"] == "性別") & (found["measure"] == "gap") & (found["code"] == 1)].iloc[0]
    man = first.responses.answers["sex"] == 1
    y, x = ((s.responses.answers["lonely"] == 1).astype(float) for s in (first, second))
    d = y - x
    se = sqrt(sum(d[who].var() / who.sum() for who in (man, ~man)))
    assert (row["high"] - row["low"]) / 2 == pytest.approx(1.96 * 100 * se)


def test_weighted_differences_of_the_same_people_have_their_covariance(tmp_path):
    first = side(make(tmp_path / "a", name="今年", weights=True))
    second = side(make(tmp_path / "b", name="翌年", weights=True))
    row = ks.compare(first, second).frame.iloc[0]
    assert row["weighted_difference"] == pytest.approx(0, abs=1e-12)
    assert row["weighted_high"] == pytest.approx(0, abs=1e-6)


def test_numbers_that_coincide_are_not_people_who_do(tmp_path):
    found = ks.compare(side(make(tmp_path / "a", name="今年")), side(make(tmp_path / "b", name="他", seed=2)))
    assert "taken to be other people" in found.lines("en")[1]
    assert found.beside.overlap.found == "numbers"


def test_what_the_answers_do_not_tell_is_asked(tmp_path):
    few = [side(make(tmp_path / str(k), name=str(k), seed=k, people=5)) for k in (1, 2)]
    with pytest.raises(SurveyError) as caught:
        ks.compare(*few)
    assert caught.value.key == "benchmark.people_unknown"
    assert ks.compare(*few, people="new").beside.overlap.found == "numbers"
    assert ks.compare(*few, people="same").beside.overlap.paired
    settings = ['[compare]\npeople = "new"', '[compare]\npeople = "same"']
    told = [side(make(tmp_path / f"t{k}", name=str(k), settings=text)) for k, text in enumerate(settings)]
    with pytest.raises(SurveyError) as caught:
        ks.compare(*told)
    assert caught.value.key == "benchmark.people_contradict"


def test_numbers_of_rows_identify_nobody(tmp_path):
    folders = [make(tmp_path / str(k), name=str(k), seed=k, people=5) for k in (1, 2)]
    for folder in folders:
        text = (folder / "survey.toml").read_text(encoding="utf-8")
        (folder / "survey.toml").write_text(text.replace('id = "番号"', "id = {row = true}"), encoding="utf-8")
    sides = [side(folder) for folder in folders]
    assert set(sides[0].responses.id) & set(sides[1].responses.id)
    assert ks.compare(*sides).beside.overlap.found == "none"
    assert ks.compare(*sides, people="same").beside.overlap.paired


def test_a_panel_of_which_some_dropped_out_and_some_are_new(tmp_path):
    first = side(make(tmp_path / "a", name="今年"))
    folder = make(tmp_path / "b", name="翌年")
    lines = (folder / "web.csv").read_text(encoding="utf-8").splitlines()
    kept = [lines[0], *lines[51:], *(f"N{line}" for line in lines[1:41])]
    (folder / "web.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    found = ks.compare(first, side(folder))
    row = found.frame.iloc[0]
    y = (first.responses.answers["lonely"] == 1).astype(float)
    x = np.concatenate([y[50:], y[:40]])
    p, q = y.mean(), x.mean()
    joint = ((y[50:] - p) * (y[50:] - q)).sum() / (200 * 190)
    se = sqrt(p * (1 - p) / 200 + q * (1 - q) / 190 - 2 * joint)
    assert (row["high"] - row["low"]) / 2 == pytest.approx(1.96 * 100 * se)
