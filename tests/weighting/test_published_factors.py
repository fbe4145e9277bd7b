"""The adjustment factors Kalton & Flores-Cervantes published (2003, J. Official Statistics 19(2)), to their two decimals."""

from __future__ import annotations

import pandas as pd
import pytest

import kodoku_survey as ks

METHODS = {
    "poststratified": ("raking", None),
    "raking": ("raking", None),
    "linear": ("linear", None),
    "linear_numeric": ("linear", None),
    "logit_0.5_2.2": ("logit", (0.5, 2.2)),
    "truncated_linear_0.5_2.2": ("truncated", (0.5, 2.2)),
}


@pytest.fixture(scope="module")
def cells(shared) -> pd.DataFrame:
    """The twelve cells: a, b, sample and population counts, published factors."""
    return pd.read_csv(shared / "golden" / "kalton_flores_cervantes_2003.csv")


def margins_of(cells: pd.DataFrame, case: str) -> dict:
    persons = cells["population"]
    if case == "poststratified":
        return {"a:b": dict(zip(zip(cells["a"], cells["b"], strict=True), persons, strict=True))}
    if case == "linear_numeric":  # the codes as numbers, beside the size of the population
        return {"one": float(persons.sum()), **{name: float((cells[name] * persons).sum()) for name in ("a", "b")}}
    return {name: persons.groupby(cells[name]).sum().to_dict() for name in ("a", "b")}


@pytest.mark.parametrize("case", METHODS)
def test_factors_are_the_published_ones_to_two_decimals(cells, case):
    method, bounds = METHODS[case]
    people = cells.loc[cells.index.repeat(cells["sample"])].reset_index(drop=True).assign(one=1)
    sample = ks.Sample.from_frame(people, weight="one")
    made = ks.calibrate(sample, margins_of(cells, case), method=method, bounds=bounds)
    factors = pd.Series(made.weight).groupby([people["a"], people["b"]]).mean()
    wrong = {
        (row.a, row.b): (round(factors[row.a, row.b], 4), published)
        for row, published in zip(cells.itertuples(), cells[case], strict=True)
        if abs(factors[row.a, row.b] - published) > 0.005 + 1e-9
    }
    assert wrong == {}
