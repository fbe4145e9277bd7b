"""The sample files: what the generator makes from its seed, and near what was published."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.synthetic import make_sample


@pytest.mark.parametrize("name", ["national_2024", "prefecture_2025"])
def test_the_files_in_the_folder_are_what_the_seed_makes(project, name):
    folder = project / "data" / "sample" / name
    made = make_sample(ks.load_survey(folder))
    for path, content in made.items():
        told = hashlib.sha256((folder / path).read_bytes()).hexdigest()
        assert hashlib.sha256(content).hexdigest() == told, path


def test_another_seed_makes_other_people(project):
    survey = ks.load_survey(project / "data" / "sample" / "prefecture_2025")
    assert make_sample(survey, seed=1) != make_sample(survey, seed=2)


def test_the_main_distributions_are_near_the_published_ones(national, shared):
    """Every answer to the questions on loneliness and support, within two points of per cent."""
    published = pd.read_csv(shared / "golden" / "toplines_r6.csv", dtype={"code": "Int64", "question": str})
    sample = ks.weighted(national, basis="unweighted")
    for number in ("18", "19", "20", "25", "26", "27", "28"):
        tab = ks.crosstab(sample, f"q{number}")
        told = published[(published["question"].str.removeprefix("問") == number) & published["code"].notna()]
        assert len(told) == len(tab.answers) - 1
        for code, percent in zip(told["code"], told["percent"], strict=True):
            assert 100 * tab.value[0, tab.keys.index(code)] == pytest.approx(percent, abs=2.0), (number, code)


def test_a_fifth_to_a_quarter_answer_on_the_web(national):
    share = np.mean(np.array([str(mode) for mode in national.mode]) != "郵送")
    assert 0.2 < share < 0.28
