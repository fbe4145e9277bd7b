"""The register: strata, PSUs and the persons selected in them, drawn so that weights and frame attributes are plausible."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kodoku_survey.survey.folder import Survey
from reproduce.model import Register


def draw_register(survey: Survey, register: Register, rng: np.random.Generator) -> pd.DataFrame:
    """Everyone selected: stratum, psu, weight, population (of the stratum), area and its parents, sex, age.

    Two stages (`take` persons a PSU): PSUs in proportion to size, so weights vary only between strata and with the drift of
    PSU sizes since the frame was made. One stage: equal numbers a stratum, so that weights differ widely.
    """
    margins = survey.margins
    areas = margins[margins["variable"] == register.area]
    cells = _cells(areas, register)
    people = margins[margins["variable"] == register.margin]
    population = people["value"].sum()
    draw = _two_stages if register.take else _one_stage
    frame = draw(cells, population, register, rng)
    sex_age = rng.choice(len(people), size=len(frame), p=(people["value"] / population).to_numpy())
    codes = people["code"].str.split(":", expand=True).astype(int).to_numpy()[sex_age]
    low_high = np.array([[band[0], band[-1]] for band in register.ages])[codes[:, 1] - 1]
    # Within a class the old thin out: square the uniform in the open last class.
    spread = rng.random(len(frame))
    spread = np.where(codes[:, 1] == len(register.ages), spread**2, spread)
    age = low_high[:, 0] + np.floor(spread * (low_high[:, 1] - low_high[:, 0] + 1)).astype(int)
    frame[register.sex], frame[register.age] = codes[:, 0], age
    order = rng.permutation(len(frame)) if not register.take else np.arange(len(frame))
    return frame.iloc[order].reset_index(drop=True)


def _cells(areas: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Every area crossed with the splits, with its population share and the strata it belongs to."""
    cells = pd.DataFrame({register.area: areas["code"].astype(int).to_numpy(), "share": areas["value"].to_numpy()})
    for name, groups in register.parents.items():
        parent = {code: number for number, codes in enumerate(groups, start=1) for code in codes}
        cells[name] = cells[register.area].map(parent)
    for name, shares in register.split.items():
        part = pd.DataFrame({name: range(1, len(shares) + 1), "part": shares})
        cells = cells.merge(part, how="cross")
        cells["share"] *= cells.pop("part")
    cells["share"] /= cells["share"].sum()
    cells["stratum"] = cells[list(register.strata)].astype(str).agg("-".join, axis=1)
    return cells


def _two_stages(cells: pd.DataFrame, population: float, register: Register, rng: np.random.Generator) -> pd.DataFrame:
    points = register.size // register.take
    strata = cells.groupby("stratum", sort=True)["share"].sum()
    count = np.maximum(np.floor(strata * points).astype(int), 2)
    largest = (strata * points - count).sort_values(ascending=False, kind="stable").index
    for name in np.resize(largest, abs(points - count.sum())):
        count[name] += np.sign(points - count.sum())
    parts, number = [], 0
    for name, psus in count.items():
        own = cells[cells["stratum"] == name]
        # Systematic in proportion to size, so that no area larger than the interval is missed.
        reach = np.cumsum(own["share"].to_numpy()) / own["share"].sum() * psus
        chosen = own.iloc[np.searchsorted(reach, rng.random() + np.arange(psus))]
        drift = rng.normal(1.0, 0.06, psus)
        weight = strata[name] * population / (psus * register.take) * drift
        part = chosen.drop(columns="share").assign(psu=np.arange(number + 1, number + psus + 1), weight=weight.round(3))
        parts.append(part)
        number += psus
    table = pd.concat(parts, ignore_index=True)
    return table.loc[table.index.repeat(register.take)].reset_index(drop=True)


def _one_stage(cells: pd.DataFrame, population: float, register: Register, rng: np.random.Generator) -> pd.DataFrame:
    strata = cells.groupby("stratum", sort=True)["share"].sum()
    each = register.size // len(strata)
    parts = []
    for name, share in strata.items():
        own = cells[cells["stratum"] == name]
        chosen = own.iloc[rng.choice(len(own), size=each, p=(own["share"] / own["share"].sum()).to_numpy())]
        persons = round(share * population)
        parts.append(chosen.drop(columns="share").assign(population=persons, weight=round(persons / each, 4)))
    return pd.concat(parts, ignore_index=True)
