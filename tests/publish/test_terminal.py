"""The terminal: a table loses no column, whatever its width."""

from __future__ import annotations

import pytest

import kodoku_survey as ks
from kodoku_survey.cli.terminal import show_table, table_records


def say(key: str, **_fields: object) -> str:
    return {"col_group": "区分", "col_n": "回答者数"}[key]


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_no_column_is_lost_however_narrow_the_terminal(prefecture_sample, monkeypatch, capsys, columns):
    monkeypatch.setenv("COLUMNS", columns)
    table = ks.make_table(prefecture_sample, "activity", by=["sex"])
    show_table(table, say)
    line = next(line for line in capsys.readouterr().out.splitlines() if line.strip().startswith("全体"))
    assert line.split()[2:] == [cell.text for cell in table.rows[0].cells]


def test_a_title_is_read_as_japanese(prefecture_sample):
    assert ks.make_table(prefecture_sample, "activity", by=["sex"]).title.startswith("性別")
    assert "性別別" not in ks.make_table(prefecture_sample, "activity", by="sex").title


def test_a_program_reads_numbers_and_flags(prefecture_sample):
    table = ks.make_table(prefecture_sample, "lonely", by=["area"])
    records = table_records(table)
    assert len(records) == len(table.rows) * len(table.header)
    assert all(isinstance(record["percent"], float) or record["flag"] for record in records)
