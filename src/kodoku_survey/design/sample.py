"""The sample: answers, weights and the design they were drawn by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from kodoku_survey.design.auxiliary import Calibration, FloatArray, IntArray
from kodoku_survey.design.columns import (
    Categorical,
    Column,
    Number,
    as_categorical,
    column_of_frame,
    column_of_responses,
)
from kodoku_survey.design.stages import LonelyPsu, Stage
from kodoku_survey.design.steps import Step
from kodoku_survey.errors import DesignError, DidYouMean
from kodoku_survey.intake.responses import Responses

Basis = Literal["unweighted", "design"]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Sample:
    """n respondents, their weights, the stages of their selection and the calibration of their weights.

    weight : (n,) final weights. stages : first stage first; the table of selected PSUs is `stages[0]`, answered or not.
    calibration : residuals the variance takes; None for weights that were not calibrated, or whose calibration is unknown.
    within : (n,) rows of the domain; everybody stays in the arrays, those outside count as zeros.
    basis : "design", or "unweighted": simple random sampling, every respondent once.
    """

    weight: FloatArray
    stages: tuple[Stage, ...]
    frame: pd.DataFrame | None = None
    responses: Responses | None = None
    calibration: Calibration | None = None
    within: BoolArray | None = None
    basis: Basis = "design"
    lonely_psu: LonelyPsu = "fail"
    steps: tuple[Step, ...] = ()
    kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False)  # sums every table needs, made once
    _columns: dict[str, Column] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self.weight.setflags(write=False)

    def __len__(self) -> int:
        return len(self.weight)

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        weight: str | None = None,
        stratum: str | None = None,
        psu: str | Sequence[str] | None = None,
        fpc: str | Sequence[str] | None = None,
        lonely_psu: LonelyPsu = "fail",
    ) -> Sample:
        """A sample from anyone's DataFrame.

        psu, fpc : a column, or one a stage. fpc is the number of units in the population group, or the share drawn.
        Without `weight` it follows from the fpc of every stage. Raises DesignError.
        """
        named = lambda given: [given] if isinstance(given, str) else list(given or [])  # noqa: E731
        units, corrections = named(psu), named(fpc)
        for name in (*units, *corrections, *named(stratum), *named(weight)):
            if name not in frame:
                raise DesignError(
                    "design.no_variable", value=name, hint=DidYouMean(name, tuple(map(str, frame.columns)))
                )
        stages = stages_of(
            [frame[name].to_numpy() for name in units] or [np.arange(len(frame))],
            frame[stratum].to_numpy() if stratum else np.zeros(len(frame), dtype=int),
            [frame[name].to_numpy(float) for name in corrections],
        )
        if weight is not None:
            weights = frame[weight].to_numpy(dtype=float, na_value=np.nan)
        elif corrections:
            weights = np.prod(
                [1 / stage.fraction[stage.group][stage.unit] for stage in stages[: len(corrections)]], axis=0
            )
        else:
            raise DesignError("design.no_weight")
        check_weights(weights, weight or "fpc")
        return cls(weights, stages, frame=frame, lonely_psu=lonely_psu)

    def column(self, name: str) -> Column:
        """A variable as estimators see it. Raises DesignError for a name nobody knows."""
        if name not in self._columns:
            if self.responses is None:
                assert self.frame is not None
                self._columns[name] = column_of_frame(self.frame, name)
            elif name in self.responses.variables:
                self._columns[name] = column_of_responses(self.responses, name)
            else:
                hint = DidYouMean(name, tuple(self.responses.variables))
                raise DesignError("design.no_variable", value=name, hint=hint)
        return self._columns[name]

    def categorical(self, name: str) -> Categorical:
        """A variable as answers; a number of a DataFrame by its distinct values. Raises DesignError."""
        found = self.column(name)
        if isinstance(found, Number) and self.frame is not None:
            return as_categorical(self.frame, name)
        if not isinstance(found, Categorical):
            raise DesignError("design.not_categorical", value=name)
        return found


def domain(sample: Sample, rows: BoolArray | str) -> Sample:
    """The sample with a domain: rows outside stay, as zeros, since dropping them would forget PSUs.

    rows : (n,) mask, or a query on the DataFrame the sample was made from.
    """
    if isinstance(rows, str):
        frame = sample.frame if sample.frame is not None else sample.responses.frame()  # type: ignore[union-attr]
        rows = frame.eval(rows).to_numpy(bool)
    inside = np.asarray(rows, dtype=bool)
    return replace(sample, within=inside if sample.within is None else inside & sample.within)


def check_weights(weight: FloatArray, name: str) -> None:
    """Weights are finite and not negative, and not all zero. Raises DesignError."""
    wrong = ~np.isfinite(weight) | (weight < 0)
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise DesignError("design.bad_weight", name, count=int(wrong.sum()), row=first + 1, value=float(weight[first]))
    if not (weight > 0).any():
        raise DesignError("design.zero_weights", name)


def stages_of(
    units: Sequence[npt.NDArray[Any]],
    stratum: npt.NDArray[Any],
    fpc: Sequence[FloatArray],
    selected: pd.DataFrame | None = None,
) -> tuple[Stage, ...]:
    """Stages from the unit of each respondent at each stage, strata of the first, and fpc a stage.

    selected : stratum, psu (and fpc) of every selected PSU, answered or not; default: those of the respondents.
    """
    table = pd.DataFrame({"stratum": stratum, "psu": units[0]}) if selected is None else selected
    first = table[["stratum", "psu"]].drop_duplicates()
    doubled = first["psu"][first["psu"].duplicated()] if len(units) == 1 else first["psu"].iloc[:0]
    if len(doubled) and selected is not None:
        raise DesignError("design.psu_in_two_strata", value=str(doubled.iloc[0]))
    key = pd.MultiIndex.from_frame(first)
    unit = key.get_indexer(pd.MultiIndex.from_arrays([stratum, units[0]]))
    if (unit < 0).any():
        raise DesignError("design.unselected_psu", value=str(units[0][int(np.flatnonzero(unit < 0)[0])]))
    group, names = pd.factorize(first["stratum"])
    above = np.ones(len(names))
    stages = [_stage(unit, group, tuple(map(str, names)), above, fpc[0] if fpc else None)]
    for number, ids in enumerate(units[1:], start=1):
        before = stages[-1]
        nested, keys = pd.factorize(pd.MultiIndex.from_arrays([before.unit, ids]))
        parent = np.array([key_[0] for key_ in keys], dtype=np.intp)
        reach = (before.fraction * before.above)[before.group]
        stages.append(
            _stage(
                nested,
                parent,
                tuple(f"unit {i}" for i in range(before.units)),
                reach,
                fpc[number] if number < len(fpc) else None,
            )
        )
    return tuple(stages)


def _stage(unit: IntArray, group: IntArray, names: tuple[str, ...], above: FloatArray, fpc: FloatArray | None) -> Stage:
    fraction = np.zeros(len(names))
    if fpc is not None:
        count = np.bincount(group, minlength=len(names))
        of_group = np.zeros(len(names))
        of_group[group[unit]] = fpc
        fraction = np.where(of_group > 1, count / np.maximum(of_group, 1), of_group)
        beyond = np.flatnonzero((of_group > 1) & (count > of_group))
        if len(beyond):
            g = int(beyond[0])
            raise DesignError("design.fpc_below_sample", names[g], fpc=float(of_group[g]), drawn=int(count[g]))
    return Stage(np.asarray(unit, np.intp), np.asarray(group, np.intp), fraction, np.asarray(above, float), names)
