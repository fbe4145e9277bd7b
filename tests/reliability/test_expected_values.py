"""Every row of the table of expected values: psych, lavaan, semTools, polycor, survey on simulated and hand-checkable data.

Each row is a case: (dataset, target, statistic, method) → what we say of it. Every row of the file is reproduced.
"""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from functools import cached_property

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import DesignError
from kodoku_survey.scales.coefficients import alpha
from kodoku_survey.scales.one_factor import three_items

THREE = ["u3_1", "u3_2", "u3_3"]
TWENTY = [f"u20_{item:02d}" for item in range(1, 21)]
NINE_REVERSED = [f"u20_{item:02d}" for item in (1, 5, 6, 9, 10, 15, 16, 19, 20)]  # version 3
FIELDS = ("value", "se", "lo", "hi", "df", "p")
SETS = {
    "AF[contact,support,participation]": ["g_contact", "g_support", "g_part"],
    "AF[contact,received,given,participation (Mizuho 2021 four types)]": ["g_contact", "g_support", "g_give", "g_part"],
}
FITS = {"cfa1_chisq": "chisq", "cfa1_cfi": "cfi", "cfa1_rmsea": "rmsea", "cfa1_srmr": "srmr"}
COEFFICIENTS = {
    "raw_alpha": "alpha", "std.alpha": "standardised_alpha", "G6(smc)": "lambda6", "average_r": "mean_inter_item",
    "alpha_ci95": "alpha", "alpha_as_fraction": "alpha", "omega_3item_closed_form": "omega", "omega_total_1f": "omega",
    "omega_categorical_GreenYang2009": "categorical_omega", "ordinal_alpha": "ordinal_alpha",
    "ordinal_omega_closed_form": "ordinal_omega",
}  # fmt: skip
OF_ITEMS = {
    "item_mean": "means", "item_sd": "deviations", "r_drop": "item_rest", "alpha_if_deleted": "alpha_if_deleted",
    "loading_std_1f": "loadings", "loading_std_3item_closed_form": "loadings", "loevinger_Hi": "scalability",
    "r_drop_weighted": "item_rest", "loading_std_1f_weighted": "loadings",
}  # fmt: skip


class Survey:
    """The two data sets as samples, and everything made of them once."""

    def __init__(self, folder):
        self.micro = pd.read_csv(folder / "micro_alpha.csv").assign(one=1.0)
        frame = pd.read_csv(folder / "sim_survey.csv")
        media, support = ["c_f2f", "c_phone", "c_text"], ["s_rely", "s_consult", "s_chat"]
        self.ucla = ks.score_items(frame, "ucla3_jp_gov", items=THREE)
        best, per_month = (ks.score_items(frame, id, items=media) for id in ("contact_media_weekly", "contact_sum_4.3"))
        told = frame[["p_1", "p_2", "p_3", "p_4"]].sum(axis=1)
        boxes = pd.Series(np.select([told > 0, frame["p_none"] == 1], [0.0, 1.0], np.nan), index=frame.index)
        self.frame = frame.assign(
            u3_sum=self.ucla["score"].astype(float),
            band=self.ucla["class"],
            band_of_all=self.ucla["class"].astype(object).fillna("no answer").astype("category"),
            unscored=self.ucla["score"].isna().astype(float),
            contacts_month=per_month["score"].astype(float),
            g_contact=best["no_medium_weekly"].astype(float),
            g_contact43=per_month["lt_weekly_sum"].astype(float),
            g_contact86=per_month["le_8.6"].astype(float),
            g_support=ks.score_items(frame, "support_received", items=support)["none_of_three"].astype(float),
            g_give=ks.score_items(frame, "support_given", items=["s_give"])["lacking"].astype(float),
            g_part=boxes,
        )
        self.design = ks.Sample.from_frame(self.frame, weight="weight", stratum="stratum", psu="psu")
        self.unweighted = replace(self.design, basis="unweighted")

    @cached_property
    def jackknife(self):
        return ks.replicates(self.design, method="jkn")

    @cached_property
    def scales(self):
        micro = replace(ks.Sample.from_frame(self.micro, weight="one"), basis="unweighted")
        key = {"reversed": NINE_REVERSED, "codes": (1, 4)}
        return {
            "x1-x3": ks.reliability(micro, ["x1", "x2", "x3"]),
            "u3": ks.reliability(self.unweighted, THREE),
            "u20_v3key": ks.reliability(self.unweighted, TWENTY, **key),
            "bonett x1-x3": ks.reliability(micro, ["x1", "x2", "x3"], interval="bonett"),
            "bonett u3": ks.reliability(self.unweighted, THREE, interval="bonett"),
            "bonett u20_v3key": ks.reliability(self.unweighted, TWENTY, interval="bonett", **key),
            "design": ks.reliability(self.design, THREE),
            "jackknife": ks.reliability(self.jackknife, THREE),
        }

    @cached_property
    def biases(self):
        return {s: ks.item_bias(getattr(self, s), THREE, by="mode", anchor="direct") for s in ("unweighted", "design")}

    @cached_property
    def invariance(self):
        return ks.invariance(self.unweighted, THREE, by="mode")

    @cached_property
    def indices(self):
        return {name: ks.counting_index(self.design, columns, cutoff=1) for name, columns in SETS.items()}

    @cached_property
    def quality(self):
        return (
            ks.response_quality(self.design, [*THREE, "direct", "c_f2f"], by="mode")
            .frame()
            .set_index(["item", "group"])
        )

    def alike(self, items):
        return ks.response_quality(self.unweighted, items).straightlining


