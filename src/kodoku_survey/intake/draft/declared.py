"""What .sav and .dta declare of themselves, as drafted questions: labels, codes, missing values, response sets, levels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kodoku_survey.intake.cells.value import DECLARED_MISSING
from kodoku_survey.intake.draft.guess import guess
from kodoku_survey.intake.draft.questions import CONFIRM, NONANSWER_CODE, ORDER_TOLD, Drafted
from kodoku_survey.survey.checking import RESERVED
from kodoku_survey.survey.codebook import NOT_ASKED, Code, Variable

ValueLabels = Mapping[Any, str]
SPREAD = re.compile(r"^(?P<stem>.+?)_(?P<code>[0-9]{1,4})$")


def declared_questions(
    path: Path, columns: Mapping[str, Sequence[str]], skip: Sequence[str]
) -> tuple[list[Drafted], dict[str, Any]]:
    """Questions of a statistical file, and settings of [[file]]: the values that mean 無回答 and 非該当 in it.

    columns : its cells as text. skip : columns that are no question (numbers of persons, weights, dates of receipt).
    """
    import pyreadstat

    read = pyreadstat.read_dta if path.suffix.lower() == ".dta" else pyreadstat.read_sav
    _, meta = read(str(path), metadataonly=True, user_missing=True)
    missing = _missing(meta)
    sets = _sets(meta, columns)
    drafted: list[Drafted] = []
    done: set[str] = set(skip)
    for position, name in enumerate(columns, start=1):
        if name in done:
            continue
        own = next((members for members in sets.values() if name in members), None)
        if own is not None:
            stem = next(stem for stem, members in sets.items() if members is own)
            drafted.append(_several(stem, own, meta))
            done.update(own)
            continue
        drafted.append(_one(name, position, columns[name], meta, missing.get(name, ())))
        done.add(name)
    tokens: dict[str, Any] = {}
    if missing:
        tokens["nonanswer"] = ["", *sorted({str(value) for values in missing.values() for value in values})]
    if any(NOT_ASKED in labels for labels in meta.variable_value_labels.values()):
        tokens["not_applicable"] = [str(NOT_ASKED)]  # the code that means 非該当 here as well
    return drafted, tokens


def _missing(meta: Any) -> dict[str, tuple[Any, ...]]:
    """User-missing values by column: single values of SPSS (its ranges by their labelled values), letters of Stata."""
    found: dict[str, tuple[Any, ...]] = {}
    for name, ranges in (getattr(meta, "missing_ranges", None) or {}).items():
        labels = meta.variable_value_labels.get(name, {})
        values: list[Any] = []
        for one in ranges:
            ends = (one["lo"], one["hi"])
            inside = [value for value in labels if not isinstance(value, str) and ends[0] <= value <= ends[1]]
            values += [ends[0]] if ends[0] == ends[1] else inside
        found[name] = tuple(_whole(value) for value in values)
    for name, letters in (getattr(meta, "missing_user_values", None) or {}).items():
        found[name] = tuple(letters)
    return found


def _sets(meta: Any, columns: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Columns of the options of one question: as the file declares them, else q17_1, q17_2 … that hold nothing but 0 and 1."""
    declared = getattr(meta, "mr_sets", None) or {}
    found = {name.lstrip("$"): list(one["variable_list"]) for name, one in declared.items() if one["is_dichotomy"]}
    taken = {member for members in found.values() for member in members}
    spread: dict[str, list[str]] = {}
    for name in columns:
        match = SPREAD.match(name)
        if match is not None and name not in taken and {cell for cell in columns[name] if cell} <= {"0", "1"}:
            spread.setdefault(match["stem"], []).append(name)
    return found | {stem: members for stem, members in spread.items() if len(members) > 1 and stem not in columns}


def _several(stem: str, members: Sequence[str], meta: Any) -> Drafted:
    codes, nonanswer = [], NONANSWER_CODE
    places = []
    texts = [meta.column_names_to_labels.get(member) or member for member in members]
    front = _common(texts)
    for position, (member, text) in enumerate(zip(members, texts, strict=True), start=1):
        match = SPREAD.match(member)
        code, label = int(match["code"]) if match else position, text[len(front) :].strip(" :：") or text
        if label == "無回答":
            nonanswer = code  # a column of its own that follows from the others
            continue
        codes.append(Code(code, label))
        places.append(member)
    name = stem if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,23}", stem) else members[0][:20]
    label = front.strip(" :：") or stem
    variable = Variable(name, "multiple", label, (*codes, Code(nonanswer, "無回答")), nonanswer, section="調査票")
    return Drafted(variable, places, f"{CONFIRM}：ほかと並ばない選択肢（exclusive）", ticked=True)


