"""Arguments and options that several commands take."""

from __future__ import annotations

from contextvars import ContextVar
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kodoku_survey.cli.completion import survey_folders
from kodoku_survey.cli.speaking import say, tell
from kodoku_survey.errors import Language


class BasisChoice(StrEnum):
    unweighted = "unweighted"
    design = "design"


class StatisticOption(StrEnum):
    share = "share"
    mean = "mean"
    median = "median"


class ProtectionOption(StrEnum):
    none = "none"
    official = "official"
    protected = "protected"
    onsite = "onsite"


class PeopleOption(StrEnum):
    new = "new"
    same = "same"


class AspectOption(StrEnum):
    age = "age"
    nationality = "nationality"


class LanguageOption(StrEnum):
    ja = "ja"
    en = "en"


class Format(StrEnum):
    csv = "csv"
    sav = "sav"
    dta = "dta"


Folder = Annotated[Path, typer.Argument(help=say("arg_folder"), metavar="FOLDER", autocompletion=survey_folders)]
Inputs = Annotated[list[str] | None, typer.Option("--input", help=say("opt_input"), metavar="NAME=FILE")]
BasisOption = Annotated[BasisChoice | None, typer.Option(help=say("opt_basis"))]
Strict = Annotated[bool, typer.Option("--strict", help=say("opt_strict"))]
Force = Annotated[bool, typer.Option("--force", help=say("opt_force"))]
Json = Annotated[bool, typer.Option("--json", help=say("opt_json"))]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=say("opt_quiet"))]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help=say("opt_verbose"))]
After = Annotated[str | None, typer.Option("--after", help=say("opt_after"), metavar="OUT")]
Lang = Annotated[LanguageOption | None, typer.Option(help=say("opt_lang"))]


asked_first: ContextVar[LanguageOption | None] = ContextVar("asked_first", default=None)  # --lang before the command


def spoken(option: LanguageOption | None) -> Language | None:
    """The language asked for by --lang, behind the command or before it; None where nobody asked."""
    asked = option or asked_first.get()
    return None if asked is None else "en" if asked is LanguageOption.en else "ja"


def listed(values: list[str] | None) -> list[str]:
    """Ids given one by one, or several with commas."""
    return [part.strip() for value in values or [] for part in value.split(",") if part.strip()]


def inputs_of(values: list[str] | None) -> dict[str, Path]:
    """What --input NAME=FILE replaces, by name. Leaves with 2 where one is not written so."""
    pairs = [value.partition("=") for value in values or []]
    for name, _, file in pairs:
        if not name or not file:
            tell(say("bad_input", value=name))
            raise typer.Exit(2)
    return {name: Path(file) for name, _, file in pairs}
