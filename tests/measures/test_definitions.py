"""The kinds of definition, each on a form of a few questions: missing rules, unknowns, bases and rows left alone."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from answers import responses_of, text_of
from hypothesis import given, settings
from hypothesis import strategies as st

from kodoku_survey.errors import ContentError
from kodoku_survey.measures import score
from kodoku_survey.survey.codebook import read_codebook
from kodoku_survey.survey.definitions.measuring import read_measures
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.reading import Place

FORM = """
[[variable]]
name = "{name}"
kind = "single"
label = "{name}"
codes = [ {{ code = 1, label = "no" }}, {{ code = 2, label = "somewhat" }}, {{ code = 3, label = "yes" }} ]
"""
POINTS = "points = [{ code = 1, points = 0 }, { code = 2, points = 1 }, { code = 3, points = 2 }]"
SCORE = f'[[score]]\nname = "s"\nlabel = "s"\nitems = ["a", "b", "c"]\n{POINTS}\nmissing = '


def survey_of(measures: str, more: str = "") -> Survey:
    place = Place("measures.toml")
    book = read_codebook(tomllib.loads("".join(FORM.format(name=name) for name in "abc") + more), place)
    definitions, known = read_measures(tomllib.loads(measures), book, place)
    place.finish()
    return Survey(None, None, book, definitions, variables=known)  # type: ignore[arg-type]


def found(measures: str, name: str, *answers: str) -> list[str]:
    """What each respondent's answers to a, b, c ("3 1 ." with "." blank, "-" not asked) mean."""
    cells = [row.replace(".", "").split(" ") for row in answers]
    scored = score(responses_of(survey_of(measures), [dict(zip("abc", row, strict=True)) for row in cells]))
    return [text_of(scored, name, row) for row in range(len(scored))]


@pytest.mark.parametrize(
    ("missing", "wanted"),
    [
        ('"complete"', ["3", "", "", "", "-"]),
        ('"zero"', ["3", "3", "2", "", "-"]),
        ('{ allowed = 1, as = "zero" }', ["3", "3", "", "", "-"]),
        ('{ allowed = 2, as = "zero" }', ["3", "3", "2", "", "-"]),
        ('{ allowed = 1, as = "prorated" }', ["3", "", "", "", "-"]),  # 1.5 × 3 = 4.5 is no score
        ('{ allowed = 2, as = "prorated" }', ["3", "", "6", "", "-"]),
        ('{ share = 0.3, as = "prorated" }', ["3", "", "", "", "-"]),  # 30% of three items is none
        ('{ share = 0.7, as = "prorated" }', ["3", "", "6", "", "-"]),
        ('"lowest"', ["3", "3", "2", "0", "-"]),
        ('"highest"', ["3", "5", "6", "6", "-"]),
        ('{ allowed = 1, as = "highest" }', ["3", "5", "", "", "-"]),
    ],
)
def test_each_missing_rule_does_what_it_says(missing, wanted):
    assert found(SCORE + missing, "s", "3 2 1", "3 2 .", "3 . .", ". . .", "- - -") == wanted


ANSWER = st.sampled_from(["1", "2", "3", ".", "-"])


@given(st.tuples(ANSWER, ANSWER, ANSWER), st.sampled_from(["sum", "highest"]))
@settings(max_examples=60, deadline=None)
def test_the_bounds_are_the_extremes_over_every_way_of_filling_the_blanks(answers, combine):
    def scored(missing, *rows):
        return found(f'{SCORE}"{missing}"\ncombine = "{combine}"', "s", *rows)

    filled = [" ".join(row) for row in product(*(["1", "2", "3"] if cell == "." else [cell] for cell in answers))]
    complete = scored("complete", *filled)
    lowest, highest = scored("lowest", " ".join(answers)), scored("highest", " ".join(answers))
    if set(answers) == {"-"}:
        assert lowest == highest == ["-"]
    else:
        assert lowest == [str(min(map(int, complete)))]
        assert highest == [str(max(map(int, complete)))]


def test_the_most_points_of_any_item_count_where_the_definition_says_so():
    assert found(SCORE + '"complete"\ncombine = "highest"', "s", "1 3 2", "1 1 -", "1 . 2") == ["2", "0", ""]


def test_an_item_nobody_knows_to_apply_widens_the_bounds():
    some = f'items = ["a", {{ variable = "b", when = {{ c = [3] }} }}]\n{POINTS}\n'
    ends = [
        found(f'[[score]]\nname = "s"\nlabel = "s"\n{some}missing = "{end}"', "s", "2 3 3", "2 3 .", "2 . .", "2 3 1")
        for end in ("lowest", "highest")
    ]
    assert ends == [["3", "1", "1", "1"], ["3", "3", "3", "1"]]


