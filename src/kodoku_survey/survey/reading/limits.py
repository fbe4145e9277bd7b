"""The domain of a setting, declared at its field and checked wherever the setting stands.

    level: Annotated[float, Within(above=0, below=1)] = 0.95
    by: Annotated[tuple[str, ...], DISTINCT] = ()
    minimum: Annotated[int | None, Key("min"), Either("what", part="range")] = None

Choices are `Literal`, kinds of value the type itself; what is said here is the rest.
"""

from __future__ import annotations

import codecs
import re
import string
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kodoku_survey.survey.reading.places import Place

OF_NO_FILE = ("undefined", "unicode-escape", "raw-unicode-escape", "idna", "punycode", "mbcs", "oem")
LARGEST = 2**31 - 1  # of a code or number: arrays of codes hold no more


@dataclass(frozen=True)
class Key:
    """The name of a field in the file, where it is not the field's own."""

    name: str


@dataclass(frozen=True)
class Either:
    """At most one of the fields of a group may be given, with `needed` exactly one; those of one `part` go together."""

    group: str
    part: str = ""
    needed: bool = False


@dataclass(frozen=True)
class Within:
    """A number between two ends; `above` and `below` are ends it may not reach."""

    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None

    def __str__(self) -> str:
        low = f"{self.least:g} ≤ " if self.least is not None else f"{self.above:g} < " if self.above is not None else ""
        high = f" ≤ {self.most:g}" if self.most is not None else f" < {self.below:g}" if self.below is not None else ""
        return f"{low}x{high}"

    def holds(self, value: float) -> bool:
        """Whether a number lies within; nan never does."""
        return (
            (self.least is None or value >= self.least)
            and (self.most is None or value <= self.most)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
            and value == value
        )

    def check(self, value: Any, place: Place) -> None:
        """A fault for each number outside (of a list, each of its numbers)."""
        for number in value if isinstance(value, (tuple, list)) else (value,):
            if not self.holds(number):
                place.fault("out_of_range", value=number, wanted=str(self))


@dataclass(frozen=True)
class Filled:
    """Text that is not blank, a list that is not empty."""

    def check(self, value: Any, place: Place) -> None:
        """A fault for nothing."""
        if not (value.strip() if isinstance(value, str) else value):
            place.fault("blank")


@dataclass(frozen=True)
class Distinct:
    """A list that names nothing twice."""

    def check(self, value: Sequence[Any], place: Place) -> None:
        """A fault for every value that occurs twice."""
        for one in dict.fromkeys(one for one in value if list(value).count(one) > 1):
            place.fault("duplicate", value=one)


@dataclass(frozen=True)
class Ascending:
    """Two numbers, the first the smaller."""

    strictly: bool = True

    def check(self, value: Any, place: Place) -> None:
        """A fault where they stand the other way."""
        if isinstance(value, tuple) and (value[0] > value[1] or (self.strictly and value[0] == value[1])):
            place.fault("not_ascending", value=list(value))


@dataclass(frozen=True)
class Named:
    """A name of a variable: a letter first, then letters, digits and "_", as formulas and statistical files take it."""

    def check(self, value: str, place: Place) -> None:
        """A fault for any other character."""
        if not value.isidentifier():
            place.fault("not_a_name", value=value)


class Pattern:
    """Text with {placeholders} of known names, plain ones: no conversion, nothing inside them.

    padded : names of whole numbers, which may be told their width: {position:03}.
    """

    def __init__(self, *names: str, padded: Sequence[str] = ()) -> None:
        self.names = names
        self.padded = tuple(padded)

    def check(self, value: Any, place: Place) -> None:
        """A fault for an unknown placeholder, or for braces that are none (of a table, in each of its texts)."""
        if not isinstance(value, str):
            inside = (
                value.items()
                if isinstance(value, Mapping)
                else enumerate(value, start=1)
                if isinstance(value, tuple)
                else ()
            )
            for key, text in inside:
                self.check(text, place.at(str(key)))
            return
        known = ", ".join(f"{{{name}}}" for name in self.names)
        try:
            parts = list(string.Formatter().parse(value))
        except ValueError:
            place.fault("braces", value=value, known=known)
            return
        for _, name, wide, conversion in parts:
            if name is None:
                continue
            if conversion or (wide and not (name in self.padded and re.fullmatch(r"0?[1-9]", wide))):
                place.fault("braces", value=value, known=known)
            elif name not in self.names:
                place.unknown("placeholder", name, self.names, choices=known)


@dataclass(frozen=True)
class Encoding:
    """A name of an encoding, or "auto"."""

    def check(self, value: str, place: Place) -> None:
        """A fault for an encoding nobody knows."""
        try:
            found = None if value == "auto" else codecs.lookup(value)
            known = found is None or (found._is_text_encoding and found.name not in OF_NO_FILE)
        except (LookupError, ValueError):
            known = False
        if not known:
            choices = ("auto", "utf-8", "cp932", "euc_jp", "utf-16")
            place.unknown("not_a_choice", value, choices, choices=", ".join(choices) + ", …")


@dataclass(frozen=True)
class Zone:
    """A time zone by its name, as Asia/Tokyo."""

    def check(self, value: str, place: Place) -> None:
        """A fault for a time zone nobody knows, with the nearest."""
        known = zoneinfo.available_timezones()
        if value not in known:
            choices = "Asia/Tokyo, UTC, Europe/London, America/New_York, …"
            place.unknown("not_a_choice", value, sorted(known), choices=choices)


FILLED, DISTINCT, NAMED = Filled(), Distinct(), Named()
SHARE = Within(0, 1)
