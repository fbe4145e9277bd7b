"""Data cleaning: returns → responses, by rules that are data, with every row and every change accounted for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from kodoku_survey.errors import ContentError, Language, Spoken, SurveyError, SurveyFaults, expected
from kodoku_survey.intake.admission import admit, bad_date, check_people
from kodoku_survey.intake.coding import EDIT_COLUMNS, Coded, code_file
from kodoku_survey.intake.correcting import correct, not_corrected
from kodoku_survey.intake.drawn import everyone_drawn, with_frame_size
from kodoku_survey.intake.issues import BAD_DATE, Issue, beyond
from kodoku_survey.intake.ledger import Entry, Ledger
from kodoku_survey.intake.reasons import reasons
from kodoku_survey.intake.register import read_register
from kodoku_survey.intake.responses import Responses
from kodoku_survey.intake.returns import Returns
from kodoku_survey.intake.routing import resolve
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.settings.frame_counts import by_stratum


def clean(returns: Returns, *, strict: bool = False) -> Responses:
    """Admissible answers of everyone who returned a valid form; `.issues` tells all that could not be taken as delivered.

    strict : take any inadmissible answer for an error, not only a share beyond `tolerance`.

    Raises
    ------
    ContentError
        Inadmissible answers or people left out beyond tolerance; no valid return; a register with doubled numbers.

    >>> ledger = ks.clean(returns).ledger
    >>> ledger.rows - ledger.kept
    31
    """
    expected(returns, Returns)
    survey = returns.survey
    register, frame = read_register(returns)
    coded = [code_file(survey, file) for file in returns.files]
    rows, of_rows = admit(survey, coded, register)
    issues = [*(issue for part in coded for issue in part.issues), *of_rows]
    _check_tolerance(survey, coded, issues, strict=strict)
    ledger = _ledger(coded, rows, _selected(returns, register))
    kept = rows[rows["reason"] == ""].reset_index(drop=True)
    if kept.empty:
        raise ContentError("intake.no_usable", survey.folder.name, rows=len(rows), reasons=_reasons(rows["reason"]))
    check_people(survey, coded, issues, register)
    responses = _gather(survey, coded, kept, ledger, tuple(issues))
    selection = register if returns.selection is not None else everyone_drawn(returns, rows)
    if frame is not None:
        responses = _join(responses, frame)
    responses = correct(responses.with_selection(with_frame_size(returns, selection)))
    return _spoken(resolve(responses, not_corrected(responses, _absent(coded, kept))))


def _spoken(responses: Responses) -> Responses:
    """The responses in the words of the outputs: all that was read was read in the folder's own."""
    own, english = responses.survey, responses.survey.english
    if english is None:
        return responses
    files = zip(own.settings.files, english.settings.files, strict=True)
    called = {one.mode: other.mode for one, other in files if one.mode}
    entries = tuple(replace(entry, mode=called.get(entry.mode, entry.mode)) for entry in responses.ledger.entries)
    return replace(
        responses,
        survey=english,
        variables={name: english.variables[name] for name in responses.variables},
        mode=np.array([called.get(mode, mode) for mode in responses.mode], dtype=object),
        ledger=replace(responses.ledger, entries=entries),
    )


def _check_tolerance(survey: Survey, coded: list[Coded], issues: list[Issue], *, strict: bool) -> None:
    """Too many inadmissible answers mean that a file is read wrongly, not that people answered wrongly."""
    tolerance = 0.0 if strict else survey.settings.cleaning.tolerance
    filled = {part.file.layout.name: part.filled + _dated(issues, part) for part in coded}
    faults = [_beyond(coded, issue, tolerance) for issue in beyond(issues, filled, tolerance, strict=strict)]
    if faults:
        raise faults[0] if len(faults) == 1 else SurveyFaults(faults)


def _beyond(coded: list[Coded], worst: Issue, tolerance: float) -> SurveyError:
    if worst.kind == BAD_DATE:
        return bad_date(coded, worst)
    part = next(part for part in coded if part.file.layout.name == worst.file)
    option = "" if worst.option is None else f" ({worst.option})"
    return ContentError(
        "intake.beyond_tolerance",
        part.file.path.name,
        share=f"{100 * worst.share:.2f}%",
        tolerance=f"{100 * tolerance:.2f}%",
        column=worst.column if worst.column == worst.variable else f"{worst.column} [{worst.variable}{option}]",
        count=worst.count,
        reason=Spoken(reasons("ja")[worst.kind], reasons("en")[worst.kind]),
        wordings=_wordings(worst),
    )


