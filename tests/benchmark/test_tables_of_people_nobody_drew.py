"""`Sample.from_frame` says how people were found in a folder's words, and every result of it follows the one rule."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks

SOURCE = Path(__file__).parents[2] / "src" / "kodoku_survey"
CELLS = {"sample": "quota", "model": "srs_within_cells", "cells": ["sex", "age"]}


@pytest.fixture(scope="module")
def people():
    rng = np.random.default_rng(7)
    a = rng.integers(1, 5, 160)
    frame = pd.DataFrame({"sex": rng.choice(["男", "女"], 160), "age": rng.choice([1, 2, 3], 160), "a": a})
    for name in ("b", "c", "d"):
        frame[name] = np.clip(a + rng.integers(-1, 2, 160), 1, 4)
    return frame.assign(weight=rng.uniform(1, 2, 160), hours=rng.normal(5, 1, 160))


def estimates(sample):
    tab = ks.crosstab(sample, "a", by="sex")
    model = ks.regression(sample, "hours ~ sex")
    scale = ks.reliability(sample, ["a", "b", "c", "d"])
    return [
        ks.means(sample, "hours"), ks.proportions(sample, "a"), ks.quantiles(sample, "hours", [0.5]), tab.estimate,
        ks.difference(tab, ("sex", "男"), ("sex", "女")), model.coefficients, model.margins("sex"), model.predict(),
        scale.alpha, scale.omega, scale.item_rest, ks.response_quality(sample, ["a", "b"]).straightlining,
    ]  # fmt: skip


@pytest.mark.parametrize("weight", [None, "weight"])
@pytest.mark.parametrize("kind", ["quota", "volunteer", "service_users", "census"])
def test_no_result_of_people_nobody_drew_has_an_error(people, kind, weight):
    sample = ks.Sample.from_frame(people, sample=kind, weight=weight)
    for found in estimates(sample):
        assert np.isfinite(found.value).any()
        assert np.isnan(found.se).all()
        assert np.isnan(np.concatenate(found.interval())).all()
        assert np.isnan(found.p_value).all()
        assert found.frame().filter(regex="^(se|low|high|cv|deff|t|p)$").isna().all().all()
    scale = ks.reliability(sample, ["a", "b", "c", "d"])
    assert np.isnan(scale.normal_theory_error).all()
    assert np.isnan(scale.fit[0].p_value)
    assert "誤差と検定は示さない" in repr(scale)
    tabs = ks.crosstabs(sample, ["a"], by=["sex"])
    assert tabs.frame()[["se", "low", "high"]].isna().all().all()
    assert tabs.tests["p_value"].isna().all()


def test_nothing_is_tested_of_them(people):
    sample = ks.Sample.from_frame(people, sample="volunteer")
    for asked in (
        lambda: ks.independence(sample, "sex", "age"),
        lambda: ks.regression(sample, "hours ~ sex").test("sex"),
        lambda: ks.crosstabs(sample, ["a"], by=["sex"]).test("a", "sex"),
        lambda: ks.invariance(sample, ["a", "b", "c"], by="sex"),
        lambda: ks.item_bias(sample, ["a", "b", "c"], by="sex"),
    ):
        with pytest.raises(ks.SurveyError) as refused:
            asked()
        assert refused.value.key == "estimation.nobody_drawn"


def test_people_nobody_drew_count_once_without_a_weight(people):
    sample = ks.Sample.from_frame(people, sample="volunteer")
    assert ks.means(sample, "hours").value[0] == pytest.approx(people["hours"].mean())
    assert "volunteer" in repr(sample)
    assert "標本誤差は示さない" in ks.summary_table(sample, ["hours"], by="sex").notes[0]
    with pytest.raises(ks.SurveyError):
        ks.Sample.from_frame(people)  # of those drawn by chance nothing is taken for granted


def test_a_model_asked_for_gives_the_errors_of_that_model(people):
    plain = ks.Sample.from_frame(people, sample="volunteer", model="srs")
    assert ks.means(plain, "hours").se[0] == pytest.approx(people["hours"].std() / np.sqrt(160))
    cells = ks.Sample.from_frame(people, weight="weight", **CELLS)
    crossed = people.assign(cell=people["sex"] + people["age"].astype(str))
    strata = ks.Sample.from_frame(crossed, weight="weight", stratum="cell")
    for ask in (lambda s: ks.means(s, "hours"), lambda s: ks.regression(s, "hours ~ a").coefficients):
        assert ask(cells).se == pytest.approx(ask(strata).se)
    assert np.isnan(ks.means(cells.on("unweighted"), "hours").se).all()
    with pytest.raises(ks.SurveyError):
        ks.independence(cells, "sex", "age")


def test_a_census_with_its_fpc_has_the_error_of_nonresponse_alone(people):
    sample = ks.Sample.from_frame(people, sample="census", fpc=np.full(160, 200.0))
    drawn = ks.Sample.from_frame(people, fpc=np.full(160, 200.0))
    assert ks.means(sample, "hours").se == pytest.approx(ks.means(drawn, "hours").se)


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"sample": "volunter"}, "volunteer"),
        ({"sample": "service_users", "model": "srs"}, "service_users"),
        ({"model": "srs"}, "probability"),
        ({"sample": "quota", "model": "srs_within_cells"}, "cells"),
        ({"sample": "quota", "cells": "sex"}, "srs_within_cells"),
        (CELLS | {"cells": "sx"}, "sex"),
        (CELLS | {"psu": "age"}, "psu"),
        ({"sample": "quota", "model": "srs", "weight": "weight"}, "weight"),
        (CELLS | {"cells": "hours"}, "cells"),
    ],
)
def test_words_that_do_not_go_together_are_refused(people, told, word):
    with pytest.raises(ks.SurveyError) as fault:
        ks.Sample.from_frame(people, **told)
    assert word in fault.value.text("ja")


def test_every_estimate_says_whether_its_error_is_claimed():
    silent = [
        f"{path.name}:{node.lineno}"
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Estimate"
        and "claimed" not in {keyword.arg for keyword in node.keywords}
    ]  # fmt: skip
    assert silent == []
