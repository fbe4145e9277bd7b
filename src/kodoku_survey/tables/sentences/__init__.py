"""Sentences: what the tables say, by the comparison rule of the published report, each with the cells it rests on."""

from kodoku_survey.tables.sentences.sentences import placed, statements

__all__ = ["placed", "statements"]
