"""Instruments as data: every row of the table of true scores, and what the data say of themselves."""

from __future__ import annotations

import csv
from itertools import groupby

import numpy as np
import pandas as pd
import pytest

from kodoku_survey.errors import ContentError, UsageError
from kodoku_survey.measures import instrument, instruments, score_items

MEDIA = "contact_media_weekly"


@pytest.fixture(scope="module")
def truth(shared):
    with (shared / "golden" / "scales" / "truth_scores.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def scored(rows, id=None, **options):
    """Rows of the table of true scores, scored by their instrument."""
    answers = pd.DataFrame([row["responses"].split(";") for row in rows]).replace(".", np.nan).astype(float)
    answers.columns = [f"i{number}" for number in answers.columns]
    return score_items(
        answers, id or rows[0]["instrument"], items=list(answers.columns), direction="declared", **options
    )


def by_instrument(truth):
    return {id: list(rows) for id, rows in groupby(truth, key=lambda row: row["instrument"])}


def as_numbers(rows, column):
    return np.array([float(row[column]) if row[column] else np.nan for row in rows])


def numbers(values):
    return values.astype("Float64").to_numpy(float, na_value=np.nan)


def test_every_score_and_bound_of_the_table_is_met(truth):
    for rows in by_instrument(truth).values():
        found = scored(rows)
        for column, wanted in (("score", "score_complete"), ("low", "score_lo"), ("high", "score_hi")):
            np.testing.assert_allclose(numbers(found[column]), as_numbers(rows, wanted), atol=1e-12)
        assert found["answered"].tolist() == [int(row["n_valid"]) for row in rows]


@pytest.mark.parametrize(("share", "column"), [(0.2, "score_prorate20"), (0.5, "score_prorate50")])
def test_every_prorated_score_of_the_table_is_met_or_refused(truth, share, column):
    for id, rows in by_instrument(truth).items():
        if instrument(id).prorated == "no":
            assert not any(row[column] for row in rows)
            with pytest.raises(UsageError):
                scored(rows, prorate=share)
        else:
            np.testing.assert_allclose(numbers(scored(rows, prorate=share)["score"]), as_numbers(rows, column))


def test_every_subscale_and_class_of_the_table_is_met(truth):
    for rows in by_instrument(truth).values():
        found, known = scored(rows), instrument(rows[0]["instrument"])
        for part, column in zip(known.subscales, ("sub_a", "sub_b"), strict=False):
            np.testing.assert_allclose(numbers(found[part.name]), as_numbers(rows, column))
        if known.classes:
            assert found["class"].astype(object).fillna("").tolist() == [row["band"] for row in rows]


def test_every_flag_of_the_table_is_met(truth):
    for rows in by_instrument(truth).values():
        found = scored(rows)
        if rows[0]["instrument"] == "contact_sum_4.3":
            found = found.join(scored(rows, MEDIA)["no_medium_weekly"])
        for position, row in enumerate(rows):
            for flag in filter(None, row["flags"].split(";")):
                name, value = flag.split("=")
                if name.startswith("sub_"):
                    assert value in found
                    continue
                held = found[name].iloc[position]
                assert ("NA" if pd.isna(held) else str(int(held))) == value, (row["case"], name)


def test_keys_ranges_and_counts_are_those_of_the_facts(shared):
    with (shared / "golden" / "scales" / "instruments.csv").open(encoding="utf-8") as file:
        facts = {row["instrument"]: row for row in csv.DictReader(file)}
    for id, known in instruments().items():
        fact = facts.get(id) or facts.get(id.split("_")[0])
        if fact is None or known.kind == "name":
            continue
        assert len(known.items) == int(fact["items"])
        assert known.range == (float(fact["min"]), float(fact["max"]))
        if id.startswith(("ucla", "uls")):
            assert ";".join(map(str, known.reversed)) == fact["reverse_items"]


def test_the_weights_of_the_contact_sums_are_those_of_the_frequency_map(shared):
    facts = pd.read_csv(shared / "golden" / "scales" / "frequency_map.csv")
    for id, column in (("contact_sum_4.3", "per_month"), ("contact_sum_low", "low"), ("contact_sum_high", "high")):
        points = [answer.points / instrument(id).unit for answer in instrument(id).codes]
        np.testing.assert_allclose(points, facts[column])


@pytest.mark.parametrize("known", [one for one in instruments().values() if one.kind != "name"], ids=lambda one: one.id)
def test_an_instrument_is_whole(known):
    assert known.source
    assert known.rights
    assert len({answer.code for answer in known.codes}) == len(known.codes) > 1
    assert set(known.reversed) <= set(range(1, len(known.items) + 1))
    assert all((cut.minimum is None) != (cut.maximum is None) for cut in known.cuts)
    assert {cut.of for cut in known.cuts} <= {"", *(part.name for part in known.subscales)}
    low, high = (int(end * known.unit) for end in known.range)
    if known.classes:
        assert all(sum(bool(band.holds(np.array(s))) for band in known.classes) == 1 for s in range(low, high + 1))


def test_what_is_known_by_name_only_cannot_be_scored():
    with pytest.raises(UsageError) as fault:
        score_items(pd.DataFrame(), "ucla_ls3_sf10", items=[])
    assert "no key" in fault.value.text("en")


def test_an_unknown_instrument_is_told_with_its_nearest_neighbour():
    with pytest.raises(UsageError) as fault:
        instrument("ucla3_huges")
    assert "Did you mean 'ucla3_hughes'?" in fault.value.text("en")


def test_a_number_of_columns_names_no_instrument():
    frame = pd.DataFrame({name: [1, 2] for name in "abc"})
    with pytest.raises(UsageError) as fault:
        score_items(frame, "uls8", items=list("abc"))
    assert "8" in fault.value.text("en")
    assert "8" in fault.value.text("ja")


def test_only_known_codes_are_scored_and_codes_of_no_answer_are_declared():
    frame = pd.DataFrame({"a": [1, 9], "b": [2, 1], "c": [3, 1]})
    with pytest.raises(ContentError) as fault:
        score_items(frame, "ucla3_hughes", items=list("abc"))
    assert fault.value.where == "a"
    found = score_items(frame, "ucla3_hughes", items=list("abc"), nonanswer=[9])
    assert found["status"].tolist() == ["complete", "undetermined"]
    assert found["low"].tolist() == [6, 3]


def lonely_people(n=200):
    """Answers 1–4 of n people to the 20 items of version 3, as one trait would have them."""
    rng = np.random.default_rng(20)
    trait = rng.normal(size=(n, 1)) + rng.normal(scale=0.8, size=(n, 20))
    points = np.clip(np.round(2.5 + trait), 1, 4).astype(int)
    turned = [item in instrument("ucla20_v3").reversed for item in range(1, 21)]
    return pd.DataFrame(np.where(turned, 5 - points, points), columns=[f"u{item}" for item in range(1, 21)])


def test_a_wrong_key_is_refused_by_naming_the_item_that_runs_against_the_rest():
    frame = lonely_people()
    assert score_items(frame, "ucla20_v3", items=list(frame.columns))["score"].between(20, 80).all()
    with pytest.raises(ContentError) as fault:
        score_items(frame, "ucla20_r1980", items=list(frame.columns))
    assert fault.value.where == "u4"
    assert fault.value.key == "measures.reversed"


def test_an_item_reversed_in_the_file_is_refused():
    frame = lonely_people()
    frame["u7"] = 5 - frame["u7"]
    with pytest.raises(ContentError) as fault:
        score_items(frame, "ucla20_v3", items=list(frame.columns))
    assert (fault.value.where, fault.value.key) == ("u7", "measures.not_reversed")
    assert "not reversed" in fault.value.text("en")


def test_the_key_of_1980_is_refused_on_the_simulated_items_of_version_3(shared):
    frame = pd.read_csv(shared / "golden" / "scales" / "sim_survey.csv")
    items = [f"u20_{item:02d}" for item in range(1, 21)]
    with pytest.raises(ContentError) as fault:
        score_items(frame, "ucla20_r1980", items=items)
    assert fault.value.where == "u20_04"
    assert fault.value.fields["r"] == "-0.56"


def test_scores_of_every_simulated_person_are_those_of_the_reference(shared):
    folder = shared / "golden" / "scales"
    frame, wanted = pd.read_csv(folder / "sim_survey.csv"), pd.read_csv(folder / "expected_person_scores.csv")
    three = score_items(frame, "ucla3_jp_gov", items=["u3_1", "u3_2", "u3_3"])
    twenty = score_items(frame, "ucla20_v3", items=[f"u20_{item:02d}" for item in range(1, 21)])
    media = ["c_f2f", "c_phone", "c_text"]
    contact, best = (score_items(frame, id, items=media) for id in ("contact_sum_4.3", MEDIA))
    support = score_items(frame, "support_received", items=["s_rely", "s_consult", "s_chat"])
    give = score_items(frame, "support_given", items=["s_give"])
    found = {
        "u3_sum": three["score"],
        "u20_v3": twenty["score"],
        "contacts_month": contact["score"],
        "g_contact": best["no_medium_weekly"],
        "g_contact43": contact["lt_weekly_sum"],
        "g_contact86": contact["le_8.6"],
        "g_support": support["none_of_three"],
        "g_give": give["lacking"],
    }
    for name, values in found.items():
        np.testing.assert_allclose(numbers(values), wanted[name].to_numpy(float), atol=1e-12, err_msg=name)
    assert three["class"].astype(object).fillna("").tolist() == wanted["band"].fillna("").tolist()


LISTED = [
    "ucla3_jp_gov", "ucla3_hughes", "ucla20_v1", "ucla20_r1980", "ucla20_v3", "ucla10_v1neg", "ucla_ls3_sf10", "uls8", "uls6",
    "djg11_3cat", "djg11_yesfirst", "djg11_5cat", "djg11_5cat_yesfirst", "djg6_3cat", "djg6_yesfirst", "lsns6",
    "elsa_isolation5", "direct_jp", "direct_ons", "direct_eu",
]  # fmt: skip


@pytest.mark.parametrize("id", LISTED)
def test_every_instrument_of_the_brief_is_shipped_with_its_source_and_rights(id):
    known = instrument(id)
    assert known.source
    assert known.rights
    assert (known.kind == "name") == (id == "ucla_ls3_sf10")


@pytest.mark.parametrize(
    ("plain", "turned"),
    [("djg11_3cat", "djg11_yesfirst"), ("djg11_5cat", "djg11_5cat_yesfirst"), ("djg6_3cat", "djg6_yesfirst")],
)
def test_both_orders_of_the_codes_score_the_same_answers_alike(plain, turned):
    first, last = instrument(plain).codes[0].code, instrument(plain).codes[-1].code
    rng = np.random.default_rng(6)
    items = [f"i{number}" for number in range(len(instrument(plain).items))]
    frame = pd.DataFrame(rng.integers(first, last + 1, size=(100, len(items))), columns=items)
    one = score_items(frame, plain, items=items, direction="declared")
    other = score_items(first + last - frame, turned, items=items, direction="declared")
    pd.testing.assert_frame_equal(one, other)


def test_items_are_the_paraphrases_and_keys_of_the_facts(shared):
    facts = pd.read_csv(shared / "golden" / "scales" / "items.csv")
    for id, known in instruments().items():
        own = facts[facts["instrument"].isin([id, id.split("_")[0]])]
        if known.kind != "scale" or id == "ucla3_jp_gov" or own.empty:  # its wording is the government's own
            continue
        assert list(known.items) == own["ref"].tolist(), id
        turned = {item for item, key in zip(own["item"], own["key"], strict=True) if key == "-"}
        assert set(known.reversed) == turned, id
