"""Whom each respondent stands for, the kernel: the sample, its design and variance, the calibration solver, replicates."""

from kodoku_survey.design.auxiliary import Auxiliary, Calibration
from kodoku_survey.design.columns import Categorical, Column, Multiple, Number
from kodoku_survey.design.replicate_weights import Replicates
from kodoku_survey.design.resampling import replicates
from kodoku_survey.design.sample import Sample, domain
from kodoku_survey.design.stages import Stage
from kodoku_survey.design.steps import Step
from kodoku_survey.vocabulary import Basis

__all__ = [
    "Auxiliary",
    "Basis",
    "Calibration",
    "Categorical",
    "Column",
    "Multiple",
    "Number",
    "Replicates",
    "Sample",
    "Stage",
    "Step",
    "domain",
    "replicates",
]
