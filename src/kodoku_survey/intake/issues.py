"""Issues (読み取りの指摘): every cell or person that could not be taken as delivered, counted by column and option.

An issue that lost an answer counts against the tolerance of its column and of its file; the others are told only. Nothing
here holds what a person wrote: a wording is shown only when at least three returns hold it, and is the form's then.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import pandas as pd

from kodoku_survey.errors import ContentError, Language, Spoken, SurveyError
from kodoku_survey.intake.cells.alike import plain, twins
from kodoku_survey.intake.cells.value import (
    DOUBLE_ANSWER,
    INADMISSIBLE,
    NOTATION,
    OTHER_TEXT,
    UNREADABLE,
    Value,
)
from kodoku_survey.intake.cells.wording import Wording
from kodoku_survey.intake.reasons import reasons
from kodoku_survey.survey.codebook import Variable

if TYPE_CHECKING:
    from kodoku_survey.intake.returns import ReturnFile

OTHER_BESIDE = "other_beside_answer"
BAD_DATE = "bad_date"
BAD_MODE = "bad_mode"
TOO_MANY = "too_many"
OFF_ROUTE = "off_route"
EXCLUSIVE = "exclusive_conflict"
ABSENT_BUT_ASKED = "absent_but_asked"
SAME_NUMBER = "same_number_elsewhere"

# People left out: the first three say that the file is read wrongly and count against `exclusion_tolerance`.
MISREAD_PEOPLE = ("not_selected", "same_mode_twice", "no_number")
LOST = (*INADMISSIBLE, BAD_DATE)
FEW_LOST = 100  # cells or rows below which two are told and do not stop
FORMS_OWN = 3  # returns that hold a text before it is the form's and no person's
NOT_SHOWN = "…"
LANGUAGES: tuple[Language, ...] = ("ja", "en")


@dataclass(frozen=True)
class Issue:
    """What one column lost by one rule, or how many people a file lost for one reason.

    column : the heading as delivered ("" for people without a column). option : of a column an option. count : cells, or
    rows; of : cells of the column that hold something, or rows of the file. wordings : texts of three returns or more.
    """

    kind: str
    file: str
    column: str
    variable: str = ""
    option: int | None = None
    count: int = 0
    of: int = 0
    wordings: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Of the cells or rows there were, the share this issue took."""
        return self.count / self.of if self.of else 0.0

    @property
    def lost(self) -> bool:
        """Whether it counts against a tolerance."""
        return self.kind in LOST or self.kind in MISREAD_PEOPLE


ISSUE_COLUMNS = ("kind", "file", "column", "variable", "option", "count", "of", "share", "lost", "wordings")


def frame(issues: Sequence[Issue]) -> pd.DataFrame:
    """Tidy: a row an issue, the largest first within its file."""
    rows = [
        asdict(issue) | {"share": issue.share, "lost": issue.lost, "wordings": " / ".join(issue.wordings)}
        for issue in issues
    ]
    table = pd.DataFrame(rows, columns=list(ISSUE_COLUMNS))
    table["option"] = table["option"].astype("Int64")
    return table.sort_values(
        ["file", "lost", "count"], ascending=[True, False, False], kind="stable", ignore_index=True
    )


def issues_of(
    file: ReturnFile,
    position: int,
    variable: Variable,
    option: int | None,
    values: Iterable[tuple[Value, int]],
    filled: int,
    common: dict[str, int],
) -> list[Issue]:
    """The issues of one column: a line a rule that lost something, with the wordings many returns share."""
    counts: Counter[str] = Counter()
    unknown: dict[str, list[str]] = {}
    for value, n in values:
        if n and value.rule and value.rule not in (NOTATION, OTHER_TEXT):
            counts[value.rule] += int(n)
            unknown.setdefault(value.rule, []).extend(text for text in value.unknown if text in common)
    heading = file.headings.told[position]
    return [
        Issue(
            rule, file.layout.name, heading, variable.name, option, n, filled, tuple(dict.fromkeys(unknown[rule]))[:5]
        )
        for rule, n in counts.items()
    ]


