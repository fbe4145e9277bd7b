"""Small drawings that stand in a page as they are: dots with intervals, histograms. Numbers come from the caller."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from kodoku_survey.arrays import FloatArray

LINE, WIDTH, GAP = 19, 760, 12
COLOURS = ("#2f5d8a", "#b3541e")


@dataclass(frozen=True)
class Line:
    """One line of a dot chart: what it is called, a filled and maybe a hollow dot, and an interval about the first."""

    label: str
    dots: tuple[float, ...]
    interval: tuple[float, float] | None = None
    heading: bool = False


def dots(lines: Sequence[Line], *, alt: str, reference: float | None = None, digits: int = 1) -> str:
    """Dots with intervals, one line under another, a scale below; `reference` is a vertical line."""
    numbers = [v for line in lines for v in (*line.dots, *(line.interval or ())) if np.isfinite(v)]
    if not numbers:
        return ""
    low, high = min([*numbers, *_maybe(reference)]), max([*numbers, *_maybe(reference)])
    # Numbers that differ by less than is printed are drawn as alike.
    spare = max(0.04 * (high - low), (4 * 10.0**-digits - (high - low)) / 2)
    low, high = low - spare, high + spare
    left = min(320.0, max(12.0 * _breadth(line.label) + GAP for line in lines))
    right = WIDTH - 24

    def x(value: float) -> float:
        return left + (value - low) / (high - low) * (right - left)

    bottom = LINE * len(lines) + 6
    ticks = _ticks(low, high)
    parts = [
        f'<line x1="{x(t):.1f}" y1="0" x2="{x(t):.1f}" y2="{bottom}" stroke="#e3e8ed"/>'
        f'<text x="{x(t):.1f}" y="{bottom + 14}" text-anchor="middle">{_plain(t, digits)}</text>'
        for t in ticks
    ]
    if reference is not None:
        parts.append(f'<line x1="{x(reference):.1f}" y1="0" x2="{x(reference):.1f}" y2="{bottom}" stroke="#8a949e"/>')
    parts += [_line(line, LINE * (place + 0.5) + 2, left, x) for place, line in enumerate(lines)]
    return _svg("".join(parts), bottom + 20, alt)


def _line(line: Line, y: float, left: float, place: Callable[[float], float]) -> str:
    anchor = f'x="{left - GAP:.1f}" text-anchor="end"' if not line.heading else 'x="0" font-weight="600"'
    parts = [f'<text {anchor} y="{y + 4:.1f}">{escape(line.label)}</text>']
    if line.interval and all(np.isfinite(v) for v in line.interval):
        a, b = (place(v) for v in line.interval)
        parts.append(
            f'<line x1="{a:.1f}" y1="{y:.1f}" x2="{b:.1f}" y2="{y:.1f}" stroke="{COLOURS[0]}" stroke-width="1.5"/>'
        )
    held = [v for v in line.dots if np.isfinite(v)]
    if len(held) == 2:
        a, b = (place(v) for v in held)
        parts.append(f'<line x1="{a:.1f}" y1="{y:.1f}" x2="{b:.1f}" y2="{y:.1f}" stroke="#b8c2cc"/>')
    for number, value in enumerate(held):
        fill = COLOURS[0] if number == 0 else "#fff"
        parts.append(
            f'<circle cx="{place(value):.1f}" cy="{y:.1f}" r="4" fill="{fill}" '
            f'stroke="{COLOURS[min(number, 1)]}" stroke-width="1.5"/>'
        )
    return "".join(parts)


def histograms(panels: Sequence[tuple[str, FloatArray]], *, alt: str, bins: int = 60) -> str:
    """One histogram a panel on one logarithmic scale, each as tall as its highest bar."""
    held = [(label, values[values > 0]) for label, values in panels]
    every = np.concatenate([values for _, values in held])
    low, high = np.log(every.min()), np.log(every.max())
    if high - low < 1e-9:
        low, high = low - 0.1, high + 0.1
    edges = np.exp(np.linspace(low, high, bins + 1))
    edges[0], edges[-1] = min(edges[0], every.min()), max(edges[-1], every.max())
    left, right, tall = min(260.0, max(12.0 * _breadth(label) + GAP for label, _ in held)), WIDTH - 24.0, 54
    wide = (right - left) / bins
    parts = []
    for number, (label, values) in enumerate(held):
        base = (number + 1) * (tall + 8)
        counts, _ = np.histogram(values, bins=edges)
        parts.append(f'<text x="{left - GAP:.1f}" y="{base - 4}" text-anchor="end">{escape(label)}</text>')
        parts.append(f'<line x1="{left:.1f}" y1="{base}" x2="{right:.1f}" y2="{base}" stroke="#c9d1d9"/>')
        for k, count in enumerate(counts):
            height = tall * count / max(int(counts.max()), 1)
            if count:
                parts.append(
                    f'<rect x="{left + k * wide:.1f}" y="{base - max(height, 1):.1f}" width="{max(wide - 1, 1):.1f}" '
                    f'height="{max(height, 1):.1f}" fill="#6795c2"/>'
                )
    bottom = len(held) * (tall + 8)
    for tick in (v for v in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if low <= np.log(v) <= high):
        at = left + (np.log(tick) - low) / (high - low) * (right - left)
        parts.append(f'<line x1="{at:.1f}" y1="{bottom}" x2="{at:.1f}" y2="{bottom + 4}" stroke="#8a949e"/>')
        parts.append(f'<text x="{at:.1f}" y="{bottom + 16}" text-anchor="middle">{tick:g}</text>')
    return _svg("".join(parts), bottom + 22, alt)


def _svg(content: str, height: float, alt: str) -> str:
    size = f'viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}"'
    return f'<div class="scroll"><svg role="img" aria-label="{escape(alt)}" {size}>{content}</svg></div>'


def _breadth(text: str) -> float:
    """Widths of full-width letters."""
    return sum(1.0 if ord(letter) > 0x2E80 else 0.58 for letter in text)


def _maybe(value: float | None) -> list[float]:
    return [] if value is None else [value]


def _ticks(low: float, high: float) -> list[float]:
    step = 10 ** np.floor(np.log10((high - low) / 4))
    step *= next(m for m in (1, 2, 5, 10) if (high - low) / (step * m) <= 8)
    return [float(t) for t in np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step]


def _plain(value: float, digits: int) -> str:
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
