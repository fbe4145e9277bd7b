"""Which rows are somebody's valid return: one a person, each row left out with its reason.

Reasons, in the order they are asked: not_selected, incomplete, late, blank, attributes_only, then same_mode_twice or
other_mode.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray
from kodoku_survey.errors import ContentError
from kodoku_survey.intake.coding import Coded
from kodoku_survey.intake.responses import ANSWERED
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.layouts import FileLayout


def admit(survey: Survey, coded: list[Coded], register: pd.DataFrame) -> pd.DataFrame:
    """One line a row read: position in its file, file, line, id, mode, reason ("" = kept).

    A return is valid if it answers at least one item outside the attributes (`valid_sections`), as the published survey
    has it; of several returns of one person the one `both_modes` names is kept.
    """
    rows = pd.concat([_rows(survey, part) for part in coded], ignore_index=True)
    selected = set(register["id"]) if len(register) else None
    reason = pd.Series("", index=rows.index, dtype=object)

    def leave_out(which: pd.Series, why: str) -> None:
        reason[which & (reason == "")] = why

    leave_out((rows["id"] == "") & (rows["answered"] == 0), "blank")  # a row of commas is nobody's return
    if selected is not None:
        leave_out(~rows["id"].isin(selected), "not_selected")
    leave_out(~rows["complete"], "incomplete")
    until = survey.settings.identity.accepted_until
    if until is not None:
        leave_out(rows["received"].dt.normalize() > pd.Timestamp(until), "late")
    leave_out(rows["answered"] == 0, "blank")
    leave_out(~rows["valid"], "attributes_only")
    _keep_one(survey, rows, reason)
    return rows.assign(reason=reason)[["position", "file", "line", "id", "mode", "reason"]]


def _rows(survey: Survey, part: Coded) -> pd.DataFrame:
    layout, cells = part.file.layout, part.file.cells
    sections = survey.settings.cleaning.valid_sections
    answered = {
        variable.name: _is_answered(part, variable.name) for variable in survey.codebook if variable.source == "form"
    }
    judged = [
        answered[v.name] for v in survey.codebook if v.name in answered and (not sections or v.section in sections)
    ]
    received = cells[layout.received] if layout.received else pd.Series("", index=cells.index)
    complete = (
        cells[layout.complete_column].str.strip().isin(layout.complete_values)
        if layout.complete_column
        else pd.Series(True, index=cells.index)
    )
    return pd.DataFrame(
        {
            "position": np.arange(len(cells)),
            "file": layout.name,
            "line": part.line,
            "id": part.id,
            "mode": _modes(cells[layout.mode_column], layout) if layout.mode_column else layout.mode,
            "received": _dates(received.str.strip(), part, survey.settings.cleaning.tolerance),
            "complete": complete.to_numpy(bool),
            "answered": np.sum(list(answered.values()), axis=0) if answered else 0,
            "valid": np.any(judged, axis=0) if judged else False,
        }
    )


def _modes(cells: pd.Series, layout: FileLayout) -> pd.Series:
    stripped = cells.str.strip()
    return stripped.map(dict(layout.modes)).fillna(stripped)


def _dates(received: pd.Series, part: Coded, tolerance: float) -> pd.Series:
    """Days of receipt; blanks and a few unreadable ones are nobody's delay. Raises ContentError for more."""
    dates = pd.to_datetime(received, format="mixed", errors="coerce")
    unread = np.flatnonzero(dates.isna() & (received != ""))
    if len(unread) > tolerance * max(len(received), 1):
        where = f"{part.file.path.name}:{part.line[unread[0]]} {part.file.layout.received}"
        raise ContentError("intake.bad_date", where, count=len(unread))
    return dates


def _is_answered(part: Coded, name: str) -> BoolArray:
    if name in part.status:
        return part.status[name] == ANSWERED
    values = part.answers[name]
    if values.ndim == 2:
        return values[:, -1] == 0
    return values != part.nonanswer[name]


def _keep_one(survey: Survey, rows: pd.DataFrame, reason: pd.Series) -> None:
    """Of several valid returns of one person keep one: the most answers, the first or last received, or a mode's."""
    rule = survey.settings.cleaning.both_modes
    rest = rows[(reason == "") & rows.duplicated("id", keep=False)]
    rest = rest[rest["id"].duplicated(keep=False)]
    keys = {
        "first": rest["received"].rank(method="dense", na_option="bottom"),
        "last": rest["received"].rank(method="dense", ascending=False, na_option="bottom"),
        "most_answers": -rest["answered"],
    }
    first = keys.get(rule, (rest["mode"] != rule).astype(int))
    order = rest.assign(first=first, second=-rest["answered"]).sort_values(["id", "first", "second"], kind="stable")
    kept = order.drop_duplicates("id").set_index("id")
    dropped = order[order["id"].duplicated()]
    same = kept["mode"].reindex(dropped["id"]).to_numpy() == dropped["mode"].to_numpy()
    reason[dropped.index] = np.where(same, "same_mode_twice", "other_mode")
