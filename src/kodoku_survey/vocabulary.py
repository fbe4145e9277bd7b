"""Named values that a setting of the folder and an argument of a function share."""

from __future__ import annotations

from typing import Literal, get_args

Basis = Literal["unweighted", "design"]
BASES: tuple[Basis, ...] = get_args(Basis)

IntervalMethod = Literal["logit", "kg", "beta", "wilson", "arcsine", "likelihood", "mean"]  # of a proportion
SampleKind = Literal["probability", "quota", "volunteer", "service_users", "census"]
ErrorModel = Literal[
    "srs", "srs_within_cells"
]  # under which an error of people nobody drew by chance is told on request

LonelyPsu = Literal["fail", "centre", "average", "certainty", "remove"]
LONELY_PSU: tuple[LonelyPsu, ...] = get_args(LonelyPsu)

ReplicateMethod = Literal[
    "jk1", "jkn", "brr", "fay", "bootstrap", "bootstrap_with_replacement", "bootstrap_multistage", "sdr"
]
