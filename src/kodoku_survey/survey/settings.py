"""survey.toml: names and dates, the files and their layouts, design, weighting, basis of estimation, publication.

[survey]
name = "人々のつながりに関する基礎調査"
title = "孤独・孤立の実態把握に関する全国調査（令和６年）"
wave = 2024
lang = "ja"                          # of labels and of the report
conductor = "内閣府"
population = "全国の満16歳以上の個人"
method = "…"                         # paragraphs for the method page
reference_date = 2024-12-01
accepted_until = 2025-01-31          # later returns are excluded (reason: late)
synthetic = "yes"                    # said wherever figures appear
citation = "…"

[[file]]
name = "postal"                      # `--input postal=FILE` replaces it
role = "returns"                     # returns | selection
path = "postal.csv"                  # .csv .xlsx .sav .dta
mode = "郵送"                         # how these people answered (returns); or mode_column,
modes = { "1" = "online" }           # with what its cells mean, where they are not names
encoding = "auto"                    # or cp932, utf-8 …
sheet = "回答"                        # xlsx; default the first
header_rows = 1                      # rows of headings; the first names the columns
id = "整理番号"                       # column that holds the serial number of the selection
answers = "codes"                    # codes | labels
multiple = "columns"                 # columns: 0/1 a column an option | ticked: the option's own number when ticked | cell
separator = ";"                      # multiple = "cell"
column = "{name}"                    # column of a variable, with {name} and {number}
option_column = "{name}_{code}"      # column of an option of a multiple answer
columns = { q1 = "Q1_年齢", q17 = "Q17-{code}" }      # where the pattern does not hold
nonanswer = ["", "99", "999"]        # cells that mean 無回答, beyond blanks
unreadable = ["●", "〓", "*"]        # a keying mark: recorded, treated as 無回答
not_applicable = ["-1", "88"]        # cells that mean 非該当
received = "受付日"                   # column of date or time; optional
complete = { column = "状態", values = ["完了"] }    # other web returns are partial

[cleaning]
both_modes = "most_answers"          # most_answers | first | last | a mode's name
valid_sections = ["孤独", "孤立", "その他関連事項"]       # a return needs one answer in these
exclusive_conflict = "others"        # others: the exclusive code is dropped | nonanswer | exclusive
double_answer = "nonanswer"          # two answers in a single-answer question
tolerance = 0.02                     # share of answers that may be inadmissible before exit code 5

[design]
stratum = "stratum"                  # columns of the selection (or, with given weights, of the responses)
psu = "psu"
fpc = "fpc"                          # optional
lonely_psu = "fail"                  # a stratum with one PSU: fail | centre | average | certainty | remove
[[design.collapse]]                  # or merged with the neighbour named, for the variance
stratum = 7
into = 8

[weighting]                          # see survey/weighting.py
base = "base_weight"

[estimation]
basis = "unweighted"                 # the report's default; --basis changes it
level = 0.95
interval = "logit"

[publication]
reference_base = 50                  # n below it: 参考値
decimals = 1
comparison = "official"              # the rule sentences use
minimum_differences = { groups = 8, differences = 3 }
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from kodoku_survey.survey.reading import Place, entries, record, unique
from kodoku_survey.survey.weighting import WeightingSettings, read_weighting

Basis = Literal["unweighted", "design"]


@dataclass(frozen=True)
class Identity:
    name: str
    title: str
    wave: int
    lang: Literal["ja", "en"] = "ja"
    conductor: str = ""
    population: str = ""
    method: tuple[str, ...] = ()
    reference_date: dt.date | None = None
    accepted_until: dt.date | None = None
    synthetic: Literal["yes", "no"] = "no"
    citation: str = ""


@dataclass(frozen=True)
class FileLayout:
    """One file and how answers lie in it."""

    name: str
    role: Literal["returns", "selection"]
    path: str
    mode: str = ""
    mode_column: str = ""
    modes: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "auto"
    sheet: str = ""
    header_rows: int = 1
    id: str = "id"
    answers: Literal["codes", "labels"] = "codes"
    multiple: Literal["columns", "ticked", "cell"] = "columns"
    separator: str = ";"
    column: str = "{name}"
    option_column: str = "{name}_{code}"
    columns: Mapping[str, str] = field(default_factory=dict)
    nonanswer: tuple[str, ...] = ("",)
    unreadable: tuple[str, ...] = ()
    not_applicable: tuple[str, ...] = ()
    received: str = ""
    complete_column: str = ""
    complete_values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cleaning:
    both_modes: str = "most_answers"
    valid_sections: tuple[str, ...] = ()
    exclusive_conflict: Literal["others", "nonanswer", "exclusive"] = "others"
    double_answer: Literal["nonanswer"] = "nonanswer"
    tolerance: float = 0.02


@dataclass(frozen=True)
class Collapse:
    """A stratum and the neighbour it is merged with."""

    stratum: Any
    into: Any


@dataclass(frozen=True)
class DesignSettings:
    stratum: str = ""
    psu: str = ""
    fpc: str = ""
    collapse: tuple[Collapse, ...] = ()
    lonely_psu: str = "fail"


@dataclass(frozen=True)
class EstimationSettings:
    basis: Basis = "unweighted"
    level: float = 0.95
    interval: str = "logit"


@dataclass(frozen=True)
class PublicationSettings:
    reference_base: int = 50
    decimals: int = 1
    comparison: str = "official"
    many_groups: int = 8
    differences_needed: int = 3


@dataclass(frozen=True)
class Settings:
    identity: Identity
    files: tuple[FileLayout, ...] = ()
    cleaning: Cleaning = Cleaning()
    design: DesignSettings = DesignSettings()
    weighting: WeightingSettings = field(default_factory=WeightingSettings)
    estimation: EstimationSettings = EstimationSettings()
    publication: PublicationSettings = PublicationSettings()


def read_settings(table: Mapping[str, Any], place: Place) -> Settings | None:
    """survey.toml as settings, or None where a fault forbids it; faults are kept in `place`."""
    table = dict(table)
    identity = record(Identity, table.pop("survey", {}), place.at("[survey]"))
    files = [_read_file(entry, place) for entry in entries(table.pop("file", []), place.at("file"))]
    found = tuple(file for file in files if file is not None)
    unique([file.name for file in found], place)
    sections = {
        "cleaning": record(Cleaning, table.pop("cleaning", {}), place.at("[cleaning]")),
        "design": record(DesignSettings, table.pop("design", {}), place.at("[design]")),
        "weighting": read_weighting(table.pop("weighting", {}), place.at("[weighting]")),
        "estimation": record(EstimationSettings, table.pop("estimation", {}), place.at("[estimation]")),
        "publication": _read_publication(table.pop("publication", {}), place.at("[publication]")),
    }
    for key in table:
        place.unknown("unknown_key", key, ("survey", "file", *sections))
    if identity is None or None in files or None in sections.values():
        return None
    return Settings(identity, found, **sections)  # type: ignore[arg-type]


def _read_file(entry: Any, place: Place) -> FileLayout | None:
    here = place.at(f"[file {entry.get('name', '?')}]" if isinstance(entry, dict) else "[file]")
    if not isinstance(entry, dict):
        here.fault("not_a_table", value=entry)
        return None
    complete = entry.get("complete")
    table = {key: value for key, value in entry.items() if key != "complete"}
    if isinstance(complete, dict):
        table |= {"complete_column": complete.get("column", ""), "complete_values": complete.get("values", [])}
    layout = record(FileLayout, table, here)
    if layout is not None and layout.role == "returns" and not (layout.mode or layout.mode_column):
        here.fault("missing_key", key="mode")
    return layout


def _read_publication(table: Mapping[str, Any], place: Place) -> PublicationSettings | None:
    table = dict(table)
    rule = table.pop("minimum_differences", None)
    if isinstance(rule, dict):
        table |= {"many_groups": rule.get("groups", 8), "differences_needed": rule.get("differences", 3)}
    return record(PublicationSettings, table, place)
