"""Nonresponse classes of text and categories; values that are missing; strata merged for replicates too."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import DesignError

METHODS = ("classes", "grown", "propensity", "propensity_classes")


def selected(seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    number = rng.integers(1, 4, 400)
    answered = rng.random(400) < 0.2 + 0.2 * number
    names = np.array(["", "east", "north", "south"])[number]
    return pd.DataFrame({"number": number, "text": names, "resp": answered, "w": rng.uniform(1, 3, 400)}).assign(
        category=lambda d: pd.Categorical(d["text"], categories=["east", "north", "south"])
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["text", "category"])
def test_classes_of_text_adjust_as_classes_of_numbers(method, kind):
    sample = ks.Sample.from_frame(selected(), weight="w")
    by_number, own = (
        ks.adjust_nonresponse(sample, "resp", method=method, classes=[name]).weight for name in ("number", kind)
    )
    np.testing.assert_allclose(own, by_number, rtol=1e-12)


def test_classes_are_merged_with_the_neighbour_in_the_order_of_the_categories():
    frame = selected().assign(
        category=lambda d: pd.Categorical(d["text"], categories=["south", "east", "north"]),
        resp=lambda d: d["resp"] & ((d["text"] != "south") | (d.index < 8)),
    )
    adjusted = ks.adjust_nonresponse(
        ks.Sample.from_frame(frame, weight="w"), "resp", classes=["category"], minimum_size=10
    )
    assert adjusted.steps[-1].details["class"].tolist() == ["south+east", "north"]


def test_collapsing_categories_of_text_counts_them_as_one():
    sample = ks.Sample.from_frame(selected(), weight="w")
    options = {"classes": ["category"], "collapse": {"category": [["east", "south"]]}}
    joined = selected().assign(category=lambda d: d["text"].replace("south", "east"))
    expected = ks.adjust_nonresponse(ks.Sample.from_frame(joined, weight="w"), "resp", classes=["category"])
    np.testing.assert_allclose(ks.adjust_nonresponse(sample, "resp", **options).weight, expected.weight, rtol=1e-12)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["number", "text", "category"])
def test_a_missing_class_is_refused_with_its_name_and_count(method, kind):
    """A propensity model took it for the last category, in silence."""
    frame = selected()
    frame[kind] = frame[kind].where(frame.index > 1)
    with pytest.raises(DesignError) as refused:
        ks.adjust_nonresponse(ks.Sample.from_frame(frame, weight="w"), "resp", method=method, classes=[kind])
    assert (refused.value.key, refused.value.where, refused.value.fields["count"]) == ("design.missing_class", kind, 2)


@pytest.mark.parametrize("merge", [{7: 8}, {"7": "8"}])
@pytest.mark.parametrize("text", [True, False])
def test_a_stratum_to_merge_is_found_whether_the_column_holds_text_or_numbers(merge, text):
    frame = pd.DataFrame({"h": np.r_[7, np.repeat(8, 5), np.repeat(9, 4)], "y": np.arange(10.0), "w": 2.0})
    frame = frame.astype({"h": "str"}) if text else frame
    sample = ks.Sample.from_frame(frame, weight="w", stratum="h", collapse=merge)
    assert len(sample.stages[0].count) == 2
    assert np.isfinite(ks.means(ks.replicates(sample, method="jkn"), "y").se).all()
