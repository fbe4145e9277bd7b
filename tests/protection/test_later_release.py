"""A release after another: a reader who holds both finds no small count, and no difference that is of few persons."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import DisclosureError
from kodoku_survey.publish.sheets.tidy import tidy
from release import attack, make_release, write_plan

SEEDS = range(100 if os.environ.get("KODOKU_SLOW") else 4)
WRITTEN = (2,)  # of which a second release has been made
OTHER = (
    ("1", "lonely", ("sex", "fine")),
    ("6", "lonely", ("area:fine", "coarse")),
    ("7", "act", ("fine", "coarse")),
    ("8", "area", ("fine", "sex")),
)


def reported(folder: Path) -> ks.Report:
    return ks.make_report(ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(folder))))))


def released_or_refused(folder: Path, first: ks.Report) -> ks.Report | DisclosureError:
    try:
        return ks.protect(reported(folder), after=first.protection.ledger)
    except DisclosureError as refused:
        return refused


def cells(*reports: ks.Report) -> pd.DataFrame:
    """The data files of some releases, as a reader has them."""
    return pd.concat([tidy(one) for one in reports]).astype(object).fillna("").astype(str)


@pytest.mark.parametrize("seed", SEEDS)
def test_who_holds_two_releases_of_other_plans_finds_no_small_count(seed: int, tmp_path: Path) -> None:
    """What cannot be hidden any more, the first having been printed, is refused by name."""
    frame = make_release(tmp_path, seed)
    first = ks.protect(reported(tmp_path))
    write_plan(tmp_path, OTHER)
    second = released_or_refused(tmp_path, first)
    if isinstance(second, DisclosureError):
        assert second.key == "protection.open"
        assert seed not in WRITTEN, "could be released, and was"
        return
    assert attack(cells(first, second), frame, 3)[1] == []
    assert second.protection.gaps


def test_without_the_ledger_two_safe_releases_tell_small_counts(tmp_path: Path) -> None:
    frame = make_release(tmp_path, 2)
    first = ks.protect(reported(tmp_path))
    write_plan(tmp_path, OTHER)
    second = ks.protect(reported(tmp_path))
    assert attack(cells(first), frame, 3)[1] == attack(cells(second), frame, 3)[1] == []
    assert attack(cells(first, second), frame, 3)[1]


@pytest.mark.parametrize(("before", "now"), [(5, 3), (3, 5)])
def test_another_threshold_tells_nothing_more(before: int, now: int, tmp_path: Path) -> None:
    frame = make_release(tmp_path, 4)
    first = ks.protect(reported(tmp_path), threshold=before)
    second = ks.protect(reported(tmp_path), threshold=now, after=first.protection.ledger)
    assert set(attack(cells(first, second), frame, 3)[1]) == set()
    assert set(attack(cells(first, second), frame, now)[1]) <= set(attack(cells(first), frame, now)[1])


def test_the_same_release_made_again_is_the_same(tmp_path: Path) -> None:
    make_release(tmp_path, 2)
    first = ks.protect(reported(tmp_path))
    again = ks.protect(reported(tmp_path), after=first.protection.ledger)
    assert tidy(again).equals(tidy(first))
    assert again.protection.ledger == first.protection.ledger


def corrected(folder: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    change(pd.read_csv(folder / "postal.csv")).to_csv(folder / "postal.csv", index=False)


def differences(first: ks.Report, second: ks.Report) -> list[int]:
    """By how much the counts and bases that both print differ, where they do."""
    keys = ["table_id", "attribute", "group_code", "answer_code"]
    both = tidy(first).merge(tidy(second), on=keys, suffixes=("", "_now"))
    own = [(both[f"{name}_now"] - both[name]).dropna() for name in ("count", "n_unweighted")]
    return [int(one) for column in own for one in column if one]


def test_a_correction_of_one_person_shows_in_no_figure(tmp_path: Path) -> None:
    make_release(tmp_path, 3)
    first = ks.protect(reported(tmp_path))
    row = pd.read_csv(tmp_path / "postal.csv").query("lonely == 3 and sex == 1").index[0]

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[row, "lonely"] = 2
        return frame

    corrected(tmp_path, change)
    assert differences(first, ks.protect(reported(tmp_path)))
    second = ks.protect(reported(tmp_path), after=first.protection.ledger)
    assert differences(first, second) == []
    changed = second.protection.intervals.query("answer.str.endswith('±')")
    assert len(changed)
    assert changed["proved"].all()


def test_two_late_returns_are_refused_and_thirty_are_not_told_by_less_than_three(tmp_path: Path) -> None:
    make_release(tmp_path, 3)
    first = ks.protect(reported(tmp_path))
    whole = pd.read_csv(tmp_path / "postal.csv")

    def more(frame: pd.DataFrame, number: int) -> pd.DataFrame:
        late = whole[whole["lonely"] == 3].head(number).copy()
        late["番号"] += 10_000
        return pd.concat([frame, late])

    corrected(tmp_path, lambda frame: more(frame, 2))
    with pytest.raises(DisclosureError) as refused:
        ks.protect(reported(tmp_path), after=first.protection.ledger)
    assert refused.value.key == "protection.few_more"
    corrected(tmp_path, lambda _frame: more(whole, 40))
    second = released_or_refused(tmp_path, first)
    if isinstance(second, DisclosureError):
        assert second.key == "protection.open"
    else:
        assert all(abs(one) >= 3 for one in differences(first, second))


def test_a_table_that_can_not_be_counted_again_is_named(tmp_path: Path) -> None:
    make_release(tmp_path, 2)
    first = ks.protect(reported(tmp_path))
    path = tmp_path / "codebook.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(', { code = 4, label = "fine4" }', ""), encoding="utf-8")
    corrected(tmp_path, lambda frame: frame.assign(fine=frame["fine"].replace(4, 3)))
    with pytest.raises(DisclosureError) as refused:
        ks.protect(reported(tmp_path), after=first.protection.ledger)
    assert refused.value.key == "protection.ledger_table"


def test_a_release_that_hides_nothing_does_not_follow_one_that_hides(tmp_path: Path) -> None:
    make_release(tmp_path, 2)
    ledger = ks.protect(reported(tmp_path)).protection.ledger
    with pytest.raises(DisclosureError):
        ks.protect(reported(tmp_path), profile="official", after=ledger)
