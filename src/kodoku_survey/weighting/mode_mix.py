"""Calibration to a fixed mix of response modes: what would be found had the modes been used as in another wave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from kodoku_survey.arrays import TextArray
from kodoku_survey.design.auxiliary import Auxiliary, Calibration
from kodoku_survey.design.sample import Sample
from kodoku_survey.errors import DesignError, DidYouMean
from kodoku_survey.weighting.calibrating import met


def check_mix(mode: TextArray, mix: Mapping[str, float]) -> tuple[str, ...]:
    """The modes of the respondents, in order, each of them in the mix and no other. Raises DesignError."""
    present = tuple(sorted(set(mode)))
    for name in (*mix, *present):
        if name not in mix or name not in present:
            known = present if name in mix else tuple(mix)
            place = "survey.toml [weighting.sensitivity] mode_mix"
            raise DesignError("design.mode_mix", place, value=name, hint=DidYouMean(name, known))
    return present


def mode_calibrated(sample: Sample, mix: Mapping[str, float]) -> Sample:
    """The sample with weights that meet, beside the margins they met before, fixed shares of the modes of answering.

    A sensitivity weight: where answers differ by mode, a change of the mix between waves changes figures although nobody's
    loneliness changed; with the mix fixed, what is left is change. mix : mode → share (brought to 1).
    Raises DesignError. Source: Buelens & van den Brakel (2015), Sociological Methods & Research 44(3), 391–426.
    """
    assert sample.responses is not None
    mode = sample.responses.mode
    present = check_mix(mode[sample.weight > 0], mix)
    index = np.array([present.index(name) for name in mode], dtype=np.intp)
    own = tuple(f"mode={name}" for name in present)
    before = sample.calibration
    held = Auxiliary(np.zeros((1, 0)), np.zeros(len(sample), dtype=np.intp), ()) if before is None else before.auxiliary
    auxiliary = held.beside(np.eye(len(present)), index, own)
    share = np.array([mix[name] for name in present])
    totals = np.concatenate([held.total(sample.weight), sample.weight.sum() * share / share.sum()])
    distance, bounds = ("raking", None) if before is None else (before.distance, before.bounds)
    after = met(auxiliary, totals, sample.weight, distance, bounds)
    calibration = Calibration(auxiliary, sample.weight, after, distance, bounds=bounds)
    return replace(sample, weight=after, calibration=calibration, replicates=None, chain=None)
