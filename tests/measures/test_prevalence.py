"""Three-valued results: the share among the determined, and the band of what nobody knows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import SurveyError

LACKS = ("g_contact", "g_contact43", "g_contact86", "g_support", "g_give", "g_part")


@pytest.fixture(scope="module")
def simulated(shared):
    """The simulated survey, its lacks scored by the instruments of the package."""
    folder = shared / "golden" / "scales"
    frame = pd.read_csv(folder / "sim_survey.csv")
    media = ["c_f2f", "c_phone", "c_text"]
    contact = ks.score_items(frame, "contact_sum_4.3", items=media)
    frame["g_contact"] = ks.score_items(frame, "contact_media_weekly", items=media)["no_medium_weekly"]
    frame["g_contact43"], frame["g_contact86"] = contact["lt_weekly_sum"], contact["le_8.6"]
    three = ks.score_items(frame, "support_received", items=["s_rely", "s_consult", "s_chat"])
    frame["g_support"] = three["none_of_three"]
    frame["g_give"] = ks.score_items(frame, "support_given", items=["s_give"])["lacking"]
    kinds = frame[["p_1", "p_2", "p_3", "p_4"]]
    silent = (kinds.fillna(0).sum(axis=1) == 0) & (frame["p_none"].fillna(0) == 0)
    frame["g_part"] = pd.array(np.where(silent, np.nan, (kinds.fillna(0).sum(axis=1) == 0).astype(float)), "Float64")
    u3 = ks.score_items(frame, "ucla3_jp_gov", items=["u3_1", "u3_2", "u3_3"])
    frame["u3_sum"], frame["band"] = u3["score"].astype(float), u3["class"]
    frame["contacts_month"] = contact["score"].astype(float)
    frame["unscored"] = u3["score"].isna()
    return ks.Sample.from_frame(frame, weight="weight", stratum="stratum", psu="psu")


@pytest.fixture(scope="module")
def wanted(shared):
    return pd.read_csv(shared / "golden" / "scales" / "expected.csv").set_index(["target", "statistic", "method"])


def near(value, row, column="value"):
    tolerance = row["tol"] * max(1, abs(row[column]))
    assert value == pytest.approx(row[column], abs=max(tolerance, 1e-9))


@pytest.mark.parametrize("name", LACKS)
def test_a_lack_has_the_share_error_count_and_band_of_the_reference(simulated, wanted, name):
    (row,) = ks.prevalence(simulated, name).frame().itertuples()
    reference = {statistic: line for (_, statistic, _), line in wanted.loc[[name]].iterrows()}
    near(row.percent / 100, reference["domain_deprived_weighted"])
    near(row.se / 100, reference["domain_deprived_weighted"], "se")
    assert row.undetermined == reference["n_undetermined"]["value"]
    near(row.band_low / 100, reference["domain_deprived_bounds"], "lo")
    near(row.band_high / 100, reference["domain_deprived_bounds"], "hi")


@pytest.mark.parametrize("band", ["3", "4-6", "7-9", "10-12"])
def test_a_band_of_the_score_has_the_share_and_intervals_of_the_reference(simulated, wanted, band):
    found = ks.prevalence(simulated, "band", yes=band)
    (row,) = found.frame().itertuples()
    logit, beta, everybody = (line for _, line in wanted.loc[[f"band {band}"]].iterrows())
    near(row.percent / 100, logit)
    for column, reference in (("se", "se"), ("low", "lo"), ("high", "hi")):
        near(getattr(row, column) / 100, logit, reference)
    near(row.band_low / 100, everybody)  # the denominator of the government's tables: no answer is a row of its own
    low, high = found.estimate.interval(0.95, "beta")
    assert (low[0], high[0]) == pytest.approx((beta["lo"], beta["hi"]), abs=1e-5)


def test_means_of_the_scores_are_those_of_the_reference(simulated, wanted):
    for name in ("u3_sum", "contacts_month"):
        found = ks.means(simulated, name)
        line = next(line for (_, statistic, _), line in wanted.loc[[name]].iterrows() if statistic == "mean_weighted")
        near(found.value[0], line)
        near(found.se[0], line, "se")
    spread = next(line for (_, statistic, _), line in wanted.loc[["u3_sum"]].iterrows() if statistic == "sd_weighted")
    near(np.sqrt(ks.variances(simulated, "u3_sum").value[0]), spread)
    missing = wanted.xs("prop_missing_score_weighted", level="statistic").iloc[0]
    near(ks.prevalence(simulated, "unscored", yes=True).estimate.value[0], missing)


def test_a_prevalence_by_groups_lies_between_its_band_and_adds_up(simulated):
    found = ks.prevalence(simulated, "g_contact", by="mode").frame()
    assert (found["band_low"] <= found["percent"]).all()
    assert (found["percent"] <= found["band_high"]).all()
    assert (found["outer_low"] < found["band_low"]).all()
    assert (found["outer_high"] > found["band_high"]).all()
    whole = ks.prevalence(simulated, "g_contact").frame()
    assert found["n"].sum() == whole["n"].iloc[0] == 1000
    assert found["undetermined"].sum() == whole["undetermined"].iloc[0]


def test_official_and_computable_denominators_of_the_national_indicator_stand_side_by_side(national):
    """632 of 10,871 and of the computable in the published report: here the same two bases on the sample folder."""
    sample = ks.weighted(national, basis="unweighted")
    (row,) = ks.prevalence(sample, "contact_isolated").frame().itertuples()
    official = ks.crosstab(sample, "isolation_indicators")
    own = ks.crosstab(sample, "indicators_computable")
    assert row.band_low == pytest.approx(100 * official.value[0, 0])
    assert row.percent == pytest.approx(100 * own.value[0, 0])
    assert own.n[0] == official.n[0] - row.undetermined
    assert row.undetermined == int((national.answers["contact_computable"] == 2).sum())


def test_whoever_was_not_asked_is_neither_known_nor_unknown(national):
    sample = ks.weighted(national, basis="unweighted")
    (row,) = ks.prevalence(sample, "help_lacking").frame().itertuples()
    given = national.answers["q22"]
    assert row.n == int(np.isin(given, [1, national.variables["q22"].nonanswer]).sum())


def test_a_code_the_variable_has_not_is_refused(simulated):
    with pytest.raises(SurveyError) as fault:
        ks.prevalence(simulated, "g_give", yes=7)
    assert "7" in fault.value.text("en")
