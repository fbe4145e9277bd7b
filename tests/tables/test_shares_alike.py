"""The sentence on everybody where shares are printed alike: none of them is called the largest alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kodoku_survey import run
from kodoku_survey.tables import make_report

sys.path.insert(0, str(Path(__file__).parents[1]))
from small_folder import make_folder


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((24, 18, 18), "「自治会」（40.0％）の割合が最も高く、次いで「趣味」（30.0％）、「特にない」（30.0％）となっている。"),
        ((24, 24, 12), "「自治会」（40.0％）、「趣味」（40.0％）の割合が最も高く、次いで「特にない」（20.0％）となっている。"),
        ((20, 20, 20), "「自治会」（33.3％）、「趣味」（33.3％）、「特にない」（33.3％）の割合が最も高くなっている。"),
    ],
)  # fmt: skip
def test_answers_printed_alike_are_told_together(counts, sentence, tmp_path):
    folder = make_folder(tmp_path / "survey", people=60)
    given = [ticks for ticks, count in zip(("1,0,0", "0,1,0", "0,0,1"), counts, strict=True) for _ in range(count)]
    lines = [f"{n},{1 + n % 2},1,{ticks}" for n, ticks in enumerate(given)]
    (folder / "postal.csv").write_text(
        "番号,sex,lonely,act_1,act_2,act_3\n" + "\n".join(lines) + "\n", encoding="utf-8"
    )
    (table,) = make_report(run.weigh(run.respond(folder), basis="unweighted"), only=["1-2"]).tables
    assert [one.text for one in table.statements if one.kind == "levels"] == [f"活動についてみると、{sentence}"]
