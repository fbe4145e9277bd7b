"""One delivered cell → an admissible value, and the rule by which it was changed if it was."""

from kodoku_survey.intake.cells.numbers import read_number
from kodoku_survey.intake.cells.several import read_cell
from kodoku_survey.intake.cells.single import read_single
from kodoku_survey.intake.cells.ticks import read_tick
from kodoku_survey.intake.cells.value import INADMISSIBLE, Value
from kodoku_survey.intake.cells.wording import Wording, wording

__all__ = ["INADMISSIBLE", "Value", "Wording", "read_cell", "read_number", "read_single", "read_tick", "wording"]