def _dated(issues: list[Issue], part: Coded) -> int:
    return sum(issue.of for issue in issues if issue.kind == BAD_DATE and issue.file == part.file.layout.name)


def _wordings(issue: Issue) -> Spoken:
    """The form's own wordings that no option has; nothing of what a person wrote."""
    if not issue.wordings:
        return Spoken("", "")
    listed = "」「".join(issue.wordings)
    return Spoken(reasons("ja")["wordings"].format(listed=listed), reasons("en")["wordings"].format(listed=listed))


def _absent(coded: list[Coded], kept: pd.DataFrame) -> dict[str, np.ndarray]:
    """Which kept returns say 非該当 of a question, by its name."""
    names = dict.fromkeys(name for part in coded for name in part.absent)
    parts = [(part, kept.loc[kept["file"] == part.file.layout.name, "position"].to_numpy(np.intp)) for part in coded]
    return {
        name: np.concatenate(
            [part.absent[name][rows] if name in part.absent else np.zeros(len(rows), bool) for part, rows in parts]
        )
        for name in names
    }


def _selected(returns: Returns, register: pd.DataFrame) -> int | None:
    """How many were drawn: the rows of the register, or what survey.toml counts; None where nobody says."""
    return (
        len(register)
        if returns.selection is not None
        else sum(by_stratum(returns.survey.settings.design.drawn).values()) or None
    )


def _reasons(reason: pd.Series) -> Spoken:
    """How many rows were left out for which reason, in words."""

    def told(language: Language) -> str:
        said = reasons(language)
        counts = reason.replace("blank", "blank_form").value_counts()
        listing = "、" if language == "ja" else ", "
        return listing.join(f"{said.get(str(name), str(name))} {count}" for name, count in counts.items())

    return Spoken(told("ja"), told("en"))


def _ledger(coded: list[Coded], rows: pd.DataFrame, selected: int | None) -> Ledger:
    entries = []
    for part in coded:
        own = rows[rows["file"] == part.file.layout.name]
        excluded = own.loc[own["reason"] != "", "reason"].value_counts(sort=False)
        entries.append(
            Entry(
                file=part.file.layout.name,
                mode=part.file.layout.mode or part.file.layout.mode_column,
                encoding=part.file.encoding,
                rows=len(own),
                kept=int((own["reason"] == "").sum()),
                excluded={str(reason): int(count) for reason, count in excluded.items()},
                sha256=part.file.sha256,
            )
        )
    left_out = rows.loc[rows["reason"] != "", ["file", "line", "id", "reason"]].reset_index(drop=True)
    return Ledger(tuple(entries), selected, left_out)


def _gather(
    survey: Survey, coded: list[Coded], kept: pd.DataFrame, ledger: Ledger, issues: tuple[Issue, ...]
) -> Responses:
    """The kept rows of all files, one under another."""
    parts = [(part, kept.loc[kept["file"] == part.file.layout.name, "position"].to_numpy(np.intp)) for part in coded]
    form = [variable for variable in survey.codebook if variable.source == "form"]
    edits = [part.edits[part.edits["row"].isin(positions)] for part, positions in parts]
    return Responses(
        survey=survey,
        id=kept["id"].to_numpy(object),
        mode=kept["mode"].to_numpy(object),
        file=kept["file"].to_numpy(object),
        line=kept["line"].to_numpy(np.int64),
        variables={variable.name: variable for variable in form},
        answers={v.name: np.concatenate([part.answers[v.name][rows] for part, rows in parts]) for v in form},
        status={
            v.name: np.concatenate([part.status[v.name][rows] for part, rows in parts])
            for v in form
            if v.kind == "number"
        },
        edits=pd.concat(edits, ignore_index=True)[list(EDIT_COLUMNS)],
        ledger=ledger,
        found=issues,
    )


def _join(responses: Responses, frame: Coded) -> Responses:
    """Frame attributes of each respondent, looked up in the register by serial number."""
    where = pd.Index(frame.id).get_indexer(pd.Index(responses.id))
    names = list(frame.answers)
    return responses.with_variables(
        {name: responses.survey.codebook[name] for name in names},
        {name: frame.answers[name][where] for name in names},
        {name: frame.status[name][where] for name in names if name in frame.status},
    )