def shown(text: str, value: Value, words: Wording) -> str:
    """A cell as an edit may show it: codes, numbers, labels and keying marks; never words of one's own."""
    known = value.rule in (NOTATION, DOUBLE_ANSWER, UNREADABLE) or words.code(plain(text)) is not None
    return text if known or re.fullmatch(r"[\d.,;:/、・\s+-]{0,12}", twins(text)) else NOT_SHOWN


def told(own: Sequence[Issue]) -> SurveyError:
    """One line of the issues of a column, the largest first: what became of it, how many, and what to do (not raised)."""
    issue = own[0]

    def said(key: str, **fields: str) -> Spoken:
        return Spoken(*(reasons(language).get(key, "").format(**fields) for language in LANGUAGES))

    option = "" if issue.option is None else f" ({issue.option})"
    column = issue.column if issue.column in ("", issue.variable) else f"{issue.column} [{issue.variable}{option}]"
    kinds = {language: "、".join(f"{_said(one.kind, language)} {one.count}" for one in own) for language in LANGUAGES}
    count, wordings = sum(one.count for one in own), tuple(dict.fromkeys(text for one in own for text in one.wordings))
    return ContentError(
        "intake.issue",
        issue.file,
        column=(column if issue.variable else issue.column) or "‐",
        kinds=Spoken(kinds["ja"], kinds["en"]),
        count=count,
        share=f"{100 * count / issue.of:.2f}%" if issue.of else "‐",
        wordings=said("wordings", listed="」「".join(wordings)) if wordings else "",
        remedy=said(f"todo_{issue.kind}"),
    )


def _said(kind: str, language: Language) -> str:
    return reasons(language)["blank_form" if kind == "blank" else kind]


def by_column(issues: Iterable[Issue]) -> list[list[Issue]]:
    """Issues of one column together, the largest first, in the order of the files."""
    columns: dict[tuple[str, str, str], list[Issue]] = {}
    for issue in sorted(issues, key=lambda one: -one.count):
        columns.setdefault((issue.file, issue.column, issue.variable), []).append(issue)
    return sorted(columns.values(), key=lambda own: own[0].file)


def beyond(issues: Sequence[Issue], filled: dict[str, int], tolerance: float, *, strict: bool = False) -> list[Issue]:
    """The issues for which a file must not be used: of each column, or the largest of a file, beyond the tolerance."""
    lost = [issue for issue in issues if issue.kind in LOST]
    columns: dict[tuple[str, str], list[Issue]] = {}
    for issue in lost:
        columns.setdefault((issue.file, issue.column), []).append(issue)
    found = []
    for own in sorted(columns.values(), key=lambda own: -sum(issue.count for issue in own)):
        count, of = sum(issue.count for issue in own), max(issue.of for issue in own)
        if _too_many(count, of, tolerance, strict=strict):
            found.append(max(own, key=lambda issue: issue.count))
    for name, cells in filled.items():
        own = [issue for issue in lost if issue.file == name]
        if not any(issue.file == name for issue in found) and sum(issue.count for issue in own) > tolerance * cells:
            found.append(max(own, key=lambda issue: issue.count))
    return found


def _too_many(count: int, of: int, tolerance: float, *, strict: bool) -> bool:
    if strict:
        return count > 0
    return count > tolerance * of and not (of < FEW_LOST and count <= 2)


def stopping(issues: Sequence[Issue], tolerance: float) -> Issue | None:
    """The largest reason for which a file loses more people than it may."""
    files = dict.fromkeys(issue.file for issue in issues)
    for name in files:
        own = [issue for issue in issues if issue.file == name and issue.kind in MISREAD_PEOPLE]
        count, of = sum(issue.count for issue in own), max((issue.of for issue in own), default=0)
        if own and _too_many(count, of, tolerance, strict=False):
            return max(own, key=lambda issue: issue.count)
    return None
