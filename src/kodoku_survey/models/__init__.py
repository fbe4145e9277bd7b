"""Regression and predictions."""

from kodoku_survey.models.regression import Regression, regression

__all__ = [
    "Regression",
    "regression",
]
