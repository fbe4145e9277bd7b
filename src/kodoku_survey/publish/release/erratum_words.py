"""A change between two releases in the words of the page's reader: changes.csv keeps the names of columns and settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kodoku_survey.errors import Language
from kodoku_survey.intake.reasons import reasons
from kodoku_survey.publish.release.differences import FIGURES, WORDED_COLUMNS
from kodoku_survey.publish.release.unlike_profiles import profile_told, unlike
from kodoku_survey.tables.words import Said

SHOWN = ("n_unweighted", "flag", "group", "answer")  # what of a cell stands on the page beside its percentage
_COLUMNS = "|".join(column for column in (*FIGURES, *WORDED_COLUMNS) if column != "percent")
_PART = re.compile(rf"(?:^| )({_COLUMNS})=(.*?)(?= (?:{_COLUMNS})=|$)", re.DOTALL)
_COUNTED = re.compile(r"(\d+) of (\d+) asked")
_PERSONS = re.compile(r"(\d+) persons")


def profiles_told(old: Mapping[str, Any], new: Mapping[str, Any], said: Said) -> str:
    """That one of two releases keeps figures and the other does not, and how they are compared; "" of others."""
    told = {"old": profile_told(old), "new": profile_told(new)}
    return said["erratum_profiles"].format(**told) if unlike(old, new) else ""


def cell_told(text: str, said: Said) -> str:
    """One side of a changed cell: the percentage to a digit more than is printed, its base, its mark, its labels."""
    found = _PART.search(text)
    percent = (text if found is None else text[: found.start()]).strip()
    number = f"{float(percent):.2f}" if percent.replace(".", "", 1).isdigit() else percent
    told = [_part(name, value, said) for name, value in _PART.findall(text) if name in SHOWN]
    return said["erratum_joint"].join(part for part in (number, *told) if part)


def _part(name: str, value: str, said: Said) -> str:
    if name == "flag":
        return said[f"erratum_flag_{value}"] if value else said["erratum_no_flag"]
    return said[f"erratum_{name}"].format(value=value)


def why_told(text: str, said: Said) -> str:
    """What a change is traced to: answers, weights, files and settings by their own names, the rest in words."""
    return said["erratum_joint"].join(_cause(cause, said) for cause in _causes(text))


def _causes(text: str) -> list[str]:
    """Causes apart; those of the weights stand in brackets and are parted with them."""
    return [cause for cause in text.split("; ") if cause]


def _cause(cause: str, said: Said) -> str:
    if cause.startswith("weights (") and cause.endswith(")"):
        return said["erratum_of_weights"].format(cause=_cause(cause[len("weights (") : -1], said))
    for start in ("answers ", "file "):
        if cause.startswith(start):
            return said[f"erratum_of_{start.strip()}"].format(name=cause.removeprefix(start))
    return said.get(f"erratum_of_{cause}", cause)


def reason_told(kind: str, place: str, item: str, lang: Language, said: Said) -> str:
    """What changed, of what: a question and the rule of an edit, a file and why its rows were left out, a sum of weights."""
    if kind == "weight":
        return said[f"erratum_weight_{place}"]
    known = {"rows": said["erratum_rows"], **reasons(lang)}
    item = _PERSONS.sub(lambda found: said["erratum_persons"].format(count=found[1]), known.get(item, item))
    return f"{place} {item}".strip()


def side_told(text: str, said: Said) -> str:
    """One side of a change of answers or tables."""
    if text == "absent":
        return said["erratum_absent"]
    return _COUNTED.sub(lambda found: said["erratum_counted"].format(answered=found[1], asked=found[2]), text)
