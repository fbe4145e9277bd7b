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
accepted_until = 2025-01-31          # later returns are excluded (reason: late); a day, or a time with or without offset
time_zone = "Asia/Tokyo"             # of that day; times returns came in are turned into it
synthetic = "yes"                    # said wherever figures appear
citation = "…"
area = "全国"                         # of the figures, by its official name …
area_code = "00000"                  # … and its 標準地域コード, in every data file

[[release]]                          # 更新履歴: settings/update_history.py
date = 2025-04-25
note = "公表"

[[file]]                             # see survey/layouts.py
name = "postal"

[cleaning]
both_modes = "most_answers"          # most_answers | first | last | a mode's name
valid_sections = ["孤独", "孤立", "その他関連事項"]       # a return needs one answer in these
exclusive_conflict = "others"        # others: the exclusive code is dropped | nonanswer | exclusive
too_many = "keep"                    # more answers than at_most: keep | nonanswer
tolerance = 0.02                     # share of answers, of a column and of a file, that may be inadmissible before exit code 5
exclusion_tolerance = 0.02           # share of a file's rows that may be left out: not selected, twice, no number

[design]
sample = "probability"               # how they were found: probability | quota | volunteer | service_users | census
model = "srs_within_cells"           # of quota | volunteer, on request: errors under srs | srs_within_cells, so named
cells = ["sex", "age_class"]         # of srs_within_cells: variables of one answer
stratum = "stratum"                  # columns of the selection (or, with given weights, of the responses)
psu = "psu"
fpc = "fpc"                          # optional
drawn = 1500                         # without a register: how many were drawn, and from how many (frame_counts.py)
frame_size = 52000
lonely_psu = "fail"                  # a stratum with one PSU: fail | centre | average | certainty | remove
[[design.collapse]]                  # or merged with the neighbour named, for the variance
stratum = 7
into = 8

[population]                         # see survey/settings/compared_with.py, as [compare]
age = { min = 16, of = "q1" }

[weighting]                          # see survey/settings/weights.py
base = "base_weight"

[estimation]
basis = "unweighted"                 # the report's default; --basis changes it
level = 0.95
interval = "logit"

[publication]
reference_base = 50                  # n below it: 参考値
decimals = 1
protection = "protected"             # none | official (n < 50 marked) | protected (small cells hidden) | onsite
threshold = 3                        # fewer respondents than these are hidden: 3 protected, 10 onsite
group_disclosure = true              # protected: hide too that all of a group gave one answer
stay = "last release"                # what the release before printed stays, what it hid stays hidden (docs/protection.md)
minimum_differences = { groups = 8, differences = 3, z = 1.96 }
no_difference = "told"               # 「差異はみられない」 of an axis on which no difference is found: told | silent
sampling_error_sizes = [9000, 1000, 100]      # bases the table of sampling errors has beside that of the whole
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

from kodoku_survey.survey.layouts import FileLayout, with_profile
from kodoku_survey.survey.reading import Place, entries, record, records, unique
from kodoku_survey.survey.reading.limits import DISTINCT, FILLED, SHARE, Key, Within, Zone
from kodoku_survey.survey.settings.compared_with import CompareSettings, PopulationSettings
from kodoku_survey.survey.settings.frame_counts import FRAME_SIZE, Counts, check_counts
from kodoku_survey.survey.settings.printing import PublicationSettings
from kodoku_survey.survey.settings.update_history import ReleaseNote
from kodoku_survey.survey.settings.weights import WeightingSettings
from kodoku_survey.vocabulary import Basis, ErrorModel, IntervalMethod, LonelyPsu, SampleKind

KEEPS = ("most_answers", "first", "last")  # of two returns of one person; or the name of a mode


@dataclass(frozen=True)
class Identity:
    """What the survey is called, whom it is of, and when it took place."""

    name: Annotated[str, FILLED]
    title: Annotated[str, FILLED]
    wave: Annotated[int, Within(1000, 9999)]
    lang: Literal["ja", "en"] = "ja"
    conductor: str = ""
    population: str = ""
    method: tuple[str, ...] = ()
    reference_date: dt.date | None = None
    accepted_until: dt.date | dt.datetime | None = None
    time_zone: Annotated[str, Zone()] = "Asia/Tokyo"
    synthetic: Literal["yes", "no"] = "no"
    citation: str = ""
    area: str = ""
    area_code: str = ""


@dataclass(frozen=True)
class Cleaning:
    """Rules by which returns become answers."""

    both_modes: Annotated[str, FILLED] = "most_answers"
    valid_sections: Annotated[tuple[str, ...], DISTINCT] = ()
    exclusive_conflict: Literal["others", "nonanswer", "exclusive"] = "others"
    too_many: Literal["keep", "nonanswer"] = "keep"
    tolerance: Annotated[float, SHARE] = 0.02
    exclusion_tolerance: Annotated[float, SHARE] = 0.02


