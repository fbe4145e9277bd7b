"""Replicate weights as R, Stata and SPSS take them: one data file each, and the syntax that declares the design."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from string import Template

import numpy as np
import pandas as pd

from kodoku_survey.design import Replicates, Sample, replicates
from kodoku_survey.publish.microdata.dictionary import OF_DESIGN
from kodoku_survey.publish.microdata.microdata import design_of, fix_date, fix_stamp
from kodoku_survey.publish.release.writing import put, put_csv, put_statistical

NAMES = ("id", "stratum_number", "psu_number")  # columns that name something; the others measure
SYNTAX = {"design.R": "replicates.csv", "design.do": "replicates.dta", "design.sps": "replicates.sav"}


def write_replicates(sample: Sample, folder: Path) -> None:
    """replicates.csv, .dta, .sav (id, weight, stratum, PSU, rw1 … rwR) and design.R, design.do, design.sps, as settings ask.

    Every replicate weight has been through the whole chain. All three declare Σ m_r (θ_r − θ)², centred at the full-sample
    estimate, so that they give one standard error.
    """
    assert sample.responses is not None
    settings = sample.responses.survey.settings.weighting.replicates
    if not settings.method:
        return
    made = replicates(
        sample,
        method=settings.method,
        count=settings.count,
        fay=settings.fay,
        seed=settings.seed,
        mse=True,
    ).replicates
    assert made is not None
    frame = replicate_frame(sample, made)
    folder.mkdir(parents=True, exist_ok=True)
    put_csv(frame, folder / "replicates.csv", encoding="utf-8")
    labels = OF_DESIGN | {name: f"反復ウエイト {name[2:]} / replicate weight" for name in frame if name[:2] == "rw"}
    named: list[str | None] = [labels[column] for column in frame.columns]
    levels = {column: "nominal" if column in NAMES else "scale" for column in frame.columns}
    put_statistical(frame, folder / "replicates.dta", fix_stamp, column_labels=named)
    put_statistical(frame, folder / "replicates.sav", fix_date, column_labels=named, variable_measure=levels)
    for name in SYNTAX:
        put(folder / name, _declared(name, made))


def replicate_frame(sample: Sample, made: Replicates) -> pd.DataFrame:
    """A row a respondent: id, weight, stratum and PSU numbers, fpc where known, full replicate weights rw1 … rwR."""
    assert sample.responses is not None
    front = {"id": sample.responses.id, **design_of(sample)}
    weights = np.stack(list(made.weights()), axis=1)
    columns = [f"rw{r + 1}" for r in range(weights.shape[1])]
    return pd.concat([pd.DataFrame(front), pd.DataFrame(weights, columns=columns)], axis=1)


def _declared(name: str, made: Replicates) -> str:
    """A syntax file with the numbers of these replicates."""
    multipliers = [f"{value:.17g}" for value in made.scale * made.rscales]
    text = (
        resources.files("kodoku_survey.publish.microdata").joinpath("syntax", f"{name}.txt").read_text(encoding="utf-8")
    )
    return Template(text).substitute(
        method=made.method,
        count=len(made),
        df=f"{made.degrees_of_freedom:g}",
        commas=_folded(multipliers, ", "),
        blanks=_folded(multipliers, " ", " ///" if name.endswith(".do") else ""),
    )


def _folded(values: list[str], between: str, end: str = "") -> str:
    """Numbers a few a line: every one of the three programs has a longest line."""
    lines = [between.join(values[k : k + 4]) for k in range(0, len(values), 4)]
    return f"{between.rstrip()}{end}\n  ".join(lines)
