"""What microdata say of themselves: a label for every column and code, levels of measurement; cut to what a format holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from kodoku_survey.design import Sample
from kodoku_survey.intake import Responses
from kodoku_survey.survey.codebook import Variable

MeasurementLevel = Literal["nominal", "ordinal", "scale"]
STATUS = {-1: "非該当 / not asked", 0: "回答 / answered", 1: "無回答 / no answer", 2: "判定不能 / undetermined"}
OF_DESIGN = {
    "id": "整理番号 / serial number",
    "mode": "回答方法 / mode",
    "weight": "集計用乗率 / final weight",
    "stratum_number": "層 / stratum",
    "psu_number": "第１次抽出単位 / PSU",
    "fpc": "層の第１次抽出単位の母集団数 / PSUs of the stratum in the population",
}


@dataclass(frozen=True)
class Dictionary:
    """columns : the label of every column, in order. codes : code → label, of columns that have them.
    nonanswer : the code that means 無回答 (of a derived variable: undetermined). levels : of every column.
    """

    columns: Mapping[str, str]
    codes: Mapping[str, Mapping[int, str]]
    nonanswer: Mapping[str, int]
    levels: Mapping[str, MeasurementLevel]


@dataclass(frozen=True)
class LabelCut:
    """One label a format could not hold: of a column, or of one of its codes."""

    format: str
    column: str
    code: int | None
    kept: str

    def record(self) -> dict[str, str | int | None]:
        """For manifest.json."""
        return {"format": self.format, "column": self.column, "code": self.code, "kept": self.kept}


# The longest label of a column and of a code: SPSS counts bytes of UTF-8, Stata counts characters, and bytes of a code's.
LONGEST_LABELS: Mapping[str, tuple[tuple[int, bool], tuple[int, bool]]] = {
    "sav": ((256, True), (120, True)),
    "dta": ((80, False), (32_000, True)),
}


def dictionary_of(sample: Sample, columns: Iterable[str]) -> Dictionary:
    """Labels of the columns of microdata, none without one."""
    responses = sample.responses
    assert responses is not None
    labels = {**OF_DESIGN, **_of_variables(responses)}
    codes: dict[str, Mapping[int, str]] = {}
    nonanswer: dict[str, int] = {}
    levels: dict[str, MeasurementLevel] = {"weight": "scale", "fpc": "scale"}
    for name, variable in responses.variables.items():
        if variable.kind == "single":
            codes[name] = {code.code: code.label for code in variable.codes}
            if variable.nonanswer is not None:
                nonanswer[name] = variable.nonanswer
            levels[name] = variable.scale
        elif variable.kind == "number":
            codes[f"{name}_status"] = STATUS
            levels[name] = "scale"
    names = list(columns)
    return Dictionary(
        {name: labels.get(name, name) for name in names},
        {name: codes[name] for name in names if name in codes},
        {name: nonanswer[name] for name in names if name in nonanswer},
        {name: levels.get(name, "nominal") for name in names},
    )


def _of_variables(responses: Responses) -> dict[str, str]:
    labels: dict[str, str] = {}
    for name, variable in responses.variables.items():
        own = column_label(variable)
        if variable.kind == "multiple":
            labels |= {f"{name}_{code.code}": f"{own}: {code.text}" for code in variable.codes}
            continue
        labels[name] = own
        if variable.kind == "number":
            labels[f"{name}_status"] = f"{own}（回答の有無 / status）"
    return labels


def column_label(variable: Variable) -> str:
    """The number of the question, as printed, and its short name."""
    return f"{variable.number} {variable.label}".strip()


def shortened(told: Dictionary, format: str) -> tuple[Dictionary, tuple[LabelCut, ...]]:
    """The dictionary as a format can hold it, labels cut between two characters, and every cut that was made."""
    of_column, of_code = LONGEST_LABELS[format]
    cuts: list[LabelCut] = []

    def fit(text: str, limit: tuple[int, bool], column: str, code: int | None) -> str:
        kept = _cut(text, *limit)
        if kept != text:
            cuts.append(LabelCut(format, column, code, kept))
        return kept

    columns = {name: fit(text, of_column, name, None) for name, text in told.columns.items()}
    codes = {
        name: {code: fit(text, of_code, name, code) for code, text in labels.items()}
        for name, labels in told.codes.items()
    }
    return replace(told, columns=columns, codes=codes), tuple(cuts)


def _cut(text: str, most: int, in_bytes: bool) -> str:
    if not in_bytes:
        return text[:most]
    # A character cut in half would make the whole file unreadable to strict readers.
    return text.encode("utf-8")[:most].decode("utf-8", errors="ignore")
