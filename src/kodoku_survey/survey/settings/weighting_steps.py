"""The steps of weighting as data: what each kind may be told, and within which limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, Literal

from kodoku_survey.survey.reading import Place, entries_of, record, shown
from kodoku_survey.survey.reading.limits import DISTINCT, FILLED, SHARE, Ascending, Either, Within

# Codes of a variable that count as one, by variable.
CodeGroups = Mapping[str, tuple[Annotated[tuple[int | str, ...], FILLED, DISTINCT], ...]]
_RULE = Either("rule", needed=True)
Names = Annotated[tuple[str, ...], DISTINCT]


@dataclass(frozen=True)
class NonresponseOptions:
    """Who answered carries the weight of who did not: in classes, or by a model of the chance to answer."""

    method: Literal["classes", "grown", "propensity", "propensity_classes"] = "classes"
    classes: Names = ()
    model: Names = ()
    count: Annotated[int, Within(2, 100)] = 5
    fit: Literal["weighted", "unweighted"] = "weighted"
    collapse: CodeGroups = field(default_factory=dict)
    minimum_size: Annotated[int, Within(1)] = 1
    maximum_factor: Annotated[float | None, Within(1)] = None
    significance: Annotated[float, Within(above=0, below=1)] = 0.05


@dataclass(frozen=True)
class MarginOptions:
    """The margins a step meets, and codes that count as one in them."""

    margins: Annotated[Names, FILLED]
    collapse: CodeGroups = field(default_factory=dict)


@dataclass(frozen=True)
class CalibrationOptions(MarginOptions):
    """… and a column whose equal members share one factor."""

    households: str = ""


@dataclass(frozen=True)
class BoundedOptions(CalibrationOptions):
    """… and between which ends a factor stays, about 1."""

    bounds: Annotated[tuple[float, float] | None, Within(0), Ascending()] = None

    def check(self, place: Place) -> None:
        """A factor of 1 must be possible."""
        if self.bounds is not None and not self.bounds[0] < 1 < self.bounds[1]:
            place.at("bounds").fault("out_of_range", value=list(self.bounds), wanted="[x < 1, x > 1]")


@dataclass(frozen=True)
class TrimOptions:
    """Weights cut by exactly one rule, and where the excess goes."""

    quantile: Annotated[float | tuple[float, float] | None, SHARE, Ascending(), _RULE] = None
    multiple_of_median: Annotated[float | None, Within(above=1), _RULE] = None
    mse_of: Annotated[tuple[str, ...], FILLED, DISTINCT, _RULE] = ()
    bounds: Annotated[tuple[float, float] | None, Within(0), Ascending(), _RULE] = None
    multiple_of_base: Annotated[float | tuple[float, float] | None, Within(0), Ascending(), _RULE] = None
    redistribute: Literal["proportional", "equal"] = "proportional"
    recalibrate: bool = False


# What a step of each kind may be told.
KINDS: Mapping[str, type[Any]] = MappingProxyType(
    {
        "eligibility": NonresponseOptions,
        "nonresponse": NonresponseOptions,
        "poststratify": MarginOptions,
        "raking": CalibrationOptions,
        "linear": CalibrationOptions,
        "sinh": CalibrationOptions,
        "logit": BoundedOptions,
        "truncated": BoundedOptions,
        "trim": TrimOptions,
    }
)
OPTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {kind: tuple(entry.key for entry in entries_of(options)) for kind, options in KINDS.items()}
)


@dataclass(frozen=True)
class StepSettings:
    """One weighting step: its kind and, by name, the options given of those that kind takes."""

    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_toml(cls, value: Any, place: Place) -> StepSettings | None:
        """A step of a known kind, its options within their limits."""
        if not isinstance(value, dict):
            place.fault("not_a_table", value=shown(value))
            return None
        kind = value.get("kind")
        if kind is None:
            place.fault("missing_key", key="kind")
        elif not isinstance(kind, str) or kind not in KINDS:
            place.at("kind").unknown("not_a_choice", shown(kind), KINDS, choices=", ".join(KINDS))
        else:
            options = {key: option for key, option in value.items() if key != "kind"}
            made = record(KINDS[kind], options, place)
            if made is not None:
                names = {entry.key: entry.name for entry in entries_of(KINDS[kind])}
                return cls(kind, {key: getattr(made, names[key]) for key in options})
        return None


def variables_of(step: StepSettings) -> list[str]:
    """Every variable a step names: classes, terms of a model, margins, collapsed and key variables."""
    options = step.options
    crossed = [*_listed(options.get("model")), *_listed(options.get("margins"))]
    plain = [*_listed(options.get("classes")), *_listed(options.get("mse_of"))]
    collapsed = options.get("collapse")
    named = [*plain, *(name for term in crossed for name in term.split(":"))]
    return [*named, *(collapsed if isinstance(collapsed, dict) else ())]


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())