@dataclass(frozen=True)
class Collapse:
    """A stratum and the neighbour it is merged with."""

    stratum: str | int
    into: str | int

    def check(self, place: Place) -> None:
        """No stratum is its own neighbour."""
        if self.stratum == self.into:
            place.fault("duplicate", value=self.into)


@dataclass(frozen=True)
class DesignSettings:
    """Columns of the selection that tell how people were selected, and what is done where a stratum has one PSU."""

    stratum: str = ""
    psu: str = ""
    fpc: str = ""
    sample: SampleKind = "probability"
    model: ErrorModel | None = None
    cells: Annotated[tuple[str, ...], DISTINCT] = ()
    collapse: tuple[Collapse, ...] = ()
    lonely_psu: LonelyPsu = "fail"
    drawn: Counts | None = None  # persons, in all or by stratum: frame_counts.py
    frame_size: Counts | None = None

    def check(self, place: Place) -> None:
        """A stratum is merged once; a model is asked for of people it can be of, with its cells."""
        unique([str(one.stratum) for one in self.collapse], place.at("collapse"))
        if self.model and self.sample not in ("quota", "volunteer"):
            place.at("model").fault("model_not_for", value=self.sample)
        if self.model == "srs_within_cells" and not self.cells:
            place.at("model").fault("missing_key", key="cells")
        if self.cells and self.model != "srs_within_cells":
            place.at("cells").fault("cells_without_model")


@dataclass(frozen=True)
class EstimationSettings:
    """What the report's errors rest on."""

    basis: Basis = "unweighted"
    level: Annotated[float, Within(above=0, below=1)] = 0.95
    interval: IntervalMethod = "logit"


@dataclass(frozen=True)
class Settings:
    """survey.toml whole."""

    identity: Annotated[Identity, Key("survey")]
    files: Annotated[tuple[FileLayout, ...], Key("file")] = ()
    cleaning: Cleaning = Cleaning()
    design: DesignSettings = DesignSettings()
    weighting: WeightingSettings = field(default_factory=WeightingSettings)
    estimation: EstimationSettings = EstimationSettings()
    publication: PublicationSettings = field(default_factory=PublicationSettings)
    releases: Annotated[tuple[ReleaseNote, ...], Key("release")] = ()
    population: PopulationSettings = field(default_factory=PopulationSettings)
    compare: CompareSettings = field(default_factory=CompareSettings)


def read_settings(table: Mapping[str, Any], place: Place) -> Settings | None:
    """survey.toml as settings, or None where a fault forbids it; faults are kept in `place`."""
    kinds: dict[str, type[Any]] = {
        "survey": Identity, "cleaning": Cleaning, "design": DesignSettings, "weighting": WeightingSettings,
        "estimation": EstimationSettings, "publication": PublicationSettings,
        "population": PopulationSettings, "compare": CompareSettings,
    }  # fmt: skip
    before = len(place.faults)
    for key in table:
        if key not in (*kinds, "file", "release"):
            place.unknown("unknown_key", key, (*kinds, "file", "release"))
    given = {key: record(kind, table.get(key, {}), place.at(f"[{key}]")) for key, kind in kinds.items()}
    files = []
    for number, entry in enumerate(entries(table.get("file", []), place.at("file")), start=1):
        name = entry.get("name", number) if isinstance(entry, dict) else number
        files.append(record(FileLayout, with_profile(entry), place.at(f"[file {name}]")))
    found = tuple(file for file in files if file is not None)
    unique([file.name for file in found], place)
    for file in [file for file in found if file.role == "selection"][1:]:
        place.at(f"[file {file.name}] role").fault("two_registers", value=file.name)
    if found and len(found) == len(files) and given["cleaning"] is not None:
        _check_modes(found, given["cleaning"], place)
    releases = tuple(records(ReleaseNote, table.get("release", []), place.at("release"), "release"))
    if given["design"] is not None:
        check_counts(given["design"], any(file.role == "selection" for file in found), place.at("[design]"))
    if len(place.faults) > before:
        return None
    return _with_frame(Settings(given.pop("survey"), found, releases=releases, **given))  # type: ignore[arg-type]


def _with_frame(settings: Settings) -> Settings:
    """Persons of the frame by stratum are fpc and base weights of a sample drawn in one stage, where nothing else is."""
    design, weighting = settings.design, settings.weighting
    if design.frame_size is None:
        return settings
    if not weighting.known:
        weighting = replace(weighting, draw="one_stage", stratum_size=FRAME_SIZE)
    return replace(settings, design=replace(design, fpc=design.fpc or FRAME_SIZE), weighting=weighting)


def _check_modes(files: tuple[FileLayout, ...], cleaning: Any, place: Place) -> None:
    """Of two returns of a person one is kept by a rule, or by the name of a mode the files have."""
    named = [file.mode for file in files if file.mode] + [mode for file in files for mode in file.modes.values()]
    known = (*KEEPS, *dict.fromkeys(named))
    if cleaning.both_modes not in known:
        here = place.at("[cleaning] both_modes")
        here.unknown("not_a_choice", cleaning.both_modes, known, choices=", ".join(known))
