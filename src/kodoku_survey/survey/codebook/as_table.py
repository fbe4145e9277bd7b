"""The codebook as two tables of text, for a 符号表 in Excel and back: a row a question, a row an option.

Headings stand in HEADINGS; a field without one goes by its own name, so that no field of a variable is ever left out.
Several codes are joined by ";", conditions are written as in codebook.toml.
"""

from __future__ import annotations

import re
import tomllib
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any, Union, get_args, get_origin, get_type_hints

from kodoku_survey.survey.codebook import Code, Codebook, Variable, read_codebook
from kodoku_survey.survey.codebook.as_text import toml_value
from kodoku_survey.survey.conditions import Condition
from kodoku_survey.survey.reading import Place

QUESTIONS, OPTIONS = "設問", "選択肢"  # names of the sheets
HEADINGS: Mapping[str, str] = {
    "name": "変数名",
    "number": "問番号",
    "kind": "種類",
    "label": "表での名",
    "question": "質問文",
    "section": "節",
    "page": "頁",
    "nonanswer": "無回答の符号",
    "nonanswer_label": "無回答の文言",
    "exclusive": "排他的な符号",
    "other": "その他の符号",
    "at_most": "選べる数",
    "asked_if": "分岐（尋ねた人）",
    "proved_by_answer_if_blank": "回答があれば尋ねたとみなす親",
    "minimum": "最小",
    "maximum": "最大",
    "places": "小数桁",
    "unit": "単位",
    "order_as_question": "表頭の並び",
    "order_as_group": "表側の並び",
    "source": "出どころ",
    "complete_from": "空白を補う名簿の項目",
    "hidden_as_group": "行に示さない符号",
    "instrument": "尺度の設問",
    "code": "符号",
    "short": "短い文言",
    "aliases": "別の書き方",
}
ENGLISH = "（英語）"  # behind the heading of a wording that the folder has in English; for people, not read back
OPTION_LABEL = "選択肢の文言"  # of an option, whose `label` is not that of the question
SPOKEN: Mapping[str, Mapping[str, str]] = {
    "kind": {"single": "単数回答", "multiple": "複数回答", "number": "数値", "text": "自由記述"},
    "source": {"form": "調査票", "selection": "標本名簿"},
    "order_as_question": {"code": "符号順", "reversed": "逆順"},
    "order_as_group": {"code": "符号順", "reversed": "逆順"},
}
SheetValue = str | int | float
SheetRow = dict[str, SheetValue]


def tables_of(
    codebook: Codebook, english: Codebook | None = None
) -> tuple[list[str], list[SheetRow], list[str], list[SheetRow]]:
    """Headings and rows of the questions, headings and rows of the options; cells that say nothing are absent.

    english : the same in English, whose wordings stand beside those that differ.
    """
    of_question = [f.name for f in fields(Variable) if f.init and f.name != "codes"]
    of_option = [f.name for f in fields(Code) if f.init]
    others = codebook if english is None else english
    questions, options = [], []
    for variable, other in zip(codebook, others, strict=True):
        told: SheetRow = {
            f"{HEADINGS[name]}{ENGLISH}": getattr(other, name)
            for name in ("label", "question")
            if getattr(other, name) != getattr(variable, name)
        }
        questions.append(_row(variable, of_question) | told)
        front: SheetRow = {HEADINGS["name"]: variable.name, HEADINGS["number"]: variable.number}
        for code, said in zip(variable.codes, other.codes, strict=True):
            beside: SheetRow = {f"{OPTION_LABEL}{ENGLISH}": said.label} if said.label != code.label else {}
            options.append(front | _option(code, of_option) | beside)
    heads = [HEADINGS["name"], HEADINGS["number"], *_with_english(list(map(_option_heading, of_option)))]
    return _with_english([HEADINGS.get(name, name) for name in of_question]), questions, heads, options


def _with_english(heads: list[str]) -> list[str]:
    """Headings, each wording followed by its English one."""
    wordings = (HEADINGS["label"], HEADINGS["question"], OPTION_LABEL)
    return [one for head in heads for one in ((head, head + ENGLISH) if head in wordings else (head,))]


