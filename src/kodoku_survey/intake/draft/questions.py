"""From the columns of a file to drafted questions: columns that belong together first, then each by itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from kodoku_survey.intake.draft.guess import OTHER, Guess, guess
from kodoku_survey.intake.draft.platform import PERSONAL
from kodoku_survey.intake.draft.sheet_of_answers import Answers
from kodoku_survey.survey.checking import RESERVED
from kodoku_survey.survey.codebook import Code, Variable

CONFIRM = "確認"
NONANSWER_CODE = 99
TICKS = frozenset(
    (
        "N/A",
        "0",
        "1",
        "0.0",
        "1.0",
        "TRUE",
        "FALSE",
        "True",
        "False",
        "○",
        "〇",
        "Y",
        "N",
        "Yes",
        "No",
        "はい",
        "いいえ",
    )
)
ORDER_TOLD = {
    "found": "選択肢の順（ファイルに現れた順で、調査票の順ではない）と",
    "numbers": "選択肢を文言の数の順に並べた。調査票の順と",
    "words": "選択肢を言葉の強い順とみなして並べた。調査票の順と",
}
OF_ONE_QUESTION = (  # headings of the options of one question: «Q17 [SQ001]», «問5[自治会]», «q17/1», «q17_1»
    re.compile(r"^(?P<stem>.+?)\s*[\[［](?P<option>[^\[\]［］]+)[\]］]$"),
    re.compile(r"^(?P<stem>.+)/(?P<option>[^/]+)$"),
    re.compile(r"^(?P<stem>.+?)[_\-－.](?P<option>[0-9]{1,3})$"),
)
NUMBERED = re.compile(r"^\s*(問\s*[0-9]+(?:[-‐][0-9]+)*[①-⑳]?|[QFqf][0-9]+(?:[-_][0-9]+)*)[\s.．:：、）)]*")


@dataclass(frozen=True)
class Drafted:
    """A question as drafted, where its columns stand (`columns` of [[file]]), and what a person must confirm."""

    variable: Variable
    place: Any
    remark: str
    separator: str = ""
    ticked: bool = False
    other_column: str = ""
    coded: bool = False
    declared: bool = False


@dataclass(frozen=True)
class OptionGroup:
    """Columns of one question, and the wordings of its options as the headings have them."""

    heading: str
    positions: tuple[int, ...]
    options: tuple[str, ...]
    other: int | None = None


def questions_of(answers: Answers, skip: Sequence[int]) -> tuple[list[Drafted], list[int]]:
    """Every question the file seems to ask, and the columns knowingly not read (about a person, or told by the platform)."""
    left = [k for k in range(len(answers.names)) if answers.ignored[k] or personal(answers, k)]
    free = [k for k in range(len(answers.names)) if k not in left and k not in skip]
    drafted: list[Drafted] = []
    groups = list(_groups(answers, free))
    # Several answers may stand in columns of their own and once more in a cell of all: the columns are read.
    whole = {group.heading for group in groups if len(group.options) > 1}
    left += [group.positions[0] for group in groups if not group.options and group.heading in whole]
    asked = [one for one in groups if one.options or one.heading not in whole]
    own = {name for one in asked if (name := _own_name(one.heading))}
    for number, group in enumerate(asked, start=1):
        name = _name(group.heading, number, {one.variable.name for one in drafted}, own)
        draft = _of_group(answers, group, name) if len(group.options) > 1 else _of_column(answers, group, name)
        if draft is None:
            left += group.positions
        else:
            drafted.append(draft)
    return drafted, left


def _groups(answers: Answers, free: Sequence[int]) -> Iterator[OptionGroup]:
    keyed = [(*_stem(answers, k), k) for k in free]
    for _, members in groupby(enumerate(keyed), key=lambda one: (one[1][0], one[1][2] - one[0])):
        rows = [row for _, row in members]
        typed = [
            row for row in rows if row[1].startswith((OTHER, "Other", "other")) and not _ticks(answers, row[2], row[1])
        ]
        ticks = [row for row in rows if row not in typed]
        together = len(ticks) > 1 and all(_ticks(answers, k, option) for _, option, k in ticks)
        if together:
            other = typed[0][2] if typed else None
            yield OptionGroup(rows[0][0], tuple(k for *_, k in ticks), tuple(option for _, option, _ in ticks), other)
            continue
        for stem, option, k in rows:
            heading = answers.names[k] or f"{stem} {option}".strip()
            yield OptionGroup(heading, (k,), ())


def _stem(answers: Answers, k: int) -> tuple[str, str]:
    """The question and the option a column is of, as far as its headings tell."""
    if answers.headings.options[k] and answers.headings.names[k]:
        return answers.headings.names[k], answers.headings.options[k]
    for pattern in OF_ONE_QUESTION:
        found = pattern.match(answers.names[k])
        if found is not None:
            return found["stem"], found["option"]
    return answers.names[k] or f"({k + 1})", ""


def _ticks(answers: Answers, k: int, option: str) -> bool:
    """Whether nearly every cell says ticked or not: a row of totals, a slip of the keyboard are no other answers."""
    cells = [text.strip() for text in answers.columns[k] if text.strip()]
    known = TICKS | {option.strip()}
    return sum(cell not in known for cell in cells) <= len(cells) / 50


def personal(answers: Answers, k: int) -> bool:
    """Whether a column is about the person and no answer; an option ticked or not («E-mail» of a question) is an answer."""
    _, option = _stem(answers, k)
    return PERSONAL.search(answers.names[k]) is not None and not (option and _ticks(answers, k, option))


def _own_name(heading: str) -> str:
    """The heading itself where it can be a variable's name, otherwise empty."""
    last = heading.rsplit("/", 1)[-1].strip()
    usable = re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,23}", last) and last.lower() not in RESERVED
    return last if usable else ""


