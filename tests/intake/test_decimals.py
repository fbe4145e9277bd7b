"""Numbers with decimals are read exactly, and counted exactly; units, commas and full width are notation."""

from __future__ import annotations

import pytest
from small import folder, read

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.errors import SurveyError

BOOK = """
nonanswer = 99
[[variable]]
name = "kg"
kind = "number"
label = "体重"
minimum = 0.5
maximum = 1250.5
places = 1
unit = "kg"
[[variable]]
name = "q"
kind = "single"
label = "問"
asked_if = { kg = { min = 36.6 } }
codes = [{ code = 1, label = "はい" }, { code = 2, label = "いいえ" }]
"""
MEASURES = """
[[classes]]
name = "heavy"
of = "kg"
label = "重さ"
codes = [{ code = 1, label = "軽い", max = 36.5 }, { code = 2, label = "重い", min = 36.6 }]
"""


def answered(place, *cells: str, **options: bool) -> ks.Responses:
    text = "id,kg,q\n" + "".join(f'{n},"{cell}",1\n' for n, cell in enumerate(cells))
    loose = "[cleaning]\ntolerance = 1.0"
    return read(folder(place, "", {"a.csv": text, "measures.toml": MEASURES}, codebook=BOOK, more=loose), **options)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("36.5", 36.5), ("36", 36.0), ("３６．５", 36.5), ("36.5kg", 36.5), ("1,234.5", 1234.5), ("0.5", 0.5)],
)
def test_a_number_is_as_it_was_written(tmp_path, cell, value):
    assert answered(tmp_path, cell).frame()["kg"].tolist() == [value]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [("36.55", "not_a_number"), ("36～37", "not_a_number"), ("0.4", "out_of_range"), ("1250.6", "out_of_range")],
)
def test_what_is_no_admissible_number_is_told(tmp_path, cell, kind):
    responses = answered(tmp_path, "1", cell)
    lost = responses.issues.query("lost")
    assert lost["kind"].tolist() == [kind]
    assert lost["column"].tolist() == ["kg"]


def test_classes_conditions_and_means_are_of_the_number_as_printed(tmp_path):
    responses = ks.score(answered(tmp_path, "36.5", "36.6", "0.5"))
    assert responses.answers["heavy"].tolist() == [1, 2, 1]
    assert responses.answers["q"].tolist() == [-1, 1, -1]
    assert ks.means(ks.weighted(responses), "kg").value.tolist() == [pytest.approx((36.5 + 36.6 + 0.5) / 3, abs=1e-12)]


def test_answers_that_run_against_an_instrument_are_refused_unless_their_points_are_declared(tmp_path):
    words = ["常にある", "時々ある", "ほとんどない", "決してない"]
    items = "".join(
        f'[[variable]]\nname = "i{n}"\nkind = "single"\nlabel = "項目{n}"\ncodes = ['
        + ", ".join(f'{{ code = {k}, label = "{word}" }}' for k, word in enumerate(words, start=1))
        + "]\n"
        for n in (1, 2, 3)
    )
    known = "ucla3_jp_gov"
    score = f'[[score]]\nname = "s"\nlabel = "得点"\ninstrument = "{known}"\nitems = ["i1", "i2", "i3"]\n'
    text = "id,i1,i2,i3\n1,1,1,1\n"
    place = folder(tmp_path, "", {"a.csv": text, "measures.toml": score}, codebook="nonanswer = 99\n" + items)
    with pytest.raises(SurveyError, match="決してない"):
        ks.load_survey(place)
    points = ", ".join(f"{{ code = {k}, points = {5 - k} }}" for k in range(1, 5))
    (place / "measures.toml").write_text(score + f"points = [{points}]\n", encoding="utf-8")
    assert ks.score(read(place)).answers["s"].tolist() == [12]


def test_a_correction_is_the_number_as_printed(tmp_path):
    answered(tmp_path, "36.5", "40.0")
    told = "id,variable,value,reason,by,on\n0,kg,36.6,telephone,A,2026-11-01\n1,kg,41,telephone,A,2026-11-01\n"
    (tmp_path / "corrections.csv").write_text(told, encoding="utf-8")
    assert read(tmp_path).frame()["kg"].tolist() == [36.6, 41.0]


def test_a_mark_of_no_answer_that_is_an_admissible_number_is_told_with_its_count(tmp_path):
    text = "id,sex,age,act_1,act_2,act_3,act_9\n1,1,99,1,0,0,0\n2,2,99,0,1,0,0\n3,1,40,0,0,1,0\n"
    place = folder(tmp_path, 'nonanswer = ["", "99"]', {"a.csv": text})
    told = [doubt for doubt in run.check(place).doubts if doubt.key == "intake.token_of_number"]
    assert [(doubt.where, doubt.fields["value"], doubt.fields["count"]) for doubt in told] == [("a.csv age", "99", 2)]
    place = folder(tmp_path, 'nonanswer = ["", "99"]\nnonanswer_of = { age = ["999"] }', {"a.csv": text})
    assert not [doubt for doubt in run.check(place).doubts if doubt.key == "intake.token_of_number"]
