"""The European survey through the whole line, against a computation with nothing but pandas on the raw file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

import kodoku_survey as ks
from kodoku_survey import run

COUNTRIES = {"France": 10, "Italy": 15, "Poland": 21, "Sweden": 27}
AGES = {"16-25": 1, "26-35": 2, "36-45": 3, "46-55": 4, "56-65": 5, "65+": 6}
UCLA = [f"loneliness_ucla_{item}" for item in "abc"]
DJG = [f"loneliness_djg_{item}" for item in "abcdef"]


@pytest.fixture(scope="module")
def file(shared):
    return shared / "realdata" / "eu_loneliness_survey_eu4.dta"


@pytest.fixture(scope="module")
def raw(file):
    frame, _ = pyreadstat.read_dta(file, encoding="utf-8")
    return frame


@pytest.fixture(scope="module")
def sample(project: Path, file):
    return run.weigh(run.respond(project / "examples" / "eu_loneliness_2022", inputs={"responses": file}))


def ucla_by_hand(raw: pd.DataFrame) -> pd.Series:
    points = raw[UCLA].where(raw[UCLA] <= 3)
    total = points.sum(axis=1, skipna=False)
    return pd.cut(total, [2, 3, 5, 7, 9], labels=["3", "4–5", "6–7", "8–9"]).astype(object).fillna("Undetermined")


def djg_by_hand(raw: pd.DataFrame) -> pd.Series:
    lonely = pd.DataFrame({name: raw[name].isin([1, 2] if name[-1] in "abc" else [2, 3]) for name in DJG})
    total = lonely.sum(axis=1).where((raw[DJG] > 3).sum(axis=1) <= 1)
    labels = ["Not lonely (0–1)", "Moderately lonely (2–4)", "Severely lonely (5–6)"]
    return pd.cut(total, [-1, 1, 4, 6], labels=labels).astype(object).fillna("Undetermined")


def direct_by_hand(raw: pd.DataFrame) -> pd.Series:
    texts = {1: "All of the time", 2: "Most of the time", 3: "Some of the time", 4: "A little of the time"}
    return raw["loneliness_direct"].map({**texts, 5: "None of the time"}).fillna("No answer")


BY_HAND = {"ucla_class": ucla_by_hand, "djg_class": djg_by_hand, "loneliness_direct": direct_by_hand}


def groups(raw: pd.DataFrame):
    yield "", "", pd.Series(True, index=raw.index)
    for label, code in COUNTRIES.items():
        yield "country", label, raw["country"] == code
    for label, code in AGES.items():
        yield "age_class", label, raw["age_class"] == code
    for label, code in COUNTRIES.items():
        for age, number in AGES.items():
            yield "country:age_class", f"{label} {age}", (raw["country"] == code) & (raw["age_class"] == number)


@pytest.mark.parametrize("question", list(BY_HAND))
def test_weighted_shares_by_country_and_age_are_those_of_pandas(sample, raw, question):
    answers = BY_HAND[question](raw)
    tab = ks.crosstab(sample, question, by=["country", "age_class", ("country", "age_class")])
    for attribute, label, inside in groups(raw):
        row = tab.position(attribute, label)
        weight = raw["w_country"][inside]
        share = weight.groupby(answers[inside]).sum() / weight.sum()
        np.testing.assert_allclose(tab.value[row], share.reindex(tab.answers, fill_value=0), atol=1e-12)
        assert tab.n[row] == inside.sum()


@pytest.mark.parametrize("question", list(BY_HAND))
def test_standard_errors_are_those_of_a_sample_stratified_by_country(sample, raw, question):
    answers = BY_HAND[question](raw)
    tab = ks.crosstab(sample, question, by=["age_class"])
    for attribute, label, inside in (g for g in groups(raw) if g[0] in ("", "age_class")):
        weight = raw["w_country"].where(inside, 0)
        for answer, se in zip(tab.answers, tab.se[tab.position(attribute, label)], strict=True):
            hit = (answers == answer).astype(float)
            share = (weight * hit).sum() / weight.sum()
            residual = weight * (hit - share) / weight.sum()
            variance = sum(len(r) * r.var(ddof=1) for _, r in residual.groupby(raw["country"]))
            assert se == pytest.approx(np.sqrt(variance), rel=1e-9)


def test_mean_scores_leave_out_those_without_a_score(sample, raw):
    points = raw[UCLA].where(raw[UCLA] <= 3).sum(axis=1, skipna=False)
    weight = raw["w_country"].where(points.notna())
    found = ks.means(sample, "ucla_score", by="country")
    wanted = (weight * points).groupby(raw["country"]).sum() / weight.groupby(raw["country"]).sum()
    np.testing.assert_allclose(found.value, wanted, rtol=1e-12)


def test_nobody_is_lost_and_no_value_of_the_file_is_changed(sample):
    assert sample.responses.ledger.kept == sample.responses.ledger.rows == 4029
    assert sample.responses.edits.empty


def test_every_blank_of_the_file_is_someone_who_was_not_asked(sample, raw):
    """The codebook says why a cell is blank: the routing leaves as many people in the base as the file has answers."""
    book, responses = sample.responses.survey.codebook, sample.responses
    routed = [variable for variable in book if variable.asked_if is not None and variable.kind != "multiple"]
    asked = {variable.name: int((responses.given(variable.name).state >= 0).sum()) for variable in routed}
    assert asked == {variable.name: int(raw[variable.name].notna().sum()) for variable in routed}


def test_labels_are_those_of_the_file(sample, file):
    _, meta = pyreadstat.read_dta(file, encoding="utf-8", metadataonly=True)
    for variable in sample.responses.survey.codebook:
        labels = meta.variable_value_labels.get(variable.name)
        if variable.kind == "single" and labels:
            found = {code.code: code.label for code in variable.options}
            assert found == {code: labels[code].strip() for code in found}


def test_every_table_of_the_plan_can_be_made(sample):
    report = ks.make_report(sample)
    assert len(report.tables) == len(sample.responses.survey.plan.tables)


def test_modes_are_told_by_name(sample):
    names, counts = np.unique([str(mode) for mode in sample.responses.mode], return_counts=True)
    assert dict(zip(names.tolist(), counts.tolist(), strict=True)) == {"online": 3846, "telephone": 183}


def test_lacks_counted_together_and_their_band_are_those_of_pandas(sample, raw):
    """Contact below weekly by every channel; a band for those of whom a blank channel leaves it open."""
    channels = raw[["family_meet_face", "family_meet_tele", "friends_meet_face", "friends_meet_tele"]]
    known = channels.where(channels <= 7)
    weekly = (known >= 5).any(axis=1)
    never = (known <= 4).all(axis=1)
    weight = raw["w_country"]
    found = ks.prevalence(sample, "contact_lacking", by="country").frame().set_index("group")
    for label, code in COUNTRIES.items():
        inside = raw["country"] == code
        row = found.loc[label]
        assert row["percent"] == pytest.approx(
            100 * weight[inside & never].sum() / weight[inside & (never | weekly)].sum()
        )
        assert row["band_low"] == pytest.approx(100 * weight[inside & never].sum() / weight[inside].sum())
        assert row["band_high"] == pytest.approx(100 * weight[inside & ~weekly].sum() / weight[inside].sum())
        assert row["undetermined"] == int((inside & ~weekly & ~never).sum())
    count = pd.Series(sample.responses.answers["isolated"])
    parts = [sample.responses.answers[name] == 1 for name in ("isolated_contact", "isolated_support")]
    third = sample.responses.answers["isolated_participation"] == 1
    scored = sample.responses.status["isolated"] == 0
    assert (count[scored] == (parts[0].astype(int) + parts[1] + third)[scored]).all()
    assert scored.sum() > 3500
