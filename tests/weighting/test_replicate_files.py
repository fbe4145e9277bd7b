"""Replicate weights as R, Stata and SPSS take them: the files agree; R and PSPP, where installed, find our standard error."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

import kodoku_survey as ks
from kodoku_survey.publish.output import write_prepared
from kodoku_survey.survey.settings.weights import ReplicateSettings

COUNT = 12


@pytest.fixture(scope="module")
def sample(prefecture_sample) -> ks.Sample:
    """The prefecture's sample whose settings ask for twelve bootstrap replicates."""
    responses = prefecture_sample.responses
    survey = responses.survey
    weighting = replace(survey.settings.weighting, replicates=ReplicateSettings("bootstrap", COUNT, seed=5))
    survey = replace(survey, settings=replace(survey.settings, weighting=weighting))
    return replace(prefecture_sample, responses=replace(responses, survey=survey))


@pytest.fixture(scope="module")
def out(sample, tmp_path_factory) -> Path:
    """What `kodoku prepare` writes."""
    return write_prepared(sample, tmp_path_factory.mktemp("prepared") / "out", formats=("csv", "sav", "dta"))


@pytest.fixture(scope="module")
def expected(sample) -> tuple[float, float]:
    """Mean and standard error of the loneliness score by the same replicates."""
    made = ks.means(ks.replicates(sample, method="bootstrap", count=COUNT, seed=5, mse=True), "ucla_score")
    return float(made.value[0]), float(made.se[0])


def test_the_three_data_files_hold_the_same_weights(out):
    folder = out / "replicates"
    csv = pd.read_csv(folder / "replicates.csv", dtype={"id": str})
    for read, name in ((pyreadstat.read_dta, "replicates.dta"), (pyreadstat.read_sav, "replicates.sav")):
        frame, _ = read(str(folder / name))
        assert list(frame.columns) == list(csv.columns)
        assert (frame["id"] == csv["id"]).all()
        # The last digit of a number read from text is the reader's.
        np.testing.assert_allclose(frame.iloc[:, 1:].to_numpy(float), csv.iloc[:, 1:].to_numpy(float), rtol=1e-14)
    assert csv["weight"].sum() == pytest.approx(743_000)
    assert csv[[f"rw{r}" for r in range(1, COUNT + 1)]].sum().to_numpy() == pytest.approx(np.full(COUNT, 743_000))


@pytest.mark.parametrize("name", ["design.R", "design.do", "design.sps"])
def test_each_syntax_file_declares_a_multiplier_for_every_replicate(out, name):
    text = (out / "replicates" / name).read_text(encoding="utf-8")
    assert "$" not in text.replace("+$", "")
    assert len(re.findall(r"0\.0909090909", text)) == COUNT  # 1 / (12 − 1)
    assert max(map(len, text.splitlines())) < 140


def test_the_report_on_the_weights_lies_beside_the_microdata(out):
    names = {path.stem for path in (out / "weighting").glob("*.csv")}
    assert {"steps", "strata", "rates", "classes", "margins", "extremes", "sensitivity"} <= names


def test_the_spss_header_holds_a_fixed_date_where_the_date_lies(out):
    header = (out / "replicates" / "replicates.sav").read_bytes()[:109]
    assert np.frombuffer(header[84:92], dtype="<f8")[0] == 100.0  # compression bias
    assert header[92:109] == b"01 Jan 0000:00:00"


def test_r_finds_our_standard_error(out, expected):
    has_survey = shutil.which("Rscript") and (
        subprocess.run(["Rscript", "-e", "library(survey)"], capture_output=True, check=False).returncode == 0
    )
    if not has_survey:
        pytest.skip("R with the package survey is not installed")
    code = 'source("design.R"); m <- svymean(~ucla_score, design, na.rm = TRUE); cat("told", sprintf("%.12f", c(coef(m), SE(m))))'
    told = subprocess.run(
        ["Rscript", "-e", code], cwd=out / "replicates", capture_output=True, text=True, check=True
    ).stdout
    assert [float(v) for v in told.split("told")[1].split()] == pytest.approx(list(expected), rel=1e-9)


def test_pspp_finds_our_standard_error(out, expected):
    if not shutil.which("pspp"):
        pytest.skip("PSPP is not installed")
    folder = out / "replicates"
    text = (folder / "design.sps").read_text(encoding="utf-8")
    # PSPP has no Complex Samples.
    text = re.sub(r"CSPLAN.*?TYPE=WR\.\n", "", text, flags=re.S) + "replicate_mean variable=ucla_score.\n"
    (folder / "run.sps").write_text(text, encoding="utf-8")
    told = subprocess.run(["pspp", "run.sps"], cwd=folder, capture_output=True, text=True, check=True).stdout
    found = re.search(r"\|\s*([\d.]+)\|\s*([\d.]+)\|", told)
    assert found is not None, told
    assert [float(v) for v in found.groups()] == pytest.approx(list(expected), abs=1e-9)
