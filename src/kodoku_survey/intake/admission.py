"""Which rows are somebody's valid return: one a person, each row left out with its reason.

Reasons, in the order they are asked: total_row, test_row, blank (nothing at all), no_number, not_selected, incomplete, late,
blank, attributes_only, then same_mode_twice or other_mode.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray
from kodoku_survey.errors import ContentError, Language, Spoken
from kodoku_survey.intake.cells.dates import parsed
from kodoku_survey.intake.cells.serials import common_prefix, matched
from kodoku_survey.intake.coding import Coded
from kodoku_survey.intake.issues import SAME_NUMBER, Issue, stopping
from kodoku_survey.intake.reasons import reasons
from kodoku_survey.intake.responses import ANSWERED
from kodoku_survey.intake.rows import after_closing, holds, modes, of_each, registers, times, totals
from kodoku_survey.survey.folder import Survey


def admit(survey: Survey, coded: list[Coded], register: pd.DataFrame) -> tuple[pd.DataFrame, list[Issue]]:
    """One line a row read (position in its file, file, line, id, mode, reason: "" = kept), and issues of people and times.

    A return is valid if it answers at least one item outside the attributes (`valid_sections`), as the published survey
    has it; of several returns of one person the one `both_modes` names is kept.
    """
    issues: list[Issue] = []
    rows = pd.concat([_rows(survey, part, register, issues) for part in coded], ignore_index=True)
    reason = pd.Series("", index=rows.index, dtype=object)

    def leave_out(which: pd.Series, why: str) -> None:
        reason[which & (reason == "")] = why

    leave_out(rows["total"] & (rows["total_sure"] | (rows["answered"] == 0)), "total_row")
    leave_out(rows["test"], "test_row")
    leave_out((rows["id"] == "") & (rows["answered"] == 0), "blank")  # a row of commas is nobody's return
    leave_out(rows["id"] == "", "no_number")
    leave_out(~rows["known"], "not_selected")
    leave_out(~rows["complete"], "incomplete")
    leave_out(rows["late"], "late")
    leave_out(rows["answered"] == 0, "blank")
    leave_out(~rows["valid"], "attributes_only")
    _keep_one(survey, rows, reason)
    _set_apart(rows, reason, issues)
    rows = rows.assign(reason=reason)[["position", "file", "line", "id", "mode", "reason"]]
    issues += [
        Issue(str(why), str(name), _id_column(coded, str(name)), count=int(n), of=len(own))
        for name, own in rows.groupby("file", sort=False)
        for why, n in own.loc[own["reason"] != "", "reason"].value_counts(sort=False).items()
    ]
    return rows, issues


def _id_column(coded: list[Coded], name: str) -> str:
    layout = next(part.file.layout for part in coded if part.file.layout.name == name)
    return layout.id if layout.id else ""


def _rows(survey: Survey, part: Coded, register: pd.DataFrame, issues: list[Issue]) -> pd.DataFrame:
    layout, file = part.file.layout, part.file
    sections = survey.settings.cleaning.valid_sections
    answered = {
        variable.name: _is_answered(part, variable.name) for variable in survey.codebook if variable.source == "form"
    }
    judged = [
        answered[v.name] for v in survey.codebook if v.name in answered and (not sections or v.section in sections)
    ]
    received, unread = times(survey, file)
    issues += unread
    everyone = np.ones(len(file.lines), dtype=bool)
    ids = pd.Series(part.id, dtype=object)
    known = pd.Series(everyone)
    if len(register) and layout.id:
        own = matched(part.id, register["id"])
        known, ids = ids.isin(own.keys()), ids.map(lambda number: own.get(number, number))
    elif len(register):
        known = ids.isin(set(register["id"]))
    complete = holds(file, layout.complete) if layout.complete else everyone
    test = holds(file, layout.test) if layout.test else ~everyone
    return pd.DataFrame(
        {
            "position": np.arange(len(file.lines)),
            "file": layout.name,
            "line": part.line,
            "id": ids,
            "register": registers(survey, file),
            "known": known,
            "mode": modes(survey, file, issues) if layout.mode_column else layout.mode,
            "received": received,
            "late": after_closing(survey, received),
            "complete": complete,
            "test": test,
            "total": totals(file),
            "total_sure": bool(layout.id),
            "answered": np.sum(list(answered.values()), axis=0) if answered else 0,
            "valid": np.any(judged, axis=0) if judged else False,
        }
    )  # fmt: skip


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
    person = ["register", "id"]
    rest = rows[(reason == "") & rows.duplicated(person, keep=False)]
    rest = rest[rest.duplicated(person, keep=False)]
    keys = {
        "first": rest["received"].rank(method="dense", na_option="bottom"),
        "last": rest["received"].rank(method="dense", ascending=False, na_option="bottom"),
        "most_answers": -rest["answered"],
    }
    first = keys.get(rule, (rest["mode"] != rule).astype(int))
    order = rest.assign(first=first, second=-rest["answered"]).sort_values([*person, "first", "second"], kind="stable")
    again = order.duplicated(person)
    kept = order[~again].set_index(person)["mode"]
    dropped = order[again]
    same = kept.reindex(pd.MultiIndex.from_frame(dropped[person])).to_numpy() == dropped["mode"].to_numpy()
    reason[dropped.index] = np.where(same, "same_mode_twice", "other_mode")


def _set_apart(rows: pd.DataFrame, reason: pd.Series, issues: list[Issue]) -> None:
    """The same number in files of different registers is two people: told, and each gets a number of its own (in place)."""
    kept = rows[reason == ""]
    twice = kept[kept.duplicated("id", keep=False)]
    if not len(twice):
        return
    for name, own in twice.groupby("file", sort=False):
        issues.append(Issue(SAME_NUMBER, str(name), "", count=len(own), of=int((rows["file"] == name).sum())))
    rows.loc[twice.index, "id"] = twice["file"] + "-" + twice["id"]


def check_people(survey: Survey, coded: list[Coded], issues: Sequence[Issue], register: pd.DataFrame) -> None:
    """A file that loses many people is read wrongly. Raises ContentError with the reason and what would mend it."""
    worst = stopping(issues, survey.settings.cleaning.exclusion_tolerance)
    if worst is None:
        return
    part = next(one for one in coded if one.file.layout.name == worst.file)
    raise ContentError(
        "intake.excluded",
        f"{part.file.path.name} {part.file.layout.id}",
        count=worst.count,
        rows=worst.of,
        share=f"{100 * worst.share:.1f}%",
        tolerance=f"{100 * survey.settings.cleaning.exclusion_tolerance:.1f}%",
        reason=Spoken(reasons("ja")[worst.kind], reasons("en")[worst.kind]),
        remedy=_remedy(worst, part, register),
    )


def _remedy(worst: Issue, part: Coded, register: pd.DataFrame) -> Spoken:
    def said(key: str, **told: str) -> Spoken:
        texts: dict[Language, str] = {language: reasons(language)[key].format(**told) for language in ("ja", "en")}
        return Spoken(texts["ja"], texts["en"])

    if worst.kind != "not_selected":
        return said(f"remedy_{worst.kind}")
    prefix = common_prefix(set(part.id) - set(matched(part.id, register["id"])), register["id"])
    if prefix:
        return said("remedy_prefix", prefix=prefix, column=part.file.layout.id)
    return said("remedy_not_selected")


def bad_date(coded: list[Coded], issue: Issue) -> ContentError:
    """Times that cannot be read, with the first line."""
    part = next(one for one in coded if one.file.layout.name == issue.file)
    wrong = of_each(part.file.column(issue.column), lambda text: bool(text.strip()) and parsed(text) is None, bool)
    line = part.line[int(np.flatnonzero(wrong)[0])] if wrong.any() else part.line[0]
    return ContentError("intake.bad_date", f"{part.file.path.name}:{line} {issue.column}", count=issue.count)