@pytest.fixture(scope="module")
def survey(shared):
    return Survey(shared / "golden" / "scales")


@pytest.fixture(scope="module")
def rows(shared):
    with (shared / "golden" / "scales" / "expected.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def first(estimate, place=0):
    low, high = estimate.interval()
    return {"value": estimate.value[place], "se": estimate.se[place], "lo": low[place], "hi": high[place]}


def labelled(estimate, **labels):
    """The one number of an estimate whose labels are these."""
    rows = np.logical_and.reduce([estimate.labels[name] == value for name, value in labels.items()])
    assert rows.sum() == 1, labels
    return first(estimate, int(np.flatnonzero(rows)[0]))


def of_scale(survey, row):
    """Rows of psych, lavaan, semTools and polycor about a scale or an item of it."""
    target, statistic, weighted = row["target"], row["statistic"], "weighted" in row["statistic"]
    scale, _, item = target.partition(":")
    made = survey.scales["design" if weighted else scale] if "~" not in target else survey.scales["u3"]
    if statistic == "n_complete":
        return {"value": made.base.n[0]}
    if statistic == "ase":
        return {"value": made.normal_theory_error[0]}
    if statistic in ("mean", "sd"):
        return {"value": made.sum.value[0 if statistic == "mean" else 1] / len(made.items)}
    if statistic in ("sum_mean", "sum_sd", "SEM"):
        return {"value": made.sum.value[["sum_mean", "sum_sd", "SEM"].index(statistic)]}
    if statistic in FITS:
        if scale == "u3":
            return {"value": made.fit[0].chisq, "df": made.fit[0].df}
        return {"value": getattr(made.fit[0], FITS[statistic]), "df": made.fit[0].df}
    if statistic == "alpha_ci95" and "Bonett" in row["method"]:
        return first(survey.scales[f"bonett {scale}"].alpha)
    if statistic == "loevinger_H":
        return labelled(made.scalability, item="")
    if statistic in OF_ITEMS:
        return labelled(getattr(made, OF_ITEMS[statistic]), item=item)
    if "polychoric" in statistic:
        made = survey.scales["design" if weighted else "u3"]
        return labelled(made.polychoric, item=target.replace("~", " × "))
    if weighted:
        made = survey.scales["jackknife"]
        name = "omega" if "omega" in statistic else "alpha"
        return first(getattr(made, name)) | {"df": made.base.degrees_of_freedom[0]}
    return first(getattr(made, COEFFICIENTS[statistic]))


def of_wrong_key(survey, row):
    """What a wrong key gives: refused by name, and the trap's value when the key is taken on trust."""
    reversed_ = [] if "nothing reversed" in row["method"] else [*NINE_REVERSED, "u20_04"]
    options = {"reversed": reversed_, "codes": (1, 4)}
    with pytest.raises(DesignError) as fault:
        ks.reliability(survey.unweighted, TWENTY, **options)
    assert fault.value.key in ("estimation.items_opposed", "estimation.item_reversed")
    trusted = ks.reliability(survey.unweighted, TWENTY, direction="declared", **options)
    if not reversed_:
        assert fault.value.where == ", ".join(NINE_REVERSED)
    if row["statistic"] == "raw_alpha":
        return first(trusted.alpha)
    assert fault.value.where == "u20_04"
    return labelled(trusted.item_rest, item="u20_04")


def of_heywood(survey, row):
    """The hand-checkable items have no proper factor (λ² of x2 is over its variance): refused by name; the algebra goes on."""
    made = survey.scales["x1-x3"]
    with pytest.raises(DesignError) as fault:
        _ = made.omega
    assert (fault.value.key, fault.value.where) == ("estimation.heywood", "x2")
    s = made.moments[0].covariance.value
    return {"value": three_items(s).sum() ** 2 / s.sum()}


def of_igarashi(survey, row):
    """Igarashi (2019): alpha from the published deviations of items and sum, loadings from the published polychorics."""
    if row["statistic"] == "alpha_from_published_sd":
        own = np.array([0.68, 0.65, 0.69]) ** 2
        s = np.diag(own) + (1.72**2 - own.sum()) / 6 * (1 - np.eye(3))
        return {"value": alpha(s)}
    r = np.array([[1, 0.63, 0.69], [0.63, 1, 0.83], [0.69, 0.83, 1]])
    return {"value": three_items(r)[int(row["target"][-1]) - 1]}


def of_pairwise(survey, row):
    made = ks.reliability(survey.unweighted, TWENTY, reversed=NINE_REVERSED, codes=(1, 4), missing="pairwise")
    return first(made.alpha)


def of_bias(survey, row):
    item, match = re.fullmatch(r"u3:(u3_\d)\|match=(\w+)", row["target"]).groups()
    match = "external" if match == "direct" else match
    if row["statistic"] == "DIF_beta_web_survey":
        return labelled(survey.biases["design"].coefficients, item=item, match=match)
    one = next(t for t in survey.biases["unweighted"].tests if (t.item, t.match) == (item, match))
    name = row["statistic"].removeprefix("DIF_")
    if name.startswith("LR_"):
        test = getattr(one, name.removeprefix("LR_"))
        return {"value": test.statistic, "df": test.df[0], "p": test.p_value}
    return {
        "n": {"value": one.n},
        "dR2_McFadden_total": {"value": one.mcfadden},
        "dR2_Nagelkerke_total": {"value": one.nagelkerke},
        "beta_web": {"value": one.beta[0], "se": one.naive[0]},
        "beta_change_pct": {"value": one.change},
    }[name]


def of_invariance(survey, row):
    level, index = row["statistic"].removeprefix("invariance_").split("_")
    one = survey.invariance.fits[level]
    return {"value": getattr(one, index), "df": one.df, "p": one.p_value}


def of_nonresponse(survey, row):
    found = survey.quality.loc[tuple(row["target"].split("|"))]
    return {"value": found["percent"] / 100, "se": found["se"] / 100}


def of_alike(survey, row):
    found = survey.alike(THREE if row["target"] == "u3" else TWENTY)
    identical, longest, spread = found.value
    return {
        "value": {
            "identical_answers_rate": identical,
            "straightline_rate": identical,
            "longstring_mean": longest,
            "irv_mean": spread,
            "irv_zero_n": identical * found.n[0],
        }[row["statistic"]]
    }


def of_sum(survey, row):
    statistic = row["statistic"]
    if statistic == "mean_weighted":
        return first(ks.means(survey.design, row["target"]))
    if statistic == "sd_weighted":
        return {"value": np.sqrt(ks.variances(survey.design, "u3_sum").value[0])}
    if statistic == "prop_missing_score_weighted":
        return first(ks.means(survey.design, "unscored"))
    formula = "u3_sum ~ C(mode)" + (" + age + I(age ** 2) + C(sex)" if "adj" in statistic else "")
    return labelled(ks.regression(survey.design, formula).coefficients, term="C(mode)[T.web]")


def of_band(survey, row):
    band = row["target"].removeprefix("band ")
    if row["statistic"] == "prop_of_all_incl_nonresponse":
        return labelled(ks.proportions(survey.design, "band_of_all"), answer=band)
    method = "beta" if row["method"].startswith("beta") else "logit"
    estimate = ks.proportions(survey.design, "band", interval=method)
    return labelled(estimate, answer=band) | {"df": estimate.degrees_of_freedom[0]}


def of_domain(survey, row):
    """A three-valued isolation indicator: share of the determined, number undetermined, band of the share."""
    name = row["target"]
    if row["statistic"] == "n_undetermined":
        return {"value": survey.frame[name].isna().sum()}
    if row["statistic"] == "domain_deprived_weighted":
        return first(ks.means(survey.design, name))
    ends = [
        ks.means(ks.Sample.from_frame(survey.frame.fillna({name: end}), weight="weight"), name).value[0]
        for end in (0, 1)
    ]
    return {"value": ends[0], "lo": ends[0], "hi": ends[1]}


def of_index(survey, row):
    name, _, rest = row["target"].partition(" k=")
    index = survey.indices[name]
    if not rest:
        return {"value": index.base.n[0]}
    share, _, indicator = rest.partition(":")
    index = index.at(int(share.split("/")[0]))
    statistic = row["statistic"].removeprefix("AF_")
    if statistic in ("H", "A", "M0"):
        return labelled(index.estimate, statistic=statistic)
    parts = index.censored if statistic == "censored_headcount" else index.contributions
    return labelled(parts, indicator=indicator)


def answered_by(row):
    """Which of the functions above answers a row."""
    target, statistic = row["target"], row["statistic"]
    if statistic == "raw_alpha_pairwise":
        return of_pairwise
    if row["dataset"] == "Igarashi2019":
        return of_igarashi
    if target == "x1-x3" and statistic.startswith("omega"):
        return of_heywood
    if target == "u20":
        return of_alike if statistic.startswith(("straightline", "longstring", "irv")) else of_wrong_key
    if statistic == "identical_answers_rate":
        return of_alike
    if statistic.startswith("DIF_"):
        return of_bias
    if statistic.startswith("invariance_"):
        return of_invariance
    if statistic.startswith("item_nonresponse"):
        return of_nonresponse
    if target.startswith("AF["):
        return of_index
    if target.startswith("band "):
        return of_band
    if target in ("u3_sum", "contacts_month") or statistic == "prop_missing_score_weighted":
        return of_sum
    if target.startswith("g_"):
        return of_domain
    return of_scale


def misfits(row, found):
    """Fields of a row that are not within tol × max(1, |value|)."""
    tolerance = float(row["tol"])
    wrong = []
    for field in FIELDS:
        if row[field] == "":
            continue
        wanted, got = float(row[field]), float(found[field])
        if not abs(got - wanted) <= max(tolerance, 1e-12) * max(1.0, abs(wanted)):
            wrong.append(f"{row['id']} {row['target']} {row['statistic']} {field}: {got!r}, wanted {wanted!r}")
    return wrong


def test_every_row_of_the_expected_values_is_reproduced_within_its_tolerance(survey, rows):
    assert len(rows) == 415
    assert len({row["id"] for row in rows}) == len(rows)
    wrong = [line for row in rows for line in misfits(row, answered_by(row)(survey, row))]
    assert wrong == []


def test_a_value_beyond_its_tolerance_is_told(survey, rows):
    """The comparison itself can fail: a value moved by twice its tolerance does."""
    row = next(row for row in rows if row["id"] == "E0129")
    found = answered_by(row)(survey, row)
    assert misfits(row, found) == []
    assert misfits(row | {"value": str(float(row["value"]) + 2e-6)}, found)
