"""Two releases of which one keeps figures and the other does not: what they may be compared by, and what must not be told.

A protected release prints every figure in the digits of its page; another writes them in full. And what it keeps, the other
has: a list of differences that put them side by side would tell it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray
from kodoku_survey.tables.rounding import half_up

# Decimals of the figures of a protected release beside its percentages (see tables.protected).
PAGE_DIGITS_OF = {
    "standard_error": 2, "interval_low": 1, "interval_high": 1, "design_effect": 2, "degrees_of_freedom": 0,
    "n_weighted": 0,
}  # fmt: skip
BASES = ("n_unweighted", "n_weighted")
SUPPRESSED_FLAG = "suppressed"


def profile_told(manifest: Mapping[str, Any]) -> str:
    """The profile a release follows."""
    return str(manifest.get("protection", {}).get("profile", ""))


def unlike(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether one of two releases keeps figures and the other does not."""
    return (profile_told(old) == "protected") != (profile_told(new) == "protected")


def side_by_side(
    old: pd.DataFrame, new: pd.DataFrame, key: list[str], figures: tuple[str, ...], decimals: int | None
) -> pd.DataFrame:
    """Cells of two releases (data/tables.csv) by their key, `new` behind the names of the second, without what either keeps.

    decimals : of printed percentages, where one of them keeps figures and the other does not: both in the digits of the page
        then, and only lines of both, since nothing says what the one would keep of a line it has not.
    """
    if decimals is not None:
        digits = {"percent": decimals, **PAGE_DIGITS_OF}
        old, new = (
            side.assign(**{name: side[name].map(lambda text, d=d: _rounded(text, d)) for name, d in digits.items()})
            for side in (old, new)
        )
    how = "outer" if decimals is None else "inner"
    both = old.merge(new, on=key, how=how, suffixes=("", " new"), indicator=True, sort=False)
    return _without_kept(both, figures)


def _rounded(text: object, decimals: int) -> object:
    return text if pd.isna(text) or text == "" else str(float(half_up(float(str(text)), decimals)))


def _without_kept(both: pd.DataFrame, figures: tuple[str, ...]) -> pd.DataFrame:
    """Cells of two releases side by side, without any figure of one that either of them keeps.

    Of a hidden base neither side tells its own. The mark of the other side, 「‐」 or 「0.0」, is a figure as well.
    """
    told = both.copy()
    kept = {side: (both[f"flag{side}"] == SUPPRESSED_FLAG).to_numpy() for side in ("", " new")}
    either = kept[""] | kept[" new"]
    based = np.zeros(len(both), dtype=bool)
    for side, own in kept.items():
        based |= own & _blank(both[f"n_unweighted{side}"])
    for side, own in kept.items():
        for name in figures:
            column = f"{name}{side}"
            told[column] = both[column].mask(based if name in BASES else either, "")
        told[f"flag{side}"] = both[f"flag{side}"].mask(either & ~own & both[f"flag{side}"].notna(), "")
    return told


def _blank(column: pd.Series) -> BoolArray:
    return (column.isna() | (column == "")).to_numpy()
