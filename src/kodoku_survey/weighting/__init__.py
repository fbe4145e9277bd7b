"""The chain of weights and its account: base, nonresponse, calibration steps, trimming, response rates, diagnostics."""

from kodoku_survey.weighting.adjustments import adjust_nonresponse, calibrate, poststratify, trim
from kodoku_survey.weighting.weighting import weighted

__all__ = [
    "adjust_nonresponse",
    "calibrate",
    "poststratify",
    "trim",
    "weighted",
]
