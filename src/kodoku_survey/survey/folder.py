"""A survey is a folder: reading it whole, with every name resolved and all its faults told at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kodoku_survey.errors import FileError, Language, UsageError, chosen_language
from kodoku_survey.survey.asked_questions import with_questions
from kodoku_survey.survey.checking import check_names, check_settings, names_in, without_consequences
from kodoku_survey.survey.codebook import read_codebook
from kodoku_survey.survey.corrections import CORRECTIONS, read_corrections
from kodoku_survey.survey.definitions.measuring import read_measures
from kodoku_survey.survey.english import divided, groups_by_code, with_modes
from kodoku_survey.survey.figures import read_history, read_margins
from kodoku_survey.survey.hidden import refuse_hidden, refuse_hidden_cells
from kodoku_survey.survey.nesting import check_nesting, nesting_of
from kodoku_survey.survey.plan import read_plan
from kodoku_survey.survey.reading import Place, read_toml
from kodoku_survey.survey.settings import Settings, read_settings
from kodoku_survey.survey.survey import Survey
from kodoku_survey.survey.waves import read_waves

__all__ = ["FILES", "Survey", "load_survey"]

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
REQUIRED = ("survey.toml", "codebook.toml")


def load_survey(
    folder: str | Path, *, inputs: Mapping[str, str | Path] | None = None, lang: Language | None = None
) -> Survey:
    """Read a survey folder: definitions only, no returns.

    lang : "en" asks for outputs in English, as `lang = "en"` of survey.toml does; a folder without English words keeps to
        its own. Default: what `ks.set_language` was told.

    Raises
    ------
    SurveyFaults
        All faults of all files together, each with file, place, value and remedy.
    FileError
        No such folder.

    >>> ks.load_survey("data/sample/prefecture_2025").codebook["lonely"].label
    '孤独感（直接質問）'
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise FileError("survey.no_folder", str(folder))
    faults = Place("")
    place = {name: Place(name, "", faults.faults) for name in FILES}
    pairs = {name: divided(table) for name, table in _definitions(folder, place).items()}
    toml = {name: own for name, (own, _) in pairs.items()}
    survey = _survey(folder, toml, place, {name: Path(path) for name, path in (inputs or {}).items()})
    without_consequences(
        faults, {*names_in(toml["codebook.toml"]), *names_in(toml["measures.toml"])} - set(survey.variables)
    )
    faults.finish()
    if any(own != english for own, english in pairs.values()):
        english = _in_english(survey, pairs, place)
        faults.finish()
        asked = (lang or chosen_language(), survey.settings.identity.lang)
        return replace(survey, english=replace(english, written=survey)) if "en" in asked else survey
    return survey


def _survey(
    folder: Path, toml: Mapping[str, dict[str, Any]], place: Mapping[str, Place], given: Mapping[str, Path]
) -> Survey:
    """The folder as a value; faults are kept in `place`, and it is whole only where there are none."""
    settings = read_settings(toml["survey.toml"], place["survey.toml"])
    language = "ja" if settings is None else settings.identity.lang
    codebook = read_codebook(toml["codebook.toml"], place["codebook.toml"], language=language)
    measures, known = read_measures(toml["measures.toml"], codebook, place["measures.toml"], language=language)
    check_names(known, settings, place)
    plan = with_questions(read_plan(toml["tables.toml"], known, place["tables.toml"]), codebook, measures)
    check_nesting(plan, nesting_of(measures, known), place["tables.toml"])
    margins = read_margins(folder / "margins.csv", known, place["margins.csv"])
    history = read_history(folder / "history.csv", plan, known, place["history.csv"])
    waves = read_waves(folder / "waves.csv", known, place["waves.csv"])
    corrections = read_corrections(folder / CORRECTIONS, codebook, place[CORRECTIONS])
    for name, frame in (("margins.csv", margins), ("history.csv", history), ("waves.csv", waves)):
        refuse_hidden_cells(frame, place[name])
    if settings is not None:
        _check_inputs(given, settings)
        check_settings(settings, codebook, known, place["survey.toml"])
    return Survey(
        folder=folder,
        settings=settings,  # type: ignore[arg-type]  # None has a fault
        codebook=codebook,
        measures=measures,
        plan=plan,
        variables=MappingProxyType(known),
        margins=margins,
        history=history,
        waves=waves,
        corrections=corrections,
        inputs=MappingProxyType(dict(given)),
    )


def _in_english(
    survey: Survey, pairs: Mapping[str, tuple[dict[str, Any], dict[str, Any]]], place: Mapping[str, Place]
) -> Survey:
    """The same folder in its English words; faults are kept in `place`."""
    toml = {name: english for name, (_, english) in pairs.items()}
    settings = read_settings(with_modes(toml["survey.toml"], pairs["survey.toml"][0]), place["survey.toml"])
    codebook = read_codebook(toml["codebook.toml"], place["codebook.toml"], language="en")
    measures, known = read_measures(toml["measures.toml"], codebook, place["measures.toml"], language="en")
    plan = with_questions(read_plan(toml["tables.toml"], known, place["tables.toml"]), codebook, measures)
    if settings is None:
        return survey
    return replace(
        survey,
        settings=replace(settings, identity=replace(settings.identity, lang="en")),
        codebook=codebook,
        measures=measures,
        plan=plan,
        variables=MappingProxyType(known),
        history=groups_by_code(survey),
    )


def _definitions(folder: Path, place: Mapping[str, Place]) -> dict[str, dict[str, Any]]:
    """The definitions as they are written. Raises SurveyFaults where a file cannot be read.

    Names cannot be resolved against it: its own fault is told, not a hundred that follow from it.
    """
    toml = {
        name: read_toml(folder / name, place[name], required=name in REQUIRED)
        for name in FILES
        if name.endswith(".toml")
    }
    place[FILES[0]].finish()
    for name, table in toml.items():
        refuse_hidden(table, place[name])
    return toml


def _check_inputs(given: Mapping[str, Path], settings: Settings) -> None:
    names = [file.name for file in settings.files]
    for name in given:
        if name not in names:
            raise UsageError("survey.unknown_input", f"--input {name}", value=name, known=", ".join(names))
