"""[publication] of survey.toml: what may be printed, and when the text speaks of a difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from kodoku_survey.survey.reading.limits import DISTINCT, Within


@dataclass(frozen=True)
class MinimumDifferences:
    """In an attribute of so many groups a group is spoken of where it differs from so many others, by more than z errors."""

    groups: Annotated[int, Within(2)] = 8
    differences: Annotated[int, Within(1)] = 3
    z: Annotated[float, Within(least=0)] = 1.96


@dataclass(frozen=True)
class PublicationSettings:
    """What may be printed, and when the text speaks of it."""

    reference_base: Annotated[int, Within(0)] = 50
    decimals: Annotated[int, Within(0, 6)] = 1
    protection: Literal["", "none", "official", "protected", "onsite"] = ""  # "": by whether the answers are real
    threshold: Annotated[int, Within(2)] | None = None
    group_disclosure: bool = False  # hide that all of a group gave one answer
    stay: Literal["", "last release"] = ""  # what the last release printed is known, what it hid stays hidden
    minimum_differences: MinimumDifferences = MinimumDifferences()
    no_difference: Literal["told", "silent"] = "silent"
    sampling_error_sizes: Annotated[tuple[Annotated[int, Within(1)], ...], DISTINCT] = (
        5000,
        2000,
        1000,
        500,
        200,
        100,
        50,
    )

    @property
    def many_groups(self) -> int:
        """From how many groups on an attribute has many."""
        return self.minimum_differences.groups

    @property
    def differences_needed(self) -> int:
        """From how many others a group of a large attribute must differ."""
        return self.minimum_differences.differences
