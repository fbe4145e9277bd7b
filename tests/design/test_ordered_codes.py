"""`--where "q4 >= 3"` is of those who answered: the code of no answer (99) is no high answer."""

from __future__ import annotations

import pytest

import kodoku_survey as ks
from kodoku_survey.benchmark.restriction import rows_where


@pytest.fixture(scope="module")
def sample(project):
    survey = ks.load_survey(project / "examples" / "npo_clients")
    return ks.weighted(ks.score(ks.clean(ks.read_returns(survey))))


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("q28 >= 3", lambda d: d.q28.between(3, 98)),
        ("3 <= q28", lambda d: d.q28.between(3, 98)),
        ("q28 > 2 | sex == 1", lambda d: d.q28.between(3, 98) | (d.sex == 1)),
        ("q28 > 2 & sex == 1", lambda d: d.q28.between(3, 98) & (d.sex == 1)),
        ("q28.between(3, 100)", lambda d: d.q28.between(3, 98)),
        ("q28 + q25 >= 6", lambda d: (d.q28 < 99) & (d.q25 < 99) & (d.q28 + d.q25 >= 6)),
        ("q28 == 99", lambda d: d.q28 == 99),
        ("q28 != 1", lambda d: d.q28 != 1),
    ],
)
def test_no_answer_is_no_high_answer(sample, query, meant):
    frame = sample.responses.frame()
    assert (frame["q28"] == 99).any()
    wanted = meant(frame).to_numpy(bool)
    assert (ks.domain(sample, query).within == wanted).all()
    assert (rows_where(query, sample.responses) == wanted).all()


def test_a_number_is_not_compared_with_a_text(sample):
    with pytest.raises(ks.SurveyError) as fault:
        ks.domain(sample, "age == '70'")
    assert fault.value.key == "design.text_for_number"


def test_a_question_with_several_answers_is_asked_by_its_options(sample):
    with pytest.raises(ks.SurveyError) as fault:
        ks.domain(sample, "needs == 1")
    assert fault.value.key == "design.multiple_in_query"
    assert "needs_1" in fault.value.text()
