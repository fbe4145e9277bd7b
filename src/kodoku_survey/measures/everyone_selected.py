"""The register as responses: frame attributes of everyone selected, and what can be derived from them alone."""

from __future__ import annotations

import numpy as np

from kodoku_survey.arrays import ByteArray, CodeArray
from kodoku_survey.intake.responses import ANSWERED, NONANSWER, Responses
from kodoku_survey.measures.evaluate import evaluate


def register_responses(responses: Responses) -> Responses:
    """Everyone selected as rows, with register variables and the definitions that rest on no answer of the form."""
    selection, survey = responses.selection, responses.survey
    variables = {v.name: v for v in survey.codebook if v.source == "selection" and v.name in selection}
    answers: dict[str, CodeArray] = {}
    status: dict[str, ByteArray] = {}
    for name, variable in variables.items():
        values = selection[name].to_numpy(float)
        answers[name] = np.rint(np.nan_to_num(values) * variable.parts).astype(np.int32)
        if variable.kind == "number":
            status[name] = np.where(np.isnan(values), NONANSWER, ANSWERED).astype(np.int8)
    count = len(selection)
    everyone = Responses(
        survey=survey,
        id=selection["id"].to_numpy(object).copy(),
        mode=np.full(count, "", dtype=object),
        file=np.full(count, "selection", dtype=object),
        line=np.arange(count),
        variables=variables,
        answers=answers,
        status=status,
        edits=responses.edits.iloc[:0],
        ledger=responses.ledger,
    )
    for definition in survey.measures.definitions:
        if all(name in everyone.variables for name in definition.needs):
            everyone = evaluate(definition, everyone)
    return everyone
