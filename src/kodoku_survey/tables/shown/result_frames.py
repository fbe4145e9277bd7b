"""The frames of a result by their names: one of most, several of an account."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kodoku_survey.errors import DidYouMean, UsageError
from kodoku_survey.media import Result, made_by, makes

THE_FRAME = "frame"


def parts_of(result: object, level: float = 0.95) -> Mapping[str, pd.DataFrame]:
    """Name → frame, the first being what `frame()` gives."""
    found: Mapping[str, pd.DataFrame] = made_by(result, "parts")(level)
    return found


def part_of(result: object, level: float, part: str) -> pd.DataFrame:
    """One of the frames, "" for the first. Raises UsageError for one there is not."""
    known = parts_of(result, level)
    name = part or next(iter(known))
    if name not in known:
        hint = DidYouMean(name, tuple(known))
        raise UsageError("estimation.no_part", "part", value=name, hint=hint, known=", ".join(known))
    return known[name]


@makes("Result", "parts")
def the_frame(result: Result, level: float) -> Mapping[str, pd.DataFrame]:
    """The frame a result has, at a level where it takes one."""
    given = result.frame  # type: ignore[attr-defined]
    if isinstance(given, pd.DataFrame):
        return {THE_FRAME: given}
    takes = given.__func__.__code__.co_varnames[: given.__func__.__code__.co_argcount]
    return {THE_FRAME: given(level) if "level" in takes else given()}
