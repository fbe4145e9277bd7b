"""The functions that check the rules, by what they look at; importing this registers them all."""

from kodoku_survey.lint.rules import axes, cells, documents, figures, formats, labels, layout

__all__ = ["axes", "cells", "documents", "figures", "formats", "labels", "layout"]
