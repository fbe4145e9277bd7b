"""docs/folder.md names every key a folder may hold: one that is read but not written of helps nobody."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from kodoku_survey.survey import (
    codebook,
    composite,
    conditions,
    definitions,
    figures,
    missing,
    plan,
    settings,
    waves,
    weighting,
)

PAGE = (Path(__file__).parents[2] / "docs" / "folder.md").read_text(encoding="utf-8")
# Fields whose key in the file has another name.
WRITTEN = {
    "minimum": "min", "maximum": "max", "choices": "codes", "bands": "codes", "worth": "as", "steps": "[[weighting.step]]",
    "response": "[weighting.response]",
    "replicates": "[weighting.replicates]", "sensitivity": "[weighting.sensitivity]",
    "complete_column": "complete", "complete_values": "complete", "many_groups": "groups", "differences_needed": "differences",
    "clauses": "when", "alternatives": "when", "options": "kind",
}  # fmt: skip
RECORDS = [
    settings.Identity, settings.FileLayout, settings.Cleaning, settings.DesignSettings, settings.EstimationSettings,
    settings.PublicationSettings, weighting.WeightingSettings, weighting.StepSettings, weighting.ResponseSettings,
    weighting.ReplicateSettings, weighting.SensitivitySettings, codebook.Code, codebook.Variable, codebook.NonanswerCode,
    conditions.Clause, definitions.Score, definitions.Classes, definitions.Rule, definitions.Flags, definitions.Cross,
    definitions.Item, definitions.Band, definitions.Choice, missing.Missing, composite.Composite, composite.Dimension,
    composite.Indicator, composite.Labels, plan.Section, plan.TablePlan,
]  # fmt: skip
INSIDE = {"variables", "variable"}  # of a clause: the name written is the variable's own


@pytest.mark.parametrize("kind", RECORDS, ids=[kind.__name__ for kind in RECORDS])
def test_every_key_of_a_definition_is_written_of(kind):
    names = {field.name for field in fields(kind) if field.init} - INSIDE
    missing = [name for name in names if WRITTEN.get(name, name) not in PAGE and name not in PAGE]
    assert missing == []


def test_every_column_of_a_table_of_figures_is_written_of():
    columns = (*figures.MARGIN_COLUMNS, *figures.HISTORY_COLUMNS, *waves.COLUMNS, *waves.STATUSES)
    assert [name for name in columns if name not in PAGE] == []
