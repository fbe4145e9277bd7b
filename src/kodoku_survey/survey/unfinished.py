"""What a folder still says that nobody wrote for the reader: words of a draft, and wordings without an English one.

No fault: a report can be made. But what stands here is printed as it stands, so `kodoku check` and `kodoku report` tell it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from kodoku_survey.errors import DefinitionError, SurveyError
from kodoku_survey.survey.english import SUFFIX, WORDINGS
from kodoku_survey.survey.own_words import word
from kodoku_survey.survey.survey import Survey

_DEFINITIONS = ("survey.toml", "codebook.toml", "measures.toml", "tables.toml")
_TABLES = ("margins.csv", "history.csv", "waves.csv")
_MOST_PLACES = 8  # named in one notice
LONGEST_PLACE = 24  # letters of a value told
# Words one writes in order to replace them: of our own drafts, and those in use everywhere.
_PLACEHOLDER = re.compile(
    r"（[^（）]{0,10}(の名前|の表題|の題名|を書く|未定|仮)）|\b(TODO|FIXME|TBD|XXX+)\b|要確認|確認してください|確認中|仮題|ここに(書|記|入)"
    r"|[○◯〇●△□＊]{2,}|lorem ipsum|placeholder|^(符号|選択肢)[0-9]+$",
    re.IGNORECASE,
)
_MARKED = re.compile(r"(?<!「)#\s*(確認|TODO|FIXME|要確認)")  # a remark of the draft that nobody has removed
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|' + r"'[^']*'")
_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


def placeholders(survey: Survey) -> tuple[SurveyError, ...]:
    """A notice a file of words of a draft that would be printed, and of guesses marked 確認 that nobody has confirmed."""
    found: list[SurveyError] = []
    for name in (*_DEFINITIONS, *_TABLES):
        path = survey.folder / name
        if not path.is_file():
            continue
        lines = path.read_bytes().decode("utf-8-sig", errors="replace").splitlines()
        words = [f"{line}「{_short(text)}」" for line, text in _words(lines, name.endswith(".toml"))]
        if words:
            found.append(DefinitionError("survey.placeholders", name, count=len(words), places=_some(words)))
        marked = [str(line) for line, text in enumerate(lines, start=1) if _MARKED.search(_QUOTED.sub("", text))]
        if marked and name.endswith(".toml"):
            found.append(DefinitionError("survey.unconfirmed", name, count=len(marked), places=_some(marked)))
    return tuple(found)


def untranslated(survey: Survey) -> tuple[SurveyError, ...]:
    """A notice a file of wordings in Japanese without an English one, which an English report prints as they are."""
    found = []
    for name in _DEFINITIONS:
        path = survey.folder / name
        if path.is_file():
            told = list(_without_english(tomllib.loads(path.read_bytes().decode("utf-8-sig")), ""))
            if told:
                places = _some(list(dict.fromkeys(told)))
                found.append(DefinitionError("survey.untranslated", name, count=len(told), places=places))
    return tuple(found)


def _words(lines: list[str], quoted: bool) -> Iterator[tuple[int, str]]:
    """Line and text of every value that holds a word of a draft."""
    for line, text in enumerate(lines, start=1):
        for value in (one[1:-1] for one in _QUOTED.findall(text)) if quoted else text.split(","):
            if _PLACEHOLDER.search(value):
                yield line, value


def _without_english(value: Any, place: str) -> Iterator[str]:
    """Where a wording stands that has no English beside it: the entry's name or id, and the key."""
    if isinstance(value, list):
        for item in value:
            yield from _without_english(item, place)
    if not isinstance(value, dict):
        return
    bears = value.get("name", value.get("id", ""))
    own = str(bears) if isinstance(bears, str | int) and not isinstance(bears, bool) and bears != "" else place
    if "code" in value:
        own = f"{place} {value['code']}".strip()
    for key, told in value.items():
        printed = key in WORDINGS and key != "mode" and f"{key}{SUFFIX}" not in value
        if printed and isinstance(told, str) and _JAPANESE.search(told) and not _has_english(key, value):
            yield f"{own} {key}".strip()
        elif isinstance(told, dict | list):
            yield from _without_english(told, own)


def _has_english(key: str, entry: dict[str, Any]) -> bool:
    """Whether it is the usual word for 無回答, or the English label stands for a shorter wording of the same thing."""
    usual = key == "nonanswer_label" and entry[key] == word("nonanswer")
    return usual or (key in ("short", "label_by", "subject") and f"label{SUFFIX}" in entry)


def _some(places: list[str]) -> str:
    more = len(places) - _MOST_PLACES
    return ", ".join(places[:_MOST_PLACES]) + (f" … (+{more})" if more > 0 else "")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_PLACE else text[: LONGEST_PLACE - 1] + "…"
