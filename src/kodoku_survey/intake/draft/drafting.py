"""`kodoku new FOLDER --from FILE …`: survey.toml, codebook.toml and a plan drafted from data files and, if given, a 符号表.

The files are copied into the folder, so that it passes `check` as it stands; every guess is marked # 確認.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kodoku_survey.errors import FileError
from kodoku_survey.intake.draft.declared import declared_questions
from kodoku_survey.intake.draft.fractions import LARGE_PART, largest_fraction
from kodoku_survey.intake.draft.heads import refuse_several_lines
from kodoku_survey.intake.draft.identified import numbered_by, year_of
from kodoku_survey.intake.draft.matching import matched
from kodoku_survey.intake.draft.platform import DONE, IDS, RECEIVED, STATES, first_of
from kodoku_survey.intake.draft.questions import CONFIRM, Drafted, personal, questions_of
from kodoku_survey.intake.draft.sheet import is_codebook_sheet, read_codebook_sheet
from kodoku_survey.intake.draft.sheet_of_answers import Answers, open_answers
from kodoku_survey.intake.draft.written import plan_text, survey_text
from kodoku_survey.survey.codebook import Codebook, Variable
from kodoku_survey.survey.codebook.as_text import codebook_text
from kodoku_survey.survey.skeleton import refuse_filled, whole_survey

STATISTICAL = (".sav", ".zsav", ".dta")


@dataclass(frozen=True)
class DraftedFile:
    """One [[file]]: its settings as TOML values, with remarks by key, and lines of comment."""

    settings: dict[str, Any]
    remarks: dict[str, str]
    comments: tuple[str, ...] = ()


def draft_folder(folder: Path, sources: Sequence[Path], *, profile: str = "") -> Codebook:
    """Write the drafted folder and give its codebook.

    Raises UsageError for a folder that is not empty, FileError for files that cannot be read or hold no question, OutputError
    for a folder that cannot be written.
    """
    refuse_filled(folder)
    for path in sources:
        if not path.is_file():
            raise FileError("intake.draft_no_file", str(path))
    sheets = [path for path in sources if is_codebook_sheet(path)]
    files = [open_answers(path, profile) for path in sources if path not in sheets]
    known = [read_codebook_sheet(path) for path in sheets]
    if known:
        codebook, remarks, drafted = _with_codebook(known[0], files)
    else:
        codebook, remarks, drafted = _from_files(files)
    if not len(codebook):
        raise FileError("intake.draft_no_question", ", ".join(path.name for path in sources))
    texts = _texts(sources, codebook, remarks, drafted, files)
    with whole_survey(folder) as made:
        for one in files:
            shutil.copyfile(one.path, made / one.path.name)
        for name, text in texts.items():
            (made / name).write_text(text, encoding="utf-8", newline="\n")
    return codebook


def _texts(
    sources: Sequence[Path], codebook: Codebook, remarks: dict[str, str], drafted: Sequence[DraftedFile],
    files: Sequence[Answers],
) -> dict[str, str]:  # fmt: skip
    """The four files of definitions, by name; where many of an area were drawn with a higher threshold and a coarser plan."""
    names = "、".join(path.name for path in sources)
    largest = largest_fraction(files)
    many = largest if largest is not None and largest[1] > LARGE_PART else None
    return {
        "survey.toml": survey_text(drafted, names, year_of(_receipts(drafted, files)), many),
        "codebook.toml": codebook_text(
            codebook, title=f"{names} からの下書き。「{CONFIRM}」とある所は推測です。", remarks=remarks
        ),
        "measures.toml": "# 派生変数（得点・区分・条件）。書き方は docs/folder.md と docs/measures.md。\n",
        "tables.toml": plan_text(codebook, coarse=many is not None),
    }


def _with_codebook(whole: Codebook, files: Sequence[Answers]) -> tuple[Codebook, dict[str, str], list[DraftedFile]]:
    """A codebook that is known, and how each file holds it; items of a register nobody gave are left out."""
    drafted = []
    register = False
    for answers in files:
        form, lost = matched(answers, whole, "form")
        frame, absent = matched(answers, whole, "selection")
        counts = [sum(v.source == source for v in whole) for source in ("form", "selection")]
        of_register = counts[1] - len(absent) > counts[0] - len(lost)
        register |= of_register
        settings, missing = (frame, absent) if of_register else (form, lost)
        base = _file(answers, "selection" if of_register else "returns")
        comments = [f"{CONFIRM}：見つからない設問 {', '.join(missing)}（columns に列を書く）"] if missing else []
        drafted.append(replace(base, settings=base.settings | settings, comments=(*base.comments, *comments)))
    if register:
        return whole, {}, drafted
    gone = {variable.name for variable in whole if variable.source == "selection"}
    left = tuple(_without(variable, gone) for variable in whole if variable.name not in gone)
    note = f"{CONFIRM}：標本名簿がないので名簿の項目を外した" if gone else ""
    return Codebook(left), {left[0].name: note} if note and left else {}, drafted


def _without(variable: Variable, gone: set[str]) -> Variable:
    return replace(variable, complete_from=None) if variable.complete_from in gone else variable


def _from_files(files: Sequence[Answers]) -> tuple[Codebook, dict[str, str], list[DraftedFile]]:
    """The codebook of the first file; a further one is read as far as its columns bear the same headings."""
    found: dict[str, Drafted] = {}
    drafted = []
    for number, answers in enumerate(files):
        base = _file(answers, "returns")
        if "profile" not in base.settings and answers.path.suffix.lower() not in STATISTICAL:
            refuse_several_lines(answers.path.name, answers.names, answers.columns)
        skip = _not_questions(answers, base)
        if answers.path.suffix.lower() in STATISTICAL:
            columns = dict(zip(answers.names, answers.columns, strict=True))
            own, tokens = declared_questions(answers.path, columns, [answers.names[k] for k in skip])
            left: list[int] = []
            base = replace(base, settings=base.settings | tokens)
        else:
            own, left = questions_of(answers, skip)
        placed = _placed(answers, base, own, left)
        if number == 0:
            found = {
                one.variable.name: one
                for one in (_worded(one, placed.settings.get("answers", answers.answers)) for one in own)
            }
        drafted.append(placed)
    return (
        Codebook(tuple(one.variable for one in found.values())),
        {name: one.remark for name, one in found.items()},
        drafted,
    )


def _placed(answers: Answers, base: DraftedFile, own: Sequence[Drafted], left: Sequence[int]) -> DraftedFile:
    """[[file]] with the columns of every question, and how several answers stand in it."""
    settings = dict(base.settings)
    several = [one for one in own if one.variable.kind == "multiple"]
    single = [one for one in own if one.variable.kind == "single"]
    codes = 2 * sum(_coded(answers, one) for one in single) > len(single)
    if "profile" not in settings:
        settings["answers"] = "codes" if codes else "labels"
    if any(one.ticked for one in several):
        settings["multiple"] = "ticked"
        settings |= {"ticked": ["1", "TRUE", "○", "〇", "Y", "Yes", "はい", "{option}"]}
        settings |= {"unticked": ["0", "FALSE", "N", "No", "いいえ"]}
        if "profile" not in settings and any("N/A" in column for column in answers.columns):
            settings["not_applicable"] = ["N/A"]
    elif several:
        marks = list(dict.fromkeys(one.separator for one in several))
        settings |= {"multiple": "cell", "separator": marks if len(marks) > 1 else marks[0]}
    settings["columns"] = {one.variable.name: one.place for one in own}
    others = {one.variable.name: one.other_column for one in own if one.other_column}
    if others:
        settings["others"] = others
    unread = [answers.names[k] for k in left if answers.names[k] and not answers.ignored[k]]
    if unread:
        settings["ignore"] = [*dict.fromkeys(unread)]
    about = [answers.names[k] for k in left if not answers.ignored[k] and personal(answers, k)]
    told = [f"{CONFIRM}：人についての列とみなして読まない：{'、'.join(about)}"] if about else []
    return replace(base, settings=settings, comments=(*base.comments, *told))


def _worded(one: Drafted, answers: str | None) -> Drafted:
    """A question of the other way in the same file: codes among labels are their own label, labels among codes an alias."""
    variable = one.variable
    if (
        variable.kind != "single"
        or one.declared
        or answers not in ("codes", "labels")
        or one.coded == (answers == "codes")
    ):
        return one
    codes = [
        code
        if code.code == variable.nonanswer
        else replace(code, label=str(code.code))
        if one.coded
        else replace(code, aliases=(code.label,))
        for code in variable.codes
    ]
    return replace(one, variable=replace(variable, codes=tuple(codes)))


def _coded(answers: Answers, one: Drafted) -> bool:
    return one.coded or answers.path.suffix.lower() in STATISTICAL


def _not_questions(answers: Answers, base: DraftedFile) -> list[int]:
    named = {str(base.settings.get(key, "")) for key in ("id", "received")}
    named.add(str(base.settings.get("complete", {}).get("column", "")))
    return [k for k, name in enumerate(answers.names) if name and (name in named or name in IDS)]


def _receipts(drafted: Sequence[DraftedFile], files: Sequence[Answers]) -> list[Sequence[str]]:
    """The cells of the columns of receipt."""
    named = [
        (answers, str(one.settings.get("received", answers.received)))
        for one, answers in zip(drafted, files, strict=True)
    ]
    return [answers.columns[answers.names.index(name)] for answers, name in named if name and name in answers.names]


def _file(answers: Answers, role: str) -> DraftedFile:
    """What every [[file]] says: its name, path, mode, people and receipt, as far as the headings tell."""
    names, settings, remarks = answers.names, dict(answers.settings), {}
    stem = answers.path.stem
    told: dict[str, Any] = {
        "name": "selection" if role == "selection" else stem,
        "role": role,
        "path": answers.path.name,
    }
    if role == "returns":
        postal = any(word in stem.lower() for word in ("postal", "post", "mail", "郵送", "紙"))
        told["mode"] = "郵送" if postal else "オンライン"
        remarks["mode"] = CONFIRM
    told |= settings
    received = first_of(RECEIVED, names)
    at, remark = numbered_by(names, answers.columns, [one or k == received for k, one in enumerate(answers.ignored)])
    if "profile" not in told or names[at or 0] not in ("ID", "id"):
        told["id"] = names[at] if at is not None else {"row": True}
        remarks["id"] = f"{CONFIRM}：{remark}"
    absent = "profile" in told and answers.received not in names  # the platform in another language
    if ("profile" not in told or absent) and received is not None and role == "returns":
        told["received"] = names[received]
    state = first_of(STATES, names)
    if "profile" not in told and state is not None and set(answers.columns[state]) & set(DONE):
        done = sorted(set(answers.columns[state]) & set(DONE))
        told["complete"] = {"column": names[state], "values": done}
        remarks["complete"] = CONFIRM
    return DraftedFile(told, remarks)
