"""[[classes]]: bands of a number or score.

[[classes]]
name = "ucla_class"
of = "ucla_score"
upper = "ucla_highest"                           # optional: `of` is the lowest possible score, this the highest, and a
                                                 # class is known where both share it
codes = [ { code = 4, label = "10～12点（常にある）", min = 10, max = 12 }, … ]
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated

import numpy as np

from kodoku_survey.arrays import CodeArray
from kodoku_survey.survey.codebook import NOT_ASKED, Code, Scale, Variable, check_codes
from kodoku_survey.survey.conditions import ANSWERED, Given
from kodoku_survey.survey.definitions.described import Definition, GivenOf, Known, Meaning, Translation
from kodoku_survey.survey.reading import Place
from kodoku_survey.survey.reading.limits import FILLED, LARGEST, Key


@dataclass(frozen=True)
class Band:
    """A class: the numbers from `minimum` to `maximum`."""

    code: int
    label: Annotated[str, FILLED]
    minimum: Annotated[int | float | None, Key("min")] = None
    maximum: Annotated[int | float | None, Key("max")] = None
    short: str = ""

    @property
    def text(self) -> str:
        """The wording of tables."""
        return self.short or self.label

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and highest number within."""
        low = -LARGEST if self.minimum is None else self.minimum
        return low, LARGEST if self.maximum is None else self.maximum

    def check(self, place: Place) -> None:
        """A band runs upwards."""
        if self.ends[0] > self.ends[1]:
            place.fault("not_ascending", value=list(self.ends))


@dataclass(frozen=True, kw_only=True)
class Classes(Definition):
    """A number in bands, which are a scale unless said otherwise."""

    scale: Scale = "ordinal"
    of: Annotated[str, FILLED]
    bands: Annotated[tuple[Band, ...], Key("codes"), FILLED]
    upper: str = ""

    def check(self, place: Place) -> None:
        """Codes are distinct, and no number falls into two bands."""
        here = place.at("codes")
        check_codes(self.bands, here)
        for (_, high), (low, _) in pairwise(sorted(band.ends for band in self.bands)):
            if low <= high:
                here.fault("bands_overlap", value=low)

    @property
    def needs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name in (self.of, self.upper) if name))

    def resolved(self, known: Known, place: Place) -> Variable:
        for key, name in (("of", self.of), ("upper", self.upper)):
            if name in known and known[name].kind != "number":
                place.at(key).fault("not_a_number", value=name)
        made = self.variable("single", (Code(band.code, band.label, band.short) for band in self.bands))
        return replace(made, instrument=known[self.of].instrument if self.of in known else "")

    def translated(self, into: Translation) -> Classes:
        return replace(self, of=into.name(self.of), upper=into.name(self.upper) if self.upper else "")

    def meaning(self, given: GivenOf, _known: Known) -> Meaning:
        """The band each number falls in; a number in no band is 非該当, no number is 無回答.

        With `upper` a person has the band that the lowest and the highest possible number share, else is undetermined.
        """
        low = self._band(given(self.of))
        if not self.upper:
            return Meaning(low)
        high = self._band(given(self.upper))
        return Meaning(np.where(low == high, low, self.nonanswer).astype(np.int32))

    def _band(self, given: Given) -> CodeArray:
        assert given.codes is not None
        codes = np.full(len(given.state), NOT_ASKED, dtype=np.int32)
        codes[given.state > ANSWERED] = self.nonanswer
        for band in self.bands:
            low, high = band.ends
            inside = (given.codes >= low * given.parts) & (given.codes <= high * given.parts)
            codes[(given.state == ANSWERED) & inside] = band.code
        return codes
