"""One published share as a line of a file has it: question, group, answer, and the rate."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.reading import Place

RateGroup = frozenset[tuple[str, int]]  # attribute and code of each crossed attribute; empty: everybody
RateKey = tuple[str, RateGroup, int]  # question, group, answer


@dataclass(frozen=True)
class PublishedRate:
    """One share of n respondents. se : its standard error where one is published. persons : of the population in the group."""

    share: float
    n: int
    se: float = math.nan
    persons: float = math.nan


def rate_of(
    row: Mapping[str, str], known: Mapping[str, Variable], place: Place
) -> tuple[RateKey, PublishedRate] | None:
    """One line: its question, group and answer, and the rate; None where it has a fault, which is kept."""
    before = len(place.faults)
    question = known.get(row["question"])
    if question is None:
        place.at("question").unknown("unknown_variable", row["question"], known)
    elif question.kind not in ("single", "multiple"):
        place.at("question").fault("rates_of_number", value=row["question"])
    elif row["answer"] not in map(str, question.keys):
        place.at("answer").unknown("unknown_code", row["answer"], question.keys, variable=row["question"])
    group = _group(row["group"], known, place.at("group"))
    percent, n = (_number(row, name, place, top) for name, top in (("percent", 100.0), ("n", math.inf)))
    se, persons = (_number(row, name, place, top) for name, top in (("se", 100.0), ("persons", math.inf)))
    for name in ("percent", "n"):
        if not row[name]:
            place.at(name).fault("blank")
    if n != round(n) if math.isfinite(n) else False:
        place.at("n").fault("wrong_type", value=row["n"], wanted="123")
    if row.get("base", "") not in ("", "all", "answered"):
        place.at("base").unknown("not_a_choice", row["base"], ("all", "answered"), choices="all, answered")
    if len(place.faults) > before:
        return None
    return (row["question"], group, int(row["answer"])), PublishedRate(percent / 100, int(n), se / 100, persons)


def _number(row: Mapping[str, str], name: str, place: Place, top: float) -> float:
    text = row.get(name, "")
    if not text:
        return math.nan
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        place.at(name).fault("wrong_type", value=text, wanted="123")
    elif not 0 <= value <= top or (name in ("n", "se", "persons") and value == 0):
        place.at(name).fault("out_of_range", value=text, wanted=f"0–{top:g}")
    return value


def _group(text: str, known: Mapping[str, Variable], place: Place) -> RateGroup:
    if not text:
        return frozenset()
    names, equals, codes = text.partition("=")
    parts, values = names.split(":"), codes.split(":")
    if not equals or len(parts) != len(values):
        place.fault("wrong_type", value=text, wanted="age_class=1")
        return frozenset()
    for name, code in zip(parts, values, strict=True):
        if name not in known:
            place.unknown("unknown_variable", name, known)
        elif code not in map(str, known[name].keys):
            place.unknown("unknown_code", code, known[name].keys, variable=name)
    return frozenset((name, int(code)) for name, code in zip(parts, values, strict=True) if code.isdigit())