def test_the_ticks_of_a_multiple_answer_add_up():
    count = '[[score]]\nname = "s"\nlabel = "s"\nitems = ["d"]\n' + POINTS.replace("points = 2", "points = 1")
    survey = survey_of(count, FORM.format(name="d").replace("single", "multiple"))
    scored = score(responses_of(survey, [{"d": cell} for cell in ("2;3", "1", "3", "", "-")]))
    assert [text_of(scored, "s", row) for row in range(5)] == ["2", "0", "1", "", "-"]


SCALE = '[[score]]\nname = "s"\nlabel = "s"\ninstrument = "ucla3_hughes"\nitems = ["a", "b", "c"]\n'


def test_a_score_of_an_instrument_takes_its_key_missing_rule_and_range():
    assert found(SCALE, "s", "3 2 1", "3 2 .") == ["6", ""]
    assert survey_of(SCALE).variables["s"].maximum == 9


def test_a_scale_with_a_reversed_item_is_refused_by_name_and_taken_when_declared():
    rows = [f"{a} {a} {4 - a}" for a in (1, 2, 3)] * 10
    with pytest.raises(ContentError) as fault:
        found(SCALE, "s", *rows)
    assert fault.value.where == "c"
    assert "ucla3_hughes" in fault.value.text("en")
    assert found(SCALE + 'direction = "declared"', "s", *rows[:3]) == ["5", "6", "7"]


def test_a_class_by_bounds_is_known_where_both_ends_share_it():
    bounds = SCORE + '"lowest"\n' + SCORE.replace('"s"', '"t"', 1) + '"highest"\n'
    bands = 'codes = [{ code = 1, label = "low", max = 3 }, { code = 2, label = "high", min = 4 }]'
    classes = f'[[classes]]\nname = "k"\nlabel = "k"\nof = "s"\nupper = "t"\n{bands}'
    assert found(bounds + classes, "k", "3 3 .", "2 1 .", "2 2 .", "- - -") == ["2", "1", "", "-"]


COMPOSITE = """
[[composite]]
name = "x"
label = "x"
k = "1/2"
dimensions = [
  { name = "p", label = "p", indicators = [
    { name = "a", label = "a", when = { a = [3] } },
    { name = "b", label = "b", weight = 2, when = { b = [3] } },
  ] },
  { name = "q", label = "q", indicators = [{ name = "c", label = "c", when = { c = [3] } }] },
]
"""


def test_a_composite_shares_a_dimension_s_weight_between_its_indicators_in_integer_units():
    (composite,) = survey_of(COMPOSITE).measures.composites
    assert composite.units == 6
    assert composite.indicators == {"x_a": ("p", 1), "x_b": ("p", 2), "x_c": ("q", 3)}
    assert [composite.threshold(k) for k in (composite.k, Fraction(1))] == [3, 6]
    answers = ("3 1 1", "1 3 1", "1 1 3", "3 3 1", "3 3 3", "1 1 1")
    assert found(COMPOSITE, "x", *answers) == ["1", "2", "3", "3", "6", "0"]
    assert found(COMPOSITE, "x_k", *answers) == ["2", "2", "1", "1", "1", "2"]


def test_a_composite_with_a_blank_is_counted_between_bounds():
    assert found(COMPOSITE, "x_k", "3 1 .", "1 1 .", ". 1 3", ". 1 1", ". . .") == ["", "", "1", "2", ""]
    assert found(COMPOSITE, "x", "3 1 .", ". 1 3") == ["", ""]
    assert found(COMPOSITE, "x_lowest", "3 1 .", ". 1 3") == ["1", "3"]
    assert found(COMPOSITE, "x_highest", "3 1 .", ". 1 3") == ["4", "4"]


def test_a_prorated_score_that_is_whole_is_given():
    assert found(SCORE + '{ allowed = 1, as = "prorated" }', "s", "3 3 .", "2 2 .") == ["6", "3"]


def test_an_item_not_asked_is_neither_answer_nor_blank():
    assert found(SCORE + '"complete"', "s", "3 - 2", "- . 2") == ["3", ""]


def test_an_item_counts_only_where_its_condition_holds():
    some = f'items = ["a", {{ variable = "b", when = {{ c = [3] }} }}]\n{POINTS}\nmissing = "complete"'
    measures = f'[[score]]\nname = "s"\nlabel = "s"\n{some}'
    assert found(measures, "s", "2 3 3", "2 3 1", "2 3 .", "2 . 1") == ["3", "1", "1", "1"]


BANDS = (
    SCORE
    + '"complete"\n[[classes]]\nname = "k"\nlabel = "k"\nof = "s"\n'
    + 'codes = [{ code = 1, label = "low", max = 1 }, { code = 2, label = "high", min = 3 }]'
)


