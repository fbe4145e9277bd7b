"""[weighting] of a folder: base weights, dispositions, steps and reports of the prefecture's sample, and its refusals."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import SurveyError
from kodoku_survey.survey.settings.weights import ReplicateSettings, ResponseSettings, StepSettings, WeightingSettings
from kodoku_survey.weighting.base_weights import one_stage, two_stage
from kodoku_survey.weighting.dispositions import DISPOSITIONS, Dispositions, dispositions_of
from kodoku_survey.weighting.response_rates import outcome_rates, response_rates
from kodoku_survey.weighting.weighting import Selection

PREFECTURE = Path(__file__).parents[2] / "data" / "sample" / "prefecture_2025"
RAKING = StepSettings("raking", {"margins": ["sex:age_class", "area"]})


def reweighted(responses: ks.Responses, **weighting) -> ks.Sample:
    """The sample under other weighting settings."""
    survey = responses.survey
    given = replace(survey.settings.weighting, **weighting)
    settings = replace(survey.settings, weighting=given)
    return ks.weighted(replace(responses, survey=replace(survey, settings=settings)), basis="design")


def with_steps(responses: ks.Responses, *steps: StepSettings) -> ks.Sample:
    return reweighted(responses, steps=steps)


# base weights ------------------------------------------------------------------------------------------------------


def test_weights_of_one_stage_add_up_to_the_persons_of_each_stratum():
    stratum, persons = np.array(["a"] * 5 + ["b"] * 3, object), np.array([100.0] * 5 + [90.0] * 3)
    weight = one_stage(stratum, persons)
    assert weight.tolist() == [20] * 5 + [30] * 3


def test_points_drawn_by_size_with_a_fixed_take_give_everyone_of_a_stratum_one_weight():
    size = {"p": 300.0, "q": 100.0, "r": 50.0}
    psu = np.repeat(["p", "q", "r"], 4).astype(object)
    stratum, persons = np.repeat("s", 12).astype(object), np.full(12, 1200.0)
    weight = two_stage(stratum, psu, persons, np.array([size[p] for p in psu]))
    assert weight == pytest.approx(np.full(12, 100.0))  # 1200 / (3 points × 4 persons)
    assert weight.sum() == pytest.approx(1200)


def test_a_point_listed_larger_than_it_was_drawn_by_weighs_more():
    psu = np.repeat(["p", "q"], 4).astype(object)
    size, listed = np.repeat([300.0, 100.0], 4), np.repeat([330.0, 100.0], 4)
    weight = two_stage(np.full(8, "s", object), psu, np.full(8, 800.0), size, listed)
    assert weight[:4] == pytest.approx(np.full(4, 110.0))
    assert weight[4:] == pytest.approx(np.full(4, 100.0))


def test_a_point_larger_than_its_share_is_refused():
    psu = np.repeat(["p", "q"], 2).astype(object)
    with pytest.raises(SurveyError, match="m_h"):
        two_stage(np.full(4, "s", object), psu, np.full(4, 500.0), np.repeat([300.0, 100.0], 2))


def test_weights_from_frame_counts_are_those_the_register_gives(prefecture, prefecture_sample):
    made = reweighted(prefecture, base="", draw="one_stage")
    assert made.steps[0].after == pytest.approx(prefecture_sample.steps[0].after)


def test_base_weights_are_shown_beside_the_frame_counts(prefecture_sample):
    strata = prefecture_sample.steps[0].details
    assert (strata["ratio"] == 1).all()
    assert strata["frame"].sum() == 743_000
    assert strata["selected"].tolist() == [800] * 5


# dispositions and rates --------------------------------------------------------------------------------------------


def test_everyone_selected_has_one_disposition(prefecture):
    found = dispositions_of(prefecture)
    counts = dict(zip(DISPOSITIONS, np.bincount(found.code, minlength=len(DISPOSITIONS)), strict=True))
    assert sum(counts.values()) == prefecture.ledger.selected
    assert counts["valid"] == len(prefecture)
    left_out = prefecture.ledger.exclusions
    own = left_out[~left_out["reason"].isin(["other_mode", "same_mode_twice", "not_selected"])]
    assert counts["invalid"] == len(set(own["id"]) - set(prefecture.id))


def registered(responses: ks.Responses, codes: dict[str, list[str]], column: np.ndarray) -> ks.Responses:
    settings = ResponseSettings(column="結果", codes={k: tuple(v) for k, v in codes.items()})
    survey = responses.survey
    weighting = replace(survey.settings.weighting, response=settings)
    survey = replace(survey, settings=replace(survey.settings, weighting=weighting))
    return replace(responses, survey=survey, selection=responses.selection.assign(結果=column))


CODES = {
    "valid": ["1"],
    "invalid": ["2"],
    "refused": ["3"],
    "undeliverable": ["4"],
    "ineligible": ["5"],
    "no_answer": ["6"],
}


def with_register_outcomes(prefecture: ks.Responses) -> ks.Responses:
    """Who did not answer refused, was not found or was ineligible, in turn; two contradictions."""
    answered = prefecture.selection["id"].isin(prefecture.id).to_numpy()
    column = np.where(answered, "1", np.resize(np.array(["3", "4", "5", "6", "6"], dtype=object), len(answered)))
    column[np.flatnonzero(answered)[0]] = "3"  # refused, and yet returned a valid form
    column[np.flatnonzero(~answered)[0]] = "1"  # called valid, and nothing valid came
    return registered(prefecture, CODES, column)


def test_the_register_tells_what_the_returns_cannot_and_the_returns_rule(prefecture):
    found = dispositions_of(with_register_outcomes(prefecture))
    assert found.are("valid").sum() == len(prefecture)
    assert found.are("refused").sum() > 300
    assert found.are("ineligible").sum() > 300
    assert found.disagreeing >= 2


def test_a_disposition_code_without_a_meaning_is_refused(prefecture):
    broken = registered(prefecture, {"valid": ["1"]}, np.full(len(prefecture.selection), "7", dtype=object))
    with pytest.raises(SurveyError, match="7"):
        dispositions_of(broken)


def test_the_ineligible_stand_for_nobody(prefecture):
    told = with_register_outcomes(prefecture)
    sample = with_steps(told, StepSettings("nonresponse", {"classes": ["area"], "minimum_size": 10}))
    found = dispositions_of(told)
    base = sample.chain.base
    assert sample.weight.sum() == pytest.approx(base[~found.are("ineligible")].sum())


def test_unknown_eligibility_is_carried_by_the_known_and_then_by_respondents(prefecture):
    told = with_register_outcomes(prefecture)
    first = StepSettings("eligibility", {"classes": ["area"]})
    sample = with_steps(told, first, StepSettings("nonresponse", {"classes": ["area"]}))
    found, base = dispositions_of(told), sample.chain.base
    unknown = found.are("undeliverable", "no_answer")
    area = Selection(told).register.answers["area"]
    for code in np.unique(area):
        own = area == code
        raised = base[own].sum() / base[own & ~unknown].sum()
        eligible = raised * base[own & ~unknown & ~found.are("ineligible")].sum()
        held = sample.weight[prefecture.answers["area"] == code].sum()
        assert held == pytest.approx(eligible)


def test_the_six_rates_are_those_of_a_worked_example():
    # 600 complete, 50 partial, 150 others, 180 unknown, 20 ineligible; e = 800/820.
    e = 800 / 820
    wanted = [600 / 980, 650 / 980, 600 / (800 + 180 * e), 650 / (800 + 180 * e), 600 / 800, 650 / 800]
    assert outcome_rates(np.array([600.0, 50, 150, 180, 20])) == pytest.approx(wanted)
    assert outcome_rates(np.array([600.0, 50, 150, 180, 20]), 0.5)[2] == pytest.approx(600 / 890)


def test_a_rate_is_the_estimator_s_own_mean_of_who_answered(prefecture, prefecture_sample):
    """RR1 with nobody ineligible is the weighted share of respondents, with its error by the design of the selection."""
    chosen = Selection(prefecture)
    base = prefecture_sample.chain.base
    frame = pd.DataFrame(
        {
            "answered": chosen.dispositions.responded.astype(float),
            "w": base,
            "stratum": prefecture.selection["層"].to_numpy(),
            "fpc": prefecture.selection["層の人口"].to_numpy(float),
        }
    )
    rates = response_rates(chosen.dispositions, base, chosen.stage, {})
    mean = ks.means(ks.Sample.from_frame(frame, weight="w", stratum="stratum", fpc="fpc"), "answered")
    assert rates["value"].iloc[0] == pytest.approx(mean.value[0])
    assert rates["se"].iloc[0] == pytest.approx(mean.se[0])
    low, _ = mean.interval(0.95)
    assert rates["low"].iloc[0] < mean.value[0] < rates["high"].iloc[0]
    assert rates["low"].iloc[0] == pytest.approx(low[0], abs=1e-3)


def test_rates_of_modes_add_up_to_the_rate_of_all(prefecture_sample):
    rates = ks.weighting_report(prefecture_sample).rates
    first = rates[rates["rate"] == "rr1"]
    modes = first[first["attribute"] == "mode"]
    assert len(modes) == 2
    assert modes["value"].sum() == pytest.approx(first["value"].iloc[0])
    assert set(first["attribute"]) == {"", "性別（名簿）:年齢階級（名簿）", "stratum", "mode"}


def test_at_nought_and_all_the_interval_is_the_exact_binomial_one():
    found = Dispositions(np.zeros(20, dtype=np.intp), np.full(20, "", object))
    stage = ks.Sample.from_frame(pd.DataFrame({"w": np.ones(20)}), weight="w").stages[0]
    rates = response_rates(found, np.ones(20), stage, {})
    assert rates["value"].iloc[0] == 1
    assert rates["low"].iloc[0] == pytest.approx(0.025 ** (1 / 20))


# steps -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "step",
    [
        StepSettings("nonresponse", {"classes": ["area", "frame_sex", "frame_age_class"], "minimum_size": 15}),
        StepSettings(
            "nonresponse", {"method": "grown", "classes": ["area", "frame_sex", "frame_age_class"], "minimum_size": 30}
        ),
        StepSettings("nonresponse", {"method": "propensity_classes", "model": ["area", "frame_sex:frame_age_class"]}),
        StepSettings("nonresponse", {"classes": ["frame_age_class"], "collapse": {"frame_age_class": [[1, 2]]}}),
    ],
    ids=["given", "grown", "propensity classes", "collapsed as written"],
)
def test_class_adjustments_of_a_folder_keep_the_population(prefecture, step):
    sample = with_steps(prefecture, step)
    assert sample.weight.sum() == pytest.approx(743_000)
    assert sample.steps[-1].details["respondents"].sum() == len(prefecture)


def test_a_written_collapse_and_one_found_necessary_are_both_reported(prefecture):
    options = {"classes": ["area", "frame_age_class"], "collapse": {"frame_age_class": [[1, 2]]}, "minimum_size": 75}
    told = ks.weighting_report(with_steps(prefecture, StepSettings("nonresponse", options))).collapses
    assert set(told["origin"]) == {"written", "found"}
    assert told.loc[told["origin"] == "written", "merged"].item() == "frame_age_class 1+2"
    assert all("+" in merged for merged in told["merged"])


def test_inverse_propensities_are_capped_as_asked_and_say_so(prefecture):
    options = {"method": "propensity", "model": ["area", "frame_age_class"], "maximum_factor": 2.4}
    step = with_steps(prefecture, StepSettings("nonresponse", options)).steps[-1]
    assert step.factor.max() == pytest.approx(2.4)
    assert int(dict(step.notes)["capped"]) > 0
    assert len(step.details) > 3


@pytest.mark.parametrize(
    "rule",
    [
        {"multiple_of_median": 2.5},
        {"quantile": [0.01, 0.95]},
        {"bounds": [70, 1000]},
        {"mse_of": ["lonely"]},
        {"multiple_of_base": [1.1, 2.9]},
    ],
    ids=["median", "quantile", "bounds", "mean squared error", "own base weight"],
)
def test_every_rule_of_trimming_keeps_the_sum(prefecture, rule):
    sample = with_steps(
        prefecture,
        StepSettings("nonresponse", {"classes": ["area", "frame_age_class"]}),
        RAKING,
        StepSettings("trim", rule),
    )
    assert sample.weight.sum() == pytest.approx(743_000)
    assert sample.calibration is not None  # the chain of calibration and trimming, linearised


def test_a_trimmed_sample_calibrated_again_meets_its_margins_and_keeps_their_residuals(prefecture):
    trim = StepSettings("trim", {"multiple_of_median": 3.5, "recalibrate": True})
    sample = with_steps(prefecture, StepSettings("nonresponse", {"classes": ["area"]}), RAKING, trim)
    assert sample.calibration is not None
    margins = sample.steps[-2].details
    assert sample.calibration.auxiliary.total(sample.weight) == pytest.approx(margins["target"].to_numpy())


def test_collapsed_margins_are_met_together(prefecture):
    step = StepSettings("raking", {"margins": ["sex:age_class", "area"], "collapse": {"age_class": [[1, 2]]}})
    made = with_steps(prefecture, step)
    assert len(made.steps[-1].details) == len(with_steps(prefecture, RAKING).steps[-1].details) - 2
    assert made.weight.sum() == pytest.approx(743_000)


def test_a_folder_s_households_share_one_weight(prefecture):
    """Neighbours in the register of one stratum, two by two, as if they lived together."""
    register = prefecture.selection
    pair = register.groupby("層").cumcount() // 2
    households = prefecture.with_selection(register.assign(世帯=register["層"] + "-" + pair.astype(str)))
    made = with_steps(households, StepSettings("linear", {"margins": ["sex:age_class", "area"], "households": "世帯"}))
    where = pd.Index(register["id"]).get_indexer(pd.Index(prefecture.id))
    held = pd.Series(made.weight).groupby(households.selection["世帯"].to_numpy()[where])
    assert (held.size() == 2).sum() > 300
    assert (held.max() / held.min()).max() == pytest.approx(1)
    details = made.steps[-1].details
    assert details["after"].to_numpy() == pytest.approx(details["target"].to_numpy())


def test_replicates_of_a_folder_go_through_the_whole_chain(prefecture, prefecture_sample):
    made = ks.replicates(prefecture_sample, method="bootstrap", count=8, seed=3).replicates
    auxiliary = prefecture_sample.calibration.auxiliary
    targets = auxiliary.total(prefecture_sample.weight)
    for weight in made.weights():
        assert auxiliary.total(weight) == pytest.approx(targets)
        assert (weight >= 0).all()
    # The whole sample's own weights are the chain of the whole sample.
    assert prefecture_sample.chain.weights(prefecture_sample.chain.base) == pytest.approx(
        prefecture_sample.weight, rel=1e-12
    )


def test_the_report_has_every_part_and_its_figures_agree(prefecture_sample):
    report = ks.weighting_report(prefecture_sample)
    assert {name for name, _ in report.frames()} == {
        *("steps", "strata", "dispositions", "rates", "classes", "decisions", "margins"),
        *("weights", "factors", "extremes", "bias", "sensitivity"),
    }
    w = prefecture_sample.weight
    assert report.steps["effective_n"].iloc[-1] == pytest.approx(w.sum() ** 2 / (w**2).sum())
    assert np.allclose(report.margins["after"], report.margins["target"])
    assert report.extremes["weight"].iloc[0] in (w.max(), w.min())
    assert "id" not in report.extremes
    table = report.sensitivity.set_index(["variable", "weight"])["value"]
    final = 100 * ks.proportions(prefecture_sample, "lonely").value
    assert table["lonely", "calibrated"] in final
    assert set(report.sensitivity["weight"]) == {"unweighted", "base", "nonresponse", "calibrated", "trimmed", "mode"}


def test_a_lonely_psu_does_not_keep_the_account_from_being_written(prefecture):
    """The unweighted figures of a survey need no variance by design, and its quality page must not either."""
    stratum = prefecture.selection["層"].to_numpy(object).copy()
    stratum[np.flatnonzero(prefecture.selection["id"].isin(prefecture.id))[0]] = "9"
    alone = prefecture.with_selection(prefecture.selection.assign(層=stratum))
    sample = reweighted(alone, stratum_size="", steps=(StepSettings("nonresponse", {"classes": ["area"]}), RAKING))
    with pytest.raises(SurveyError, match="9"):
        _ = ks.means(sample, "ucla_score").se
    report = ks.weighting_report(sample)
    assert np.isfinite(report.rates["se"]).all()
    assert np.isfinite(report.sensitivity["se"]).all()


def test_a_fixed_mix_of_modes_is_met_beside_the_margins(prefecture_sample):
    from kodoku_survey.weighting.mode_mix import mode_calibrated

    made = mode_calibrated(prefecture_sample, {"郵送": 0.7, "インターネット": 0.3})
    web = made.responses.mode == "インターネット"
    assert made.weight[web].sum() / made.weight.sum() == pytest.approx(0.3)
    before = prefecture_sample.calibration.auxiliary
    assert before.total(made.weight) == pytest.approx(before.total(prefecture_sample.weight))


def test_a_frame_variable_weighting_does_not_use_is_compared_with_the_frame(prefecture):
    sample = with_steps(prefecture, StepSettings("nonresponse", {"classes": ["area"]}))
    bias = ks.weighting_report(sample).bias
    age = bias[bias["variable"] == "frame_age_class"]
    chosen = Selection(prefecture)
    codes, base = chosen.register.answers["frame_age_class"], sample.chain.base
    assert age["frame"].tolist() == pytest.approx([100 * base[codes == c].sum() / base.sum() for c in np.unique(codes)])
    assert age["frame"].sum() == pytest.approx(100)
    assert age["z"].abs().max() > 4  # the old answer more often, and area alone does not see it
    assert not (bias["variable"] == "area").any()


# refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weighting", "words"),
    [
        ({"base": "", "draw": "two_stage"}, ["two_stage", "psu_size"]),
        ({"steps": (StepSettings("nonresponse", {"classes": ["area"], "minimum_sise": 3}),)}, ["minimum_sise", "minimum_size"]),
        ({"steps": (StepSettings("nonresponse", {"classes": ["sex"]}),)}, ["sex", "register", "frame_sex"]),
        ({"steps": (StepSettings("nonresponse", {}),)}, ["classes"]),
        ({"steps": (StepSettings("nonresponse", {"classes": ["area"], "method": "propensty"}),)}, ["Did you mean 'propensity'?"]),
        ({"steps": (RAKING, StepSettings("nonresponse", {"classes": ["area"]}))}, ["nonresponse", "before"]),
        ({"steps": (StepSettings("trim", {"multiple_of_median": 3, "quantile": 0.9}),)}, ["one rule", "multiple_of_median"]),
        ({"steps": (StepSettings("trim", {"multiple_of_median": 3, "recalibrate": True}),)}, ["recalibrate"]),
        ({"steps": (StepSettings("trim", {"multiple_of_median": 0.5}),)}, ["multiple_of_median", "0.5"]),
        ({"steps": (StepSettings("logit", {"margins": ["area"], "bounds": [2, 3]}),)}, ["[2.0, 3.0]", "1"]),
        ({"steps": (StepSettings("raking", {"margins": ["area"], "bounds": [0.5, 3]}),)}, ["bounds", "margins, collapse"]),
        ({"steps": (StepSettings("raking", {"margins": ["area"], "households": "hh"}),)}, ["hh"]),
        ({"steps": (StepSettings("raking", {"margins": ["ara"]}),)}, ["Did you mean 'area'?"]),
    ],
)  # fmt: skip
def test_a_fault_of_the_settings_is_told_with_its_step_and_remedy(prefecture, weighting, words):
    with pytest.raises(SurveyError) as caught:
        reweighted(prefecture, **weighting)
    told = caught.value.text("en")
    assert caught.value.exit_code == 6
    assert [word for word in words if word not in told] == [], told


def test_base_weights_far_from_the_frame_counts_are_refused(prefecture):
    column = prefecture.selection["層の人口"].to_numpy(float) / 700  # 800 were selected in each stratum
    wrong = replace(prefecture, selection=prefecture.selection.assign(抽出ウエイト=column))
    with pytest.raises(SurveyError) as caught:
        reweighted(wrong)
    assert caught.value.exit_code == 6
    assert [word for word in ("層の人口 [4]", "75,429", "66,000", "2%") if word not in caught.value.text("en")] == []
    assert reweighted(wrong, frame_tolerance=0.2).weight.sum() == pytest.approx(743_000)


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ('"インターネット" = 0.3', '"インタネット" = 0.3', 6, ["インタネット", "Did you mean 'インターネット'?"]),
        ("[weighting.sensitivity]", '[weighting.sensitivity]\nfigures = ["lonely=77"]', 4, ["lonely", "77"]),
        (
            "[weighting.sensitivity]",
            '[weighting.sensitivity]\nfigures = ["lonly=1"]',
            4,
            ["lonly", "Did you mean 'lonely'?"],
        ),
        ('by = ["frame_sex:', 'by = ["frame_sx:', 4, ["frame_sx", "Did you mean 'frame_sex'?"]),
        ("[weighting.response]", '[weighting.response]\ncolumn = "結果"', 4, ["結果", "selection.csv"]),
    ],
    ids=["mode", "code of a figure", "figure", "attribute of a rate", "column of the dispositions"],
)
def test_what_the_account_is_to_show_is_checked_before_anything_is_made(tmp_path, old, new, code, words):
    folder = Path(shutil.copytree(PREFECTURE, tmp_path / "survey"))
    path = folder / "survey.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SurveyError) as caught:
        ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(folder)))))
    assert caught.value.exit_code == code
    assert [word for word in words if word not in caught.value.text("en")] == []


def test_settings_are_read_from_toml(tmp_path):
    folder = Path(shutil.copytree(PREFECTURE, tmp_path / "survey"))
    path = folder / "survey.toml"
    text = path.read_text(encoding="utf-8")
    more = '[weighting.replicates]\nmethod = "bootstrap"\ncount = 20\nseed = 9\n\n[weighting.sensitivity]'
    path.write_text(text.replace("[weighting.sensitivity]", more), encoding="utf-8")
    weighting = ks.load_survey(folder).settings.weighting
    assert weighting.replicates == ReplicateSettings("bootstrap", 20, 0.3, 9)
    assert weighting.response.by == ("frame_sex:frame_age_class",)
    assert weighting.sensitivity.mode_mix == {"郵送": 0.7, "インターネット": 0.3}
    assert isinstance(weighting, WeightingSettings)
