"""Every definition of measures.toml, in order, as further variables of the responses."""

from __future__ import annotations

from kodoku_survey.errors import expected
from kodoku_survey.intake.responses import Responses
from kodoku_survey.measures.scoring import refuse_reversed
from kodoku_survey.survey.definitions import Definition


def score(responses: Responses) -> Responses:
    """The responses with every derived variable of the folder.

    Raises ContentError for an item that runs against the rest of a scale.

    >>> scored = ks.score(ks.clean(returns))
    >>> sorted(set(scored.frame()["ucla_class"].dropna().astype(int)))
    [1, 2, 3, 9]
    """
    expected(responses, Responses)
    for definition in responses.survey.measures.definitions:
        responses = evaluate(definition, responses)
    return responses


def evaluate(definition: Definition, responses: Responses) -> Responses:
    """The responses with one more derived variable. Raises ContentError as `score`."""
    variables = responses.survey.variables
    found = definition.meaning(responses.given, variables)
    if found.keyed is not None:
        refuse_reversed(*found.keyed)
    statuses = {} if found.status is None else {definition.name: found.status}
    return responses.with_variables(
        {definition.name: variables[definition.name]}, {definition.name: found.values}, statuses
    )
