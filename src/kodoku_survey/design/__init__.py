"""Whom each respondent stands for: the sample, its variance, its calibration and the steps of its weight."""

from kodoku_survey.design.adjustments import adjust_nonresponse, calibrate, poststratify, trim
from kodoku_survey.design.auxiliary import Auxiliary, Calibration
from kodoku_survey.design.columns import Categorical, Column, Multiple, Number
from kodoku_survey.design.replicate_weights import Replicates
from kodoku_survey.design.resampling import replicates
from kodoku_survey.design.sample import Basis, Sample, domain
from kodoku_survey.design.stages import Stage
from kodoku_survey.design.steps import Step
from kodoku_survey.design.weighting import weighted

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
    "adjust_nonresponse",
    "calibrate",
    "domain",
    "poststratify",
    "replicates",
    "trim",
    "weighted",
]
