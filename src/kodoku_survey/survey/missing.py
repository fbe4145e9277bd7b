"""Missing rules of a score, as data: how many items may be blank, and what a blank is worth.

missing = "complete"                             # one blank item: undetermined
missing = "zero"                                 # a blank adds 0; undetermined only where every item is blank
missing = "lowest"                               # a blank adds the fewest points its item could: the lower bound
missing = "highest"                              # … the most: the upper bound. With "lowest", unknown is never a guess
missing = { allowed = 1, as = "zero" }           # at most so many blanks, each adding 0, or …
missing = { allowed = 4, as = "prorated" }       # … the mean of the answered items
missing = { share = 0.2, as = "prorated" }       # … up to this share of the items that apply
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np

from kodoku_survey.arrays import CodeArray
from kodoku_survey.survey.reading import Place, record, shown
from kodoku_survey.survey.reading.limits import Either, Key, Within

Worth = Literal["zero", "prorated", "lowest", "highest"]
MISSING_WORDS = ("complete", "zero", "lowest", "highest")
CHOICES = '"complete", "zero", "lowest", "highest", { allowed = 1, as = "zero" }, { share = 0.2, as = "prorated" }'


@dataclass(frozen=True)
class Missing:
    """How many items may be blank, and what a blank is worth. `allowed=None`: all but one (of a bound: all)."""

    allowed: Annotated[int | None, Within(0), Either("blanks")] = 0
    worth: Annotated[Worth, Key("as")] = "zero"
    share: Annotated[float | None, Within(above=0, below=1), Either("blanks")] = None

    @classmethod
    def from_toml(cls, value: Any, place: Place) -> Missing | None:
        """A word, or { allowed or share, as }."""
        if isinstance(value, dict):
            return record(cls, value, place)
        if value == "complete":
            return COMPLETE
        if isinstance(value, str) and value in MISSING_WORDS:
            return cls(None, value)  # type: ignore[arg-type]
        place.unknown("not_a_choice", shown(value), MISSING_WORDS, choices=CHOICES)
        return None

    def tolerated(self, applies: CodeArray) -> CodeArray:
        """The number of blanks (n,) tolerated of so many items that apply."""
        if self.share is not None:
            # The share counts items, so that "20%" of three items allows none.
            return np.floor(self.share * applies + 1e-9).astype(np.int64)
        if self.allowed is None:
            return applies if self.worth in ("lowest", "highest") else applies - 1
        return np.full_like(applies, self.allowed)


COMPLETE = Missing()
