"""Whether two surveys hold the same people: numbers both have, and whether what is known of them agrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kodoku_survey.arrays import AnyArray, BoolArray, FloatArray, IndexArray
from kodoku_survey.errors import UsageError
from kodoku_survey.intake.responses import Responses
from kodoku_survey.survey.sharing import Refusal, Shared

Found = Literal["none", "same", "numbers"]
# Chance-corrected agreement of persons who bear one number. Above AGREE on some question, and above CHANCE on most, they are the
# same; nowhere above CHANCE, two surveys numbered their people alike. What lies between is asked for, not guessed.
AGREE, CHANCE = 0.9, 0.2
FEWEST_COMMON = 10  # common numbers from which agreement can be told from chance


@dataclass(frozen=True, eq=False)
class Overlap:
    """What two lists of numbers have in common. first, second : (m,) rows of the people found in both, pair by pair.

    found : "none" no number in common; "same" the same people; "numbers" other people under the same numbers.
    """

    found: Found
    common: int
    first: IndexArray
    second: IndexArray

    @property
    def paired(self) -> bool:
        """Whether the two surveys hold the same people under the same numbers."""
        return self.found == "same"


def overlap_of(shared: Shared, first: Responses, second: Responses, *, people: str | None = None) -> Overlap:
    """Who is in both surveys.

    people : "new" or "same" where it is known; else what [compare] of a folder says; else what their answers tell.
    Numbers of rows (`id = {row = true}`) identify nobody: unless the people are said to be the same, they are no common numbers.
    Raises UsageError where numbers coincide and nothing tells whether the people do.
    """
    told = {side.survey.settings.compare.people for side in (first, second)} - {None}
    said_same = (people or "") == "same" or (people is None and "same" in told)
    ours, theirs = (np.full(len(side), said_same) | _numbered(side) for side in (first, second))
    own = {str(one): row for row, one in enumerate(first.id) if ours[row]}
    pairs = [(own[str(one)], row) for row, one in enumerate(second.id) if theirs[row] and str(one) in own]
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.intp) for side in (0, 1))
    if not pairs:
        return Overlap("none", 0, left, right)
    if people is None and len(told) > 1:
        raise UsageError("benchmark.people_contradict", "[compare] people", count=len(pairs))
    wanted = people or (next(iter(told)) if told else None)
    if wanted is None:
        wanted = _told_by_answers(shared, first, second, left, right)
    if wanted is None:
        raise UsageError("benchmark.people_unknown", "[compare] people", count=len(pairs))
    return Overlap("same" if wanted == "same" else "numbers", len(pairs), left, right)


def _numbered(side: Responses) -> BoolArray:
    """(n,) of which people the number is their own, not the place of their row in a file."""
    by_row = [file.name for file in side.survey.settings.files if file.numbering.row]
    return np.asarray(~np.isin(side.file.astype(str), by_row))


def _told_by_answers(
    shared: Shared, first: Responses, second: Responses, left: IndexArray, right: IndexArray
) -> str | None:
    """ "same", "new", or None where what both surveys ask does not tell."""
    agreement = agreements(shared, first, second, left, right)
    if len(left) < FEWEST_COMMON or not len(agreement):
        return None
    if agreement.max() >= AGREE and np.median(agreement) >= CHANCE:
        return "same"
    return "new" if agreement.max() < CHANCE else None


def agreements(shared: Shared, first: Responses, second: Responses, left: IndexArray, right: IndexArray) -> FloatArray:
    """Cohen's kappa of the pairs on each item both surveys have as one answer; numbers by their correlation.

    Items nearly everybody answers alike tell nothing, and are left out. Source: Cohen (1960), Educ. Psychol. Meas. 20.
    """
    found = []
    for name, variable in first.variables.items():
        if variable.source == "derived" or variable.kind not in ("single", "number") or name not in first.answers:
            continue
        other = shared.find(name)
        if isinstance(other, Refusal) or other not in second.answers:
            continue
        ours, theirs = first.answers[name][left], second.answers[other][right]
        if variable.kind == "number":
            found.append(_correlation(ours.astype(float), theirs.astype(float)))
            continue
        back = {code: own for own, code in shared.with_nonanswer(name).items()}
        turned = np.array([back.get(int(code), -2) for code in theirs])
        found.append(_kappa(ours, turned))
    return np.array([one for one in found if np.isfinite(one)])


def _correlation(ours: FloatArray, theirs: FloatArray) -> float:
    if ours.std() == 0 or theirs.std() == 0:
        return float("nan")
    return float(np.corrcoef(ours, theirs)[0, 1])


def _kappa(ours: AnyArray, theirs: AnyArray) -> float:
    keys = np.union1d(ours, theirs)
    p, q = (np.array([(side == key).mean() for key in keys]) for side in (ours, theirs))
    chance = float(p @ q)
    return float("nan") if chance > 0.95 else (float((ours == theirs).mean()) - chance) / (1 - chance)
