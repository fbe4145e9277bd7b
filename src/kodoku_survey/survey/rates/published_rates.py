"""Figures another office has published of a survey whose answers cannot be had: shares by group, and on how many they rest.

    survey,question,answer,group,percent,n,source
    みさき県調査,q28,5,,6.2,1840,みさき県（2025）表3
    みさき県調査,q28,5,age_class=1,9.1,210,みさき県（2025）表3

Names and codes are those of the folder it is set beside. group : blank of everybody, else attribute=code (crossed: a:b=1:2).
More columns where they are known, one for all rows: area, ages ("18-64", "65-"), nationality, wave, sample (see [design]);
in each row: se (percentage points, where the survey is no simple random sample), persons (population of the group, where the
respondents do not stand as the population does), base ("all": with 無回答; "answered": of those who answered).
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from kodoku_survey.errors import FileError
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.rates.rate_checks import base_of, check_sums
from kodoku_survey.survey.rates.rate_rows import PublishedRate, RateKey, rate_of
from kodoku_survey.survey.reading import Place, read_csv
from kodoku_survey.survey.settings.compared_with import AgeRange, CompareSettings, PopulationSettings
from kodoku_survey.survey.survey import Survey
from kodoku_survey.vocabulary import SampleKind

NEEDED = ("survey", "question", "answer", "group", "percent", "n", "source")
OF_ALL = ("area", "ages", "nationality", "wave", "sample")
OF_EACH = ("se", "persons", "base")


@dataclass(frozen=True, eq=False)
class PublishedRates:
    """Shares by question, group and answer. base : of each question whether 無回答 is "shown" in its base or "excluded".

    rounding : half a unit of the last digit printed, as a share.
    """

    path: Path
    rates: Mapping[RateKey, PublishedRate]
    base: Mapping[str, str]
    rounding: float


def read_published_rates(path: str | Path, survey: Survey) -> tuple[Survey, PublishedRates]:
    """The published survey as one with these tables and no returns, in the terms of `survey`; and its rates.

    Raises SurveyFaults with all faults of the file.
    """
    path = Path(path)
    place = Place(path.name)
    if not path.is_file():
        raise FileError("survey.rates_missing", path.name, folder=path.parent.name or ".")
    columns = _columns(path, place)
    frame, lines = read_csv(path, columns, place)
    place.finish()
    if not len(frame):
        place.fault("blank")
    rows = [dict(zip(columns, map(str.strip, row), strict=True)) for row in frame.itertuples(index=False)]
    told = {name: _one_of_all(name, rows, place) for name in ("survey", *OF_ALL) if name in columns}
    rates: dict[RateKey, PublishedRate] = {}
    base: dict[str, set[str]] = defaultdict(set)
    digits = 0
    for line, row in zip(lines, rows, strict=True):
        here = place.at(f"line {line}")
        found = rate_of(row, survey.variables, here)
        if found is None:
            continue
        key, rate = found
        if key in rates:
            here.fault("duplicate", value=f"{row['question']} {row['group']} {row['answer']}")
        rates[key] = rate
        base[key[0]].add(row.get("base", ""))
        digits = max(digits, len(row["percent"].partition(".")[2]))
    place.finish()
    rounding = 0.5 * 10.0 ** -(digits + 2)
    bases = {name: base_of(name, given, rates, survey.variables[name], place) for name, given in base.items()}
    check_sums(rates, bases, survey.variables, rounding, place)
    area, nationality = (told.get(name) or None for name in ("area", "nationality"))
    population = PopulationSettings(_ages(told.get("ages", ""), survey, place), area, nationality)
    place.finish()
    made = PublishedRates(path, rates, bases, rounding)
    return _published_survey(survey, told, population, made), made


def _columns(path: Path, place: Place) -> tuple[str, ...]:
    """The columns the file has, in our order; one nobody knows is a fault, as a misspelt one would be lost."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        head = next(csv.reader(file), [])
    known = (*NEEDED, *OF_ALL, *OF_EACH)
    for name in head:
        if name not in known:
            place.unknown("unknown_key", name, known)
    return (*NEEDED, *(name for name in known[len(NEEDED) :] if name in head))


def _one_of_all(name: str, rows: list[dict[str, str]], place: Place) -> str:
    values = list(dict.fromkeys(row[name] for row in rows))
    if len(values) > 1:
        place.at(name).fault("rates_of_several", value=" / ".join(values[:4]))
    value = values[0] if values else ""
    if name == "survey" and not value:
        place.at(name).fault("blank")
    if name == "wave" and value and not re.fullmatch(r"[12]\d{3}", value):
        place.at(name).fault("wrong_type", value=value, wanted="2024")
    if name == "sample" and value and value not in get_args(SampleKind):
        place.at(name).unknown("not_a_choice", value, get_args(SampleKind), choices=", ".join(get_args(SampleKind)))
    return value


def _ages(text: str, survey: Survey, place: Place) -> AgeRange | None:
    """Ages as "18-64", "65-" or "-64", of the variable that is the age in the folder."""
    if not text:
        return None
    low, dash, high = text.partition("-")
    if not dash or not (low or high) or not all(end.isdigit() or not end for end in (low, high)):
        place.at("ages").fault("wrong_type", value=text, wanted="18-64")
        return None
    declared = survey.settings.population.age
    return AgeRange(int(low) if low else None, int(high) if high else None, declared.of if declared else "")


def _published_survey(
    survey: Survey, told: Mapping[str, str], population: PopulationSettings, made: PublishedRates
) -> Survey:
    """The other office's survey: its name and population, the folder's variables, a table for every question it publishes."""
    identity = replace(
        survey.settings.identity, name=told["survey"], title=told["survey"], area=told.get("area", ""), synthetic="no",
        area_code="", wave=int(told.get("wave") or survey.settings.identity.wave),
    )  # fmt: skip
    design = replace(survey.settings.design, sample=told.get("sample") or "probability")  # type: ignore[arg-type]
    settings: Any = replace(
        survey.settings, identity=identity, population=population, design=design, compare=CompareSettings()
    )
    plan = replace(survey.plan, tables=tuple(planned_of(survey, made)), sentences=())
    written = None if survey.written is None else _published_survey(survey.written, told, population, made)
    return replace(survey, settings=settings, plan=plan, english=None, written=written)


def planned_of(survey: Survey, made: PublishedRates) -> list[TablePlan]:
    """The folder's own table of each published question, of everybody asked and on the base published; else a plain one."""
    tables = []
    for name, nonanswer in made.base.items():
        own = [e for e in survey.plan.tables if (e.question, e.base, e.statistic) == (name, None, "share")]
        section = survey.plan.sections[0].id if survey.plan.sections else "1"
        entry = (
            own[0] if own else TablePlan(id=name, section=section, title=survey.variables[name].label, question=name)
        )
        kept = entry.nonanswer if nonanswer == "shown" and entry.nonanswer != "excluded" else nonanswer
        tables.append(replace(entry, nonanswer=kept, answers=()))  # type: ignore[arg-type]
    return tables
