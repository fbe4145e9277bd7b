"""The designs of the reference, as this project makes them from the same data."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from r_language import Call, call_of, evaluate, split, terms_of, value_of
from r_rules import as_if_held, raked_unfinished

import kodoku_survey as ks
from kodoku_survey.design import Auxiliary, Calibration
from kodoku_survey.design.auxiliary import integrated
from kodoku_survey.design.calibration import solve
from kodoku_survey.design.replicate_weights import supplied
from kodoku_survey.design.trimmed_calibration import cut_from
from kodoku_survey.errors import SurveyError

API = {"stype": [4421, 755, 1018], "sch.wide": [1072, 5122]}
NHANES = {"racef": [42e6, 190e6, 33e6, 12e6], "agecat": [60e6, 78e6, 85e6, 54e6], "sexf": [135e6, 142e6]}
KINDS = {"linear": "linear", "raking": "raking", "logit": "logit", "cal.sinh": "sinh"}
REPLICATES = {"JK1": "jk1", "JKn": "jkn", "BRR": "brr", "Fay": "fay"}


class NotOffered(SurveyError):
    """What R can do and this project does not."""

    def __init__(self, what: str) -> None:
        super().__init__("design.unknown_option", value=what, kind="calibrate", hint="", known="")


class Library:
    """One script of the reference: its cases, and its designs made when first asked for."""

    def __init__(self, folder: Path, script: str, *, rules: str = "kodoku") -> None:
        self.folder, self.script, self.rules = folder, script, rules
        self.out = folder / "r_survey" / "out_survey-4.5"
        text = json.loads((self.out / f"{script}.json").read_text(encoding="utf-8"))
        self.designs, self.cases = text["designs"], text["cases"]
        self.lonely = "centre" if script.startswith("06") else "fail"
        self._made: dict[str, ks.Sample] = {}

    def __getitem__(self, name: str) -> ks.Sample:
        if name not in self._made:
            self._made[name] = self._make(
                name, call_of(re.sub(r"^suppressWarnings\((.*)\)$", r"\1", self.designs[name]["r_code"]))
            )
        return self._made[name]

    def data(self, name: str) -> pd.DataFrame:
        """A data set with its levels in order, and what the scripts add to it."""
        name = {"samp": "syn_sample", "resp": "syn_sample", "nhl": "nhanes"}.get(name, name)
        frame = pd.read_csv(self.folder / "data" / f"{name}.csv", keep_default_na=False, na_values=["", "NA"])
        levels = pd.read_csv(self.folder / "data" / "levels.csv", dtype=str, keep_default_na=False)
        for variable, block in levels[levels["dataset"] == name].groupby("variable"):
            frame[variable] = pd.Categorical(frame[variable].astype("str"), categories=list(block["level"])).astype(
                pd.CategoricalDtype(list(block["level"]))
            )
        if name == "nhanes":
            frame["racef"], frame["sexf"] = pd.Categorical(frame["race"]), pd.Categorical(frame["RIAGENDR"])
            frame["chol"] = pd.Categorical(frame["HI_CHOL"].astype("Int64"))
            frame["agen"] = frame["agecat"].cat.codes + 1.0
        return _synthetic(frame, self.margins) if name == "syn_sample" else frame

    @cached_property
    def margins(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "data" / "syn_margins.csv", keep_default_na=False)

    def weights(self, case: str) -> np.ndarray:
        return pd.read_csv(self.out / "weights" / f"{case}.csv")["weight"].to_numpy()

    def _make(self, name: str, call: Call) -> ks.Sample:
        if call.name == "svydesign":
            return self._selected(name, call)
        if call.name in ("as.svrepdesign", "svrepdesign"):
            return self._replicated(name, call)
        source = self[call.args[0]]
        if call.name == "trimWeights":
            return self._trimmed(source, name)
        if value_of(call.named.get("variance")) == 1:
            raise NotOffered("a working variance of the calibration")
        auxiliary, totals = self._auxiliary(source, call)
        if "aggregate.stage" in call.named:
            auxiliary = integrated(auxiliary, source.stages[0].unit, source.weight)
        kind = {"rake": "raking", "postStratify": "linear"}.get(call.name)
        if kind is None:
            kind = KINDS[call.named.get("calfun", "linear").strip('"')]
        bounds = value_of(call.named.get("bounds"))
        if bounds and kind == "linear":
            kind = "truncated"
        limits = None if bounds is None or kind == "sinh" else tuple(bounds)
        if source.replicates is not None:
            made = source.replicates.recalibrated(auxiliary, totals, distance=kind)
            weight = source.weight * self._factors(auxiliary, source.weight, totals, kind, limits)
            return replace(source, weight=weight, replicates=made)
        if name.endswith("rakedef"):  # R stops early by default: its weights are taken as given
            weight = self.weights({"02": "w.rakedef", "06": "syn.w.rakedef"}[self.script[:2]])
            if self.rules == "r_survey":
                return replace(
                    source, weight=weight, calibration=raked_unfinished(auxiliary, source.weight, totals, weight)
                )
        else:
            weight = source.weight * self._factors(auxiliary, source.weight, totals, kind, limits)
        residuals = "unweighted" if call.name == "rake" else "weighted"
        return replace(
            source, weight=weight, calibration=Calibration(auxiliary, source.weight, weight, kind, residuals=residuals)
        )

    @staticmethod
    def _factors(auxiliary: Auxiliary, weight, totals, kind, bounds) -> np.ndarray:
        mass = np.bincount(auxiliary.index, weight, minlength=len(auxiliary.rows))
        factors = solve(
            auxiliary.rows,
            mass,
            totals,
            distance=kind,
            names=auxiliary.names,
            bounds=bounds,
            tolerance=1e-13,
            rounds=500,
        )
        return factors[auxiliary.index]

    def _selected(self, name: str, call: Call) -> ks.Sample:
        source = call.named["data"].split("[")[0]
        frame = self.data(source)
        if source == "resp":
            frame = frame[frame["resp"] == 1]
            frame = frame[frame["npsu"] > 1] if name == "d1ok" else frame
        if source == "nhl":
            frame = frame[~(frame["SDMVSTRA"].isin([76, 88]) & (frame["SDMVPSU"] == 2))]
        if self.script.startswith("05") and source == "nhanes":
            frame = frame[frame["SDMVPSU"] <= 2]
        frame = frame.reset_index(drop=True)
        given = {}
        for option, ours in (("id", "psu"), ("strata", "stratum"), ("weights", "weight"), ("fpc", "fpc")):
            terms = [term for term in terms_of(call.named.get(option, "~1")) if term not in ("1", "0")]
            for place, term in enumerate(terms):
                if term not in frame:
                    frame[f"_{option}{place}"] = evaluate(term, frame)
                    terms[place] = f"_{option}{place}"
            given[ours] = terms if ours in ("psu", "fpc") else (terms[0] if terms else None)
        if "prob" in call.named:
            frame["_w"] = 1.0
            given["weight"] = "_w"
        if source == "election_pps" and given["fpc"]:
            method = value_of(call.named["pps"]) if '"' in call.named["pps"] else "hartley_rao"
            election = pd.read_csv(self.folder / "data" / "election.csv")
            squares = float((election["p"] ** 2).sum() / 40) if method == "hartley_rao" else None
            return ks.Sample.from_frame(frame, probability=given["fpc"][0], pps=method, pps_squares=squares)
        return ks.Sample.from_frame(frame, **{k: v for k, v in given.items() if v}, lonely_psu=self.lonely)

    def _replicated(self, name: str, call: Call) -> ks.Sample:
        if call.name == "as.svrepdesign":
            source = self[call.args[0]]
            kind = value_of(call.named["type"])
            if kind in ("JK1", "JKn"):
                return ks.replicates(source, method=REPLICATES[kind], mse=bool(value_of(call.named.get("mse"), False)))
            if kind in REPLICATES:  # made here as well, to be counted; the values are those of R's Hadamard matrix
                ks.replicates(source, method=REPLICATES[kind], fay=value_of(call.named.get("fay.rho"), 0.3))
            return self._given(source, self._weights_of(name))
        if name == "scdrep":
            halves = np.array([[1, 0, 1, 0, 1, 0], [1, 0, 0, 1, 0, 1], [0, 1, 1, 0, 0, 1], [0, 1, 0, 1, 1, 0]]).T
            frame = self.data("scd").assign(one=1.0)
            made = supplied(2.0 * halves, method="brr")
            return replace(ks.Sample.from_frame(frame, weight="one"), replicates=made)
        of = {"asother": "jkn", "asacs": "nhbrr", "assdr": "nhbrr"}[name]
        source = self[of]
        weights = pd.read_csv(self.out / "repweights" / f"rep.{of}.csv.gz").iloc[:, 2:].to_numpy(float)
        if name == "asother":
            table = pd.read_csv(self.out / f"{self.script}.csv", keep_default_na=False)
            table = table[(table["case"] == "rep.jkn")]
            rscales = table.loc[table["quantity"] == "rscales", "value"].to_numpy(float)
            scale = float(table.loc[table["quantity"] == "scale", "value"].iloc[0])
            return replace(source, replicates=supplied(weights, method="other", scale=1.0, rscales=rscales * scale))
        return replace(source, replicates=supplied(weights, method="sdr", mse=True))

    def _weights_of(self, name: str) -> str:
        return f"syn.rep.{name}" if self.script.startswith("06") else f"rep.{name}"

    def _given(self, source: ks.Sample, case: str) -> ks.Sample:
        """The exported replicate weights, with R's scale: its random draws and Hadamard matrices are its own."""
        weights = pd.read_csv(self.out / "repweights" / f"{case}.csv.gz").iloc[:, 2:].to_numpy(float)
        table = pd.read_csv(self.out / f"{self.script}.csv", keep_default_na=False)
        table = table[table["case"] == case]
        rscales = table.loc[table["quantity"] == "rscales", "value"].to_numpy(float)
        scale = float(table.loc[table["quantity"] == "scale", "value"].iloc[0])
        return replace(source, replicates=supplied(weights, method="other", scale=scale, rscales=rscales))

    def _trimmed(self, source: ks.Sample, name: str) -> ks.Sample:
        case = f"w.{name}" if self.script.startswith("02") else f"syn.w.{name}"
        weight = self.weights(case)
        if source.calibration is None:
            return replace(source, weight=weight)
        if self.rules == "r_survey":
            return replace(source, weight=weight, calibration=as_if_held(source.calibration, weight))
        # Weights that moved by one amount are free; what is cut is what moved by another.
        moved = weight - source.weight
        common = np.median(moved[np.abs(moved) > 1e-12]) if (np.abs(moved) > 1e-12).any() else 0.0
        cut = np.abs(moved - common) > 1e-9 * source.weight
        everybody = np.ones(len(weight), dtype=bool)
        held = cut_from(source.calibration, weight, cut, everybody, proportional=False)
        return replace(source, weight=weight, calibration=held)

    def _auxiliary(self, source: ks.Sample, call: Call) -> tuple[Auxiliary, np.ndarray]:
        """The matrix and totals of a postStratify, rake or calibrate call."""
        frame = source.frame
        if call.name == "rake":
            terms = [term.strip().lstrip("~") for term in call_of(call.args[1]).args]
        else:
            terms = terms_of(call.args[1].replace("- 1", ""))
        if call.name == "postStratify" and len(terms) == 2:
            return self._crossed(frame, terms)
        columns, totals, names = [], [], []
        for term in terms:
            if isinstance(frame[term].dtype, pd.CategoricalDtype):
                for place, level in enumerate(frame[term].cat.categories):
                    columns.append((frame[term] == level).to_numpy(float))
                    totals.append(self._population(term, place))
                    names.append(f"{term}={level}")
            else:
                columns.append(frame[term].to_numpy(float))
                totals.append(self._total(term))
                names.append(term)
        rows, index = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
        return Auxiliary(rows, index.astype(np.intp), tuple(names)), np.array(totals, dtype=float)

    def _crossed(self, frame: pd.DataFrame, terms: list[str]) -> tuple[Auxiliary, np.ndarray]:
        keys = frame[terms[0]].astype("str") + "*" + frame[terms[1]].astype("str")
        if "sch.wide" in terms:
            population = self.data("apipop")
            known = (population[terms[0]].astype("str") + "*" + population[terms[1]].astype("str")).value_counts()
        else:
            crossed = self.margins[self.margins["margin"] == "age*sex"]
            known = crossed.set_index("level")["pop"]
        names = [name for name in known.index if (keys == name).any()]
        index = keys.map({name: k for k, name in enumerate(names)}).to_numpy(np.intp)
        return Auxiliary(np.eye(len(names)), index, tuple(names)), known[names].to_numpy(float)

    def _population(self, variable: str, place: int) -> float:
        if variable in API:
            return API[variable][place]
        if variable in NHANES:
            return NHANES[variable][place]
        return float(self.margins.loc[self.margins["margin"] == variable, "pop"].iloc[place])

    def _total(self, variable: str) -> float:
        population = self.data("apipop")
        return {"api99": 3914069.0, "enroll": 3811472.0}.get(variable, 0.0) or float(population[variable].sum())


def _synthetic(frame: pd.DataFrame, margins: pd.DataFrame) -> pd.DataFrame:
    for variable in ("sex", "age", "region", "city"):
        levels = list(margins.loc[margins["margin"] == variable, "level"])
        frame[variable] = pd.Categorical(frame[variable], categories=levels)
    frame["live"] = pd.Categorical(frame["live"], categories=["alone", "couple", "family", "other"])
    frame["wavef"] = pd.Categorical(frame["wave"].astype(str))
    frame["lonelyf"] = pd.Categorical(frame["lonely"].astype("Int64").astype("str"), categories=list("12345"))
    frame["often"] = (frame["lonely"] >= 4).where(frame["lonely"].notna()).astype("float")
    frame["never"] = (frame["lonely"] == 1).where(frame["lonely"].notna()).astype("float")
    group = [frame["age"], frame["sex"]]
    sums = (
        frame.assign(held=frame["base_w"] * frame["resp"])
        .groupby(group, observed=True)[["base_w", "held"]]
        .transform("sum")
    )
    frame["w_class"] = frame["base_w"] * frame["resp"] * sums["base_w"] / sums["held"]
    return frame


__all__ = ["Library", "split"]
