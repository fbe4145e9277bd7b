"""A batch of cross-tabs is each of them, one by one: the same shares, errors, intervals and tests, whatever the design."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import kodoku_survey as ks
from kodoku_survey.crosstabs.crosstab import TableWanted, tables_of
from kodoku_survey.errors import SurveyError
from kodoku_survey.estimation.counting import passes
from kodoku_survey.estimation.hypotheses.independence import independence


def survey(
    seed: int, *, n: int = 300, strata: int = 4, psus: int = 3, levels=(3, 2, 4), missing: float = 0.1
) -> pd.DataFrame:
    """A small survey: PSUs in strata, households in PSUs, categorical columns some of which nobody may have answered."""
    rng = np.random.default_rng(seed)
    stratum, psu = rng.integers(0, strata, n), rng.integers(0, psus, n)
    frame = pd.DataFrame(
        {"stratum": stratum, "psu": psu, "home": rng.integers(0, 4, n), "weight": rng.gamma(2.0, 1.0, n)}
    )
    frame["fpc"], frame["homes"] = 10 + stratum, 6
    for place, size in enumerate(levels):
        codes = rng.integers(0, size, n) if place else (rng.random(n) * size * (0.5 + psu / (2 * psus))).astype(int)
        codes = np.where(rng.random(n) < missing, -1, codes)
        frame[f"v{place}"] = pd.Categorical.from_codes(codes, categories=[f"{place}:{k}" for k in range(size)])
    return frame


def assert_same(sample: ks.Sample, questions, by, *, rtol: float = 1e-9, **options) -> None:
    """Every table and test of the batch beside those made alone."""
    batch = ks.crosstabs(sample, questions, by=by, **options)
    low, high = batch.limits(0.9)
    at = 0
    for banner in by:
        for question in questions:
            name = banner if isinstance(banner, str) else ":".join(banner)
            one, alone = batch[question, name], ks.crosstab(sample, question, by=[banner], total="", **options)
            assert one.groups == alone.groups
            assert (one.answers, one.keys, one.multiple) == (alone.answers, alone.keys, alone.multiple)
            close(one.value, alone.value, rtol)
            close(one.se, alone.se, rtol, atol=1e-12)
            for mine, theirs in zip(one.interval(0.9), alone.interval(0.9), strict=True):
                close(mine, theirs, rtol, atol=1e-12)
            cells = slice(at, at := at + one.value.size)
            np.testing.assert_array_equal(low[cells].reshape(one.shape), one.interval(0.9)[0])
            np.testing.assert_array_equal(high[cells].reshape(one.shape), one.interval(0.9)[1])
            np.testing.assert_array_equal(one.counts, alone.counts)
            np.testing.assert_array_equal(one.n, alone.n)
            close(one.weighted_n, alone.weighted_n, rtol)
            close(one.estimate.degrees_of_freedom, alone.estimate.degrees_of_freedom, 0)
            close(one.estimate.deff, alone.estimate.deff, 10 * rtol, atol=1e-9)
            if isinstance(banner, str) and not one.multiple and not options:
                assert_same_test(sample, batch, question, banner)


def close(mine, theirs, rtol, atol=1e-15) -> None:
    np.testing.assert_allclose(mine, theirs, rtol=rtol, atol=atol)


def assert_same_test(sample, batch, question, attribute) -> None:
    try:
        alone = independence(sample, question, attribute)
    except SurveyError:
        with pytest.raises(SurveyError):
            batch.test(question, attribute)
        return
    mine = batch.test(question, attribute)
    if min(mine.statistic, alone.statistic) > 1e15:  # a variable by itself, its margin known: no variance but rounding
        return
    # A two-valued variable by itself has variance (1 - 2p)^2 var(p): near p = 1/2 rounding is a share of about
    # eps F / df of it, and both ways of summing are as far from the truth.
    rtol = 1e-8 + 16 * np.finfo(float).eps * alone.statistic / max(alone.df[1], 1.0)
    close([mine.statistic, *mine.df, mine.p_value], [alone.statistic, *alone.df, alone.p_value], rtol, atol=1e-12)


def plain(frame, **options) -> ks.Sample:
    return ks.Sample.from_frame(frame, weight="weight", stratum="stratum", psu="psu", **options)


def raked(frame) -> ks.Sample:
    margins = {}
    for name in ("v1", "v2"):
        frame[name] = frame[name].cat.add_categories("missing").fillna("missing")
        held = frame[name].value_counts()
        raised = held[held > 0] * (1 + np.arange((held > 0).sum()) / 10)
        margins[name] = dict(1000 * raised / raised.sum())
    return ks.calibrate(plain(frame), margins)


def spoiled(frame) -> pd.DataFrame:
    """A PSU alone in its stratum, weights of nothing."""
    frame = frame.assign(stratum=frame["stratum"].where(frame["stratum"] > 0, np.where(frame["psu"] == 0, 0, 1)))
    return frame.assign(weight=frame["weight"].where(frame.index % 7 > 0, 0.0))


DESIGNS = {
    "stratified PSUs": plain,
    "PSUs not in order": lambda frame: plain(frame.sample(frac=1, random_state=3, ignore_index=True)),
    "no PSUs": lambda frame: ks.Sample.from_frame(frame, weight="weight", stratum="stratum"),
    "no PSUs, domain": lambda frame: ks.domain(ks.Sample.from_frame(frame, weight="weight", stratum="stratum"), "psu != 1"),
    "no PSUs, fpc": lambda frame: ks.Sample.from_frame(frame.assign(fpc=400), weight="weight", stratum="stratum", fpc="fpc"),
    "no PSUs, raked": lambda frame: ks.calibrate(
        ks.Sample.from_frame(frame, weight="weight", stratum="stratum"), {"stratum": dict(enumerate([90.0, 80, 70, 60]))}
    ),
    "two stages": lambda frame: ks.Sample.from_frame(
        frame, weight="weight", stratum="stratum", psu=["psu", "home"], fpc=["fpc", "homes"]
    ),
    "raked": raked,
    "raked, domain": lambda frame: ks.domain(raked(frame), (frame["psu"] != 1).to_numpy()),
    "calibrated to a number": lambda frame: ks.calibrate(
        plain(frame.assign(income=np.arange(len(frame)) % 11)), {"income": 4000.0}, method="linear"
    ),
    "domain": lambda frame: ks.domain(plain(frame), "psu != 2"),
    "unweighted": lambda frame: replace(plain(frame), basis="unweighted"),
    "unweighted domain": lambda frame: replace(ks.domain(plain(frame), "psu != 2"), basis="unweighted"),
    "jackknife": lambda frame: ks.replicates(plain(frame)),
    "bootstrap of raked weights": lambda frame: ks.replicates(raked(frame), method="bootstrap", count=20),
    "replicates from elsewhere": lambda frame: ks.Sample.from_frame(
        frame.assign(**{f"r{k}": frame["weight"] * (1 + (frame["psu"] == k)) for k in range(3)}),
        weight="weight", replicate_weights=["r0", "r1", "r2"], replicate_method="bootstrap",
    ),
    "lonely PSU at the centre": lambda frame: plain(spoiled(frame), lonely_psu="centre"),
    "lonely PSU as the average": lambda frame: plain(spoiled(frame), lonely_psu="average"),
    "lonely PSU removed": lambda frame: plain(spoiled(frame), lonely_psu="remove"),
    "lonely PSU certain": lambda frame: plain(spoiled(frame), lonely_psu="certainty"),
}  # fmt: skip


@pytest.mark.parametrize("design", DESIGNS)
def test_a_batch_equals_its_tables_one_by_one(design):
    assert_same(DESIGNS[design](survey(1)), ["v0", "v1", "v2"], ["v2", "v1", ("v1", "v2")])


@pytest.mark.parametrize("design", ["stratified PSUs", "no PSUs", "raked", "unweighted", "jackknife"])
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(100, 400),
    levels=st.lists(st.integers(2, 7), min_size=3, max_size=5),
    missing=st.sampled_from([0.0, 0.02, 0.5]),
)
@example(seed=2350, n=254, levels=[2, 2, 2], missing=0.0)  # a variable by itself whose weighted share is 0.50003
@settings(max_examples=15, deadline=None)
def test_of_any_shape_a_batch_equals_its_tables_one_by_one(design, seed, n, levels, missing):
    frame = survey(seed, n=n, levels=levels, missing=missing)
    names = [f"v{place}" for place in range(len(levels))]
    assert_same(DESIGNS[design](frame), names[1:], names[:2])


def test_answers_and_groups_of_nobody_change_nothing():
    frame = survey(2)
    for name in ("v0", "v1"):
        frame[name] = frame[name].cat.add_categories(f"{name} of nobody")
    for design in ("stratified PSUs", "raked", "unweighted", "jackknife"):
        assert_same(DESIGNS[design](frame), ["v0", "v2"], ["v1"])


def test_a_table_of_one_answer_has_shares_and_no_test():
    frame = survey(3)
    frame["v0"] = pd.Categorical(["same"] * len(frame))
    sample = plain(frame)
    batch = ks.crosstabs(sample, ["v0", "v2"], by="v1")
    assert_same(sample, ["v0", "v2"], ["v1"])
    assert batch.tests["p_value"].isna().tolist() == [True, False]
    with pytest.raises(SurveyError, match="v0"):
        batch.test("v0", "v1")


def test_shares_known_for_certain_have_no_error():
    """All of a group in one PSU: its shares cannot vary, and rounding must not say that they do."""
    frame = survey(4)
    frame["v1"] = pd.Categorical(np.where((frame["stratum"] == 0) & (frame["psu"] == 1), "here", "elsewhere"))
    tab = ks.crosstabs(plain(frame), ["v2"], by="v1")["v2", "v1"]
    assert tab.groups[1].label == "here"
    assert (tab.se[1] < 1e-15).all()


def test_an_answer_almost_everybody_of_a_group_gave_has_its_error_to_nine_digits():
    """Its variance is a small difference of large terms: taken of sums of products alone it would have lost them."""
    frame = survey(5, n=2000, levels=(2, 2), missing=0.0)
    rare = np.arange(2000) % 400 == 7
    frame["v0"] = pd.Categorical(np.where(rare, "rare", "usual"))
    frame.loc[rare, "weight"] = 1e-5
    mine, alone = (
        ks.crosstabs(plain(frame), ["v0"], by="v1")["v0", "v1"],
        ks.crosstab(plain(frame), "v0", by="v1", total=""),
    )
    assert mine.value.max() > 1 - 1e-6
    close(mine.se, alone.se, 1e-9, atol=0)


def test_several_answers_and_silence_of_the_sample_folders(national_sample, prefecture_sample):
    for sample in (national_sample, prefecture_sample):
        for each in (sample, replace(sample, basis="unweighted")):
            variables = sample.responses.variables
            several = [name for name, one in variables.items() if one.kind == "multiple"][:3]
            single = [name for name, one in variables.items() if one.kind in ("single", "class")][:6]
            by = [
                name
                for name in ("sex", "age_class", ("sex", "age_class"))
                if set(np.atleast_1d(name)) <= set(variables)
            ]
            assert_same(each, [*several, *single], by)
            assert_same(each, [*several, *single], by, nonanswer="out")


def test_the_frame_is_the_tables_frames_one_after_another():
    batch = ks.crosstabs(plain(survey(5)), ["v0", "v1"], by=["v2", "v1"])
    frame = batch.frame(0.9)
    apart = pd.concat(
        [tab.frame(0.9).assign(question=question) for (question, _), tab in batch.items()], ignore_index=True
    )
    pd.testing.assert_frame_equal(frame, apart[list(frame.columns)], check_dtype=False)


def test_covariances_are_there_when_asked_for():
    sample = plain(survey(6))
    batch, alone = ks.crosstabs(sample, ["v0"], by=["v2"]), ks.crosstab(sample, "v0", by=["v2"], total="")
    close(batch["v0", "v2"].estimate.covariance, alone.estimate.covariance, 1e-10)
    close(np.diag(batch["v0", "v2"].estimate.covariance), batch.se**2, 1e-9)


@pytest.mark.parametrize("design", DESIGNS)
def test_lines_that_are_kept_are_those_counted_again(design):
    sample = DESIGNS[design](survey(7))
    wanted = [TableWanted("v2", ["v1", ("v0", "v1")]), TableWanted("v0", ["v1"], share="column"), TableWanted("v1", [])]
    for kept, again in zip(tables_of(sample, wanted, keep=1 << 30), tables_of(sample, wanted), strict=True):
        close(kept.estimate.covariance, again.estimate.covariance, 1e-12, atol=1e-15)
        close(kept.se, again.se, 1e-12, atol=1e-15)


def test_covariances_leave_silence_out_where_the_shares_do(prefecture_sample):
    asked = next(
        name
        for name, one in prefecture_sample.responses.variables.items()
        if one.nonanswer is not None and one.kind == "single"
    )
    batch = ks.crosstabs(prefecture_sample, [asked], by="sex", nonanswer="out")
    close(np.diag(batch[asked, "sex"].estimate.covariance), batch.se**2, 1e-9, atol=1e-18)


@pytest.mark.parametrize("rows", [1, 7, 1 << 15])
@pytest.mark.parametrize("cells", [1, 40, 1 << 13])
def test_neither_blocks_nor_packs_change_a_figure(monkeypatch, rows, cells):
    """Rows by the handful and questions by the dozen are counted as they are in one go."""
    monkeypatch.setattr(passes, "BLOCK", rows)
    monkeypatch.setattr(passes, "CELLS", cells)
    names = [f"v{place}" for place in range(6)]
    frame = survey(7, n=400, strata=2, psus=2, levels=(3, 2, 4, 2, 5, 2))
    for design in ("stratified PSUs", "PSUs not in order", "raked, domain"):
        assert_same(DESIGNS[design](frame.copy()), names, ["v2", "v1"])


@pytest.mark.parametrize("design", ["stratified PSUs", "raked", "unweighted", "jackknife"])
def test_without_an_attribute_everybody_is_one_group(design):
    sample = DESIGNS[design](survey(9))
    batch = ks.crosstabs(sample, ["v0", "v1"])
    for name in ("v0", "v1"):
        alone = ks.crosstab(sample, name)
        assert batch[name, ""].groups == alone.groups
        close(batch[name, ""].value, alone.value, 1e-12)
        close(batch[name, ""].se, alone.se, 1e-10, atol=1e-13)
    assert batch.tests["p_value"].isna().all()


def test_a_name_given_twice_is_one_table_and_a_name_alone_is_a_list_of_one():
    sample = plain(survey(10))
    batch = ks.crosstabs(sample, ["v0", "v1", "v0"], by=["v2", "v2"])
    assert list(batch) == [("v0", "v2"), ("v1", "v2")]
    assert list(ks.crosstabs(sample, "v0", by="v2")) == [("v0", "v2")]
    assert "2 tables" in repr(batch)


def test_no_questions_make_no_tables():
    batch = ks.crosstabs(plain(survey(8)), [], by=["v1"])
    assert len(batch) == 0
    assert batch.frame().empty
    assert batch.tests.empty
