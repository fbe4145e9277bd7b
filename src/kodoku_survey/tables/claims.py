"""What a survey may claim of its figures, by how its respondents were found ([design] sample)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kodoku_survey.survey.survey import Survey
from kodoku_survey.tables.table import Cell, Row
from kodoku_survey.tables.words import Said
from kodoku_survey.vocabulary import Basis


def claims_error(survey: Survey, basis: Basis = "unweighted") -> bool:
    """Whether figures have a sampling error: those of people drawn by chance, and of a census by its finite population."""
    kind = survey.settings.design.sample
    return kind == "probability" or (kind == "census" and basis == "design")


def basis_line(survey: Survey, basis: Basis, said: Said) -> str:
    """The line on every page about what its figures are."""
    kind = survey.settings.design.sample
    return said[f"basis_{basis}"] if kind == "probability" else said[f"basis_{kind}"]


def basis_note(survey: Survey, said: Said) -> str:
    """What a reader must know of people who were not drawn by chance; "" for those who were."""
    kind = survey.settings.design.sample
    return "" if kind == "probability" else said[f"note_basis_{kind}"]


def without_errors(rows: Sequence[Row]) -> list[Row]:
    """Rows whose cells claim no error."""
    return [replace(row, cells=tuple(_bare(cell) for cell in row.cells)) for row in rows]


def _bare(cell: Cell) -> Cell:
    return replace(cell, se=None, low=None, high=None, deff=None, df=None)