def _name(heading: str, number: int, taken: set[str], own: set[str]) -> str:
    """A name nobody has, in capitals or not. own : what other headings are called; none of these is given away."""
    held = {name.lower() for name in taken}
    plain = _own_name(heading)
    if not plain:
        held |= {name.lower() for name in own}
        plain = f"q{number}" if f"q{number}" not in held else f"item{number}"
    return plain if plain.lower() not in held else f"{plain[:20]}_{number}"


def _described(name: str, kind: Any, heading: str) -> Variable:
    text = " ".join(heading.split())
    found = NUMBERED.match(unicodedata.normalize("NFKC", text))
    rest = text[len(found.group(0)) :] if found and len(unicodedata.normalize("NFKC", text)) == len(text) else text
    return Variable(name, kind, rest or text, number=found.group(1) if found else "", question=text, section="調査票")


def _of_group(answers: Answers, group: OptionGroup, name: str) -> Drafted:
    codes = []
    for position, option in enumerate(group.options, start=1):
        told = not re.fullmatch(r"[0-9]+|SQ[0-9]+|[A-Z]{1,3}[0-9]+", option)
        codes.append(Code(int(option) if option.isdigit() else position, option if told else f"選択肢{option}"))
    places = [_heading(answers, k) for k in group.positions]
    other = "" if group.other is None else _beneath(answers, group.other)
    if other and not any(code.label.startswith((OTHER, "Other")) for code in codes):
        codes.append(Code(len(codes) + 1, OTHER))
        places.append(other)
        other = ""
    variable = _with_codes(_described(name, "multiple", group.heading), codes)
    return Drafted(
        variable, places, f"{CONFIRM}：選択肢の文言、ほかと並ばない選択肢（exclusive）", ticked=True, other_column=other
    )


def _of_column(answers: Answers, group: OptionGroup, name: str) -> Drafted | None:
    position = group.positions[0]
    found = guess(group.heading, answers.columns[position])
    variable = _described(name, found.kind, group.heading)
    place = _heading(answers, position)
    if found.kind == "text":
        if not any(text.strip() for text in answers.columns[position]):
            return None  # nobody answered: nothing can be guessed, and nothing is lost
        return Drafted(variable, place, f"{CONFIRM}：文言がまちまちなので自由記述とした（集計しない）")
    if found.kind == "number":
        low, high = found.minimum, found.maximum
        numbered = replace(variable, minimum=_bound(low), maximum=_bound(high), unit=found.unit, **_decimals(found))
        return Drafted(numbered, place, f"{CONFIRM}：範囲はファイルにある最小と最大")
    codes = [Code(found.codes[k] if found.codes else k + 1, label) for k, label in enumerate(found.options)]
    remark = f"{CONFIRM}：{'符号の文言と' if found.codes else ORDER_TOLD[found.order]}漏れている選択肢がないか"
    if found.others and not any(label.startswith((OTHER, "Other")) for label in found.options):
        codes.append(Code(len(codes) + 1, OTHER))
        remark += f"（ほかの文言の回答 {found.others} 件は「その他」とした）"
    return Drafted(_with_codes(variable, codes), place, remark, separator=found.separator, coded=bool(found.codes))


def _with_codes(variable: Variable, codes: Sequence[Code]) -> Variable:
    """The variable with its codes, and one for 無回答 that none of them is."""
    taken = {code.code for code in codes}
    nonanswer = next(value for value in (NONANSWER_CODE, 999, 9999, 99999) if value not in taken)
    return replace(variable, codes=(*codes, Code(nonanswer, "無回答")), nonanswer=nonanswer)


def _decimals(found: Guess) -> dict[str, Any]:
    return {"places": found.places} if found.places else {}


def _bound(value: Any) -> Any:
    return int(value) if value == int(value) else float(value)


def _beneath(answers: Answers, k: int) -> str:
    """A column beneath a heading merged with its left, as question/option."""
    own = answers.names[k]
    return own or f"{answers.headings.names[k]}/{answers.headings.options[k]}"


def _heading(answers: Answers, k: int) -> str | int:
    """How [[file]] names a column: by its heading, or by its place where the heading is blank, doubled or a pattern."""
    own = answers.names[k]
    beneath = bool(answers.headings.options[k]) and not own
    if beneath or not own or answers.names.count(own) > 1 or "{" in own or "}" in own:
        return k + 1
    return own
