"""Item nonresponse: who was asked, and who left it blank, by variable and mode."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kodoku_survey.errors import expected
from kodoku_survey.intake.responses import NONANSWER, Responses
from kodoku_survey.survey.codebook import NOT_ASKED


def item_nonresponse(responses: Responses) -> pd.DataFrame:
    """Tidy: variable, number, label, mode ("" for all), asked, nonanswer, share (nan where nobody was asked).

    >>> ks.item_nonresponse(responses).columns.tolist()
    ['variable', 'number', 'label', 'mode', 'asked', 'nonanswer', 'share']
    """
    expected(responses, Responses)
    records = []
    modes = ["", *sorted(set(responses.mode))]
    for variable in responses.survey.codebook:
        if variable.source != "form":
            continue
        state = responses.given(variable.name).state
        for mode in modes:
            own = np.ones(len(state), dtype=bool) if mode == "" else responses.mode == mode
            asked = int((own & (state != NOT_ASKED)).sum())
            blank = int((own & (state == NONANSWER)).sum())
            share = blank / asked if asked else np.nan
            records.append((variable.name, variable.number, variable.label, mode, asked, blank, share))
    return pd.DataFrame(records, columns=["variable", "number", "label", "mode", "asked", "nonanswer", "share"])
