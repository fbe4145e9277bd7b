"""How near adjusted figures of people nobody drew come to a population that is known: bias and coverage, by simulation.

    python benchmarks/people_nobody_drew.py            takes 1,000 panels a scenario and writes docs/people-nobody-drew.md

A population is made once from a seed. From it come panels, each person joining by a chance of her own, and reference samples
of 400 households of two, drawn in two strata at different rates. A minute on one core.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import kodoku_survey as ks
from kodoku_survey.arrays import FloatArray
from kodoku_survey.benchmark import reference_adjustment as ra
from kodoku_survey.benchmark.pseudo_weights import pseudo_models, pseudo_weighted
from kodoku_survey.benchmark.selection_bounds import odds_bounds
from kodoku_survey.errors import SurveyError

PAGE = Path(__file__).parents[1] / "docs" / "people-nobody-drew.md"
GENERATED = "<!-- From here on written by benchmarks/people_nobody_drew.py -->\n"
PERSONS, PANEL, HOUSEHOLDS, SEED = 60_000, 600, 400, 20251101
METHODS = ("raw", "calibrated", "pseudo_weights", "propensity", "doubly_robust")
GAMMAS = (2.0, 3.0, 5.0)


@dataclass(frozen=True)
class Scenario:
    """crossed, curved : the chance of joining, the answer depend on sex × age, which no method is told.

    odds : by how much the answer itself raises the odds of joining (1: ignorable). unseen : how strongly both depend on what
    neither sample asks (0: not at all).
    """

    name: str
    crossed: bool = False
    curved: bool = False
    odds: float = 1.0
    unseen: float = 0.0


SCENARIOS = (
    Scenario("ignorable, both models right"),
    Scenario("ignorable, model of joining wrong", crossed=True),
    Scenario("ignorable, model of the answer wrong", curved=True),
    Scenario("ignorable given what nobody asked", unseen=0.8),
    Scenario("not ignorable: the answer doubles the odds", odds=2.0),
    Scenario("not ignorable: the answer triples the odds", odds=3.0),
)


def population(scenario: Scenario) -> pd.DataFrame:
    """Persons with sex, age (0 … 3), household, stratum, whether they are lonely, and their chance of joining the panel."""
    rng = np.random.default_rng(SEED)
    household = np.arange(PERSONS) // 2
    age = np.clip(rng.integers(0, 4, PERSONS // 2)[household] + rng.integers(-1, 2, PERSONS), 0, 3)
    sex = rng.integers(0, 2, PERSONS)
    hidden, together = rng.normal(size=PERSONS), rng.normal(scale=0.5, size=PERSONS // 2)[household]
    both = (sex == 1) & (age >= 2)
    eta = -0.6 - 0.4 * age + 0.3 * sex + 1.2 * scenario.curved * both + scenario.unseen * hidden + together
    lonely = (rng.random(PERSONS) < 1 / (1 + np.exp(-eta))).astype(float)
    joins = (
        -0.7 * age
        + 0.4 * sex
        + 1.2 * scenario.crossed * both
        + scenario.unseen * hidden
        + np.log(scenario.odds) * lonely
    )
    low, high = -20.0, 5.0
    for _ in range(60):  # the constant that makes panels of the size wanted
        middle = (low + high) / 2
        low, high = (middle, high) if (1 / (1 + np.exp(-middle - joins))).sum() < PANEL else (low, middle)
    frame = {"sex": sex, "age": age, "household": household, "stratum": household % 2, "lonely": lonely}
    return pd.DataFrame(frame).assign(chance=1 / (1 + np.exp(-low - joins)))


def matrix(frame: pd.DataFrame) -> FloatArray:
    """The constant, sex, and age by class."""
    age = frame["age"].to_numpy()
    return np.column_stack([np.ones(len(frame)), frame["sex"], *(age == k for k in (1, 2, 3))]).astype(float)


def reference(people: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, ks.Sample]:
    """Households drawn in two strata at rates of 1 to 3, everybody of them asked."""
    sizes, chosen, weights = (HOUSEHOLDS // 4, HOUSEHOLDS * 3 // 4), [], []
    for stratum, size in enumerate(sizes):
        every = np.arange(stratum, PERSONS // 2, 2)
        chosen.append(rng.choice(every, size=size, replace=False))
        weights.append(np.full(size, len(every) / size))
    drawn = pd.DataFrame({"household": np.concatenate(chosen), "weight": np.concatenate(weights)})
    found = drawn.merge(people, on="household")
    return found, ks.Sample.from_frame(found, weight="weight", stratum="stratum", psu="household")


def simulated(scenario: Scenario, repeats: int) -> pd.DataFrame:
    """Of each method over the panels: bias, spread and mean standard error (points), coverage of the 95% limits and of bounds."""
    people, rng = population(scenario), np.random.default_rng(SEED + 1)
    truth, chance = float(people["lonely"].mean()), people["chance"].to_numpy()
    value, se = {name: list[float]() for name in METHODS}, {name: list[float]() for name in METHODS}
    inside = dict.fromkeys(GAMMAS, 0)
    made = 0
    for _ in range(repeats):
        a = people[rng.random(PERSONS) < chance]
        b, sample = reference(people, rng)
        shared = ra.BothHold(
            a[["lonely"]].to_numpy(float), matrix(a), matrix(b), sample, np.ones(len(b)), ("1", "sex", "a1", "a2", "a3")
        )
        try:
            theta = ra.propensity(shared)
            found = [
                ra.raw(shared),
                ra.calibrated(shared),
                pseudo_weighted(shared, pseudo_models(shared)),
                ra.weighted_by_propensity(shared, theta),
                ra.doubly_robust(shared, theta, *ra.outcome_model(shared)),
            ]
        except SurveyError:
            continue
        made += 1
        for one in found:
            value[one.method].append(float(one.value[0]))
            se[one.method].append(float(one.se[0]))
        p, s = found[3].value, found[3].se
        for gamma in GAMMAS:
            low, high = odds_bounds(p - 1.96 * s, gamma)[0], odds_bounds(p + 1.96 * s, gamma)[1]
            inside[gamma] += int(low[0] <= truth <= high[0])
    rows = [_row(scenario.name, name, np.array(value[name]), np.array(se[name]), truth) for name in METHODS]
    bounds = {f"gamma_{gamma:g}": 100 * inside[gamma] / made for gamma in GAMMAS}
    return pd.DataFrame(rows).assign(truth=100 * truth, panels=made, **bounds)


def _row(scenario: str, method: str, value: FloatArray, se: FloatArray, truth: float) -> dict[str, object]:
    within = 100 * float((np.abs(value - truth) <= 1.96 * se).mean())
    points = {"bias": value.mean() - truth, "sd": value.std(ddof=1), "se": se.mean()}
    return {
        "scenario": scenario,
        "method": method,
        **{k: 100 * float(v) for k, v in points.items()},
        "coverage": within,
    }


def written(table: pd.DataFrame, repeats: int) -> str:
    """The page below what is written by hand."""
    lines = [f"## {repeats:,} panels a scenario", ""]
    for name, part in table.groupby("scenario", sort=False):
        first = part.iloc[0]
        lines += [
            f"### {name}",
            "",
            f"True share {first['truth']:.1f}%; {int(first['panels']):,} panels had a solution.",
            "",
        ]
        lines += [
            "| method | bias (points) | spread | mean s.e. | coverage of 95% limits |",
            "|---|---:|---:|---:|---:|",
        ]
        lines += [
            f"| {r.method} | {r.bias:+.2f} | {r.sd:.2f} | {r.se:.2f} | {r.coverage:.1f}% |" for r in part.itertuples()
        ]
        told = ", ".join(f"{first[f'gamma_{gamma:g}']:.1f}% at Γ = {gamma:g}" for gamma in GAMMAS)
        lines += ["", f"Bounds (with sampling error) hold the truth in {told}.", ""]
    return "\n".join(lines)


def main(repeats: int) -> None:
    table = pd.concat([simulated(scenario, repeats) for scenario in SCENARIOS])
    before = PAGE.read_text(encoding="utf-8").split(GENERATED)[0]
    PAGE.write_text(before + GENERATED + written(table, repeats), encoding="utf-8")
    print(written(table, repeats))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