def test_a_score_between_the_bands_is_outside_and_no_score_is_undetermined():
    assert found(BANDS, "k", "1 2 1", "2 2 2", "2 2 1", "2 2 .", "- - -") == ["1", "2", "-", "", "-"]


RULE = """
[[rule]]
name = "r"
label = "r"
codes = [
  { code = 1, label = "any", when = [{ a = [3] }, { b = [3] }] },
  { code = 2, label = "none", when = { a = [1, 2], b = [1, 2] } },
]
"""


def test_a_known_yes_settles_an_or_and_a_blank_leaves_the_rest_undetermined():
    assert found(RULE, "r", "3 1 1", "3 . 1", "1 2 1", "1 . 1", ". . 1") == ["1", "1", "2", "", ""]


def test_a_base_takes_people_out_and_an_unknown_base_leaves_them_undetermined():
    based = RULE.replace('label = "r"', 'label = "r"\nbase = { c = [3] }')
    assert found(based, "r", "3 1 3", "3 1 1", "3 1 .", "3 1 -") == ["1", "-", "", "-"]


def test_otherwise_takes_those_for_whom_every_condition_is_false_but_no_unknown():
    lone = '[[rule]]\nname = "r"\nlabel = "r"\notherwise = 2\ncodes = [{ code = 1, label = "x", when = { a = [3] } },'
    lone += '{ code = 2, label = "y", when = { a = [2] } }]'
    assert found(lone, "r", "3 1 1", "2 1 1", "1 1 1", ". 1 1") == ["1", "2", "2", ""]


FLAGS = """
[[flags]]
name = "f"
label = "f"
codes = [{ code = 1, label = "a", when = { a = [3] } }, { code = 2, label = "b", when = { b = [3] } }]
"""


def test_flags_keep_the_unknown_in_a_column_of_its_own_unless_the_definition_says_no():
    answers = ("3 3 1", "1 1 1", "1 . 1", "3 . 1")
    assert found(FLAGS, "f", *answers) == ["1;2", "none", "", "1"]
    official = FLAGS.replace('label = "f"', 'label = "f"\nundetermined = "no"')
    assert found(official, "f", *answers) == ["1;2", "none", "none", "1"]


def test_a_crossing_leaves_out_codes_not_kept_and_blanks():
    cross = '[[cross]]\nname = "x"\nlabel = "x"\nof = ["a", "b"]\nkeep = { a = [1, 2] }'
    assert found(cross, "x", "1 2 1", "2 3 1", "3 1 1", ". 1 1", "1 . 1") == ["102", "203", "-", "-", "-"]


def test_definitions_may_stand_in_any_order_of_what_they_need():
    rule = '[[rule]]\nname = "high"\nlabel = "high"\ncodes = [{ code = 1, label = "high", when = { k = [2] } }]\n'
    assert found(rule + BANDS, "high", "3 3 3", "1 1 1", "3 3 .") == ["1", "-", ""]


def test_permuting_the_respondents_permutes_what_is_derived():
    survey = survey_of(BANDS + RULE + FLAGS)
    rng = np.random.default_rng(1)
    cases = [dict(zip("abc", row, strict=True)) for row in rng.choice(["1", "2", "3", "", "-"], size=(60, 3))]
    order = rng.permutation(60)
    there, back = score(responses_of(survey, cases)), score(responses_of(survey, [cases[i] for i in order]))
    for name, values in there.answers.items():
        np.testing.assert_array_equal(values[order], back.answers[name])


def test_scoring_leaves_the_answers_alone_and_gives_arrays_nobody_can_change():
    responses = responses_of(survey_of(BANDS), [dict(zip("abc", "123", strict=True))])
    scored = score(responses)
    assert list(responses.variables) == ["a", "b", "c"]
    with pytest.raises(ValueError, match="read-only"):
        scored.answers["s"][0] = 5


def test_a_prorated_score_has_the_class_of_whole_points_and_one_between_two_has_none():
    """Two of three items: 3 3 . is 6 points, 2 2 . three, 3 1 . also three; 1 2 . is 1.5 points and in no class."""
    classes = """
[[classes]]
name = "k"
label = "k"
of = "s"
codes = [{ code = 1, label = "low", max = 2 }, { code = 2, label = "middle", min = 3, max = 5 },
  { code = 3, label = "high", min = 6 }]
"""
    prorated = SCORE + '{ allowed = 1, as = "prorated" }' + classes
    rows = ("3 3 .", "2 2 .", "3 1 .", "1 1 .", "1 2 .", "3 3 3", "3 2 1", "3 2 3", "1 2 2", "1 3 1")
    assert found(prorated, "k", *rows) == ["3", "2", "2", "1", "", "3", "2", "2", "1", "1"]
