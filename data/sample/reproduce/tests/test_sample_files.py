"""The sample files are what the generator makes from its seed."""

from __future__ import annotations

import hashlib
import os

import pandas as pd
import pytest

import kodoku_survey as ks
from reproduce import make_sample, synthesize


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_the_files_of_the_prefecture_are_what_the_seed_makes(project, tmp_path):
    """Text byte by byte; SPSS and Excel files cell by cell, since their writers sign them with their own version."""
    folder = project / "data" / "sample" / "prefecture_2025"
    made = make_sample(ks.load_survey(folder))
    for path, content in made.items():
        if path.endswith(".csv"):
            assert digest(content) == digest((folder / path).read_bytes()), path
        (tmp_path / path).write_bytes(content)
    survey = ks.load_survey(folder, inputs={name.partition(".")[0]: tmp_path / name for name in made})
    for there, again in zip(ks.read_returns(ks.load_survey(folder)).files, ks.read_returns(survey).files, strict=True):
        assert again.path.parent == tmp_path
        pd.testing.assert_frame_equal(there.cells, again.cells)
    assert make_sample(ks.load_survey(folder)) == made


@pytest.mark.skipif(
    not os.environ.get("KODOKU_SLOW"), reason="takes minutes: set KODOKU_SLOW=1 to make the national files again"
)
def test_the_files_of_the_nation_are_what_the_seed_makes_and_miss_nothing(project):
    folder = project / "data" / "sample" / "national_2024"
    made = synthesize(ks.load_survey(folder))
    assert made.missed == ()
    for path, content in made.files.items():
        assert digest(content) == digest((folder / path).read_bytes()), path


def test_another_seed_makes_other_people(project):
    survey = ks.load_survey(project / "data" / "sample" / "prefecture_2025")
    assert make_sample(survey, seed=1) != make_sample(survey, seed=2)
