"""Small drawings that stand in a page as they are: dots with intervals, histograms. Numbers come from the caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from kodoku_survey.arrays import FloatArray
from kodoku_survey.publish.pages.html import rendered

LINE, WIDTH, GAP, TALL = 19, 760, 12, 54
COLOURS = ("#2f5d8a", "#b3541e")


@dataclass(frozen=True)
class DotLine:
    """One line of a dot chart: what it is called, a filled and maybe a hollow dot, and an interval about the first."""

    label: str
    dots: tuple[float, ...]
    interval: tuple[float, float] | None = None
    heading: bool = False


def dots(lines: Sequence[DotLine], *, alt: str, reference: float | None = None, digits: int = 1) -> Markup:
    """Dots with intervals, one line under another, a scale below; `reference` is a vertical line."""
    marked = [] if reference is None else [reference]
    numbers = [v for line in lines for v in (*line.dots, *(line.interval or ())) if np.isfinite(v)]
    if not numbers:
        return Markup()
    low, high = min([*numbers, *marked]), max([*numbers, *marked])
    # Numbers that differ by less than is printed are drawn as alike.
    spare = max(0.04 * (high - low), (4 * 10.0**-digits - (high - low)) / 2)
    low, high = low - spare, high + spare
    left = min(320.0, max(12.0 * _breadth(line.label) + GAP for line in lines))

    def x(value: float) -> float:
        return round(left + (value - low) / (high - low) * (WIDTH - 24 - left), 1)

    return rendered(
        "dots.svg",
        alt=alt,
        width=WIDTH,
        bottom=LINE * len(lines) + 6,
        left=left,
        gap=GAP,
        colours=COLOURS,
        reference=None if reference is None else x(reference),
        ticks=[{"x": x(t), "text": _plain(t, digits)} for t in _ticks(low, high)],
        lines=[
            {
                "label": line.label,
                "heading": line.heading,
                "y": LINE * (place + 0.5) + 2,
                "dots": [x(v) for v in line.dots if np.isfinite(v)],
                "interval": [x(v) for v in line.interval]
                if line.interval and np.isfinite(line.interval).all()
                else None,
            }
            for place, line in enumerate(lines)
        ],
    )


def histograms(panels: Sequence[tuple[str, FloatArray]], *, alt: str, bins: int = 60) -> Markup:
    """One histogram a panel on one logarithmic scale, each as tall as its highest bar."""
    held = [(label, values[values > 0]) for label, values in panels]
    every = np.concatenate([values for _, values in held])
    low, high = np.log(every.min()), np.log(every.max())
    if high - low < 1e-9:
        low, high = low - 0.1, high + 0.1
    edges = np.exp(np.linspace(low, high, bins + 1))
    edges[0], edges[-1] = min(edges[0], every.min()), max(edges[-1], every.max())
    left, right = min(260.0, max(12.0 * _breadth(label) + GAP for label, _ in held)), WIDTH - 24.0
    wide = (right - left) / bins
    shown = []
    for number, (label, values) in enumerate(held, start=1):
        counts, _ = np.histogram(values, bins=edges)
        heights = np.maximum(TALL * counts / max(int(counts.max()), 1), 1)
        width = round(max(wide - 1, 1), 1)
        bars = [
            {"x": round(left + k * wide, 1), "height": float(heights[k]), "width": width}
            for k in np.flatnonzero(counts)
        ]
        shown.append({"label": label, "base": number * (TALL + 8), "bars": bars})
    ticks = [v for v in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if low <= np.log(v) <= high]
    places = [round(left + (np.log(tick) - low) / (high - low) * (right - left), 1) for tick in ticks]
    return rendered(
        "histograms.svg",
        alt=alt,
        width=WIDTH,
        bottom=len(held) * (TALL + 8),
        left=left,
        right=right,
        gap=GAP,
        panels=shown,
        ticks=[{"x": place, "text": f"{tick:g}"} for place, tick in zip(places, ticks, strict=True)],
    )


def _breadth(text: str) -> float:
    """Widths of full-width letters."""
    return sum(1.0 if ord(letter) > 0x2E80 else 0.58 for letter in text)


def _ticks(low: float, high: float) -> list[float]:
    step = 10 ** np.floor(np.log10((high - low) / 4))
    step *= next(m for m in (1, 2, 5, 10) if (high - low) / (step * m) <= 8)
    return [float(t) for t in np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step]


def _plain(value: float, digits: int) -> str:
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
