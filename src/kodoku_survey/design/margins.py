"""Population margins → the auxiliary matrix of the respondents and the totals it must meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kodoku_survey.design.auxiliary import Auxiliary, FloatArray
from kodoku_survey.errors import DesignError, DidYouMean

CodesOf = Callable[[str], npt.NDArray[Any]]
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
        return tuple(self.name.split(":"))

    def label(self, category: tuple[Any, ...]) -> str:
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
        if isinstance(values, (int, float)):
            found.append(Margin(name, (), np.array([float(values)]), "total"))
            continue
        pairs = list(values.items())
        categories = tuple(key if isinstance(key, tuple) else (key,) for key, _ in pairs)
        found.append(Margin(name, categories, np.array([float(value) for _, value in pairs])))
    return found


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

    def codes(name: str) -> npt.NDArray[Any]:
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
    joint = Auxiliary(np.zeros((1, 0)), np.zeros(len(codes_of(margins[0].variables[0])), dtype=np.intp), ())
    for margin in margins:
        names = tuple(margin.label(category) for category in margin.categories or ((),))
        joint = joint.beside(*_block(margin, codes_of, persons), names)
    return joint, totals


def totals_of(margins: Sequence[Margin]) -> FloatArray:
    """What the columns of the auxiliary matrix must add up to, (p,): shares of the persons, persons to one sum."""
    sizes = {margin.name: float(margin.values.sum()) for margin in margins if margin.unit == "persons"}
    shares = any(margin.unit == "share" for margin in margins)
    if shares and not sizes:
        raise DesignError("design.no_persons", "margins.csv")
    first = next(iter(sizes.items()), ("", 0.0))
    for name, size in sizes.items():
        if abs(size - first[1]) > 1e-6 * first[1]:
            raise DesignError(
                "design.inconsistent_margins",
                f"margins.csv [{name}]",
                size=f"{size:,.0f}",
                first=first[0],
                other=f"{first[1]:,.0f}",
            )
    # Sums that differ by rounding are brought to one, else no weight could meet both.
    return np.concatenate([m.values if m.unit == "total" else m.values * first[1] / m.values.sum() for m in margins])


def _block(margin: Margin, codes_of: CodesOf, persons: float | None) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    """Distinct rows (d, c) of one margin, and the row of each respondent (n,)."""
    held = [codes_of(name) for name in margin.variables]
    if margin.unit == "total":
        values = held[0].astype(float)
        if np.isnan(values).any():
            if persons is None:
                raise DesignError("design.missing_number", margin.name, count=int(np.isnan(values).sum()))
            values = np.where(np.isnan(values), margin.values[0] / persons, values)
        distinct, own = np.unique(values, return_inverse=True)
        return distinct[:, None], own.astype(np.intp)
    own, keys = pd.factorize(pd.MultiIndex.from_arrays(held)) if len(held) > 1 else pd.factorize(held[0])
    people = [tuple(key) if isinstance(key, tuple) else (key,) for key in keys]
    rows = np.array([_row(margin, person) for person in people])
    return np.vstack([rows, margin.values / margin.values.sum()]), np.where(own < 0, len(rows), own).astype(np.intp)


def _row(margin: Margin, person: tuple[Any, ...]) -> FloatArray:
    """One person's row: 1 for the category held, else population shares within what is known."""
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
