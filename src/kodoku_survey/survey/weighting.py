"""[weighting] of survey.toml: from the selection to the final weight, as data.

[weighting]
base = "抽出ウエイト"                 # a column of the register; or one of:
# probabilities = ["p1", "p2"]       # their product is the selection probability
# draw = "one_stage"                 # weight = persons of the stratum ÷ selected in it
# draw = "two_stage"                 # points drawn with probability proportional to psu_size, a take of persons in each
# given = "w_country"                # a survey's own final weights: nothing else is done
stratum_size = "層の人口"             # persons of the frame in the stratum; any base weight is checked against it
psu_size = "地点の人口"               # measure of size a point was drawn by (two_stage)
listed = "地点の名簿数"               # persons found in the point when it was listed, where it differs (two_stage)
frame_tolerance = 0.02               # by how much Σ base weights of a stratum may miss its frame count

[weighting.response]                 # what became of everyone selected; without it, deduced from the returns
column = "結果"                       # a column of the register
codes = { valid = ["1"], invalid = ["2"], refused = ["3"], undeliverable = ["4"], ineligible = ["5"], no_answer = ["6"] }
unknown = ["undeliverable", "no_answer"]          # of whom nobody knows whether they were eligible
eligibility = 0.9                    # their share taken for eligible (e of RR3, RR4); default: that of the known
partial_below = 0.5                  # a valid return with a smaller share of its items answered is partial; default 0
by = ["frame_sex:frame_age_class"]   # rates by these register variables, beside stratum and mode

[[weighting.step]]
kind = "nonresponse"                 # see `OPTIONS` for the kinds and what each takes
classes = ["frame_sex", "frame_age_class"]
minimum_size = 30
maximum_factor = 3.0
[[weighting.step]]
kind = "raking"
margins = ["sex:age_class", "prefecture"]
collapse = { age_class = [[1, 2]] }  # codes that count as one, in every margin of the step that has the variable

[weighting.replicates]               # replicate weights beside the microdata of `kodoku prepare`
method = "bootstrap"
count = 200

[weighting.sensitivity]              # weights the report does not use, to see what the final ones do to it
figures = ["q28=5"]                  # headline figures: variable=code
mode_mix = { "郵送" = 0.774, "オンライン" = 0.226 }      # a fixed mix of modes across waves
trim_multiple = 4.0                  # a trimmed weight, where the steps have none
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from kodoku_survey.survey.reading import Place, entries, record

_CALIBRATION = ("margins", "collapse", "households")
_NONRESPONSE = (
    "method", "classes", "model", "count", "fit", "collapse", "minimum_size", "maximum_factor", "significance",
)  # fmt: skip
# What a step of each kind may be told.
OPTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "eligibility": _NONRESPONSE,
        "nonresponse": _NONRESPONSE,
        "poststratify": ("margins", "collapse"),
        "raking": _CALIBRATION,
        "linear": _CALIBRATION,
        "sinh": _CALIBRATION,
        "logit": (*_CALIBRATION, "bounds"),
        "truncated": (*_CALIBRATION, "bounds"),
        "trim": (
            "quantile", "multiple_of_median", "mse_of", "bounds", "multiple_of_base", "redistribute", "recalibrate",
        ),
    }
)  # fmt: skip


@dataclass(frozen=True)
class StepSettings:
    """One weighting step: its kind and, by name, the options that kind takes (checked by the design room)."""

    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ResponseSettings:
    """Dispositions of the selection: where they stand and what their codes mean."""

    column: str = ""
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ("undeliverable", "no_answer")
    eligibility: float | None = None
    partial_below: float = 0.0
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReplicateSettings:
    """Replicate weights written beside the microdata; none without a method."""

    method: str = ""
    count: int = 200
    fay: float = 0.3
    seed: int = 1


@dataclass(frozen=True)
class SensitivitySettings:
    """Weights nobody publishes with, to be compared."""

    figures: tuple[str, ...] = ()
    mode_mix: Mapping[str, float] = field(default_factory=dict)
    trim_multiple: float = 4.0


@dataclass(frozen=True)
class WeightingSettings:
    base: str = ""
    probabilities: tuple[str, ...] = ()
    given: str = ""
    draw: Literal["", "one_stage", "two_stage"] = ""
    stratum_size: str = ""
    psu_size: str = ""
    listed: str = ""
    frame_tolerance: float = 0.02
    response: ResponseSettings = ResponseSettings()
    replicates: ReplicateSettings = ReplicateSettings()
    sensitivity: SensitivitySettings = SensitivitySettings()
    steps: tuple[StepSettings, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the folder says whom a respondent stands for."""
        return bool(self.base or self.probabilities or self.given or self.draw)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns of the register that hold numbers."""
        named = (self.base, self.given, *self.probabilities, self.stratum_size, self.psu_size, self.listed)
        return tuple(name for name in dict.fromkeys(named) if name)


def read_weighting(table: Mapping[str, Any], place: Place) -> WeightingSettings | None:
    """[weighting] as settings, or None where a fault forbids it."""

    def steps(value: Any, here: Place) -> tuple[StepSettings, ...]:
        found = []
        for number, entry in enumerate(entries(value, here), start=1):
            if isinstance(entry, dict) and isinstance(entry.get("kind"), str):
                options = {key: option for key, option in entry.items() if key != "kind"}
                found.append(StepSettings(entry["kind"], options))
            else:
                here.at(str(number)).fault("missing_key", key="kind")
        return tuple(found)

    return record(
        WeightingSettings,
        table,
        place,
        keys={"step": "steps"},
        convert={
            "steps": steps,
            "response": lambda value, here: record(ResponseSettings, value, here),
            "replicates": lambda value, here: record(ReplicateSettings, value, here),
            "sensitivity": lambda value, here: record(SensitivitySettings, value, here),
        },
    )


def variables_of(step: StepSettings) -> list[str]:
    """Every variable a step names: classes, terms of a model, margins, collapsed and key variables."""
    options = step.options
    crossed = [*_listed(options.get("model")), *_listed(options.get("margins"))]
    plain = [*_listed(options.get("classes")), *_listed(options.get("mse_of"))]
    collapsed = options.get("collapse")
    named = [*plain, *(name for term in crossed for name in term.split(":"))]
    return [*named, *(collapsed if isinstance(collapsed, dict) else ())]


def _listed(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
