"""As much of R as the reference calls need: calls, formulas, conditions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

LITERALS: dict[str, Any] = {"TRUE": True, "FALSE": False, "NULL": None, "Inf": float("inf")}


@dataclass(frozen=True)
class Call:
    """A call in R: its name, positional arguments and named ones, as text."""

    name: str
    args: tuple[str, ...]
    named: dict[str, str]


def split(text: str, by: str) -> list[str]:
    """Split at a character that stands outside brackets and quotes."""
    parts, depth, quoted, start = [], 0, "", 0
    for place, sign in enumerate(text):
        if quoted:
            quoted = "" if sign == quoted else quoted
        elif sign in "\"'`":
            quoted = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif sign == by and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return [*parts, text[start:].strip()]


def call_of(text: str) -> Call:
    """The outermost call."""
    name, inside = re.fullmatch(r"\s*([\w.]+)\((.*)\)\s*", text, re.S).groups()
    args, named = [], {}
    for part in split(inside, ","):
        found = re.fullmatch(r"([A-Za-z.][\w.]*|`[^`]+`)\s*=(?!=)\s*(.*)", part, re.S)
        if found:
            named[found[1].strip("`")] = found[2]
        elif part:
            args.append(part)
    return Call(name, tuple(args), named)


def value_of(text: str | None, default: Any = None) -> Any:
    """A literal: string, number, TRUE/FALSE/NULL or c(…)."""
    if text is None:
        return default
    if text in LITERALS:
        return LITERALS[text]
    if text.startswith("c("):
        call = call_of(text)
        return {k: value_of(v) for k, v in call.named.items()} if call.named else [value_of(a) for a in call.args]
    return text[1:-1] if text[0] in "\"'" else float(text)


def terms_of(formula: str) -> list[str]:
    """The terms of a one-sided formula."""
    return split(formula.strip().lstrip("~"), "+")


def evaluate(expression: str, frame: pd.DataFrame) -> pd.Series:
    """An R expression on the columns of a frame: arithmetic, comparison, & and |, interaction(), nothing more."""
    expression = expression.strip()
    if expression in frame:
        return frame[expression]
    if expression.startswith("I("):
        return evaluate(expression[2:-1], frame)
    if expression.startswith("interaction("):
        parts = [frame[name] for name in call_of(expression).args]
        levels = [f"{a}.{b}" for b in parts[1].cat.categories for a in parts[0].cat.categories]
        joined = parts[0].astype("str") + "." + parts[1].astype("str")
        return pd.Series(pd.Categorical(joined, categories=levels), index=frame.index)
    if expression.startswith("rep(1"):
        return pd.Series(np.ones(len(frame)), index=frame.index)
    for sign, join in (("|", np.logical_or), ("&", np.logical_and)):
        parts = split(expression, sign)
        if len(parts) > 1:
            return pd.Series(join.reduce([evaluate(part, frame).to_numpy(bool) for part in parts]), index=frame.index)
    if expression.startswith("!is.na("):
        return evaluate(expression[7:-1], frame).notna()
    if expression.startswith("!"):
        return ~evaluate(expression[1:].strip().removeprefix("(").removesuffix(")"), frame)
    if " %in% " in expression:
        left, right = expression.split(" %in% ")
        return evaluate(left, frame).isin(value_of(right))
    names = sorted(map(str, frame.columns), key=len, reverse=True)
    pattern = "|".join(rf"(?<![\w.]){re.escape(name)}(?![\w.])" for name in names)
    quoted = re.split(r"(\"[^\"]*\")", expression)
    readable = "".join(p if p.startswith('"') else re.sub(pattern, lambda m: f"_c[{m[0]!r}]", p) for p in quoted)
    columns = {name: _plain(frame[name]) for name in frame.columns if name in expression}
    with np.errstate(all="ignore"):
        found = eval(readable, {"__builtins__": {}, "log": np.log}, {"_c": columns})
    asked = [name for name in columns if f"_c[{name!r}]" in readable]
    if found.dtype == bool:  # a comparison with a missing value is missing, not false
        missing = np.logical_or.reduce([frame[name].isna().to_numpy() for name in asked])
        found = found.astype("object").where(~missing, None)
    return found


def _plain(column: pd.Series) -> pd.Series:
    """Levels as numbers where they are numbers, otherwise as text; an ordered comparison is never asked for."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column
    return column.astype("object")
