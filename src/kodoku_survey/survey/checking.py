"""What only the whole folder can tell: names in one file that must stand in another, and columns that must not collide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kodoku_survey.survey.codebook import Codebook, Variable
from kodoku_survey.survey.file_columns import check_columns
from kodoku_survey.survey.reading import Place
from kodoku_survey.survey.settings import Settings
from kodoku_survey.survey.settings.weighting_steps import variables_of

LONGEST_NAME = 32  # of a variable in a Stata file
# Columns that microdata have of themselves, beside the variables.
RESERVED = ("id", "mode", "weight", "stratum_number", "psu_number", "fpc")


def check_names(known: Mapping[str, Variable], settings: Settings | None, place: Mapping[str, Place]) -> None:
    """Every column a variable becomes in microdata has a name the file formats take, and no other column has it.

    SPSS tells no capitals apart. A variable of the register needs a register.
    """
    taken = {name: name for name in RESERVED}
    for variable in known.values():
        file = "measures.toml" if variable.source == "derived" else "codebook.toml"
        here = place[file].at(f"[{variable.name}]")
        columns = columns_of(variable)
        longest = max(columns, key=len)
        if len(longest) > LONGEST_NAME:
            here.fault("name_too_long", value=longest, most=LONGEST_NAME)
        for column in columns:
            other = taken.setdefault(column.lower(), variable.name)
            if other in RESERVED:
                here.fault("reserved_name", value=column, known=", ".join(RESERVED))
            elif other != variable.name:
                here.fault("same_column", value=column, other=other)
        register = settings is None or any(file.role == "selection" for file in settings.files)
        if variable.source == "selection" and not register:
            here.at("source").fault("no_register", value=variable.name)


def columns_of(variable: Variable) -> list[str]:
    """The columns of microdata a variable becomes."""
    if variable.kind == "multiple":
        return [f"{variable.name}_{key}" for key in variable.keys]
    return [variable.name, f"{variable.name}_status"] if variable.kind == "number" else [variable.name]


def names_in(table: Any) -> list[str]:
    """Every name a file of definitions gives, whether or not its definition could be read."""
    lists = [entries for entries in table.values() if isinstance(entries, list)]
    return [str(entry.get("name")) for entries in lists for entry in entries if isinstance(entry, dict)]


def without_consequences(faults: Place, broken: set[str]) -> None:
    """A definition that has a fault of its own is not also unknown wherever it is used."""
    faults.faults[:] = [
        fault
        for fault in faults.faults
        if not (fault.key == "survey.unknown_variable" and fault.fields["value"] in broken)
    ]


def check_settings(settings: Settings, codebook: Codebook, known: Mapping[str, Variable], place: Place) -> None:
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
    check_age(settings, known, place.at("[population] age of"))
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


def check_age(settings: Settings, known: Mapping[str, Variable], place: Place) -> None:
    """The variable a population's ages are in is a number."""
    age = settings.population.age
    if age is not None and age.of and age.of not in known:
        place.unknown("unknown_variable", age.of, known)
    elif age is not None and age.of and known[age.of].kind != "number":
        place.fault("not_a_number", value=age.of)
