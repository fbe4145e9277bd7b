"""From tables of population to rows of margins.csv: categories to codes by a table of classes, every category accounted for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from kodoku_survey.errors import DefinitionError, DidYouMean
from kodoku_survey.survey.figures import MARGIN_COLUMNS

EVERYWHERE = "*"  # a category whose persons are spread over the others of its axis, in proportion


def margins_of_table(
    table: pd.DataFrame, axes: Mapping[str, str], classes: pd.DataFrame, *, unit: str = "persons"
) -> pd.DataFrame:
    """Rows of margins.csv (variable, code, value, unit, source) for one margin, crossed where `axes` has several.

    table : a column an axis, `value`, and `source`. axes : variable of the survey → column of the table, in order.
    classes : columns axis, category, code, share. Persons of a category count for its code, `share` of them (default 1); a
        blank code leaves the category out; "*" first spreads its persons over all other categories of the axis in
        proportion, within each combination of the other axes. An axis "area" without rows takes prefectures from e-Stat
        area codes.

    Values in persons are rounded half up. Raises DefinitionError for a category `classes` does not name.
    """
    frame = table.assign(value=[Decimal(str(value)) for value in table["value"]], share=Decimal(1)).reset_index(
        drop=True
    )
    codes = []
    for variable, axis in axes.items():
        if axis not in frame:
            hint = DidYouMean(axis, tuple(map(str, frame.columns)))
            raise DefinitionError("survey.population_axis", variable, value=axis, hint=hint)
        frame, code = _coded(frame, variable, axis, classes)
        codes.append(code)
    frame = _spread(frame, codes)
    frame = frame.assign(value=frame["value"] * frame["share"])[(frame[codes] != "").all(axis=1)]
    # In the order in which the table has them.
    sums: dict[tuple[str, ...], Decimal] = {}
    for *code, value in frame[[*codes, "value"]].itertuples(index=False):
        sums[tuple(code)] = sums.get(tuple(code), Decimal(0)) + value
    whole = [
        int(value.quantize(Decimal(1), ROUND_HALF_UP)) if unit == "persons" else float(value) for value in sums.values()
    ]
    source = "／".join(dict.fromkeys(map(str, table["source"]))) if "source" in table else ""
    return pd.DataFrame(
        {
            "variable": ":".join(axes),
            "code": [":".join(code) for code in sums],
            "value": whole,
            "unit": unit,
            "source": source,
        },
        columns=list(MARGIN_COLUMNS),
    )


def prefecture_code(area: str) -> str:
    """The code of a prefecture (1–47) from an e-Stat area code: 13000 → 13; blank for the nation and for municipalities."""
    return str(int(area[:2])) if len(area) == 5 and area.endswith("000") and area != "00000" else ""


def _coded(frame: pd.DataFrame, variable: str, axis: str, classes: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The frame with a column of codes for one axis, and the share its categories count for."""
    own = classes[classes["axis"] == axis]
    categories = frame[axis].astype(str)
    if own.empty and axis == "area":
        code, share = categories.map(prefecture_code), {}
    else:
        known = dict(zip(own["category"].astype(str), own["code"].astype(str), strict=True))
        for category in dict.fromkeys(categories):
            if category not in known:
                hint = DidYouMean(category, tuple(known))
                raise DefinitionError("survey.population_category", f"{variable} ({axis})", value=category, hint=hint)
        code = categories.map(known)
        share = dict(zip(own["category"].astype(str), own["share"].astype(str), strict=True))
    factor = [Decimal(share.get(category) or "1") for category in categories]
    parts = [held * part for held, part in zip(frame["share"], factor, strict=True)]
    name = f"{variable} code"
    return frame.assign(**{name: code, "share": parts}), name


def _spread(frame: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    """Persons of "*" given to the other categories of the axis in proportion to theirs."""
    for code in codes:
        others = [name for name in codes if name != code]
        unknown = frame[frame[code] == EVERYWHERE]
        frame = frame[frame[code] != EVERYWHERE]
        for row in unknown.itertuples(index=False):
            held = dict(zip(frame.columns, row, strict=True))
            same = pd.Series(True, index=frame.index)
            for name in others:
                same &= frame[name] == held[name]
            total = sum(frame.loc[same, "value"], Decimal(0))
            if total:
                raised = [v * (total + held["value"]) / total for v in frame.loc[same, "value"]]
                frame.loc[same, "value"] = pd.Series(raised, index=frame.index[same], dtype=object)
    return frame
