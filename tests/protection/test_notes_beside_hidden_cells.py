"""No note under a table speaks of a mark that stood in a hidden cell alone: 「0.0」, 「‐」 and n < 50 tell how few there are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import kodoku_survey as ks
from kodoku_survey.tables.marks import MARKS, explained
from kodoku_survey.tables.words import words_of
from release import make_release, write_plan


def of_few(folder: Path) -> ks.Report:
    """3,000 persons: one of the second area feels lonely, and 20 live in the third, of whom nobody does."""
    make_release(folder, 3)
    area = np.repeat([1, 2, 3], [480, 2500, 20])
    frame = pd.DataFrame({"番号": np.arange(len(area)), "sex": 1, "fine": 1, "coarse": 1, "area": area})
    frame["lonely"] = np.where(area == 1, 1 + np.arange(len(area)) % 3, 2 + np.arange(len(area)) % 2)
    frame.loc[480, "lonely"] = 1
    frame.loc[2980:2981, "lonely"] = 3
    frame.loc[2982:, "lonely"] = 2
    for k in range(1, 5):
        frame[f"act_{k}"] = int(k == 1)
    frame.to_csv(folder / "postal.csv", index=False)
    write_plan(folder, [("1", "lonely", ("area",))])
    return ks.make_report(ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(folder))))))


def test_a_mark_of_hidden_cells_alone_has_no_note(tmp_path: Path) -> None:
    report = of_few(tmp_path)
    said, base = words_of(report.survey), report.survey.settings.publication.reference_base
    whole, kept = report.tables[0], ks.protect(report).tables[0]
    few = whole.rows[2].cells[0]
    assert (few.count, few.text) == (1, "0.0")
    assert kept.rows[2].cells[0].hidden
    for flag in MARKS:
        told = explained(flag, said, reference_base=base)
        before, after = (any(told in note for note in table.notes) for table in (whole, kept))
        shown = {c.flag for row in kept.rows for c in row.cells} | {row.flag for row in kept.rows}
        assert after == (flag in shown), flag
        assert before or flag not in ("below_unit",)
