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
kind = "nonresponse"                 # steps.py has the kinds and what each takes
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
from typing import Annotated, Literal

from kodoku_survey.survey.reading import Place
from kodoku_survey.survey.reading.limits import DISTINCT, FILLED, SHARE, Either, Key, Within
from kodoku_survey.survey.settings.weighting_steps import StepSettings
from kodoku_survey.vocabulary import ReplicateMethod

# 有効, 一部回答, 無効, 拒否, あて所不明, 対象外, 回答なし.
Disposition = Literal["valid", "partial", "invalid", "refused", "undeliverable", "ineligible", "no_answer"]


@dataclass(frozen=True)
class ResponseSettings:
    """Dispositions of the selection: where they stand and what their codes mean."""

    column: str = ""
    codes: Mapping[Disposition, Annotated[tuple[str, ...], FILLED, DISTINCT]] = field(default_factory=dict)
    unknown: Annotated[tuple[Disposition, ...], DISTINCT] = ("undeliverable", "no_answer")
    eligibility: Annotated[float | None, SHARE] = None
    partial_below: Annotated[float, SHARE] = 0.0
    by: Annotated[tuple[str, ...], DISTINCT] = ()

    def check(self, place: Place) -> None:
        """A code of the register means one thing."""
        told = [code for codes in self.codes.values() for code in codes]
        for code in dict.fromkeys(code for code in told if told.count(code) > 1):
            place.at("codes").fault("two_meanings", value=code)


@dataclass(frozen=True)
class ReplicateSettings:
    """Replicate weights written beside the microdata; none without a method."""

    method: Literal["", ReplicateMethod] = ""
    count: Annotated[int, Within(2, 10_000)] = 200
    fay: Annotated[float, Within(least=0, below=1)] = 0.3
    seed: Annotated[int, Within(0)] = 1


@dataclass(frozen=True)
class SensitivitySettings:
    """Weights nobody publishes with, to be compared."""

    figures: Annotated[tuple[str, ...], DISTINCT] = ()
    mode_mix: Mapping[str, Annotated[float, Within(above=0)]] = field(default_factory=dict)
    trim_multiple: Annotated[float, Within(above=1)] = 4.0

    def check(self, place: Place) -> None:
        """A figure is an answer of a variable."""
        for figure in self.figures:
            if figure.count("=") != 1:
                place.at("figures").fault("wrong_type", value=figure, wanted='"q28=5"')


@dataclass(frozen=True)
class WeightingSettings:
    """Where the weight of a selection comes from, and which steps lead from it to the final one."""

    base: Annotated[str, Either("origin")] = ""
    probabilities: Annotated[tuple[str, ...], DISTINCT, Either("origin")] = ()
    given: Annotated[str, Either("origin")] = ""
    draw: Annotated[Literal["", "one_stage", "two_stage"], Either("origin")] = ""
    stratum_size: str = ""
    psu_size: str = ""
    listed: str = ""
    frame_tolerance: Annotated[float, SHARE] = 0.02
    response: ResponseSettings = ResponseSettings()
    replicates: ReplicateSettings = ReplicateSettings()
    sensitivity: SensitivitySettings = SensitivitySettings()
    steps: Annotated[tuple[StepSettings, ...], Key("step")] = ()

    @property
    def known(self) -> bool:
        """Whether the folder says whom a respondent stands for."""
        return bool(self.base or self.probabilities or self.given or self.draw)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns of the register that hold numbers."""
        named = (self.base, self.given, *self.probabilities, self.stratum_size, self.psu_size, self.listed)
        return tuple(name for name in dict.fromkeys(named) if name)
