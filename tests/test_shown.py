"""What stands at the prompt is one line a person can read."""

from __future__ import annotations

import kodoku_survey as ks


def test_every_value_of_the_chain_is_shown_on_one_short_line(prefecture, prefecture_sample):
    returns = ks.read_returns(prefecture.survey)
    sample, steps = prefecture_sample, prefecture_sample.steps
    report = ks.weighting_report(sample)
    shown = [repr(value) for value in (prefecture.survey, returns, prefecture, sample, *steps, report)]
    assert max(map(len, shown)) < 300
    assert not [line for line in shown if "\n" in line]


def test_a_sample_says_its_size_basis_design_and_weights(prefecture_sample):
    shown = repr(prefecture_sample)
    n, total = f"n={len(prefecture_sample):,}", f"weights sum to {prefecture_sample.weight.sum():,.0f}"
    assert n in shown
    assert total in shown
    assert "basis design" in shown
    assert "raking" in shown
    assert repr(ks.replicates(prefecture_sample, method="bootstrap", count=5)).count("5 replicates (bootstrap)") == 1


def test_responses_say_how_many_rows_were_kept_of_those_read(prefecture):
    assert f"{prefecture.ledger.kept:,} of {prefecture.ledger.rows:,} rows kept" in repr(prefecture)


def test_a_step_says_its_kind_and_the_design_effect_of_its_weights(prefecture_sample):
    step = prefecture_sample.steps[-1]
    assert repr(step).startswith(f"<Step {step.kind}: ")
    assert f"Kish deff {step.summary()['kish_deff']:.3f}" in repr(step)
