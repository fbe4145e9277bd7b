"""How a kind of result is given its picture: options checked by name, marks made a figure, words in the reader's language."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import matplotlib as mpl

from kodoku_survey.errors import DidYouMean, UsageError
from kodoku_survey.media import makes
from kodoku_survey.publish.charts.notebook_figures import CHART_STYLE, Chart, as_figure
from kodoku_survey.publish.charts.picture import Label, Picture, paragraph

_Drawing = Callable[..., Chart]
_TITLE = 10.0  # points of a title's letters


def draws(kind: str) -> Callable[[_Drawing], _Drawing]:
    """Register what draws results of the class named `kind`; an option it has not is refused by name."""

    def kept(function: _Drawing) -> _Drawing:
        known = tuple(inspect.signature(function).parameters)[1:]

        @wraps(function)
        def checked(result: Any, **options: Any) -> Chart:
            for name in options:
                if name not in known:
                    raise UsageError(
                        "publish.no_plot_option", f"plot({kind})", value=name, hint=DidYouMean(name, known),
                        known=", ".join(known) or "–",
                    )  # fmt: skip
            return function(result, **options)

        makes(kind, "plot")(checked)
        return checked

    return kept


def one_of(option: str, value: str, known: Sequence[str]) -> None:
    """Raises UsageError where an option of a picture has another value than those known."""
    if value not in known:
        hint = DidYouMean(value, tuple(known))
        raise UsageError("estimation.unknown_option", option, value=value, hint=hint, known=", ".join(known))


def titled(picture: Picture, title: str, note: str = "") -> Chart:
    """The picture as a figure under its title; note : what stands beneath it."""
    from kodoku_survey.publish.charts.glyphs import legible
    from kodoku_survey.publish.charts.metrics import lines
    from kodoku_survey.publish.charts.picture import FAINT, SMALLEST

    head = lines(legible(title), picture.width, _TITLE, "bold") if title else []
    room = 1.25 * _TITLE * len(head) + 5 if head else 0.0
    body = picture.lowered(room)
    told = lines(legible(note), picture.width, SMALLEST) if note else []
    foot = [Label(0, body.height + 6 + 9.5 * k, text, SMALLEST, FAINT) for k, text in enumerate(told)]
    marks = (*paragraph(0, 0, head, _TITLE, face="bold"), *body.marks, *foot)
    whole = Picture(picture.width, body.height + 9.5 * len(told) + 3, tuple(marks))
    with mpl.rc_context(CHART_STYLE):
        return as_figure(whole, title)
