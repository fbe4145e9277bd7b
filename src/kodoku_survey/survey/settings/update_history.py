"""What was published when: the update history (更新履歴) of a survey's figures, oldest first.

[[release]]
date = 2025-04-25
note = "公表"
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from kodoku_survey.survey.reading.limits import FILLED


@dataclass(frozen=True)
class ReleaseNote:
    """One publication or correction: its day, and what was published or changed."""

    date: dt.date
    note: Annotated[str, FILLED]
