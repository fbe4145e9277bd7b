"""Each respondent's part in a statistic, and the error these parts make under the sample's design and calibration."""

from __future__ import annotations

import numpy as np

from kodoku_survey.arrays import FloatArray, IndexArray
from kodoku_survey.design import Sample
from kodoku_survey.design.auxiliary import Calibration
from kodoku_survey.design.stages import factor
from kodoku_survey.errors import UsageError
from kodoku_survey.estimation.tally import as_simple_random


def simple_if_asked(sample: Sample) -> Sample:
    """The sample as its basis has it: on "unweighted" everybody once, as a simple random sample. Raises UsageError.

    Replicates are refused: parts of persons have no value under a replicate. Their stages would give another error.
    """
    if sample.basis == "unweighted":
        return as_simple_random(sample)
    if sample.replicates is not None:
        raise UsageError("benchmark.replicates", "benchmark")
    return sample


def lines_of(sample: Sample, parts: FloatArray) -> FloatArray:
    """The centred factor (R, k) of Σ weight · parts, parts (n, k) linearised values; F'F is their covariance.

    Residuals of the calibration first, then the stages. Source: Deville (1999), Survey Methodology 25, linearised values;
    Deville & Särndal (1992) for the residuals.
    """
    parts = parts if parts.ndim == 2 else parts[:, None]
    if sample.within is not None:
        parts = np.where(sample.within[:, None], parts, 0.0)
    residual = parts if sample.calibration is None else residuals(sample.calibration, parts)
    weighted = sample.weight[:, None] * residual
    totals = [_by_unit(stage.unit, weighted, stage.units) for stage in sample.stages]
    return factor(totals, sample.stages, sample.lonely_psu)


def residuals(calibration: Calibration, parts: FloatArray) -> FloatArray:
    """Parts (n, k) less x'β, the regression of each column on what the weights were calibrated to."""
    auxiliary = calibration.auxiliary
    sums = _by_unit(auxiliary.index, calibration.mass[:, None] * parts, len(auxiliary.rows))
    return parts - (auxiliary.rows @ calibration.coefficients(sums))[auxiliary.index]


def _by_unit(unit: IndexArray, values: FloatArray, units: int) -> FloatArray:
    return np.stack([np.bincount(unit, weights=column, minlength=units) for column in values.T], axis=1)
