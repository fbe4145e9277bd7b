"""A few of the campaign's faults (campaign.py runs them all): whatever call fails, the old result or the new one stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from campaign import KINDS, inject, missing

# The first calls, one amid the many, and the last ones, where the folders change places.
AT = (1, 3, 30, -12, -9, -8, -7, -6, -4, -2, -1)
PLAN = [
    {"command": ("prepare", "report")[n % 2], "fresh": n % 3 == 0, "kind": KINDS[n % len(KINDS)], "k": AT[n % len(AT)]}
    for n in range(14)
]


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_no_fault_of_the_system_loses_a_result_or_leaves_half_of_one(tmp_path):
    found = inject(PLAN, tmp_path)
    assert len(found) == len(PLAN)
    assert [line for line in found if line["wrong"]] == []
    assert sum(line["made"] != 0 for line in found) > len(PLAN) // 2  # the faults did arrive (a killed run counts none)


def test_the_campaign_of_the_page_had_no_violation():
    told = json.loads((Path(__file__).parent / "results.json").read_text(encoding="utf-8"))
    assert told["injections"] >= 400
    assert told["violations"] == 0
