"""The published survey's own rule: whom it compares, when a difference counts, and the error it takes for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kodoku_survey.arrays import AnyArray, FloatArray
from kodoku_survey.design import Sample
from kodoku_survey.errors import Language, chosen_language, user_language
from kodoku_survey.survey.own_words import word
from kodoku_survey.survey.settings import PublicationSettings


@dataclass(frozen=True)
class PublishedRule:
    """Groups of `reference_base` persons or more are compared; z is what a difference must exceed.

    A group is mentioned for `differences_needed` differences where its attribute has `many_groups`, else for one.
    """

    reference_base: int
    many_groups: int
    differences_needed: int
    z: float


def rule_for(sample: Sample | None = None) -> PublishedRule:
    """The rule of the folder a sample comes from; that of the published report where there is none."""
    own = PublicationSettings() if sample is None or sample.responses is None else _settings(sample).publication
    return PublishedRule(own.reference_base, own.many_groups, own.differences_needed, own.minimum_differences.z)


def language_of(sample: Sample) -> Language | None:
    """The language of the folder a sample comes from; None where there is none."""
    if sample.responses is None:
        return None
    own: Language = _settings(sample).identity.lang
    return own


def everybody_of(sample: Sample) -> str:
    """What the line of everybody is called: in the language chosen, else the folder's, else the user's."""
    return word("everybody", chosen_language() or language_of(sample) or user_language())


def pooled_error(first: AnyArray, n_first: AnyArray, second: AnyArray, n_second: AnyArray) -> FloatArray:
    """Standard error of the difference of two shares, counts of bases, under one pooled share.

    Simple random sampling, no continuity correction.
    Source: 令和６年 調査報告書「利用上の注意」, its rule reconstructed.
    """
    with np.errstate(all="ignore"):
        pooled = (first + second) / (n_first + n_second)
        return np.asarray(np.sqrt(pooled * (1 - pooled) * (1 / n_first + 1 / n_second)))


def _settings(sample: Sample) -> Any:
    assert sample.responses is not None
    return sample.responses.survey.settings
