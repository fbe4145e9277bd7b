"""The weighting part of the quality page: each table with the drawing that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from kodoku_survey.crosstabs.weighting_report import WeightingReport, weighting_report
from kodoku_survey.design import Sample
from kodoku_survey.publish.pages.accounts import step_name
from kodoku_survey.publish.pages.drawings import DotLine, dots, histograms
from kodoku_survey.publish.pages.parts import Drawing, Lines, Part
from kodoku_survey.tables.rounding import printed_quantile
from kodoku_survey.tables.words import Said

SHOWN_OPEN = 25  # lines of a table that is shown open


def weighting_parts(sample: Sample, said: Said) -> Iterator[Part]:
    """Each part of the account that has something to show."""
    assert sample.responses is not None
    report, level = _labelled(weighting_report(sample), sample), sample.responses.survey.settings.estimation.level
    drawn = {
        "rates": lambda: _rates(report, said),
        "margins": lambda: _margins(report, said),
        "weights": lambda: _weights(sample, said),
        "bias": lambda: _bias(report, said),
        "sensitivity": lambda: _sensitivity(report, level, said),
    }
    shown = {"rates": _wide_rates, "bias": _percent_bias}
    for name, frame in report.frames():
        if name == "steps":
            continue  # stands at the head of the section
        told = shown.get(name, _as_it_is)(frame)
        yield Part(
            title=said[f"weighting_{name}"],
            note=said.get(f"{name}_note", ""),
            drawings=drawn[name]() if name in drawn else (),
            grid=_lines(told, said),
            folded=len(told) > SHOWN_OPEN,
        )


def _labelled(report: WeightingReport, sample: Sample) -> WeightingReport:
    """Margins by what their variables are called."""
    assert sample.responses is not None
    variables = sample.responses.variables

    def title(margin: str) -> str:
        return " × ".join(variables[n].label if n in variables else n for n in margin.split(":"))

    told = {
        name: getattr(report, name).assign(margin=[title(m) if m else "" for m in getattr(report, name)["margin"]])
        for name in ("margins", "extremes")
        if "margin" in getattr(report, name)
    }
    return replace(report, **told)


def _lines(frame: pd.DataFrame, said: Said) -> Lines:
    texts = [column for column in frame.columns if not pd.api.types.is_numeric_dtype(frame[column])]
    ordered = [*texts, *(column for column in frame.columns if column not in texts)]
    head = [step_name(str(c), said) for c in ordered]
    rows = [
        [_cell(c, v, said) for c, v in zip(ordered, row, strict=True)] for row in frame[ordered].itertuples(index=False)
    ]
    return Lines(head, rows, words_in=max(len(texts), 1))


def _cell(column: str, value: object, said: Said) -> str:
    if column in ("step", "cause"):
        return step_name(str(value), said)
    if column == "weight" and isinstance(value, str):
        return _weight_name(value, said)
    if column == "what":
        return said.get(str(value), str(value))
    if column == "origin":
        return said[str(value)]
    if column == "attribute":
        return _attribute(str(value), said) if value else said["total"]
    if isinstance(value, (bool, str)):
        return str(value)
    if isinstance(value, (int, np.integer)):
        return f"{int(value):,}"
    number = float(value) if isinstance(value, float) else np.nan
    if not np.isfinite(number):
        return "…" if np.isnan(number) else "∞"
    return f"{number:,.0f}" if abs(number) >= 1000 or (float(number).is_integer() and number > 1) else f"{number:,.3f}"


def _weight_name(kind: str, said: Said) -> str:
    if kind == "mode":
        return said["mode_calibrated"]
    return step_name(kind, said)


def _as_it_is(frame: pd.DataFrame) -> pd.DataFrame:
    named = [column for column in ("number", "code", "variable") if column in frame]
    empty = [c for c in ("partial", "refused", "undeliverable", "ineligible") if c in frame and not frame[c].any()]
    # One step needs no column to say which.
    alone = ["step"] if {"step", "factor"} <= set(frame) and frame["step"].nunique() == 1 else []
    told = frame.drop(columns=[*named, *empty, *alone])
    # What `label` names is a category of a margin, elsewhere a variable.
    return told if "margin" in told else told.rename(columns={"label": "item"})


def _percent_bias(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop(columns=["variable", "code"]).rename(columns={"label": "attribute"})


def _wide_rates(frame: pd.DataFrame) -> pd.DataFrame:
    """A line a group: RR1 with its interval, then the others."""
    wide = frame.pivot_table(index=["attribute", "group"], columns="rate", values="value", sort=False)
    first = frame[frame["rate"] == "rr1"].set_index(["attribute", "group"])
    told = pd.DataFrame(
        {"selected": first["selected"], "rr1": first["value"], "low": first["low"], "high": first["high"]}
    )
    told = told.join(wide.drop(columns="rr1"))
    percent = [column for column in told if column != "selected"]
    told[percent] = 100 * told[percent]
    return (
        told.rename(columns=str.upper)
        .rename(columns={"SELECTED": "selected", "LOW": "low", "HIGH": "high"})
        .reset_index()
    )


def _rates(report: WeightingReport, said: Said) -> tuple[Drawing, ...]:
    first = report.rates[report.rates["rate"] == "rr1"]
    lines: list[DotLine] = []
    before = ""
    for row in first.itertuples():
        if row.attribute == "stratum":
            continue  # many, and in the table
        if row.attribute != before:
            lines.append(DotLine(_attribute(row.attribute, said), (), heading=True))
            before = row.attribute
        lines.append(DotLine(row.group or said["total"], (100 * row.value,), (100 * row.low, 100 * row.high)))
    return (Drawing(dots(lines, alt=f"{said['weighting_rates']} RR1")),)


def _attribute(name: str, said: Said) -> str:
    return said.get(name, name).replace(":", " × ")


def _margins(report: WeightingReport, said: Said) -> tuple[Drawing, ...]:
    parts = []
    for (step, margin), own in report.margins.groupby(["step", "margin"], sort=False):
        lines = [
            DotLine(row.label or row.margin, (100 * row.before / row.target, 100 * row.after / row.target))
            for row in own.itertuples()
            if row.target > 0
        ]
        title = f"{step_name(str(step), said)}：{margin}"
        parts.append(Drawing(dots(lines, alt=title, reference=100.0), title))
    return tuple(parts)


def _weights(sample: Sample, said: Said) -> tuple[Drawing, ...]:
    panels = [(step_name(s.kind, said), s.after[s.after > 0] / np.median(s.after[s.after > 0])) for s in sample.steps]
    return (Drawing(histograms(panels, alt=said["weighting_weights"])),)


def _bias(report: WeightingReport, said: Said) -> tuple[Drawing, ...]:
    shares = report.bias[report.bias["code"] != ""]
    last = [c for c in shares.columns if c not in ("difference", "z")][-1]
    lines: list[DotLine] = []
    for label, own in shares.groupby("label", sort=False):
        lines.append(DotLine(str(label), (), heading=True))
        for _, row in own.iterrows():
            start = row["base"] if "base" in own else row[last]
            lines.append(DotLine(str(row["category"]), (start - row["frame"], row[last] - row["frame"])))
    return (Drawing(dots(lines, alt=said["weighting_bias"], reference=0.0, digits=2)),)


def _sensitivity(report: WeightingReport, level: float, said: Said) -> tuple[Drawing, ...]:
    parts, z = [], printed_quantile(level)
    frame = report.sensitivity
    for _, own in frame.groupby(["variable", "code"], sort=False):
        first = own.iloc[0]
        lines = [
            DotLine(_weight_name(row.weight, said), (row.value,), (row.value - z * row.se, row.value + z * row.se))
            for row in own.itertuples()
        ]
        title = said["with_more"].format(
            text=said["told_of"].format(label=first["label"], answer=first["answer"]), more="%"
        )
        parts.append(Drawing(dots(lines, alt=title, digits=2), title))
    return tuple(parts)
