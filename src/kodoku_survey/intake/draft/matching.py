"""Where the questions of a known codebook stand in a file: the patterns of headings, and how its cells tell answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kodoku_survey.intake.cells.alike import plain
from kodoku_survey.intake.draft.guess import OPTION_SEPARATORS
from kodoku_survey.intake.draft.sheet_of_answers import Answers
from kodoku_survey.survey.codebook import Codebook, Variable
from kodoku_survey.survey.layouts import filled

HEADING_PATTERNS = ("{name}", "{number}", "{text}", "{label}")
OPTION_COLUMNS = (
    "{name}_{code}", "{number}_{code}", "{name}-{code}", "{number}-{code}", "{name}[SQ{position:03}]", "{name}/{code}",
    "{name}.{code}", "{number}({code})", "{text}[{option}]", "{text}/{option}", "{label}/{option}", "{number}_{position}",
)  # fmt: skip
KEYING_MARKS = ("●", "〓", "*", "＊")  # keying marks of what cannot be read
NINES = re.compile(r"9{1,5}|-9{1,5}")


def matched(answers: Answers, codebook: Codebook, source: str) -> tuple[dict[str, Any], list[str]]:
    """Settings of [[file]] for the questions of one source (form or selection), and the names of those found nowhere."""
    wanted = [variable for variable in codebook if variable.source == source]
    single = [variable for variable in wanted if variable.kind != "multiple"]
    several = [variable for variable in wanted if variable.kind == "multiple"]
    column = max(
        HEADING_PATTERNS, key=lambda pattern: sum(_at(answers, filled(pattern, v)) is not None for v in single)
    )
    spread = max(OPTION_COLUMNS, key=lambda pattern: sum(all(_spread(answers, pattern, v)) for v in several))
    found = {v.name: _at(answers, filled(column, v)) for v in single}
    near = {v.name: _near(answers, v, set(found.values())) for v in single if found[v.name] is None}
    found |= near
    in_columns = [v for v in several if all(_spread(answers, spread, v))]
    in_cells = [v for v in several if _at(answers, filled(column, v)) is not None]
    settings: dict[str, Any] = {"column": column}
    lost = [name for name, position in found.items() if position is None]
    held = {v.name: answers.columns[found[v.name]] for v in single if found[v.name] is not None}  # type: ignore[index]
    settings["answers"] = _wording(held, codebook)
    if len(in_columns) >= len(in_cells) and several:
        settings |= {"option_column": spread, "multiple": _ticks(answers, spread, in_columns)}
        lost += [v.name for v in several if v not in in_columns]
    elif several:
        cells = {v.name: answers.columns[_at(answers, filled(column, v)) or 0] for v in in_cells}
        settings |= {"multiple": "cell", "separator": _separator(cells, in_cells)}
        lost += [v.name for v in several if v not in in_cells]
    settings |= _tokens(held, codebook)
    by_hand = {name: answers.names[k] for name, k in near.items() if k is not None}
    if by_hand:
        settings["columns"] = by_hand
    return settings, lost


def _at(answers: Answers, heading: str) -> int | None:
    try:
        return answers.headings.find(heading) if heading else None
    except LookupError:
        return None


def _near(answers: Answers, variable: Variable, taken: set[int | None]) -> int | None:
    """The one column whose heading holds the number and the short name of a question, or begins with its number."""
    names = [(k, plain(name)) for k, name in enumerate(answers.names) if k not in taken and name]
    number, label = plain(variable.number), plain(variable.label)
    for fits in (
        lambda text: bool(number) and text.startswith(number) and label in text,
        lambda text: bool(number) and re.match(re.escape(number) + r"(?![0-9\-])", text) is not None,
        lambda text: bool(label) and label in text,
    ):
        found = [k for k, text in names if fits(text)]
        if len(found) == 1:
            return found[0]
    return None


def _spread(answers: Answers, pattern: str, variable: Variable) -> list[bool]:
    return [_at(answers, filled(pattern, variable, k)) is not None for k in range(len(variable.options))] or [False]


def _wording(held: Mapping[str, Sequence[str]], codebook: Codebook) -> str:
    """Whether the cells are labels or codes: which of the two more of them are."""
    labels = codes = 0
    for name, cells in held.items():
        variable = codebook[name]
        if variable.kind != "single":
            continue
        known = {plain(code.label) for code in variable.codes} | {
            plain(code.short) for code in variable.codes if code.short
        }
        keys = {str(key) for key in variable.keys}
        for text, count in Counter(cells).items():
            labels += count * (plain(text) in known)
            codes += count * (plain(text) in keys)
    return "labels" if labels > codes else "codes"


def _ticks(answers: Answers, pattern: str, several: Iterable[Variable]) -> str:
    """`ticked` where a ticked column holds the option's own number, `columns` for 1 and 0."""
    own = 0
    for variable in several:
        for k, code in enumerate(variable.options):
            position = _at(answers, filled(pattern, variable, k))
            cells = {plain(text) for text in answers.columns[position or 0]}
            own += code.code not in (0, 1) and str(code.code) in cells
    return "ticked" if own else "columns"


def _separator(cells: Mapping[str, Sequence[str]], several: Sequence[Variable]) -> str:
    """What separates several answers: the mark by which most cells fall into known options."""
    known = {variable.name: {plain(code.label) for code in variable.codes} for variable in several}

    def fallen(mark: str) -> int:
        whole = 0
        for name, column in cells.items():
            for text, count in Counter(column).items():
                parts = [plain(part) for part in text.split(mark) if part.strip()]
                whole += count * (len(parts) > 1 and all(part in known[name] for part in parts))
        return whole

    return max(OPTION_SEPARATORS, key=fallen)


def _tokens(held: Mapping[str, Sequence[str]], codebook: Codebook) -> dict[str, Any]:
    """Nines beyond a number's range mean 無回答, keying marks what cannot be read: as far as they occur."""
    nines: set[str] = set()
    marks: set[str] = set()
    for name, cells in held.items():
        variable = codebook[name]
        for text in {cell.strip() for cell in cells}:
            if text in KEYING_MARKS:
                marks.add(text)
            if NINES.fullmatch(text) and variable.kind == "number" and variable.maximum is not None:
                nines |= {text} if not (variable.minimum or 0) <= float(text) <= variable.maximum else set()
    told: dict[str, Any] = {"nonanswer": ["", *sorted(nines)]} if nines else {}
    return told | ({"unreadable": sorted(marks)} if marks else {})
