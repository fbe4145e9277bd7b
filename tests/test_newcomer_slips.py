"""Slips of a newcomer at the Python prompt: each is refused with the name of what is wrong, the place, and the remedy.

Never with a fault of the program, with advice for the command line, or with a number in silence.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey import errors

FRAME = pd.DataFrame(
    {
        "weight": np.linspace(1, 3, 40), "stratum": ["a", "b"] * 20, "psu": np.arange(40) // 2, "sex": ["f", "m"] * 20,
        "age": np.arange(40), "q": list("xyyz") * 10, "money": ["1,200"] * 40, "y": np.arange(40.0),
    }
)  # fmt: skip
SAMPLE = ks.Sample.from_frame(FRAME, weight="weight", stratum="stratum", psu="psu")
TAB = ks.crosstab(SAMPLE, "q", by="sex")
MODEL = ks.regression(SAMPLE, "y ~ age")


OTHER = FRAME.set_axis(range(7, 47))  # the rows of other people


def sample_of(frame, **options):
    return ks.Sample.from_frame(frame, **({"weight": "weight"} | options))


# What is done; the value and the place that must be named, and the remedy.
SLIPS = {
    "a misspelt weight": (lambda: sample_of(FRAME, weight="wieght"), "wieght", "weight: ", "Did you mean 'weight'?"),
    "a misspelt stratum": (lambda: sample_of(FRAME, stratum="strata"), "strata", "stratum: ", "Did you mean 'stratum'?"),
    "a misspelt variable": (lambda: ks.means(SAMPLE, "agee"), "agee", "variable", "Did you mean 'age'?"),
    "a misspelt attribute": (lambda: ks.crosstab(SAMPLE, "q", by="sx"), "sx", "variable", "Did you mean 'sex'?"),
    "one of several misspelt": (lambda: ks.means(SAMPLE, ["y", "agee"]), "agee", "variable", "Did you mean 'age'?"),
    "no weight": (lambda: ks.Sample.from_frame(FRAME), "weight", "weight", "Give a weight column"),
    "a number for a weight": (lambda: sample_of(FRAME, weight=1.0), "1.0", "weight: ", "Correct the name"),
    "two weights": (lambda: sample_of(FRAME, weight=["weight", "y"]), "weight, y", "weight: ", "Name one"),
    "weights in words": (lambda: sample_of(FRAME, weight="sex"), "sex", "column", "numbers only"),
    "negative weights": (lambda: sample_of(FRAME.assign(weight=-1.0)), "-1.0", "weight: ", "Correct them"),
    "missing weights": (lambda: sample_of(FRAME.assign(weight=np.nan)), "nan", "row 1", "leave these persons out"),
    "a weight of other rows": (lambda: sample_of(FRAME, weight=np.ones(3)), "3", "weight: ", "one value for each row"),
    "a weight of other people": (lambda: sample_of(FRAME, weight=OTHER["y"]), "y", "weight: ", ".to_numpy()"),
    "a list for a table": (lambda: sample_of([1, 2]), "list", "frame: ", "Give a DataFrame"),
    "an empty table": (lambda: sample_of(FRAME.iloc[:0]), "no row", "frame: ", "Check how it was read"),
    "two columns of one name": (lambda: sample_of(pd.concat([FRAME, FRAME[["y"]]], axis=1)), "(y)", "columns", "Rename one"),
    "a table for a sample": (lambda: ks.means(FRAME, "y"), "DataFrame", "Sample", "makes a Sample"),
    "a column for its name": (lambda: ks.means(SAMPLE, FRAME["y"]), '"y"', "name of a column", "sample.assign(y=…)"),
    "the mean of answers": (lambda: ks.means(SAMPLE, "sex"), "sex", "number", "ks.proportions"),
    "the mean of numbers in words": (lambda: ks.means(SAMPLE, "money"), "money", "number", "pd.to_numeric"),
    "a share misnamed": (lambda: ks.crosstab(SAMPLE, "q", share="percent"), "percent", "share: ", "row, column, total, count"),
    "an interval misnamed": (lambda: ks.proportions(SAMPLE, "q", interval="wald"), "wald", "interval: ", "logit"),
    "per cent for a level": (lambda: TAB.frame(95), "95", "level: ", "0.95"),
    "per cent for a level of an interval": (lambda: ks.means(SAMPLE, "y").interval(95), "95", "level: ", "0.95"),
    "per cent for a level of quantiles": (lambda: ks.quantiles(SAMPLE, "y").frame(95), "95", "level: ", "0.95"),
    "per cent for a probability": (lambda: ks.quantiles(SAMPLE, "y", [50]), "50", "probability", "0.5"),
    "a margin that lacks a group": (lambda: ks.calibrate(SAMPLE, {"sex": {"f": 50}}), "sex=m", "margins [sex]", "Add it to"),
    "a margin misspelt": (lambda: ks.calibrate(SAMPLE, {"sx": {"f": 50}}), "sx", "variable", "Did you mean 'sex'?"),
    "shares in a margin": (lambda: ks.calibrate(SAMPLE, {"sex": {"f": 0.5, "m": 0.5}}), "sex: 1", "margins: ", "total"),
    "one = in a query": (lambda: ks.domain(SAMPLE, "sex = 'f'"), "sex = 'f'", "condition", "sex == 1"),
    "a query in a base misspelt": (lambda: ks.crosstab(SAMPLE, "q", base="sx == 'f'"), "sx", "condition", "names"),
    "a mask of other rows": (lambda: ks.domain(SAMPLE, [True, False]), "2", "domain", "one value a person"),
    "a group that is none": (lambda: ks.difference(TAB, ("sex", "f"), ("sex", "male")), "sex=male", "group", "'sex=m'"),
    "a group by its label alone": (lambda: ks.difference(TAB, "f", "m"), "f", "first: ", '("sex", "female")'),
    "a formula with =": (lambda: ks.regression(SAMPLE, "y = age"), "y = age", "formula", "y ~ age + sex"),
    "a family misnamed": (lambda: ks.regression(SAMPLE, "y ~ age", family="logit"), "logit", "family: ", "'logistic'"),
    "a formula misspelt": (lambda: ks.regression(SAMPLE, "y ~ agee"), "agee", "y ~ agee: ", "Did you mean 'age'?"),
    "a term that is none": (lambda: MODEL.margins("sex"), "sex", "term", "as the formula does"),
    "a test misnamed": (lambda: ks.independence(SAMPLE, "q", "sex", statistic="chi2"), "chi2", "statistic: ", "'chisq'"),
    "a t test of three groups": (lambda: ks.t_test(SAMPLE, "y", "q"), "3", "q: ", "rank_test"),
    "a basis misnamed": (lambda: SAMPLE.on("weighted"), "weighted", "basis: ", "unweighted, design"),
    "replicates misnamed": (lambda: ks.replicates(SAMPLE, method="jackknife"), "jackknife", "replicates", "jkn"),
    "an answer of a net that is none": (lambda: ks.crosstab(SAMPLE, "q", nets={"n": ["X"]}), "X", "nets [n]: ", "x, y, z"),
    "an estimate for a table": (lambda: ks.pairwise(ks.means(SAMPLE, "y", by="sex")), "Estimate", "CrossTab", "ks.crosstab"),
    "samples for sides": (lambda: ks.compare(SAMPLE, SAMPLE), "Sample", "Measured", "ks.Measured("),
    "a name for a list": (lambda: ks.summary_table(SAMPLE, "y"), "variables", "variables: ", '["sex", "age"]'),
    "a report without a folder": (lambda: ks.make_report(SAMPLE), "sample", "survey folder", "load_survey"),
    "a folder that is none": (lambda: ks.load_survey("nowhere"), "nowhere", "folder", "Check the path"),
    "a file that is none": (lambda: ks.load_sample("none.zip"), "none.zip", "file", "Check its place"),
    "a workbook by another ending": (lambda: TAB.to_excel("a.csv"), "a.csv", ".xlsx", "Give a name"),
    "a picture misnamed": (lambda: TAB.plot(kind="pie"), "pie", "kind: ", "band, bars, dots, trend"),
    "a language misnamed": (lambda: ks.set_language("english"), "english", "language: ", '"en"'),
    "an instrument misnamed": (lambda: ks.instrument("ucla3"), "ucla3", "instrument", "Did you mean"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def at_the_python_prompt(monkeypatch):
    """Not in the shell, whatever tests before this one have imported."""
    monkeypatch.setattr(errors, "_SHELL", [])


def test_thirty_slips_at_the_least_are_listed():
    assert len(SLIPS) >= 30


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_refused_with_name_place_and_remedy(slip):
    call, name, place, remedy = SLIPS[slip]
    with pytest.raises(ks.SurveyError) as fault:
        call()
    told = fault.value.text("en")
    assert [part for part in (name, place, remedy) if part not in told] == [], told
    assert not re.search(r"(^|\s)-o\b|--[a-z]", told)
    japanese = fault.value.text("ja")
    assert re.search(r"[ぁ-ん]", japanese)
    assert japanese.rstrip().endswith(("。", "）"))


def test_advice_is_about_arguments_in_python_and_about_options_in_the_shell(monkeypatch):
    fault = errors.OutputError("publish.file_exists", "a.xlsx")
    assert "force=True" in fault.text("en")
    assert "--force" not in fault.text("ja")
    monkeypatch.setattr(errors, "_SHELL", [True])
    assert "--force" in fault.text("en")
    assert "-o" in fault.text("ja")
