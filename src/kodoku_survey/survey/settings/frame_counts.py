"""[design] drawn and frame_size: how many were drawn from how many, where no register of the selection can be had.

[design]
drawn = 1500                         # persons drawn by simple random sampling
frame_size = 52000                   # persons of the frame they were drawn from

stratum = "地区"                      # or by stratum: a column of the returns (or of the register)
drawn = { "市部" = 800, "郡部" = 700 }
frame_size = { "市部" = 40000, "郡部" = 12000 }

They serve the response rate, the fpc and the base weights N_h / n_h. With a register the drawn are its rows, and frame_size
alone gives the constant base weights; without frame_size there is a response rate and no weight.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from kodoku_survey.survey.reading import Place
from kodoku_survey.survey.reading.limits import Within

if TYPE_CHECKING:
    from kodoku_survey.survey.settings import DesignSettings

Persons = Annotated[int, Within(1)]
Counts = Persons | Mapping[str, Persons]
ALL = ""  # the only stratum of a simple random sample
FRAME_SIZE = "frame_size (survey.toml)"  # the column of the selection that holds them


def by_stratum(counts: Counts | None) -> Mapping[str, int]:
    """Persons by stratum; of a simple random sample under ALL."""
    if counts is None:
        return {}
    return counts if isinstance(counts, Mapping) else {ALL: counts}


def check_counts(design: DesignSettings, has_register: bool, place: Place) -> None:
    """Faults of counts that do not fit one another or the design."""
    drawn, frame = by_stratum(design.drawn), by_stratum(design.frame_size)
    for key, counts in (("drawn", drawn), ("frame_size", frame)):
        if counts and (ALL in counts) == bool(design.stratum):
            place.at(key).fault("counts_by_stratum" if design.stratum else "counts_without_stratum")
            return
    if (drawn or frame) and design.psu:
        place.at("psu").fault("counts_of_points")
    if frame and not drawn and not has_register:
        place.at("frame_size").fault("missing_key", key="drawn")
    elif drawn and frame and set(drawn) != set(frame):
        place.at("frame_size").fault("counts_differ", value=", ".join(sorted(set(drawn) ^ set(frame))))
    else:
        for stratum in set(drawn) & set(frame):
            if frame[stratum] < drawn[stratum]:
                here = place.at("frame_size").at(stratum)
                here.fault("frame_below_drawn", value=frame[stratum], drawn=drawn[stratum])
