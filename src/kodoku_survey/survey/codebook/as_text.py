"""A codebook as the text of codebook.toml: only what differs from the defaults, each variable with its remark."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from kodoku_survey.survey.codebook import Code, Codebook, Variable
from kodoku_survey.survey.conditions import Clause, Condition
from kodoku_survey.survey.own_words import word

LINE_WIDTH = 100  # characters a list of codes may take before it goes over several lines


def codebook_text(codebook: Codebook, *, title: str, remarks: Mapping[str, str] | None = None) -> str:
    """codebook.toml of a codebook. remarks : by variable, put as a comment above it."""
    # A number and a text have none of their own: they say nothing of what the others share.
    held = Counter(variable.nonanswer for variable in codebook if variable.nonanswer is not None)
    default = held.most_common(1)[0][0] if held else 99
    head = f"# {title}\n\nnonanswer = {default}\nnonanswer_label = {toml_value(word('nonanswer'))}\n"
    told = remarks or {}
    return head + "".join(_written(variable, default, told.get(variable.name, "")) for variable in codebook)


def _written(variable: Variable, default: int | None, remark: str) -> str:
    lines = ["", *(f"# {line}" for line in remark.splitlines()), "[[variable]]"]
    for f in fields(Variable):
        value = getattr(variable, f.name)
        if not f.init or value == f.default or value is None or (f.name == "nonanswer" and value == default):
            continue
        lines.append(f"{f.name} = {_codes(value) if f.name == 'codes' else toml_value(value)}")
    return "\n".join(lines) + "\n"


def _codes(codes: tuple[Code, ...]) -> str:
    entries = [toml_value(_differing(code)) for code in codes]
    short = f"[{', '.join(entries)}]"
    return short if len(short) <= LINE_WIDTH else "[\n" + "".join(f"  {entry},\n" for entry in entries) + "]"


def _differing(code: Code) -> dict[str, Any]:
    given = {f.name: getattr(code, f.name) for f in fields(Code) if f.init}
    return {name: value for name, value in given.items() if name in ("code", "label") or value not in ("", (), None)}


def toml_value(value: Any) -> str:
    """A value as TOML writes it on one line."""
    if isinstance(value, Condition):
        tables = [{clause.variable: _clause(clause) for clause in clauses} for clauses in value.alternatives]
        return toml_value(tables[0] if len(tables) == 1 else tables)
    if isinstance(value, str):
        # JSON and TOML escape alike, but for the one character TOML wants escaped and JSON does not.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {toml_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _key(key: Any) -> str:
    text = str(key)
    bare = text and all(character.isascii() and (character.isalnum() or character in "_-") for character in text)
    return text if bare else toml_value(text)


def _clause(clause: Clause) -> Any:
    if clause.answered is not None:
        return {"answered": clause.answered}
    ends = {"min": clause.minimum, "max": clause.maximum}
    within = {name: value for name, value in ends.items() if value is not None}
    return within or list(clause.codes)
