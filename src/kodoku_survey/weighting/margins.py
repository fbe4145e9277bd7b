"""Population margins → the auxiliary matrix of the respondents and the totals it must meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray, FloatArray, IndexArray
from kodoku_survey.design.auxiliary import Auxiliary, counted_crossing, crossed
from kodoku_survey.errors import DesignError, DidYouMean
from kodoku_survey.weighting.crossings import CodesOf, Held, as_codes, crossing_of

Groups = Mapping[str, Sequence[Sequence[Any]]]


@dataclass(frozen=True, eq=False)
class Margin:
    """One margin: its variables, a tuple of codes a category, and the categories' values.

    unit : persons; share (only the proportions hold); total (the population total of a number, no categories).
    """

    name: str
    categories: tuple[tuple[Any, ...], ...]
    values: FloatArray
    unit: str = "persons"

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables the margin crosses."""
        return tuple(self.name.split(":"))

    def label(self, category: tuple[Any, ...]) -> str:
        """A category as variable=code, as messages name it."""
        return f"{self.name}={':'.join(map(str, category))}" if category else self.name


def read_margins(frame: pd.DataFrame, wanted: Sequence[str]) -> list[Margin]:
    """The margins of margins.csv that a weighting step names, in its order. Raises DesignError."""
    known = tuple(dict.fromkeys(frame["variable"])) if len(frame) else ()
    found = []
    for name in wanted:
        own = frame[frame["variable"] == name] if name in known else frame.iloc[:0]
        if own.empty:
            raise DesignError("design.no_margin", "margins.csv", value=name, hint=DidYouMean(name, known))
        unit = str(own["unit"].iloc[0])
        categories = () if unit == "total" else tuple(tuple(int(c) for c in code.split(":")) for code in own["code"])
        found.append(Margin(name, categories, own["value"].to_numpy(float), unit))
    return found


def margins_of(given: Mapping[str, Mapping[Any, float] | pd.Series | float]) -> list[Margin]:
    """Margins from a mapping: {"sex": {1: 48.0, 2: 52.0}, "sex:age": {(1, 2): …}, "income": 1.2e9}."""
    found = []
    for name, values in given.items():
        if isinstance(values, Real):
            found.append(_finite(Margin(str(name), (), np.array([float(values)]), "total")))
            continue
        pairs = list(values.items())  # type: ignore[union-attr]
        categories = tuple(key if isinstance(key, tuple) else (key,) for key, _ in pairs)
        found.append(_finite(Margin(str(name), categories, np.array([float(value) for _, value in pairs]))))
    return found


def as_persons(margins: Sequence[Margin], total: float | None, weight: float) -> list[Margin]:
    """Margins in persons, shares among them turned into persons of `total`.

    weight : the sum of the weights there are. Raises DesignError where categories add up to 1 and the weights do not: they
    would come to a sum of 1 in silence.
    """
    if total is not None:
        if not (np.isfinite(total) and total > 0):
            raise DesignError("design.bad_option", option="total", value=total)
        return [
            replace(m, values=m.values * (total / float(m.values.sum()))) if m.categories and m.values.sum() > 0 else m
            for m in margins
        ]
    sums = {m.name: float(m.values.sum()) for m in margins if m.categories}
    if sums and all(abs(size - 1) < 0.05 for size in sums.values()) and not 0.5 < weight < 2:
        told = ", ".join(f"{name}: {size:.10g}" for name, size in sums.items())
        raise DesignError("design.shares_without_total", "margins", value=told)
    return list(margins)


def _finite(margin: Margin) -> Margin:
    """Raises DesignError for a figure that is none, or fewer persons than nobody."""
    wrong = ~np.isfinite(margin.values) | ((margin.values < 0) & bool(margin.categories))
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        name = margin.label(margin.categories[place]) if margin.categories else margin.name
        raise DesignError("design.bad_margin", f"margins [{name}]", value=float(margin.values[place]))
    return margin


def collapsed(margins: Sequence[Margin], codes_of: CodesOf, groups: Groups) -> tuple[list[Margin], CodesOf]:
    """Margins and codes with some codes of a variable counted as one: every code of a group becomes its first.

    groups : variable → lists of codes. Raises DesignError for a variable or code no margin has.
    """
    first: dict[str, dict[Any, Any]] = {}
    for name, lists in groups.items():
        places = [(m, m.variables.index(name)) for m in margins if name in m.variables]
        known = {category[i] for m, i in places for category in m.categories}
        for code in (code for codes in lists for code in codes):
            if code not in known:
                raise DesignError("design.collapse_code", "collapse", variable=name, value=code)
        first[name] = {code: codes[0] for codes in lists for code in codes}
    if not first:
        return list(margins), codes_of

    def one(name: str, code: Any) -> Any:
        return first.get(name, {}).get(code, code)

    def codes(name: str) -> AnyArray:
        held = codes_of(name)
        for code, kept in first.get(name, {}).items():
            held = np.where(held == code, kept, held)
        return held

    merged = []
    for margin in margins:
        sums: dict[tuple[Any, ...], float] = {}
        for category, value in zip(margin.categories, margin.values, strict=False):
            kept = tuple(one(name, code) for name, code in zip(margin.variables, category, strict=True))
            sums[kept] = sums.get(kept, 0.0) + float(value)
        values = np.array(list(sums.values())) if margin.categories else margin.values
        merged.append(replace(margin, categories=tuple(sums), values=values))
    return merged, codes


