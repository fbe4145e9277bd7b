"""A survey is a folder: reading it whole, with every name resolved and all its faults told at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from kodoku_survey.errors import FileError, UsageError
from kodoku_survey.portable import Portable
from kodoku_survey.survey.codebook import Codebook, Variable, read_codebook
from kodoku_survey.survey.columns import check_columns
from kodoku_survey.survey.corrections import CORRECTIONS, Correction, read_corrections
from kodoku_survey.survey.figures import read_history, read_margins
from kodoku_survey.survey.hidden import refuse_hidden, refuse_hidden_cells
from kodoku_survey.survey.measuring import Measures, read_measures
from kodoku_survey.survey.places import Place
from kodoku_survey.survey.plan import Plan, read_plan
from kodoku_survey.survey.settings import Settings, read_settings
from kodoku_survey.survey.sources import read_toml
from kodoku_survey.survey.steps import variables_of
from kodoku_survey.survey.waves import read_waves

FILES = (
    "survey.toml",
    "codebook.toml",
    "measures.toml",
    "tables.toml",
    "margins.csv",
    "history.csv",
    "waves.csv",
    CORRECTIONS,
)


@dataclass(frozen=True, eq=False)
class Survey(Portable):
    """The whole folder, read and cross-checked.

    variables : every variable by name, codebook first, then derived ones as their definitions describe them.
    margins : columns variable, code, value, unit, source (crossed margins join names and codes by ":"); empty if none.
    history : columns wave, table, group, answer, percent, n, mark, source: figures of earlier waves; empty if none.
    waves : columns item, wave, status, note, source: what earlier waves asked (waves.py); empty if none.
    corrections : answers corrected after asking back (corrections.py), in their order.
    inputs : files that replace those the folder names, by file name.
    """

    folder: Path
    settings: Settings
    codebook: Codebook
    measures: Measures = field(default_factory=Measures)
    plan: Plan = field(default_factory=Plan)
    variables: Mapping[str, Variable] = field(default_factory=dict)
    margins: pd.DataFrame = field(default_factory=pd.DataFrame)
    history: pd.DataFrame = field(default_factory=pd.DataFrame)
    waves: pd.DataFrame = field(default_factory=pd.DataFrame)
    corrections: tuple[Correction, ...] = ()
    inputs: Mapping[str, Path] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Survey: {self.settings.identity.title}, {self.settings.identity.wave}, folder {self.folder.resolve().name}>"

    def path(self, name: str) -> Path:
        """Where the file of this name lies: the replacement given, else in the folder."""
        layout = next(file for file in self.settings.files if file.name == name)
        return self.inputs.get(name, self.folder / layout.path)


def load_survey(folder: str | Path, *, inputs: Mapping[str, str | Path] | None = None) -> Survey:
    """Read a survey folder: definitions only, no returns.

    Raises
    ------
    SurveyFaults
        All faults of all files together, each with file, place, value and remedy.
    FileError
        No such folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise FileError("survey.no_folder", str(folder))
    faults = Place("")
    place = {name: Place(name, "", faults.faults) for name in FILES}
    required = ("survey.toml", "codebook.toml")
    toml = {
        name: read_toml(folder / name, place[name], required=name in required)
        for name in FILES
        if name.endswith(".toml")
    }
    # Names cannot be resolved against a file that cannot be read: its own fault is told, not a hundred that follow from it.
    faults.finish()
    for name, table in toml.items():
        refuse_hidden(table, place[name])
    settings = read_settings(toml["survey.toml"], place["survey.toml"])
    codebook = read_codebook(toml["codebook.toml"], place["codebook.toml"])
    measures, known = read_measures(toml["measures.toml"], codebook, place["measures.toml"])
    _check_names(known, place)
    plan = read_plan(toml["tables.toml"], known, place["tables.toml"])
    margins = read_margins(folder / "margins.csv", known, place["margins.csv"])
    history = read_history(folder / "history.csv", plan, known, place["history.csv"])
    waves = read_waves(folder / "waves.csv", known, place["waves.csv"])
    corrections = read_corrections(folder / CORRECTIONS, codebook, place[CORRECTIONS])
    for name, frame in (("margins.csv", margins), ("history.csv", history), ("waves.csv", waves)):
        refuse_hidden_cells(frame, place[name])
    given = {name: Path(path) for name, path in (inputs or {}).items()}
    if settings is not None:
        _check_inputs(given, settings)
        _check_settings(settings, codebook, known, place["survey.toml"])
    _without_consequences(faults, {*_names_in(toml["codebook.toml"]), *_names_in(toml["measures.toml"])} - set(known))
    faults.finish()
    assert settings is not None  # its faults have been raised
    return Survey(
        folder=folder,
        settings=settings,
        codebook=codebook,
        measures=measures,
        plan=plan,
        variables=MappingProxyType(known),
        margins=margins,
        history=history,
        waves=waves,
        corrections=corrections,
        inputs=MappingProxyType(given),
    )


