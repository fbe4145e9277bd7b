"""What a chart leaves out of what its release hides, in words under it: never which figure it is, nor of how many people."""

from __future__ import annotations

from kodoku_survey.publish.charts.canvas import rows_with_base
from kodoku_survey.tables import Table
from kodoku_survey.tables.table import HIDDEN
from kodoku_survey.tables.words import Said


def left_out(table: Table, said: Said) -> list[str]:
    """Notes under the chart of a table; none where it shows every figure."""
    notes = []
    if any(cell.hidden for row in rows_with_base(table) for cell in row.cells):
        drawn = table.figure == "band"
        kind = "figure_kept_together" if drawn and not table.partial else "figure_kept_left" if drawn else "figure_kept"
        notes.append(said[kind].format(mark=HIDDEN))
    if any(row.hidden for row in table.rows):
        notes.append(said["figure_kept_groups"])
    return notes
