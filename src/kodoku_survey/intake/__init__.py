"""From files as delivered to admissible answers, with every row and every change accounted for."""

from kodoku_survey.intake.clean import clean
from kodoku_survey.intake.doubts import doubts
from kodoku_survey.intake.issues import Issue
from kodoku_survey.intake.ledger import Entry, Ledger
from kodoku_survey.intake.responses import Responses
from kodoku_survey.intake.returns import Returns, read_returns
from kodoku_survey.intake.unanswered import item_nonresponse

__all__ = ["Entry", "Issue", "Ledger", "Responses", "Returns", "clean", "doubts", "item_nonresponse", "read_returns"]
