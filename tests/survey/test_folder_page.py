"""docs/folder.md names every key a folder may hold: one that is read but not written of helps nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from every_key import RECORDS

from kodoku_survey.survey import figures, waves
from kodoku_survey.survey.reading import entries_of

PAGE = (Path(__file__).parents[2] / "docs" / "folder.md").read_text(encoding="utf-8")
# Tables written of by their heading.
WRITTEN = {
    "step": "[[weighting.step]]", "response": "[weighting.response]", "replicates": "[weighting.replicates]",
    "sensitivity": "[weighting.sensitivity]", "file": "[[file]]", "variable": "[[variable]]",
}  # fmt: skip


@pytest.mark.parametrize("kind", RECORDS, ids=[kind.__name__ for kind in RECORDS])
def test_every_key_of_a_definition_is_written_of(kind):
    keys = [WRITTEN.get(entry.key, entry.key) for entry in entries_of(kind)]
    assert [key for key in keys if key not in PAGE] == []


def test_every_column_of_a_table_of_figures_is_written_of():
    columns = (*figures.MARGIN_COLUMNS, *figures.HISTORY_COLUMNS, *waves.WAVE_COLUMNS, *waves.STATUSES)
    assert [name for name in columns if name not in PAGE] == []
