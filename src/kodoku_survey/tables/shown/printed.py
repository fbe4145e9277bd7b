"""A result as it is printed, whatever it is: one wide table of texts, and what stands around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kodoku_survey.errors import Language, chosen_language, user_language
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.summary_text import p_text
from kodoku_survey.tables.words import Said

_MOST = 400  # of a table in a document of a notebook; more are told by their number
_P_VALUES = ("p", "p_value", "adjusted_p", "p_adjusted")
# Columns in per cent (or points) of a frame that has one called so.
_IN_PERCENT = ("percent", "points", "se", "low", "high", "total", "band_low", "band_high", "outer_low", "outer_high")


@dataclass(frozen=True)
class Printed:
    """line : what the value is, for the prompt. heads : of every column; the first `stubs` columns are heads of rows.

    folded : tables that stand beside this one and are opened when wanted. more : lines that are not here.
    above : what must be read before the figures.
    """

    line: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    stubs: int = 1
    notes: tuple[str, ...] = ()
    folded: tuple[Printed, ...] = ()
    more: int = 0
    above: tuple[str, ...] = ()


def spoken(own: Language | None = None, asked: Language | None = None) -> Language:
    """The language a result is printed in: asked for, chosen for the session, its survey's own, or the user's."""
    return asked or chosen_language() or own or user_language()


def figures(value: float) -> str:
    """A number in four significant digits, halves up, never fewer than its units; "" where there is none."""
    if not np.isfinite(value):
        return "" if np.isnan(value) else "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    size = int(np.floor(np.log10(abs(value))))
    if size < -5:
        return f"{value:.2e}"
    text = half_up(float(value), max(0, 3 - size))
    whole, point, _ = text.partition(".")
    if size >= 3:
        return f"{int(whole):,}"
    return text.rstrip("0").rstrip(".") if point else text


def fixed(number: float, digits: int) -> str:
    """So many decimals, and no sign before nothing."""
    text = half_up(number, digits)
    return text.removeprefix("-") if float(text) == 0 else text


def head_text(name: str, said: Said) -> str:
    """What a column is called in the reader's language; its own name where there is no word for it."""
    return said.get(f"column_{name}", name)


def cell_text(name: str, value: object, percent: bool, digits: int | None = None) -> str:
    """One cell of a frame as it is printed, by the name of its column. digits : decimals, where the column has a fixed number."""
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return "✓" if value else ""
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    if not isinstance(value, float | np.floating):
        return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
    number = float(value)
    if digits is not None and np.isfinite(number):
        return fixed(number, digits)
    if name in _P_VALUES or name.endswith("_p") or name.startswith("p_"):
        return p_text(number)
    if percent and name in _IN_PERCENT and np.isfinite(number):
        return half_up(number, 2 if name == "se" else 1)
    return figures(number)


def of_frame(
    frame: pd.DataFrame, said: Said, line: str, title: str, *, stubs: int | None = None, notes: Sequence[str] = (),
    folded: Sequence[Printed] = (), most: int = _MOST, digits: Mapping[str, int] | None = None,
) -> Printed:  # fmt: skip
    """A frame as it is printed. said : words in which its columns are called; limits by the level these words are made for.

    stubs : columns that are heads of rows (empty ones are left out); default the leading words.
    digits : decimals of columns that have a fixed number.
    """
    words = len(frame.columns) if stubs is None else stubs
    if stubs is None:
        words = next((k for k, name in enumerate(frame.columns) if pd.api.types.is_numeric_dtype(frame[name])), words)
    kept = [
        name for k, name in enumerate(frame.columns)
        if not (k < words and len(frame) and all(value == "" for value in frame[name]))
    ]  # fmt: skip
    lost = sum(name not in kept for name in frame.columns[:words])
    percent = any(name in frame.columns for name in ("percent", "points"))
    shown = frame[kept].head(most)
    columns = [
        [cell_text(str(name), value, percent, (digits or {}).get(str(name))) for value in shown[name].tolist()]
        for name in kept
    ]
    rows = tuple(zip(*columns, strict=True)) if columns else ()
    return Printed(
        line, title, tuple(head_text(str(name), said) for name in kept), rows, max(words - lost, 0), tuple(notes), tuple(folded),
        len(frame) - len(shown),
    )  # fmt: skip
