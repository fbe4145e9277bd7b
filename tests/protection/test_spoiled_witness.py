"""The gate does not take the search at its word: a witness that proves nothing closes it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import SurveyError
from kodoku_survey.protection import protect as gate
from kodoku_survey.protection.hiding import Hiding, proves
from release import make_release


@pytest.fixture
def report(tmp_path: Path) -> ks.Report:
    make_release(tmp_path, 2)
    return ks.make_report(ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(tmp_path))))))


def spoiled(hiding: Hiding, how: str) -> Hiding:
    """The first witness spoiled: a count more, one that moves too little, or none."""
    place, changes = next(iter(hiding.witnesses.items()))
    other = changes[0].copy()
    if how == "breaks a sum":
        other[place] += 1
    if how == "moves nothing":
        other[:] = 0
    if how == "moves a printed cell":
        other[np.flatnonzero(~hiding.hidden & (other == 0))] = 1
    left = () if how == "is missing" else (other, *changes[1:])
    return replace(hiding, witnesses={**hiding.witnesses, place: left})


@pytest.mark.parametrize("how", ["breaks a sum", "moves nothing", "moves a printed cell", "is missing"])
def test_a_witness_spoiled_closes_the_gate(how: str, report: ks.Report, monkeypatch: pytest.MonkeyPatch) -> None:
    real = gate.hide
    monkeypatch.setattr(gate, "hide", lambda *given, **more: spoiled(real(*given, **more), how))
    with pytest.raises(SurveyError) as refused:
        ks.protect(report)
    assert refused.value.exit_code == 7


def test_a_cell_printed_after_all_closes_the_gate(report: ks.Report, monkeypatch: pytest.MonkeyPatch) -> None:
    real = gate.hide

    def careless(system, *given, **more):  # type: ignore[no-untyped-def]
        hiding = real(system, *given, **more)
        beside = np.flatnonzero(hiding.hidden & ~hiding.unsafe & (system.counts > 0))
        hidden = hiding.hidden.copy()
        hidden[beside] = False
        return replace(hiding, hidden=hidden)

    monkeypatch.setattr(gate, "hide", careless)
    with pytest.raises(SurveyError):
        ks.protect(report)


def test_witnesses_hold_by_arithmetic_alone(report: ks.Report) -> None:
    system = gate.system_of(gate.grids_of(report))
    hiding = gate.hide(system, 3)
    assert hiding.unsafe.any()
    assert all(proves(system, hiding, int(place)) for place in np.flatnonzero(hiding.unsafe))
