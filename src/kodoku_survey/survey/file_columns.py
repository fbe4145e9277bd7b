"""Columns named in [[file]] are those of questions and options the codebook has."""

from __future__ import annotations

from kodoku_survey.survey.codebook import Codebook, Variable
from kodoku_survey.survey.layouts import OF_VARIABLE, FileLayout, of_options
from kodoku_survey.survey.reading import Place


def check_columns(file: FileLayout, codebook: Codebook, place: Place) -> None:
    """Every name and code resolves; a column an option belongs to a question of several answers."""
    known = {variable.name: variable for variable in (*codebook, *codebook.texts)}
    for key in ("columns", "options", "others", "nonanswer_of"):
        for name in getattr(file, key):
            if name not in known:
                place.at(key).unknown("unknown_variable", name, known)
    for name, given in file.columns.items():
        if name in known and isinstance(given, str) and of_options(given) and known[name].kind != "multiple":
            choices = ", ".join(f"{{{one}}}" for one in OF_VARIABLE)
            place.at(f"columns {name}").unknown("placeholder", "code", OF_VARIABLE, choices=choices)
    for name, options in file.options.items():
        if name in known:
            _check_options(known[name], options, place.at(f"options {name}"))


def _check_options(variable: Variable, options: object, place: Place) -> None:
    assert isinstance(options, dict)
    if variable.kind != "multiple":
        place.fault("not_of_kind", value="options", kind=variable.kind, wanted="multiple")
        return
    keys = [code.code for code in variable.options]
    for code in options.values():
        if code not in keys:
            place.unknown("unknown_code", code, keys, variable=variable.name)
    given = list(options.values())
    for code in dict.fromkeys(code for code in given if given.count(code) > 1):
        place.fault("duplicate_code", value=code)
