"""corrections.csv: answers corrected after asking back, one a line, each checked against the codebook before any return is read.

id,variable,value,reason,by,on
000123,q6,2,電話で確認（枚数の誤記）,佐藤,2026-11-02
000124,q17,1;4,記入漏れ,佐藤,2026-11-02

value : a code, a number, the codes of a multiple answer joined by ";" — or nothing: 無回答.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from kodoku_survey.survey.codebook import Codebook, Variable
from kodoku_survey.survey.reading import Place, read_csv

CORRECTIONS = "corrections.csv"
CORRECTION_COLUMNS = ("id", "variable", "value", "reason", "by", "on")


@dataclass(frozen=True)
class Correction:
    """One corrected answer; `codes` is empty for 無回答, the number itself for a number. `line` is its own in the file."""

    line: int
    id: str
    variable: str
    codes: tuple[int, ...]


def read_corrections(path: Path, codebook: Codebook, place: Place) -> tuple[Correction, ...]:
    """All corrections in their order, none where there is no file; faults are kept in `place`, without a person's number."""
    form = {variable.name: variable for variable in codebook if variable.source == "form"}
    found = []
    frame, lines = read_csv(path, CORRECTION_COLUMNS, place)
    for line, entry in zip(lines, frame.to_dict("records"), strict=True):
        told = {key: str(value).strip() for key, value in entry.items()}
        here = place.at(f"line {line}")
        for key in ("id", "reason", "by"):
            if not told[key]:
                here.at(key).fault("correction_blank", key=key)
        _check_day(told["on"], here.at("on"))
        if told["variable"] not in form:
            here.at("variable").unknown("correction_variable", told["variable"], form)
            continue
        variable = form[told["variable"]]
        codes = _codes(told["value"], variable)
        if codes is None:
            here.at("value").fault("correction_value", value=told["value"], variable=variable.name)
        else:
            found.append(Correction(line, told["id"], variable.name, codes))
    return tuple(found)


def _check_day(text: str, place: Place) -> None:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        place.fault("correction_day", value=text)


def _codes(text: str, variable: Variable) -> tuple[int, ...] | None:
    """The value as codes, or None where the codebook does not admit it."""
    if not text:
        return ()
    if variable.kind == "number":
        return _number(text, variable)
    parts = [part.strip() for part in text.split(";")] if variable.kind == "multiple" else [text]
    if not all(re.fullmatch(r"-?[0-9]{1,9}", part) for part in parts):
        return None
    codes = tuple(dict.fromkeys(int(part) for part in parts))
    if codes == (variable.nonanswer,):
        return ()
    return codes if all(code in {option.code for option in variable.options} for code in codes) else None


def _number(text: str, variable: Variable) -> tuple[int, ...] | None:
    """A number as printed on the form, in the unit it is kept in: 7.5 hours are 75 tenths."""
    if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", text):
        return None
    number = Decimal(text)
    kept = number * variable.parts
    low = number if variable.minimum is None else Decimal(str(variable.minimum))
    high = number if variable.maximum is None else Decimal(str(variable.maximum))
    return (int(kept),) if low <= number <= high and kept == int(kept) else None
