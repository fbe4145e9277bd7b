"""The quality page of a protected release tells no count of blanks from which, with the tables, a hidden count follows."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

import kodoku_survey as ks
from kodoku_survey.publish.pages.annex import annex
from kodoku_survey.publish.pages.opening import returns
from kodoku_survey.publish.pages.quality import quality_page
from kodoku_survey.publish.release.tracing import trace
from kodoku_survey.tables.table import HIDDEN
from kodoku_survey.tables.words import words_of
from release import make_release, write_plan


def made(folder: Path, plan: tuple) -> ks.Report:
    """40 men, 30 women, two others who are in no group shown, and six who left their sex blank."""
    make_release(folder, 3)
    sex = np.repeat([1, 2, 3, 9], [40, 30, 2, 6])
    frame = pd.DataFrame({"番号": np.arange(len(sex)), "sex": sex, "fine": 1, "coarse": 1, "area": 1})
    frame["lonely"] = 1 + np.arange(len(sex)) % 3
    for k in range(1, 5):
        frame[f"act_{k}"] = int(k == 1)
    frame.to_csv(folder / "postal.csv", index=False)
    write_plan(folder, plan)
    return ks.protect(ks.make_report(ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(folder)))))))


def blanks(page: str, label: str) -> str:
    """How many left an item blank, as the page prints it."""
    (line,) = re.findall(rf"<tr>(?:(?!</tr>).)*{label}</t[hd]>(?:(?!</tr>).)*</tr>", page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", re.findall(r"<t[hd].*?</t[hd]>", line, re.DOTALL)[2]).strip()


def test_the_others_do_not_follow_from_the_groups_and_the_blanks(tmp_path: Path) -> None:
    report = made(tmp_path, (("1", "lonely", ("sex",)),))
    told = {row.group: row.n for row in report.tables[0].rows}
    assert (told["全体"], told["sex1"], told["sex2"]) == (78, 40, 30), "what the table prints"
    silent = blanks(quality_page(report), "sex")
    assert silent == HIDDEN or told["全体"] - told["sex1"] - told["sex2"] - int(silent) != 2
    assert blanks(quality_page(report), "lonely") == "0", "of which the table hides nothing"


def test_what_a_table_prints_or_no_table_rests_on_stands_on_the_page(tmp_path: Path) -> None:
    report = made(tmp_path / "other", (("1", "lonely", ("area",)),))
    assert blanks(quality_page(report), "sex") == "6", "no table tells of sexes"
    official = ks.make_report(report.sample)
    assert blanks(quality_page(official), "sex") == "6", "an open release tells what it counts"


def test_the_weight_of_one_person_stands_in_no_table_of_a_protected_release(prefecture_sample) -> None:
    report = ks.make_report(prefecture_sample)
    largest = f"{prefecture_sample.weight.max():,.0f}"
    said = words_of(report.survey)
    for one, there in ((report, True), (ks.protect(report, profile="protected"), False)):
        pages = quality_page(one), str(list(annex(one, said)))
        assert [largest in page for page in pages] == [there, there]


def test_blanks_of_a_mode_are_told_unless_a_mode_is_a_group(tmp_path: Path) -> None:
    report = made(tmp_path, (("1", "lonely", ("area",)),))
    # Everybody came by post and lives in one area.
    assert "郵送（%）" not in quality_page(report)
    other = made(tmp_path / "two", (("1", "lonely", ("sex",)),))
    assert "郵送（%）" in quality_page(other)


def test_people_of_a_file_that_are_a_group_of_few_are_not_counted_by_it(tmp_path: Path) -> None:
    """Each area has its own file, the second of two persons: what is read of each file is the base the table hides."""
    made(tmp_path, (("1", "lonely", ("area",)),))
    frame = pd.read_csv(tmp_path / "postal.csv")
    frame["area"] = np.where(frame.index < 2, 2, 1 + 2 * (frame.index >= 40))
    for name, own in (("postal", frame["area"] != 2), ("web", frame["area"] == 2)):
        frame[own].to_csv(tmp_path / f"{name}.csv", index=False)
    settings = tmp_path / "survey.toml"
    more = '[[file]]\nname = "web"\nrole = "returns"\npath = "web.csv"\nmode = "オンライン"\nid = "番号"\n'
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("[cleaning]", f"{more}[cleaning]"), encoding="utf-8"
    )
    whole = ks.make_report(ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(tmp_path))))))
    kept = ks.protect(whole)
    assert any(row.hidden and row.keys == (2,) for row in kept.tables[0].rows)
    said = words_of(whole.survey)
    for report, there in ((whole, True), (kept, False)):
        assert ("web" in trace(report)["returns"]) == there
        assert ("オンライン" in str(list(annex(report, said)))) == there
        assert ("オンライン" in quality_page(report)) == there
        assert ("オンライン" in str(list(returns(report, said)))) == there
