"""Margins of several domains at once: every domain's rows meet that domain's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray, BoolArray, FloatArray
from kodoku_survey.design.auxiliary import Auxiliary
from kodoku_survey.errors import DesignError, DidYouMean
from kodoku_survey.weighting.crossings import CodesOf, as_codes
from kodoku_survey.weighting.margins import Margin, as_persons, margins_of

A = TypeVar("A", bound=AnyArray)
NEAR = 1.25  # margins within a quarter of everybody's weight, and nearer to it than to the domain's, are of everybody
GivenMargins = Mapping[str, Mapping[Any, float] | pd.Series | float]
MarginsByDomain = Mapping[Any, GivenMargins]


@dataclass(frozen=True, eq=False)
class DomainMargins:
    """The margins of a domain: who is `inside` (n,), None for everybody, and what the domain is called in the record."""

    given: list[Margin]
    inside: BoolArray | None = None
    domain: str = ""

    def codes(self, codes_of: CodesOf) -> CodesOf:
        """The codes of the rows inside, made once."""
        inside = self.inside
        if inside is None:
            return codes_of
        held: dict[str, Any] = {}

        def own(name: str) -> Any:
            if name not in held:
                held[name] = codes_of(name)[inside]
            return held[name]

        return own

    def named(self, margin: str) -> str:
        """What a margin, or a column of it, is called in the record."""
        return f"{self.domain}, {margin}" if self.domain else margin

    def of_rows(self, values: A) -> A:
        """Values (n,) of the rows inside."""
        return values if self.inside is None else values[self.inside]  # type: ignore[return-value]


def margins_by_domain(
    margins: GivenMargins | MarginsByDomain,
    codes: CodesOf,
    weight: FloatArray,
    *,
    by: str | None,
    total: Any,
    within: BoolArray | None,
) -> list[DomainMargins]:
    """The margins of every domain of `by`, in persons; of the one domain `within` where there is no `by`. Raises DesignError."""
    if by is None:
        found = [_in_persons(margins, weight, total, within)]
        if within is not None:
            refuse_margins_of_the_whole(found[0].given, codes, weight, within)
        return found
    return [
        _in_persons(margins[code], weight, total_of_domain(total, code), rows, f"{by}={code}")
        for code, rows in domains_of(codes, by, margins, within).items()
    ]


def _in_persons(
    margins: Any, weight: FloatArray, total: Any, inside: BoolArray | None, domain: str = ""
) -> DomainMargins:
    rows = weight if inside is None else weight[inside]
    return DomainMargins(as_persons(margins_of(margins), total, float(rows.sum())), inside, domain)


def domains_of(
    codes_of: CodesOf, by: str, margins: Mapping[Any, Any], within: BoolArray | None
) -> dict[Any, BoolArray]:
    """The rows (n,) of every domain of `by` the margins are of.

    Raises DesignError for margins of a domain nobody is in, and people in a domain without margins.
    """
    held = as_codes(codes_of(by))
    inside = np.ones(len(held.codes), dtype=bool) if within is None else within
    known = {key: np.asarray((held.codes == place) & inside) for place, key in enumerate(held.keys)}
    for code in margins:
        if code not in known or not known[code].any():
            hint = DidYouMean(str(code), tuple(str(key) for key, rows in known.items() if rows.any()))
            raise DesignError("design.no_domain", by, value=code, hint=hint)
    left = {str(key): int(rows.sum()) for key, rows in known.items() if key not in margins and rows.any()}
    if left:
        told = ", ".join(f"{key} (n={count})" for key, count in left.items())
        raise DesignError("design.domain_without_margins", by, named=told, count=sum(left.values()))
    return {code: known[code] for code in margins}


def total_of_domain(total: float | Mapping[Any, float] | None, code: Any) -> float | None:
    """The persons of a domain, where totals are given. Raises DesignError for a domain without one."""
    if not isinstance(total, Mapping):
        return total
    if code not in total:
        raise DesignError("design.bad_option", option=f"total [{code}]", value=None)
    return float(total[code])


def beside(parts: Sequence[tuple[DomainMargins, Auxiliary]]) -> Auxiliary:
    """The matrices of domains that exclude each other as one of everybody (n,), each in columns of its own.

    Who is in none of them has a row of zeros and keeps the weight.
    """
    if len(parts) == 1 and parts[0][0].inside is None:
        return parts[0][1]
    columns = np.cumsum([0] + [one.rows.shape[1] for _, one in parts])
    rows = np.cumsum([0] + [len(one.rows) for _, one in parts])
    matrix = np.zeros((rows[-1] + 1, columns[-1]))
    inside = [part.inside for part, _ in parts if part.inside is not None]
    index = np.full(len(inside[0]), rows[-1], dtype=np.intp)
    for place, (_, one) in enumerate(parts):
        matrix[rows[place] : rows[place + 1], columns[place] : columns[place + 1]] = one.rows
        index[inside[place]] = one.index + rows[place]
    names = tuple(part.named(name) for part, one in parts for name in one.names)
    return Auxiliary(matrix, index, names)


def refuse_margins_of_the_whole(
    margins: Sequence[Margin], codes_of: CodesOf, weight: FloatArray, inside: BoolArray
) -> None:
    """Raises DesignError where margins are of everybody although a domain has been taken.

    They are where their sum is that of all weights rather than of the domain's, or where they have persons in a category
    that only people outside the domain hold.
    """
    whole, part = float(weight.sum()), float(weight[inside].sum())
    for margin in (margin for margin in margins if margin.categories):
        persons = float(margin.values.sum())
        if persons > 0 and whole > 0 and part > 0:
            of_whole, of_part = (abs(float(np.log(persons / size))) for size in (whole, part))
            if of_whole < min(of_part, float(np.log(NEAR))):
                told = {"persons": f"{persons:,.6g}", "whole": f"{whole:,.6g}", "part": f"{part:,.6g}"}
                raise DesignError("design.margins_of_the_whole", f"margins [{margin.name}]", **told)
        held = _held(margin, codes_of, inside), _held(margin, codes_of, ~inside)
        for category, value in zip(margin.categories, margin.values, strict=True):
            if value > 0 and category not in held[0] and category in held[1]:
                raise DesignError(
                    "design.category_outside", f"margins [{margin.label(category)}]", value=f"{value:,.6g}"
                )


def _held(margin: Margin, codes_of: CodesOf, rows: BoolArray) -> set[tuple[object, ...]]:
    found = [as_codes(codes_of(name)[rows]) for name in margin.variables]
    people = pd.DataFrame({k: one.codes for k, one in enumerate(found)}).drop_duplicates().to_numpy()
    return {tuple(one.keys[code] for one, code in zip(found, row, strict=True)) for row in people}
