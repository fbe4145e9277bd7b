"""Every definition of the shipped folders against a table an expert can read: answers → score, class, flag.

Columns before the arrow are answers, columns that begin with it what they mean. An empty cell is 無回答 (or undetermined),
"-" is 非該当, "1;3" are the ticked codes of a multiple answer.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from answers import expected_of, folder_of, read_cases, responses_of

from kodoku_survey.measures.evaluate import evaluate
from kodoku_survey.survey.folder import load_survey

CASES = sorted((Path(__file__).parent / "cases").glob("*/*.csv"))
LINES = [
    pytest.param(path, line, id=f"{path.parent.name}/{path.stem}: {case['case']}")
    for path in CASES
    for line, case in enumerate(read_cases(path))
]


@pytest.fixture(scope="module")
def surveys(project):
    return {name: load_survey(folder_of(project, name)) for name in {path.parent.name for path in CASES}}


@pytest.mark.parametrize(("path", "line"), LINES)
def test_answers_mean_what_the_table_says(surveys, path, line):
    case = read_cases(path)[line]
    survey = surveys[path.parent.name]
    responses = responses_of(survey, [case])
    for definition in survey.measures.definitions:
        if all(name in responses.variables for name in definition.needs):
            responses = evaluate(definition, responses)
    wanted, found = expected_of(case, responses)
    assert found == wanted


@pytest.mark.parametrize("folder", ["national_2024", "prefecture_2025", "eu_loneliness_2022"])
def test_every_definition_stands_in_a_table(surveys, folder):
    told = {key[1:].strip() for path in CASES if path.parent.name == folder for key in read_cases(path)[0]}
    defined = {definition.name for definition in surveys[folder].measures.definitions}
    assert defined - told == set()
