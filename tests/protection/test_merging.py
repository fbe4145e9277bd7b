"""What is proposed to a small place is computed: the release with the groups put together has as many gaps as was said."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import kodoku_survey as ks
from kodoku_survey.protection.merging import merge_proposals
from release import make_release, write_plan

PLAN = (("1", "lonely", ("sex", "fine")), ("2", "fine", ("lonely",)), ("3", "act", ("fine:sex",)))
LABELS = ["fine1", "fine2", "fine3", "fine4"]


def reported(folder: Path) -> ks.Report:
    return ks.make_report(ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(folder))))))


def test_the_groups_put_together_save_the_gaps_that_were_told(tmp_path: Path) -> None:
    make_release(tmp_path, 5)
    write_plan(tmp_path, PLAN)
    report = reported(tmp_path)
    proposals = [one for one in merge_proposals(report, 3) if one.attribute == "fine"]
    assert proposals
    (proposal,) = proposals
    assert proposal.after < proposal.before == ks.protect(report, threshold=3).protection.gaps
    kept, gone = (1 + LABELS.index(label) for label in proposal.groups)
    assert gone == kept + 1, "neighbours"
    frame = pd.read_csv(tmp_path / "postal.csv")
    frame.assign(fine=frame["fine"].replace(gone, kept)).to_csv(tmp_path / "postal.csv", index=False)
    book = tmp_path / "codebook.toml"
    text = book.read_text(encoding="utf-8")
    book.write_text(text.replace(f', {{ code = {gone}, label = "fine{gone}" }}', ""), encoding="utf-8")
    assert ks.protect(reported(tmp_path), threshold=3).protection.gaps == proposal.after


def test_nothing_is_proposed_where_nothing_is_saved(tmp_path: Path) -> None:
    make_release(tmp_path, 5)
    write_plan(tmp_path, [("1", "sex", ())])
    assert merge_proposals(reported(tmp_path), 3) == ()
