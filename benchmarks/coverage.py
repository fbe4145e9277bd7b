"""Bias and coverage of weighted estimates where the population is known: writes docs/coverage.md.

    python benchmarks/coverage.py [REPETITIONS]        # 1,000 by default, some five minutes; same seed, same page

A population of 120,000 in 1,500 points is made once. Each repetition draws points with probability proportional to size and
a fixed take of persons, lets them answer, and estimates the share of the lonely three ways; the 95% interval either holds the
true share or does not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

import kodoku_survey as ks

SEED = 20_241_201
POINTS, STRATA, TAKE, DRAWN = 1500, 6, 20, 12  # points in the population, strata, persons a point, points a stratum
PAGE = Path(__file__).parents[1] / "docs" / "coverage.md"
GENERATED = "<!-- From here on written by benchmarks/coverage.py -->\n"


@dataclass(frozen=True)
class Scenario:
    """What answering depends on: coefficients of the logit of the chance. holds : whether the weighting knows it all."""

    name: str
    says: str
    mode: float = 0.0
    lonely: float = 0.0
    mode_of_lonely: float = 0.0
    holds: bool = True


SCENARIOS = (
    Scenario("age", "age and living alone (both in the register)"),
    Scenario(
        "mode", "age, living alone and whether one would answer online; loneliness does not depend on that", mode=0.8
    ),
    Scenario(
        "mode and loneliness apart",
        "as before, but those who would answer online are also lonelier",
        mode=0.8,
        mode_of_lonely=0.5,
        holds=False,
    ),
    Scenario("loneliness", "age, living alone, mode and loneliness itself", mode=0.8, lonely=-0.5, holds=False),
)
ESTIMATORS = ("unweighted", "raked", "full chain")


def population(scenario: Scenario, rng: np.random.Generator) -> pd.DataFrame:
    """Everyone: stratum, point, age (0–5), sex, alone, whether online, lonely and the chance of answering."""
    size = rng.integers(40, 121, POINTS)
    point = np.repeat(np.arange(POINTS), size)
    n = len(point)
    stratum = point % STRATA
    age, sex = rng.integers(0, 6, n), rng.integers(0, 2, n)
    alone = rng.random(n) < 0.12 + 0.04 * age
    online = rng.random(n) < _chance(1.0 - 0.6 * age)
    place = rng.normal(0, 0.3, POINTS)[point]  # neighbours are alike
    lonely = rng.random(n) < _chance(-1.6 - 0.12 * age + 0.9 * alone + scenario.mode_of_lonely * online + place)
    answers = _chance(-0.7 + 0.3 * age - 0.6 * alone + scenario.mode * online + scenario.lonely * lonely)
    columns = {"stratum": stratum, "point": point, "age": age, "sex": sex, "alone": alone.astype(int)}
    return pd.DataFrame({**columns, "lonely": lonely.astype(float), "answers": answers})


def _chance(logit: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logit))


def drawn(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Two stages: points by systematic sampling proportional to size, a fixed take of persons; who answered."""
    rows = []
    start = np.searchsorted(people["point"].to_numpy(), np.arange(POINTS + 1))
    for stratum in range(STRATA):
        points = rng.permutation(np.arange(stratum, POINTS, STRATA))
        size = start[points + 1] - start[points]
        step = size.sum() / DRAWN
        hits = np.searchsorted(np.cumsum(size), rng.uniform(0, step) + step * np.arange(DRAWN), side="right")
        rows += [rng.choice(np.arange(start[point], start[point + 1]), TAKE, replace=False) for point in points[hits]]
    chosen = people.iloc[np.concatenate(rows)].reset_index(drop=True)
    persons = people["stratum"].value_counts()
    weight = chosen["stratum"].map(persons) / (DRAWN * TAKE)
    responded = rng.random(len(chosen)) < chosen["answers"]
    # Nobody knows the answer of those who gave none.
    lonely = chosen["lonely"].where(responded)
    return chosen.assign(weight=weight, responded=responded.astype(int), lonely=lonely)


def estimates(selected: pd.DataFrame, margins: dict, *, replicated: bool) -> Iterator[tuple[str, ks.Estimate]]:
    """The share of the lonely by each estimator."""
    design = {"weight": "weight", "stratum": "stratum", "psu": "point"}
    whole = ks.Sample.from_frame(selected, **design)
    respondents = ks.Sample.from_frame(selected[selected["responded"] == 1].reset_index(drop=True), **design)
    yield "unweighted", ks.means(replace(respondents, basis="unweighted"), "lonely")
    yield "raked", ks.means(ks.calibrate(respondents, margins), "lonely")
    adjusted = ks.adjust_nonresponse(whole, "responded", classes=["alone", "age"], minimum_size=25, maximum_factor=4.0)
    chain = ks.calibrate(adjusted, margins)
    yield "full chain", ks.means(chain, "lonely")
    if replicated:
        yield "full chain, replicates", ks.means(ks.replicates(chain, method="jkn"), "lonely")


def run(scenario: Scenario, repetitions: int, *, replicated: int = 0) -> tuple[pd.DataFrame, float]:
    """One line an estimate: estimator, value, se, whether the interval held the truth; and the true share."""
    people = population(scenario, np.random.default_rng(SEED))
    truth = float(people["lonely"].mean())
    margins = {
        "age:sex": people.groupby(["age", "sex"]).size().astype(float).to_dict(),
        "stratum": people.groupby("stratum").size().astype(float).to_dict(),
    }
    records = []
    for number in range(repetitions):
        selected = drawn(people, np.random.default_rng([SEED, number]))
        for name, estimate in estimates(selected, margins, replicated=number < replicated):
            low, high = estimate.interval(0.95)
            held = bool(low[0] <= truth <= high[0])
            records.append((name, float(estimate.value[0]), float(estimate.se[0]), held))
    return pd.DataFrame(records, columns=["estimator", "value", "se", "held"]), truth


def lines(scenario: Scenario, found: pd.DataFrame, truth: float) -> Iterator[str]:
    """The rows of the page for one scenario."""
    for name, own in found.groupby("estimator", sort=False):
        coverage = own["held"].mean()
        error = np.sqrt(coverage * (1 - coverage) / len(own))
        bias = 100 * (own["value"].mean() - truth)
        spread = own["value"].std()
        yield (
            f"| {scenario.name} | {'yes' if scenario.holds else 'no'} | {name} | {len(own):,} | {bias:+.2f} | {100 * spread:.2f} "
            f"| {own['se'].mean() / spread:.2f} | {100 * coverage:.1f} ± {196 * error:.1f} |"
        )


def written(repetitions: int) -> str:
    """The generated part of the page."""
    rows, truths = [], []
    for scenario in SCENARIOS:
        found, truth = run(scenario, repetitions, replicated=repetitions // 2 if scenario.holds else 0)
        rows += lines(scenario, found, truth)
        truths.append(f"- **{scenario.name}**: answering depends on {scenario.says}. True share {100 * truth:.2f}%.")
    columns = (
        "answering depends on",
        "model holds",
        "estimator",
        "samples",
        "bias (points)",
        "sd (points)",
        "mean se / sd",
    )
    head = f"| {' | '.join(columns)} | coverage % |"
    return "\n".join([
        "", f"Seed {SEED}, {repetitions:,} samples a scenario (half of them for the replicates).", "",
        *truths, "", head, "|---|---|---|---:|---:|---:|---:|---:|", *rows, "",
    ])  # fmt: skip


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8").split(GENERATED)[0]
    PAGE.write_text(text + GENERATED + written(int(sys.argv[1]) if len(sys.argv) > 1 else 1000), encoding="utf-8")
