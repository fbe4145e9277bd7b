"""Population margins → the auxiliary matrix of the respondents and the totals it must meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kodoku_survey.design.auxiliary import Auxiliary, FloatArray
from kodoku_survey.errors import DesignError, DidYouMean

CodesOf = Callable[[str], npt.NDArray[Any]]


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


def auxiliary_of(margins: Sequence[Margin], codes_of: CodesOf) -> tuple[Auxiliary, FloatArray]:
    """The auxiliary matrix of the respondents and the totals (p,) it must meet.

    A respondent whose code has no margin (sex その他, 無回答) is given the population shares of the margin's categories as
    its row, within what is known of a crossed margin: nobody is dropped, every margin still holds.

    Raises
    ------
    DesignError
        A category without a respondent; margins in persons with different sums; no margin in persons.
    """
    blocks = [_block(margin, codes_of) for margin in margins]
    totals = _totals(margins)
    index = np.zeros(len(blocks[0][1]), dtype=np.intp)
    rows = np.zeros((1, 0))
    for block, own in blocks:
        pairs, index = np.unique(index * len(block) + own, return_inverse=True)
        rows = np.hstack([rows[pairs // len(block)], block[pairs % len(block)]])
    names = tuple(margin.label(category) for margin in margins for category in margin.categories or ((),))
    return Auxiliary(rows, index.astype(np.intp), names), totals


def _totals(margins: Sequence[Margin]) -> FloatArray:
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
    return np.concatenate([m.values * first[1] / m.values.sum() if m.unit == "share" else m.values for m in margins])


def _block(margin: Margin, codes_of: CodesOf) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    """Distinct rows (d, c) of one margin, and the row of each respondent (n,)."""
    held = [codes_of(name) for name in margin.variables]
    if margin.unit == "total":
        distinct, own = np.unique(held[0].astype(float), return_inverse=True)
        return distinct[:, None], own.astype(np.intp)
    own, keys = pd.factorize(pd.MultiIndex.from_arrays(held)) if len(held) > 1 else pd.factorize(held[0])
    persons = [tuple(key) if isinstance(key, tuple) else (key,) for key in keys]
    rows = np.array([_row(margin, person) for person in persons])
    for position, category in enumerate(margin.categories):
        if margin.values[position] > 0 and not any(person == category for person in persons):
            value = f"{margin.values[position]:,.0f}"
            raise DesignError("design.empty_category", f"margins.csv [{margin.label(category)}]", value=value)
    return rows, own.astype(np.intp)


def _row(margin: Margin, person: tuple[Any, ...]) -> FloatArray:
    """One person's row: 1 for the category held, else population shares within what is known."""
    known = [
        code if any(category[i] == code for category in margin.categories) else None for i, code in enumerate(person)
    ]
    fits = np.array(
        [all(k is None or k == code for k, code in zip(known, category, strict=True)) for category in margin.categories]
    )
    if not fits.any():
        fits[:] = True
    shares = np.where(fits, margin.values, 0.0)
    return shares / shares.sum() if fits.sum() > 1 else fits.astype(float)