def auxiliary_of(margins: Sequence[Margin], codes_of: CodesOf) -> tuple[Auxiliary, FloatArray]:
    """The auxiliary matrix of the respondents and the totals (p,) it must meet.

    A respondent whose code has no margin (sex その他, 無回答) is given the population shares of the margin's categories as
    its row, within what is known of a crossed margin; one without the number of a total is given the population mean:
    nobody is dropped, every margin still holds.

    Raises DesignError where margins in persons have different sums, or none is in persons.
    """
    totals = totals_of(margins)
    persons = next((float(m.values.sum()) for m in margins if m.unit == "persons"), None)
    variables = list(dict.fromkeys(name for margin in margins for name in margin.variables))
    numbers = {margin.name: margin for margin in margins if margin.unit == "total"}
    if numbers:
        held = {
            name: _number(codes_of(name), numbers[name], persons) if name in numbers else as_codes(codes_of(name))
            for name in variables
        }
        sizes = [len(held[name].keys) for name in variables]
        counts: IndexArray | None
        people, index, counts = counted_crossing([held[name].codes for name in variables], sizes)
    else:
        held, people, index, counts = crossing_of(codes_of, tuple(variables))
    rows = [
        _rows(
            margin,
            [held[name].keys for name in margin.variables],
            people[:, [*map(variables.index, margin.variables)]],
        )
        for margin in margins
    ]
    names = tuple(margin.label(category) for margin in margins for category in margin.categories or ((),))
    return Auxiliary(np.hstack(rows), index, names, counts), totals


def totals_of(margins: Sequence[Margin]) -> FloatArray:
    """What the columns of the auxiliary matrix must add up to, (p,): shares of the persons, persons to one sum."""
    sizes = {margin.name: float(margin.values.sum()) for margin in margins if margin.unit == "persons"}
    shares = any(margin.unit == "share" for margin in margins)
    if shares and not sizes:
        raise DesignError("design.no_persons", "margins")
    for margin in margins:
        if margin.categories and not margin.values.sum() > 0:
            raise DesignError("design.empty_margin", f"margins.csv [{margin.name}]")
    first = next(iter(sizes.items()), ("", 0.0))
    for name, size in sizes.items():
        if abs(size - first[1]) > 1e-6 * first[1]:
            raise DesignError(
                "design.inconsistent_margins",
                f"margins [{name}]",
                size=_told_apart(size, first[1]),
                first=first[0],
                other=_told_apart(first[1], size),
            )
    # Sums that differ by rounding are brought to one, else no weight could meet both.
    return np.concatenate([m.values if m.unit == "total" else m.values * first[1] / m.values.sum() for m in margins])


def _told_apart(size: float, other: float) -> str:
    """A sum with as many digits as it takes to see that it is not the other."""
    whole = f"{size:,.0f}"
    return whole if whole != f"{other:,.0f}" else f"{size:,.10g}"


def _number(values: Any, margin: Margin, persons: float | None) -> Held:
    """A number by its distinct values; who has none is given the population mean. Raises DesignError."""
    distinct, place = np.unique(np.asarray(values, dtype=float), return_inverse=True)
    unknown = np.isnan(distinct)
    if unknown.any():
        if persons is None:
            raise DesignError("design.missing_number", margin.name, count=int(unknown[place].sum()))
        distinct = np.where(unknown, margin.values[0] / persons, distinct)
    return Held(place, distinct)


def _rows(margin: Margin, keys: Sequence[Sequence[Any] | FloatArray], people: IndexArray) -> FloatArray:
    """A margin's columns (m, c) of the auxiliary matrix, for people (m, v) by the places of their values among the keys."""
    if margin.unit == "total":
        return np.asarray(keys[0])[people[:, 0]][:, None]
    if len(keys) == 1:
        combined, own = np.arange(len(keys[0]))[:, None], people[:, 0]
    else:
        combined, own = crossed(list(people.T), [len(one) for one in keys])
    known = [tuple(one[place] for one, place in zip(keys, places, strict=True)) for places in combined]
    held = dict(zip(margin.categories, np.eye(len(margin.categories)), strict=True))
    return np.array([held[person] if person in held else _row(margin, person) for person in known])[own]


def _row(margin: Margin, person: tuple[Any, ...]) -> FloatArray:
    """The row of a person in no category: population shares within what is known."""
    known = [
        code if any(category[i] == code for category in margin.categories) else None for i, code in enumerate(person)
    ]
    fits = np.array(
        [all(k is None or k == code for k, code in zip(known, category, strict=True)) for category in margin.categories]
    )
    if not fits.any() or (fits.sum() > 1 and margin.values[fits].sum() <= 0):
        fits[:] = True
    shares = np.where(fits, margin.values, 0.0)
    return shares / shares.sum() if fits.sum() > 1 else fits.astype(float)
