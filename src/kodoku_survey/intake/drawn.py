"""Everyone drawn, where no register names them: those who returned a form, and as many nameless ones as survey.toml counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from kodoku_survey.arrays import TextArray
from kodoku_survey.errors import ContentError, DidYouMean
from kodoku_survey.intake.register import design_values
from kodoku_survey.intake.returns import Returns
from kodoku_survey.survey.settings.frame_counts import ALL, FRAME_SIZE, by_stratum

# Rows left out that are nevertheless somebody's own return.
RETURNED = ("incomplete", "late", "blank", "attributes_only")


def own_design(returns: Returns, rows: pd.DataFrame) -> pd.DataFrame:
    """Without a register, the design columns stand in the returns themselves: those of the rows given, in order.

    rows : id, file, position of rows of the returns.
    """
    parts = []
    for file in returns.files:
        own = rows[rows["file"] == file.layout.name]
        positions = own["position"].to_numpy(np.intp)
        values = design_values(returns.survey, file, positions)
        parts.append(pd.DataFrame({"id": own["id"].to_numpy(object)} | values))
    return pd.concat(parts, ignore_index=True)


def everyone_drawn(returns: Returns, rows: pd.DataFrame) -> pd.DataFrame:
    """The selection as a frame (id and design columns), the respondents first; those nobody heard of have made-up numbers.

    rows : every row read, with its reason ("" = kept). Raises ContentError where more returned than were drawn.
    """
    design = returns.survey.settings.design
    kept = rows[rows["reason"] == ""]
    counted = by_stratum(design.drawn)
    if not counted:
        return own_design(returns, kept)
    others = rows[rows["reason"].isin(RETURNED) & (rows["id"] != "") & ~rows["id"].isin(kept["id"])]
    found = own_design(returns, pd.concat([kept, others.drop_duplicates("id")]))
    stratum = strata_of(found, design.stratum, counted)
    answered = Counter(stratum[: len(kept)])
    for name, drawn in counted.items():
        if answered[name] > drawn:
            where = f"survey.toml [design] drawn {name}".strip()
            raise ContentError("intake.more_than_drawn", where, drawn=drawn, count=answered[name])
    # A return that was left out is one of the drawn; no more of them are kept than were drawn.
    place = pd.Series(stratum).groupby(stratum).cumcount().to_numpy()
    within = place < np.array([counted[name] for name in stratum])
    found, held = found[within], Counter(stratum[within])
    silent = [name for name, drawn in counted.items() for _ in range(drawn - held[name])]
    nameless = pd.DataFrame({"id": [f"（未回収）{number}" for number in range(1, len(silent) + 1)]})
    if design.stratum:
        nameless[design.stratum] = silent
    return pd.concat([found, nameless], ignore_index=True)


def with_frame_size(returns: Returns, selection: pd.DataFrame) -> pd.DataFrame:
    """The selection with the persons of its stratum in the frame, where survey.toml counts them. Raises ContentError.

    A register must hold as many as [design] drawn says, where it says so.
    """
    design = returns.survey.settings.design
    sizes = by_stratum(design.frame_size)
    if not sizes:
        return selection
    stratum = strata_of(selection, design.stratum, sizes)
    if returns.selection is not None:
        held = Counter(stratum)
        for name, drawn in by_stratum(design.drawn).items():
            if held[name] != drawn:
                where = f"survey.toml [design] drawn {name}".strip()
                raise ContentError("intake.register_not_drawn", where, drawn=drawn, count=held[name])
    return selection.assign(**{FRAME_SIZE: [float(sizes[name]) for name in stratum]})


def strata_of(selection: pd.DataFrame, column: str, known: Mapping[str, int]) -> TextArray:
    """The stratum of each row as survey.toml writes it. Raises ContentError for one it does not count."""
    if not column:
        return np.full(len(selection), ALL, dtype=object)
    names = tuple(known)
    stratum = selection[column].astype(str).str.strip().to_numpy(object)
    unknown = sorted({name for name in stratum if name not in names})
    if unknown:
        count = int(np.isin(stratum.astype(str), unknown).sum())
        hint = DidYouMean(unknown[0], names)
        raise ContentError("intake.stratum_not_counted", column, value=unknown[0], count=count, hint=hint)
    return stratum
