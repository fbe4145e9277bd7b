"""[[score]]: an integer sum of points over items.

[[score]]
name = "contact_sum"
label = "交流頻度の月換算"
unit = "0.1回/月"                                 # the integer unit the definition states
items = [ "q16_1a", { variable = "q16_2", when = { cohabitant = [1] } } ]     # an item counts only when …
points = [ { code = 1, points = 194 }, … ]       # of every item; or an item's own `points`
combine = "highest"                              # the most points of any item, not their sum (default "sum")
missing = "complete"                             # … or another rule of missing.py
range = [3, 12]                                  # checked against the points
instrument = "ucla3_jp_gov"                      # an id of instruments.toml: points, missing and range are its own unless
                                                 # given here; its codes and items are checked, its direction tested
direction = "declared"                           # "tested" (default of a scale): refuses an item that runs against the rest
source = "令和６年調査報告書 p.4"
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import numpy as np

from kodoku_survey.survey.codebook import NOT_ASKED, Variable
from kodoku_survey.survey.codebook.directions import runs_against
from kodoku_survey.survey.conditions import ANSWERED, UNDETERMINED
from kodoku_survey.survey.definitions.described import Definition, GivenOf, Keyed, Known, Meaning, Translation
from kodoku_survey.survey.definitions.items import Combine, Item, Points, added, check_item, limits
from kodoku_survey.survey.instruments import Instrument, instruments
from kodoku_survey.survey.missing import COMPLETE, Missing
from kodoku_survey.survey.reading import Place, record, shown
from kodoku_survey.survey.reading.limits import FILLED, Ascending


@dataclass(frozen=True, kw_only=True)
class Score(Definition):
    """Points summed over items, or the most of any; each item has its points once it has been read."""

    items: Annotated[tuple[Item, ...], FILLED]
    points: Annotated[tuple[Points, ...], FILLED] = ()
    missing: Missing = COMPLETE
    unit: str = ""
    range: Annotated[tuple[int, int] | None, Ascending(strictly=False)] = None
    instrument: str = ""
    direction: Literal["tested", "declared"] = "declared"
    combine: Combine = "sum"

    @classmethod
    def from_toml(cls, value: Any, place: Place) -> Score | None:
        """A score whose items have their points: their own, those given for all, or those of its instrument."""
        known = _instrument(value, place)
        if known is not None:
            value = {"range": list(known.limits), "direction": known.direction, **value}
        found = record(cls, value, place)
        if found is None:
            return None
        keys: list[Any] = [found.points] * len(found.items)
        if known is not None and len(found.items) != len(known.items):
            place.at("items").fault("item_count", value=known.id, wanted=len(known.items), given=len(found.items))
            return None
        if known is not None and not found.points:
            keys = [tuple(Points(*pair) for pair in key) for key in known.key]
        items = tuple(
            item if item.points else replace(item, points=key) for item, key in zip(found.items, keys, strict=True)
        )
        missing = known.missing if known is not None and "missing" not in value else found.missing
        return replace(found, items=items, points=(), missing=missing)

    @property
    def needs(self) -> tuple[str, ...]:
        named = [(item.variable, *(item.when.variables if item.when else ())) for item in self.items]
        return tuple(dict.fromkeys(name for names in named for name in names))

    def resolved(self, known: Known, place: Place) -> Variable:
        for item in self.items:
            if item.variable in known:
                check_item(item, known, place.at(f"items {item.variable}"))
        self._check_direction(known, place)
        low, high = score_range(self, known)
        if self.range is not None and self.range != (low, high):
            place.at("range").fault("range", value=list(self.range), low=low, high=high)
        elif self.instrument in instruments() and (low, high) != (own := instruments()[self.instrument].limits):
            # Another range is another scale, whatever it is called.
            here = place.at("range")
            here.fault("instrument_range", value=[low, high], instrument=self.instrument, wanted=list(own))
        if self.combine == "highest" and self.missing.worth == "prorated":
            place.at("missing").fault("prorated_highest", value=self.combine)
        return replace(self.variable("number"), minimum=low, maximum=high, unit=self.unit, instrument=self.instrument)

    def _check_direction(self, known: Known, place: Place) -> None:
        """A form that prints the answers the other way round is not scored by the instrument's own key."""
        own = instruments().get(self.instrument)
        if own is None or not own.codes or len(own.key) != len(self.items):
            return
        for item, key in zip(self.items, own.key, strict=True):
            declared = tuple(map(tuple, item.points)) != tuple(key)
            variable = known.get(item.variable)
            if variable is not None and not declared and variable.options and runs_against(variable, own):
                labels = " … ".join((variable.options[0].label, variable.options[-1].label))
                here = place.at(f"items {item.variable}")
                here.fault("against_instrument", value=labels, instrument=self.instrument)

    def translated(self, into: Translation) -> Score:
        def item(one: Item) -> Item:
            codes = into.codes(one.variable)
            points = tuple(Points(codes.get(code, code), worth) for code, worth in one.points)
            when = None if one.when is None else into.condition(one.when)
            return replace(one, variable=into.name(one.variable), points=points, when=when)

        return replace(self, items=tuple(map(item, self.items)))

    def ordered(self) -> Score:
        items = (
            replace(item, points=tuple(sorted(item.points)), when=item.when and item.when.ordered())
            for item in self.items
        )
        return replace(self, items=tuple(items))

    def meaning(self, given: GivenOf, _known: Known) -> Meaning:
        """Scores (n,) in the definition's integer unit, and their status.

        An item that was not asked, or whose own condition does not hold, counts neither as an answer nor as a blank. A person
        to whom no item applies is 非該当. `prorated`: the mean of the answered items times the number of items that apply, in
        units where it is whole; a mean that is not whole leaves the score undetermined, since a band of it would be a guess.
        `lowest`, `highest`: a blank adds the fewest or most points its item could. Of a scale the points of complete rows go
        along, for its key to be tested.
        """
        parts = [added(item, self.missing.worth, self.combine, given) for item in self.items]
        points = np.column_stack([worth for worth, _ in parts])
        states = np.column_stack([state for _, state in parts])
        keyed = None
        if self.direction == "tested":
            names = tuple(item.variable for item in self.items)
            complete = points[(states == ANSWERED).all(axis=1)]
            keyed = Keyed(complete, names, self.instrument or self.name)
        total = points.sum(axis=1) if self.combine == "sum" else points.max(axis=1)
        missing = self.missing
        answered, applies = (states == ANSWERED).sum(axis=1), (states != NOT_ASKED).sum(axis=1)
        blank = applies - answered
        known = (applies > 0) & (blank <= missing.tolerated(applies))
        if missing.worth not in ("lowest", "highest"):
            known &= answered > 0
        if missing.worth == "prorated":
            whole, rest = np.divmod(total * applies, np.maximum(answered, 1))
            total = np.where(blank > 0, whole, total)
            known &= (blank == 0) | (rest == 0)
        status = np.where(known, ANSWERED, np.where(applies > 0, UNDETERMINED, NOT_ASKED)).astype(np.int8)
        return Meaning(np.where(known, total, 0).astype(np.int32), status, keyed)


def _instrument(value: Any, place: Place) -> Instrument | None:
    """The instrument a score names; a fault for one nobody knows, or without a key."""
    id = value.get("instrument", "") if isinstance(value, dict) else ""
    keyed = {one.id: one for one in instruments().values() if one.items}
    if id == "" or (isinstance(id, str) and id in keyed):
        return keyed.get(id)
    place.at("instrument").unknown("unknown_instrument", shown(id), keyed)
    return None


def score_range(definition: Score, known: Known) -> tuple[int, int]:
    """The lowest and highest score of a person who answered every item that counts."""
    together = max if definition.combine == "highest" else sum
    several = [item.variable in known and known[item.variable].kind == "multiple" for item in definition.items]
    ends = [limits(item, several=s, sure=item.when is None) for item, s in zip(definition.items, several, strict=True)]
    return together(low for low, _ in ends), together(high for _, high in ends)
