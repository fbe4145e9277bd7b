"""Colours: a sequence for answers that are steps of a scale, distinct hues for kinds, grey for what is neither."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from matplotlib.colors import to_rgb

from kodoku_survey.tables import Table

# Ordered answers: one hue from dark to light, neighbours apart in grey print too.
ORDERED = ("#12305a", "#2c5f96", "#6b9ac8", "#a9c8e4", "#dcebf7")
TWO = ("#2c5f96", "#c9ddef")
# An answer that is no step of the scale.
OUTSIDE = "#b5b5b5"
# Unordered answers: matplotlib's petroff10, made to be told apart with every kind of colour vision.
NOMINAL = ("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6", "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd")
LINES = "#56616d"  # of the hatching of 無回答
APART = 1.35  # ratio of luminance from which neighbours are told apart in grey print
LEGIBLE = 4.5  # contrast of a label and its ground: WCAG 1.4.3


def colours(table: Table) -> list[str]:
    """A colour an answer: a sequence where the answers are steps of a scale, distinct hues otherwise; 無回答 white.

    An answer outside the scale (わからない) is grey; two answers are a dark and a light one.
    """
    answered = [code for code in table.codes if code != table.nonanswer]
    steps = [code for code in answered if code in table.scale]
    if not steps and len(answered) > 2:
        chosen = {code: NOMINAL[i % len(NOMINAL)] for i, code in enumerate(answered)}
    else:
        chosen = dict(zip(steps or answered, _sequence(len(steps or answered)), strict=True))
    return ["#ffffff" if code == table.nonanswer else chosen.get(code, OUTSIDE) for code in table.codes]


def hatches(shades: Sequence[str], silent: int | None) -> list[str]:
    """The colour of the lines across each answer, "" for none: 無回答, and every neighbour that grey print would run together."""
    lined = ["" for _ in shades]
    for at, (before, after) in enumerate(pairwise(shades), start=1):
        if contrast(before, after) < APART and not lined[at - 1]:
            lined[at] = "#ffffff" if _luminance(after) < 0.4 else "#7d8996"
    if silent is not None:
        lined[silent] = LINES
    return lined


def ink_on(shade: str) -> str:
    """White or black, whichever is read on a shade: one of them always has a contrast of 4.5."""
    return "#ffffff" if contrast(shade, "#ffffff") >= LEGIBLE else "#000000"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.1)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _sequence(count: int) -> Sequence[str]:
    """So many shades from dark to light."""
    if count <= 2:
        return TWO[:count]
    if count > len(ORDERED):
        return _shades(count)
    return [ORDERED[round(i * (len(ORDERED) - 1) / (count - 1))] for i in range(count)]


def _shades(count: int) -> list[str]:
    """As many shades along the five."""
    found = []
    for i in range(count):
        at = i * (len(ORDERED) - 1) / (count - 1)
        low = min(int(at), len(ORDERED) - 2)
        first, second = to_rgb(ORDERED[low]), to_rgb(ORDERED[low + 1])
        mixed = [a + (b - a) * (at - low) for a, b in zip(first, second, strict=True)]
        found.append("#" + "".join(f"{round(255 * part):02x}" for part in mixed))
    return found