def codebook_of(questions: Sequence[Mapping[str, str]], options: Sequence[Mapping[str, str]], place: Place) -> Codebook:
    """The codebook two such tables describe, cells as text; faults are kept in `place` as if it stood in codebook.toml."""
    hints, of_code = get_type_hints(Variable), get_type_hints(Code)
    by_heading = {HEADINGS.get(f.name, f.name): f.name for f in fields(Variable) if f.init and f.name != "codes"}
    of_option = {_option_heading(f.name): f.name for f in fields(Code) if f.init}
    entries: dict[str, dict[str, Any]] = {}
    for row in questions:
        entry = _entry(row, by_heading, hints, place)
        entries[str(entry.get("name", ""))] = entry
    for row in options:
        name = row.get(HEADINGS["name"], "").strip()
        if name not in entries:
            place.at(f"[{name}]").unknown("unknown_variable", name, tuple(entries))
            continue
        entries[name].setdefault("codes", []).append(_entry(row, of_option, of_code, place.at(f"[{name}] codes")))
    return read_codebook({"variable": list(entries.values())}, place)


def _option_heading(name: str) -> str:
    return OPTION_LABEL if name == "label" else HEADINGS.get(name, name)


def _row(variable: Variable, names: Sequence[str]) -> SheetRow:
    defaults = {f.name: f.default for f in fields(Variable)}
    given = {name: getattr(variable, name) for name in names}
    always = ("name", "kind", "label", "nonanswer", "source")
    return {
        HEADINGS.get(name, name): _cell(name, value)
        for name, value in given.items()
        if value is not None and (name in always or value != defaults[name])
    }


def _option(code: Code, names: Sequence[str]) -> SheetRow:
    defaults = {f.name: f.default if f.default is not MISSING else None for f in fields(Code)}
    given = {name: getattr(code, name) for name in names}
    return {
        _option_heading(name): _cell(name, value) for name, value in given.items() if value not in (defaults[name], ())
    }


def _cell(name: str, value: Any) -> SheetValue:
    if name in SPOKEN:
        return SPOKEN[name].get(value, value)
    if isinstance(value, tuple):
        return "\n".join(value) if value and isinstance(value[0], str) else ";".join(map(str, value))
    if isinstance(value, Condition):
        return toml_value(value)
    return value if isinstance(value, (int, float)) else str(value)


def _entry(row: Mapping[str, str], names: Mapping[str, str], hints: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """What one row says, as a table of codebook.toml; a heading nobody knows is a fault."""
    entry: dict[str, Any] = {}
    foreign = (HEADINGS["name"], HEADINGS["number"]) if "code" in names.values() else ()
    for heading, text in row.items():
        if heading in names and text.strip():
            entry[names[heading]] = _value(names[heading], text, hints[names[heading]])
        elif heading not in names and heading not in foreign and not heading.endswith(ENGLISH) and text.strip():
            place.unknown("unknown_key", heading, tuple(names))
    return entry


def _value(name: str, text: str, hint: Any) -> Any:
    """A cell as TOML would hold it; what cannot be read so stays text, to be told by the reader of the codebook."""
    if name in SPOKEN:
        return {spoken: key for key, spoken in SPOKEN[name].items()}.get(text.strip(), text)
    kinds = _plain_types(hint)
    if Condition in kinds:
        try:
            return tomllib.loads(f"x = {text}")["x"]
        except tomllib.TOMLDecodeError:
            return text
    if tuple in kinds:
        return text.split("\n") if str in kinds else [_number(part.strip()) for part in text.split(";")]
    return _number(text.strip()) if kinds & {int, float} else text


def _number(text: str) -> int | float | str:
    if re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?[0-9]+\.[0-9]+", text) else text


def _plain_types(hint: Any) -> set[Any]:
    """The plain types of a hint, and `tuple` beside those of its members."""
    origin = get_origin(hint)
    if origin is tuple:
        return {tuple} | {found for part in get_args(hint) for found in _plain_types(part)}
    if origin in (Union, types.UnionType):
        return {found for part in get_args(hint) for found in _plain_types(part)}
    return {hint} if origin is None else _plain_types(get_args(hint)[0])
