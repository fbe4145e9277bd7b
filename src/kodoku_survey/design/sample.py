"""The sample: answers, weights and the design they were drawn by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.design.auxiliary import Calibration, Residuals
from kodoku_survey.design.chain import Chain
from kodoku_survey.design.columns import (
    Categorical,
    Column,
    Number,
    as_categorical,
    column_of_frame,
    column_of_responses,
)
from kodoku_survey.design.frames import text_of
from kodoku_survey.design.given.given_columns import columns_given, frame_from
from kodoku_survey.design.given.how_found import how_found
from kodoku_survey.design.given.selection_given import stages_given, weights_given
from kodoku_survey.design.label_query import in_codes
from kodoku_survey.design.lonely import check_lonely_rule
from kodoku_survey.design.masks import mask_of
from kodoku_survey.design.replicate_weights import Replicates, supplied
from kodoku_survey.design.stages import LonelyRule, Stage
from kodoku_survey.design.steps import Step
from kodoku_survey.design.unequal import PpsMethod, PpsVariance
from kodoku_survey.design.worked import Worked
from kodoku_survey.errors import DesignError, DidYouMean, UsageError, expected
from kodoku_survey.portable import Portable
from kodoku_survey.vocabulary import BASES, Basis, ErrorModel, SampleKind

if TYPE_CHECKING:  # an analyst with a DataFrame of her own need not wait for the reading of returns
    from kodoku_survey.intake.responses import Responses
    from kodoku_survey.survey.settings.settings import DesignSettings

ColumnGiven = Any  # the name of a column, or the column itself
ColumnsGiven = Any  # one of them, or several
Rows = Any  # a mask, a query, or a function of the DataFrame that gives a mask


@dataclass(frozen=True, eq=False)
class Sample(Worked, Portable):
    """n respondents, their weights, the stages of their selection and the calibration of their weights.

    weight : (n,) final weights. stages : first stage first; the table of selected PSUs is `stages[0]`, answered or not.
    calibration : residuals the variance takes; None for weights that were not calibrated, or whose calibration is unknown.
    replicates : versions of the weights the variance is taken from instead of the stages.
    within : (n,) rows of the domain; everybody stays in the arrays, those outside count as zeros.
    chain : how the weights came about, to be done again in every replicate; None where it is not known.
    basis : "design", or "unweighted": simple random sampling, every respondent once.
    found : how the people were found and which errors may be told of them; None of those drawn by chance, without a folder.
    >>> own
    <Sample: n=48, basis design, 2 strata, 12 PSUs, weights sum to 573, steps: none>
    """

    MADE_BY: ClassVar[str] = "ks.weighted(responses)"

    weight: FloatArray
    stages: tuple[Stage, ...]
    frame: pd.DataFrame | None = None
    responses: Responses | None = None
    calibration: Calibration | None = None
    within: BoolArray | None = None
    basis: Basis = "design"
    lonely_psu: LonelyRule = "fail"
    steps: tuple[Step, ...] = ()
    replicates: Replicates | None = None
    chain: Chain | None = None
    _found: DesignSettings | None = None
    kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False)  # sums every table needs, made once
    _columns: dict[str, Column] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        check_lonely_rule(self.lonely_psu, self.stages[0])
        if self.basis not in BASES:
            hint = DidYouMean(self.basis, BASES)
            raise UsageError("design.unknown_basis", "basis", value=self.basis, hint=hint, known=", ".join(BASES))
        self.weight.setflags(write=False)

    def __len__(self) -> int:
        return len(self.weight)

    @property
    def found(self) -> DesignSettings | None:
        """What the survey's folder says of how its people were found, or `from_frame` was told; None: drawn by chance."""
        return self._found if self.responses is None else self.responses.survey.settings.design

    def __repr__(self) -> str:
        first, kinds = self.stages[0], " → ".join(step.kind for step in self.steps) or "none"
        drawn = f"{len(first.count):,} strata, {first.units:,} PSUs"
        if self.found is not None and self.found.sample not in ("probability", "census"):
            drawn = f"not drawn by chance ({self.found.sample}), model {self.found.model or 'none'}"
        if self.replicates is not None:
            drawn += f", {len(self.replicates)} replicates ({self.replicates.method})"
        domain = "" if self.within is None else f", {int(self.within.sum()):,} in the domain"
        weights = f"weights sum to {self.weight.sum():,.0f}, steps: {kinds}"
        return f"<Sample: n={len(self):,}{domain}, basis {self.basis}, {drawn}, {weights}>"

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        sample: SampleKind = "probability",
        model: ErrorModel | None = None,
        cells: Any = None,
        weight: ColumnGiven = None,
        stratum: ColumnGiven = None,
        psu: ColumnsGiven = None,
        fpc: ColumnsGiven = None,
        lonely_psu: LonelyRule = "fail",
        collapse: Mapping[Any, Any] | None = None,
        probability: ColumnGiven = None,
        pps: PpsMethod | FloatArray = "brewer",
        pps_variance: PpsVariance = "horvitz_thompson",
        pps_squares: float | None = None,
        replicate_weights: ColumnsGiven = (),
        replicate_method: str = "other",
        replicate_scale: float | None = None,
        replicate_rscales: Sequence[float] | None = None,
        replicate_fay: float = 0.0,
        replicate_mse: bool = False,
        replicate_degrees_of_freedom: float | None = None,
    ) -> Sample:
        """A sample from anyone's table: a DataFrame, polars or pyarrow, or columns by name.

        sample, model, cells : how the people were found, in the words of a folder's [design]: of a "quota", "volunteer",
            "service_users" (or a "census" without fpc) no error is claimed and nothing tested; of the first two `model` ("srs",
            or "srs_within_cells" of the columns `cells`) asks for errors under it. Without a weight everybody counts once.

        A column is named, or given itself: a Series goes by its index, an array by the order of the rows.
        psu, fpc : a column, or one a stage; a PSU's number is its own within its stratum. fpc is the number of units in the
            population group, or the share drawn. Without `weight` it follows from the fpc of every stage.
        lonely_psu : the rule for strata with a single PSU, or one by stratum ({7: "certainty", None: "centre"}, None for
            the rest; without it they fail). collapse : stratum → the neighbour it is merged with, for such strata.
        probability : inclusion probabilities of the PSUs, drawn with unequal chances without replacement; `pps`,
            `pps_variance`, `pps_squares` as in `pps_stage`.
        replicate_weights : columns of full replicate weights; the other `replicate_…` as in `supplied`.
        Raises DesignError.
        """
        given = {"weight": weight, "stratum": stratum, "psu": psu, "fpc": fpc, "probability": probability}
        frame, names = columns_given(frame_from(frame), given | {"replicate_weights": replicate_weights})
        found = how_found(sample, model, cells, names)
        stages, chances = stages_given(
            frame, names, () if found is None else found.cells, refused=lonely_psu == "fail", collapse=collapse,
            method=pps, variance=pps_variance, squares=pps_squares,
        )  # fmt: skip
        weights = weights_given(frame, names, chances, equal=found is not None)
        replicate_weights = names["replicate_weights"]
        replicates = None
        if len(replicate_weights):
            replicates = supplied(
                frame[list(replicate_weights)].to_numpy(dtype=float),
                method=replicate_method,
                scale=replicate_scale,
                rscales=None if replicate_rscales is None else np.asarray(replicate_rscales, dtype=float),
                mse=replicate_mse,
                fay=replicate_fay,
                degrees_of_freedom=replicate_degrees_of_freedom,
            )
        plain = found is not None and not (found.cells or names["weight"] or names["fpc"] or names["probability"])
        basis: Basis = "unweighted" if plain else "design"
        made = cls(weights, stages, frame=frame, basis=basis, lonely_psu=lonely_psu, replicates=replicates)
        return replace(made, _found=found)

    def on(self, basis: Basis) -> Sample:
        """The same sample on a basis of estimation, "design" or "unweighted"."""
        return replace(self, basis=basis)

    def with_residuals(self, residuals: Residuals) -> Sample:
        """The same sample, its variance taking residuals of the calibration as named.

        "weighted" by the weights that entered (the default); "unweighted" as R's rake() does (its ten sweeps at their
        convergence), for comparison with it: by
        simulation its variance is too large where weights are related to the answers (docs/variance-after-raking.md).
        """
        if self.calibration is None:
            raise DesignError("design.not_calibrated")
        return replace(self, calibration=replace(self.calibration, residuals=residuals))

    def column(self, name: str) -> Column:
        """A variable as estimators see it. Raises DesignError for a name nobody knows."""
        name = text_of(name)
        if name not in self._columns:
            if self.responses is None:
                assert self.frame is not None
                self._columns[name] = column_of_frame(self.frame, name)
            elif name in self.responses.variables or name == "mode":
                self._columns[name] = column_of_responses(self.responses, name)
            else:
                if name in {one.name for one in self.responses.survey.codebook.texts}:
                    raise DesignError("design.text_question", value=name)
                hint = DidYouMean(name, tuple(self.responses.variables))
                raise DesignError("design.no_variable", value=name, hint=hint)
        return self._columns[name]

    def categorical(self, name: str) -> Categorical:
        """A variable as answers; a number of a DataFrame by its distinct values. Raises DesignError."""
        found = self.column(name)
        if isinstance(found, Number) and self.frame is not None:
            return as_categorical(self.frame, text_of(name))
        if not isinstance(found, Categorical):
            raise DesignError("design.not_categorical", value=name)
        return found


def domain(sample: Sample, rows: Rows) -> Sample:
    """The sample with a domain: rows outside stay, as zeros, since dropping them would forget PSUs.

    rows : a mask (a Series by its index, anything else by position); a query on the DataFrame the sample was made from (a
        survey's variables by their codes or labels, `sex == '女性'`), or a function of that DataFrame. Where it cannot be
        told, a value being missing, the row is outside. A query compares and reckons with columns; it calls nothing but
        `isin`, `between`, `isna` and their like (docs/models.md).
    Raises DesignError for a query that cannot be read, a mask of other rows, or values that are not true or false.
    >>> len(own), int(ks.domain(own, "age >= 65").within.sum())
    (48, 11)
    """
    expected(sample, Sample)
    if isinstance(rows, str) and sample.frame is None and sample.responses is not None:
        rows = in_codes(rows, sample.responses.variables)
    inside = mask_of(rows, lambda: _frame_of(sample), len(sample))
    return replace(sample, within=inside if sample.within is None else inside & sample.within)


def _frame_of(sample: Sample) -> pd.DataFrame:
    return sample.frame if sample.frame is not None else sample.responses.frame()  # type: ignore[union-attr]
