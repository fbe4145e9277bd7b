"""Persons told beside each share of everybody: of unweighted shares, and of no protected release."""

from __future__ import annotations

from pathlib import Path

import kodoku_survey as ks
from kodoku_survey import run
from small_folder import SURVEY, TABLES, make_folder


def sentence(folder: Path, *, settings: str = SURVEY, profile: str = "official") -> str:
    (folder / "survey.toml").write_text(settings, encoding="utf-8")
    plan = TABLES.replace('title = "孤独感"\n', 'title = "孤独感"\nlevels = "counted"\n')
    (folder / "tables.toml").write_text(plan, encoding="utf-8")
    report = ks.make_report(run.weigh(run.respond(folder)))
    return ks.protect(report, profile=profile).tables[0].sentences[0]


UNWEIGHTED = SURVEY.replace('basis = "design"', 'basis = "unweighted"')


def test_counts_stand_beside_unweighted_shares(tmp_path):
    folder = make_folder(tmp_path / "survey")
    said = sentence(folder, settings=UNWEIGHTED)
    table = ks.make_report(run.weigh(run.respond(folder))).tables[0]
    for answer, cell in zip(table.header, table.rows[0].cells, strict=True):
        if cell.count and answer in said:
            assert f"「{answer}」が{cell.text}％（{cell.count:,}人）" in said
    assert "人）" in said


def test_counts_stand_neither_beside_weighted_shares_nor_in_a_protected_release(tmp_path):
    folder = make_folder(tmp_path / "survey")
    assert "人）" not in sentence(folder)
    assert "人）" not in sentence(folder, settings=UNWEIGHTED, profile="protected")
