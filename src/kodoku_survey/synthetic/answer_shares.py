"""How often each answer is given: by a file of shares, by history.csv, by the margins, else invented from the seed."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from kodoku_survey.arrays import IntArray
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

    def known(self, name: str) -> bool:
        """Whether anything is given of a variable."""
        return name in self.given

    def single(self, variable: Variable) -> tuple[dict[int, float], float]:
        """The share of each option among those who answer (they add to 1), and the share of 無回答."""
        options = [code.code for code in variable.options]
        told = self.given.get(variable.name)
        if told is None:
            return dict(zip(options, self._invented(variable.name, len(options)), strict=True)), SILENT
        silent = told.get(variable.nonanswer, 0.0) if variable.nonanswer is not None else 0.0
        named = {code: told[code] for code in options if code in told}
        rest = [code for code in options if code not in named]
        left = max(1 - silent - sum(named.values()), 0.0)
        # Options nothing is told of share what the others leave.
        shares = {code: named.get(code, left / len(rest) if rest else 0.0) for code in options}
        total = sum(shares.values())
        return {code: share / total if total else 1 / len(options) for code, share in shares.items()}, min(silent, 0.95)

    def multiple(self, variable: Variable) -> tuple[dict[int, float], float]:
        """The share that ticks each option, among those asked, and the share of 無回答."""
        options = [code.code for code in variable.options]
        told = self.given.get(variable.name)
        if told is not None:
            silent = told.get(variable.nonanswer, 0.0) if variable.nonanswer is not None else 0.0
            return {code: told.get(code, 0.0) for code in options}, min(silent, 0.95)
        rng = self._of(variable.name)
        return {code: float(rng.uniform(0.06, 0.4)) for code in options}, SILENT

    def _invented(self, name: str, count: int) -> list[float]:
        """Shares of a scale somewhere between lopsided and even."""
        rng = self._of(name)
        place = np.linspace(0, 1, count) if count > 1 else np.zeros(1)
        weights = np.exp(-((place - rng.uniform(0.2, 0.8)) ** 2) / 0.25 + rng.normal(0, 0.25, count))
        return [float(weight) for weight in weights / weights.sum()]

    def _of(self, name: str) -> np.random.Generator:
        # A variable's own numbers, so that a question more does not change the answers to the others.
        return np.random.default_rng(np.random.PCG64([self.seed, zlib.crc32(name.encode())]))


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
        heads = next(csv.reader(file), [])
    crossed = "by" in heads
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


def allotted(shares: list[float], count: int, *, least: int = 0) -> IntArray:
    """`count` persons divided in these shares by largest remainders; a share above 0 gets at least `least` while they last."""
    weights = np.asarray(shares, dtype=float)
    if not count or not len(weights) or weights.sum() <= 0:
        return np.zeros(len(weights), dtype=np.int64)
    exact = weights / weights.sum() * count
    found = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - found), kind="stable")
    found[order[: count - int(found.sum())]] += 1
    for place in np.flatnonzero((weights > 0) & (found < least)):
        wanted = least - int(found[place])
        if found.max() > 2 * least + wanted:
            found[int(found.argmax())] -= wanted
            found[place] += wanted
    return found
