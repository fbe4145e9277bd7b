"""How often each answer is given: by a file of shares, by history.csv, by the margins, else invented from the seed."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from kodoku_survey.arrays import FloatArray, IntArray
from kodoku_survey.errors import FileError
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.figures import group_names
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.reading import Place, read_csv

SHARE_COLUMNS = ("variable", "code", "percent")
SILENT = 0.015  # 無回答 where nothing is published


@dataclass(frozen=True)
class Shares:
    """Shares (0–1) among those asked, by variable and code, as given; and the seed of what is not given."""

    given: Mapping[str, Mapping[int, float]]
    seed: int

    def of(self, variable: Variable) -> tuple[dict[int, float], float]:
        """The share of each option and of 無回答: options of a single answer add to 1, of a number there are none."""
        given, options = self.given.get(variable.name, {}), [code.code for code in variable.options]
        silent = (
            min(given.get(code, 0.0) if (code := variable.nonanswer) is not None else 0.0, 0.95) if given else SILENT
        )
        told = {code: given[code] for code in options if code in given}
        # A variable's own numbers, so that a question more does not change the answers to the others.
        rng = np.random.default_rng(np.random.PCG64([self.seed, zlib.crc32(variable.name.encode())]))
        if variable.kind == "multiple" or not options:
            return {code: told.get(code, 0.0) if told else rng.uniform(0.06, 0.4) for code in options}, silent
        if not told:
            # A scale somewhere between lopsided and even.
            place = np.linspace(0, 1, len(options)) - rng.uniform(0.2, 0.8)
            told = dict(zip(options, np.exp(-(place**2) / 0.25 + rng.normal(0, 0.25, len(options))), strict=True))
        # Options nothing is told of share what the others leave.
        rest = len(options) - len(told)
        left = max(1 - silent - sum(told.values()), 0.0) / max(rest, 1)
        shares = np.array([told.get(code, left) for code in options]) + 1e-12
        return dict(zip(options, (shares / shares.sum()).tolist(), strict=True)), silent


def read_shares(survey: Survey, path: Path | None, seed: int) -> Shares:
    """The shares of a survey: of `path` (variable, code, percent; lines with a `by` are not used), then of history.csv.

    Raises SurveyFaults for a name or code the survey does not know, FileError where the file is absent.
    """
    given = _of_history(survey)
    if path is not None:
        given |= _of_file(survey, path)
    return Shares(given, seed)


def _of_file(survey: Survey, path: Path) -> dict[str, dict[int, float]]:
    if not path.is_file():
        raise FileError("synthetic.no_shares", path.name)
    place = Place(path.name)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        crossed = "by" in next(csv.reader(file), [])
    frame, lines = read_csv(path, (*SHARE_COLUMNS, "by") if crossed else SHARE_COLUMNS, place)
    found: dict[str, dict[int, float]] = {}
    for line, row in zip(lines, frame.itertuples(index=False), strict=True):
        if crossed and row.by:
            continue
        here, percent = place.at(f"line {line}"), pd.to_numeric(row.percent, errors="coerce")
        if row.variable not in survey.variables:
            here.unknown("unknown_variable", row.variable, survey.variables)
        elif str(row.code) not in (keys := [str(key) for key in survey.variables[row.variable].keys]):
            here.unknown("unknown_code", row.code, keys, variable=row.variable)
        elif not 0 <= percent <= 100:
            here.fault("wrong_type", value=row.percent, wanted="0 … 100")
        else:
            found.setdefault(row.variable, {})[int(row.code)] = float(percent) / 100
    place.finish()
    return found


def _of_history(survey: Survey) -> dict[str, dict[int, float]]:
    """Of the last earlier wave: what history.csv has of a question's whole, everyone asked."""
    history = survey.history
    found: dict[str, dict[int, float]] = {}
    if history.empty:
        return found
    latest = history[(history["wave"] == history["wave"].max()) & (history["mark"] == "")]
    for table in survey.plan.tables:
        if table.base is not None:
            continue
        everybody = [name for name, group in group_names(table, survey.variables).items() if group == ("", ())]
        own = latest[(latest["table"] == table.id) & latest["group"].isin(everybody)]
        keys = {str(key) for key in survey.variables[table.question].keys}
        told = {
            int(code): float(percent) / 100
            for code, percent in zip(own["answer"], own["percent"], strict=True)
            if code in keys and not pd.isna(percent)
        }
        # Of several tables on a question, the one that tells most: a table of the focal answer alone leaves the rest open.
        if len(told) > len(found.get(table.question, ())):
            found[table.question] = told
    return found


def allotted(shares: Sequence[float] | FloatArray, count: int, *, least: int = 0) -> IntArray:
    """`count` persons divided in these shares by largest remainders; a share above 0 gets at least `least` while they last."""
    weights = np.asarray(shares, dtype=float)
    if weights.sum() <= 0:
        weights = np.ones(len(weights))
    exact = weights / weights.sum() * count
    found = np.floor(exact).astype(np.int64)
    found[np.argsort(found - exact, kind="stable")[: count - int(found.sum())]] += 1
    for place in np.flatnonzero((weights > 0) & (found < least)):
        wanted = least - int(found[place])
        if found.max() > 2 * least + wanted:
            found[int(found.argmax())] -= wanted
            found[place] += wanted
    return found
