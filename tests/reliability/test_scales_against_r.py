"""Statistics of the scale and the counting index on the raked national sample equal those of R's survey, lavaan, semTools.

tests/oracle/scales.csv was written by tests/oracle/scales.R from what tests/oracle/scales_export.py gave it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scale_people import plain

import kodoku_survey as ks
from kodoku_survey.scales.ordinal_reliability import ordinal_loadings, polychoric_matrix

THREE = ["q25", "q26", "q27"]
MODES = {"郵送": "postal", "オンライン": "web"}


@pytest.fixture(scope="module")
def oracle():
    path = Path(__file__).parents[1] / "oracle" / "scales.csv"
    frame = pd.read_csv(path, keep_default_na=False).replace("NA", "nan")
    return {(row.statistic, row.target.strip()): (float(row.value), float(row.se)) for row in frame.itertuples()}


@pytest.fixture(scope="module")
def answers(national):
    items = pd.DataFrame({name: national.answers[name].astype(float) for name in (*THREE, "q28")}).replace(99, np.nan)
    return items.assign(mode=[MODES[mode] for mode in national.mode])


def equal(estimate, place, wanted, rtol=1e-9):
    value, se = wanted
    assert estimate.value[place] == pytest.approx(value, rel=rtol)
    assert estimate.se[place] == pytest.approx(se, rel=rtol, abs=1e-12)


def test_alpha_omega_and_item_rest_have_r_s_value_and_error_after_raking(national_sample, oracle):
    made = ks.reliability(national_sample, THREE)
    equal(made.alpha, 0, oracle["alpha", ""])
    equal(made.omega, 0, oracle["omega", ""])
    equal(made.item_rest, 0, oracle["item_rest", "q25"])
    assert made.alpha.value[0] == pytest.approx(oracle["alpha_of_svycralpha", ""][0], rel=1e-12)


def test_item_bias_by_mode_has_the_coefficient_and_error_of_svyolr(national_sample, oracle):
    made = ks.item_bias(national_sample, THREE, by="mode", match="external", anchor="q28")
    for place, item in enumerate(THREE):
        value, se = oracle["bias", item]
        # Ours is 郵送 against オンライン, R's the other way round; svyolr stops its search a little early.
        assert made.coefficients.value[place] == pytest.approx(-value, abs=1e-4)
        assert made.coefficients.se[place] == pytest.approx(se, rel=1e-4)


@pytest.mark.parametrize("cutoff", [1, 2, 3])
def test_the_counting_index_has_r_s_values_and_errors(national_sample, oracle, cutoff):
    made = ks.counting_index(national_sample, {"q18": 2, "q19": 2, "q20": 2}, cutoff=cutoff)
    for place, name in enumerate(("H", "A", "M0")):
        equal(made.estimate, place, oracle[name, str(cutoff)])


def test_blanks_by_mode_have_r_s_values_and_errors(national_sample, oracle):
    made = ks.response_quality(national_sample, [*THREE, "q28"], by="mode").nonresponse
    for place, row in enumerate(made.labels.itertuples()):
        equal(made, place, oracle["blank", f"{row.item} {MODES[row.group]}"])


def test_the_fit_of_one_factor_is_corrected_for_the_design_as_lavaan_does(national_sample, oracle):
    (made,) = ks.reliability(national_sample, [*THREE, "q28"]).fit
    wanted = {name: oracle["fit", name][0] for name in ("chisq", "chisq.scaled", "chisq.scaling.factor", "srmr")}
    assert made.chisq * made.scaling == pytest.approx(wanted["chisq"], rel=1e-6)
    assert made.scaling == pytest.approx(wanted["chisq.scaling.factor"], rel=1e-5)
    assert made.chisq == pytest.approx(wanted["chisq.scaled"], rel=1e-5)
    assert made.srmr == pytest.approx(wanted["srmr"], rel=1e-5)
    assert (made.cfi, made.rmsea) == (
        pytest.approx(oracle["fit", "cfi.scaled"][0]),
        pytest.approx(oracle["fit", "rmsea.scaled"][0]),
    )


def test_ordered_answers_have_the_loadings_of_lavaan_and_the_reliability_of_semtools(answers, oracle):
    made = ks.reliability(plain(answers), [*THREE, "q28"])
    loadings = ordinal_loadings(polychoric_matrix(made.ordered[0]), made.items).value
    np.testing.assert_allclose(loadings, [oracle["ordinal_loading", item][0] for item in made.items], rtol=1e-6)
    assert made.categorical_omega.value[0] == pytest.approx(oracle["categorical_omega", ""][0], abs=1e-5)


@pytest.mark.parametrize("free", ["", "q26"])
def test_invariance_by_mode_has_lavaan_s_chisq_and_correction_at_every_level(answers, oracle, free):
    kept = [free] if free else []
    normal = ks.invariance(plain(answers), THREE, by="mode", free=kept)
    robust = ks.invariance(ks.Sample.from_frame(answers.assign(one=1.0), weight="one"), THREE, by="mode", free=kept)
    for level in ("configural", "metric", "scalar", "strict"):
        chisq, df = oracle["invariance", f"{level} {free} ML"]
        assert normal.fits[level].chisq == pytest.approx(chisq, rel=1e-5, abs=1e-6)
        assert normal.fits[level].df == df
        if df:
            # Ours takes everybody as one sample, whose variance has n/(n − 1); lavaan each group, with n.
            assert robust.fits[level].scaling == pytest.approx(oracle["invariance", f"{level} {free} MLM"][1], rel=2e-4)
    assert normal.latent_means.value[0] == pytest.approx(oracle["latent_mean", free][0], abs=1e-6)
