"""What results look like on a screen and in a document: registered for every kind when this room is loaded."""

from kodoku_survey.tables.shown import account_kinds as account_kinds
from kodoku_survey.tables.shown import beside_kinds as beside_kinds
from kodoku_survey.tables.shown import forms as forms
from kodoku_survey.tables.shown import page_kinds as page_kinds
from kodoku_survey.tables.shown import result_kinds as result_kinds
from kodoku_survey.tables.shown import scale_kinds as scale_kinds
from kodoku_survey.tables.shown.printed import Printed
from kodoku_survey.tables.shown.result_frames import part_of, parts_of

__all__ = ["Printed", "part_of", "parts_of"]