def _common(texts: Sequence[str]) -> str:
    """What the labels of the options begin with, up to the mark that ends the question."""
    front = texts[0]
    for text in texts[1:]:
        while not text.startswith(front):
            front = front[:-1]
    ends = [front.rfind(mark) for mark in (":", "：", "/", "-")]
    return front[: max(ends) + 1] if max(ends) >= 0 else ""


def _with_declared(variable: Variable, codes: Sequence[Code], labels: ValueLabels, outside: Sequence[int]) -> Variable:
    """A question with the codes its file declares; 無回答 is the first one declared missing, or a code that is free."""
    if outside:
        nonanswer = outside[0]
        # Further ones are read as the first: its wording alone would put their people under another's name.
        told = [labels.get(value, labels.get(float(value), "")) for value in outside]
        label = "・".join(dict.fromkeys(text for text in told if text)) or "無回答"
    else:
        nonanswer = next(n for n in (NONANSWER_CODE, 999, 9999) if n not in {c.code for c in codes})
        label = "無回答"
    return replace(variable, codes=(*codes, Code(nonanswer, label)), nonanswer=nonanswer)


def _one(name: str, position: int, cells: Sequence[str], meta: Any, missing: Sequence[Any]) -> Drafted:
    labels: ValueLabels = meta.variable_value_labels.get(name, {})
    text = meta.column_names_to_labels.get(name) or name
    usable = re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,27}", name) and name.lower() not in RESERVED
    usable = usable and not name.endswith("_status")  # microdata have such a column beside every number
    short = name if usable else f"v{position}"
    variable = Variable(short, "single", text, question=text, section="調査票")
    codes = [
        Code(_whole(value), label)
        for value, label in labels.items()
        if _is_code(value) and _whole(value) not in missing
    ]
    outside = [value for value in missing if isinstance(value, int)]
    if codes:
        declared = _with_declared(variable, codes, labels, outside)
        return Drafted(declared, name, f"{CONFIRM}：ファイルが宣言する符号と文言", declared=True)
    worded = {value: label for value, label in labels.items() if isinstance(value, str) and value not in missing}
    if worded:
        entries = [Code(k, label, aliases=(value,)) for k, (value, label) in enumerate(worded.items(), start=1)]
        named = _with_declared(variable, entries, labels, ())
        return Drafted(named, name, f"{CONFIRM}：ファイルが宣言する文言（ファイルの値は aliases）", declared=True)
    return _guessed(variable, name, _answered(cells, missing), meta.variable_measure.get(name) == "scale")


def _answered(cells: Sequence[str], missing: Sequence[Any]) -> list[str]:
    """The cells without those the file declares missing."""
    outside = {str(value) for value in missing}
    return [cell for cell in cells if not cell.startswith(DECLARED_MISSING) and cell not in outside]


def _guessed(variable: Variable, name: str, cells: Sequence[str], counted: bool) -> Drafted:
    """A question of which the file declares no codes, by its cells. counted : declared to be a number of something."""
    found = guess(variable.question, cells)
    if found.kind == "number" or (found.codes and counted):
        low, high = (found.minimum, found.maximum) if found.kind == "number" else (min(found.codes), max(found.codes))
        bounds: dict[str, Any] = {"minimum": _plain(low), "maximum": _plain(high)}
        bounds |= {"places": found.places} if found.places else {}
        return Drafted(replace(variable, kind="number", **bounds), name, f"{CONFIRM}：範囲はファイルの最小と最大")
    if found.kind == "single":
        entries = [Code(found.codes[k] if found.codes else k + 1, label) for k, label in enumerate(found.options)]
        told = "文言はファイルにない" if found.codes else f"{ORDER_TOLD[found.order]}漏れている選択肢がないか"
        named = _with_declared(variable, entries, {}, ())
        return Drafted(named, name, f"{CONFIRM}：{told}", coded=bool(found.codes))
    return Drafted(replace(variable, kind="text"), name, f"{CONFIRM}：自由記述とした（集計しない）")


def _is_code(value: Any) -> bool:
    return not isinstance(value, str) and float(value).is_integer() and value != NOT_ASKED


def _whole(value: Any) -> Any:
    return int(value) if not isinstance(value, str) and float(value).is_integer() else value


def _plain(value: Any) -> Any:
    return int(value) if value == int(value) else float(value)