LONGEST_NAME = 32  # of a variable in a Stata file


def _check_names(known: Mapping[str, Variable], place: Mapping[str, Place]) -> None:
    """Every column a variable becomes in microdata has a name the file formats take."""
    for variable in known.values():
        ends = [f"_{key}" for key in variable.keys] if variable.kind == "multiple" else [""]
        ends = ["_status"] if variable.kind == "number" else ends
        longest = max((variable.name + end for end in ends), key=len)
        if len(longest) > LONGEST_NAME:
            file = "measures.toml" if variable.source == "derived" else "codebook.toml"
            place[file].at(f"[{variable.name}]").fault("name_too_long", value=longest, most=LONGEST_NAME)


def _names_in(table: Any) -> list[str]:
    """Every name a file of definitions gives, whether or not its definition could be read."""
    lists = [entries for entries in table.values() if isinstance(entries, list)]
    return [str(entry.get("name")) for entries in lists for entry in entries if isinstance(entry, dict)]


def _without_consequences(faults: Place, broken: set[str]) -> None:
    """A definition that has a fault of its own is not also unknown wherever it is used."""
    faults.faults[:] = [
        fault
        for fault in faults.faults
        if not (fault.key == "survey.unknown_variable" and fault.fields["value"] in broken)
    ]


def _check_inputs(given: Mapping[str, Path], settings: Settings) -> None:
    names = [file.name for file in settings.files]
    for name in given:
        if name not in names:
            raise UsageError("survey.unknown_input", f"--input {name}", value=name, known=", ".join(names))


def _check_settings(settings: Settings, codebook: Codebook, known: Mapping[str, Variable], place: Place) -> None:
    """Names in survey.toml that must be those of the codebook."""
    for file in settings.files:
        check_columns(file, codebook, place.at(f"[file {file.name}]"))
    sections = {variable.section for variable in codebook}
    for section in settings.cleaning.valid_sections:
        if section not in sections:
            place.at("[cleaning] valid_sections").unknown("unknown_section", section, sections)
    for number, step in enumerate(settings.weighting.steps, start=1):
        here = place.at(f"[weighting.step {number}]")
        for name in variables_of(step):
            if name not in known:
                here.unknown("unknown_variable", name, known)
    weighting = settings.weighting
    others = (("response] by", weighting.response.by), ("sensitivity] figures", weighting.sensitivity.figures))
    for section, named in others:
        for name in (name for term in named for name in term.partition("=")[0].split(":")):
            if name not in known:
                place.at(f"[weighting.{section}").unknown("unknown_variable", name, known)
    for figure in weighting.sensitivity.figures:
        name, _, code = figure.partition("=")
        if name in known and code not in map(str, known[name].keys):
            here = place.at(f"[weighting.sensitivity] figures {figure}")
            here.unknown("unknown_code", code, known[name].keys, variable=name)
