"""Any platform's headings, columns and cells are read as they came."""

from __future__ import annotations

import pytest
from small import QUESTIONS, folder, kinds, read

from kodoku_survey.errors import SurveyError

LABELS = 'answers = "labels"\n'
LOOSE = "[cleaning]\ntolerance = 1.0"
# Headings of two rows: the question, and beneath it its options.
TWO = "id,sex,age,活動をすべて,,,\n" + ',,,"自治会, 町内会",趣味,特にない,その他\n'
FREELY = (
    '"活動をすべて/その他" = 9, "活動をすべて/特にない" = 3, "活動をすべて/自治会, 町内会" = 1, "活動をすべて/趣味" = 2'
)


def test_titles_stand_above_the_headings(tmp_path):
    text = "県民調査の結果,,,,,,,\r\n令和8年,,,,,,,\r\nid,sex,age,act_1,act_2,act_3,act_9\r\n1,1,30,1,0,0,0\r\n"
    assert len(read(folder(tmp_path, "heading = 3", {"a.csv": text}))) == 1


@pytest.mark.parametrize(
    "layout",
    [
        'columns = { act = "活動をすべて" }',  # all beneath one heading, by the options' labels
        'option_column = "{text}/{option}"',
        "columns = { act = [4, 5, 6, 7] }",
        f"options = {{ act = {{ {FREELY} }} }}",
        'columns = { act = ["活動をすべて", "活動をすべて/趣味", 6, "活動をすべて/その他"] }',
    ],
)
def test_options_of_a_second_heading_row(tmp_path, layout):
    text = TWO + 'a,男性,30,"自治会, 町内会",趣味,,\nb,女性,40,,,,犬の散歩\n'
    place = folder(tmp_path, f'{LABELS}header_rows = 2\nmultiple = "ticked"\n{layout}', {"a.csv": text})
    assert read(place).answers["act"].tolist() == [[1, 1, 0, 0, 0], [0, 0, 0, 1, 0]]


def test_one_column_for_several_options_is_refused(tmp_path):
    text = "id,sex,age,act_1,act_2,act_3,act_9\n1,1,30,1,0,0,0\n"
    with pytest.raises(SurveyError, match="act") as caught:
        read(folder(tmp_path, 'columns = { act = "act_1" }', {"a.csv": text}))
    assert caught.value.exit_code == 4


def test_headings_alike_on_paper_are_one(tmp_path):
    text = "ｉｄ,sex,a g e,act＿1,act_2,act_3,act_9\n1,1,30,1,0,0,0\n"
    assert len(read(folder(tmp_path, "", {"a.csv": text}))) == 1


CELLS = {
    "a label that holds the separator": ('"自治会, 町内会"', [1]),
    "the same before another": ('"自治会, 町内会, 趣味"', [1, 2]),
    "in any order": ('"趣味,自治会, 町内会"', [1, 2]),
    "full width": ('"趣味，自治会，町内会"', [1, 2]),
    "what was typed": ('"趣味, 犬の散歩"', [2, 9]),
    "what was typed behind the option": ("その他：犬の散歩", [9]),
    "what was typed holds the separator": ('"その他: 犬, 猫"', [9]),
    "what was typed in brackets": ("その他（犬）", [9]),
}


@pytest.mark.parametrize(("cell", "codes"), CELLS.values(), ids=CELLS)
def test_several_answers_in_one_cell(tmp_path, cell, codes):
    text = f"id,sex,age,act\n1,男,30,{cell}\n"
    responses = read(folder(tmp_path, f'{LABELS}multiple = "cell"\nseparator = ","', {"a.csv": text}))
    ticked = [code for code, held in zip((1, 2, 3, 9, 99), responses.answers["act"][0], strict=True) if held == 1]
    assert ticked == codes
    assert not responses.edits["before"].str.contains("犬").any()


def test_a_bare_number_in_a_file_of_labels_is_no_answer(tmp_path):
    text = "id,sex,age,act\n" + "".join(f"{n},男性,30,趣味\n" for n in range(150)) + "x,1,30,趣味\n"
    responses = read(folder(tmp_path, f'{LABELS}multiple = "cell"', {"a.csv": text}))
    assert responses.answers["sex"][-1] == 99
    assert kinds(responses) == {"not_a_code": 1}


@pytest.mark.parametrize("cell", ["1", "1.0", "01", "１", "1 男性", "1.男性", "男", " 1"])
def test_a_code_however_it_is_written(tmp_path, cell):
    text = f"id,sex,age,act_1,act_2,act_3,act_9\n1,{cell},30,1,0,0,0\n2,2,30,1,0,0,0\n"
    assert read(folder(tmp_path, "", {"a.csv": text})).answers["sex"].tolist() == [1, 2]


def test_a_code_beside_the_words_of_another_is_told(tmp_path):
    text = "id,sex,age,act_1,act_2,act_3,act_9\n1,1 女性,30,1,0,0,0\n2,2,30,1,0,0,0\n"
    assert kinds(read(folder(tmp_path, "", {"a.csv": text}, more="[cleaning]\ntolerance = 0.5"))) == {
        "double_answer": 1
    }


def test_a_letter_before_every_code_of_a_column(tmp_path):
    text = "id,sex,age,act_1,act_2,act_3,act_9\n1,A2,30,1,0,0,0\n2,A1,30,1,0,0,0\n3,,30,1,0,0,0\n"
    assert read(folder(tmp_path, "", {"a.csv": text})).answers["sex"].tolist() == [2, 1, 99]
    mixed = text.replace("A1", "B1")
    with pytest.raises(SurveyError, match="sex"):
        read(folder(tmp_path, "", {"a.csv": mixed}))


@pytest.mark.parametrize(
    ("ticked", "unticked"), [("○", ""), ("TRUE", "FALSE"), ("はい", "いいえ"), ("Yes", "No"), ("趣味", "")]
)
def test_words_for_a_tick(tmp_path, ticked, unticked):
    words = f'ticked = ["{"{option}" if ticked == "趣味" else ticked}"]\n' + (
        f'unticked = ["{unticked}"]' if unticked else ""
    )
    text = f"id,sex,age,act_1,act_2,act_3,act_9\n1,1,30,{unticked},{ticked},{unticked},{unticked}\n"
    assert read(folder(tmp_path, words, {"a.csv": text})).answers["act"].tolist() == [[0, 1, 0, 0, 0]]
    other = text.replace(f",{ticked},", ",多分,")
    with pytest.raises(SurveyError, match="act_2"):
        read(folder(tmp_path, words, {"a.csv": other}))


def test_codes_wider_than_16_bits(tmp_path):
    codes = ", ".join(f'{{ code = {c}, label = "市{c}" }}' for c in (13101, 40130, 47201))
    book = f'nonanswer = 99999\n[[variable]]\nname = "city"\nkind = "single"\nlabel = "市"\ncodes = [{codes}]\n'
    text = "id,city\n1,40130\n2,47201\n3,13101\n4,47202\n"
    assert read(folder(tmp_path, "", {"a.csv": text}, codebook=book, more=LOOSE)).answers["city"].tolist() == [
        40130,
        47201,
        13101,
    ]


@pytest.mark.parametrize("label", ["A‖B", "10～20", "－5", "髙橋", "①番", "彁・一"])
def test_the_twins_of_cp932_are_one_label(tmp_path, label):
    book = QUESTIONS.replace('"女性"', f'"{label}"')
    twin = label.translate(str.maketrans("‖～－髙①・", "∥〜−高1･"))
    text = f"id,sex,age,act\n1,{twin},30,趣味\n"
    place = folder(tmp_path, f'{LABELS}multiple = "cell"', {"a.csv": text}, codebook=book)
    assert read(place).answers["sex"].tolist() == [2]


def test_text_questions_reach_no_output(tmp_path):
    book = QUESTIONS + '\n[[variable]]\nname = "why"\nkind = "text"\nlabel = "理由"\n'
    text = "id,sex,age,act_1,act_2,act_3,act_9,why\n1,1,30,1,0,0,0,秘密\n"
    responses = read(folder(tmp_path, "", {"a.csv": text}, codebook=book))
    assert "why" not in responses.frame().columns
    assert "why" not in responses.variables


def test_a_mark_of_nonanswer_that_is_a_code_stops(tmp_path):
    text = "id,sex,age,act_1,act_2,act_3,act_9\n" + "".join(f"{n},{1 + n % 2},30,1,0,0,0\n" for n in range(50))
    with pytest.raises(SurveyError, match="sex") as caught:
        read(folder(tmp_path, 'nonanswer = ["", "2"]', {"a.csv": text}))
    assert caught.value.exit_code == 5


def test_more_answers_than_the_form_allows(tmp_path):
    book = QUESTIONS.replace("exclusive = [3]", "at_most = 1")
    text = "id,sex,age,act_1,act_2,act_3,act_9\n1,1,30,1,1,0,0\n2,1,30,1,0,0,0\n"
    kept = read(folder(tmp_path, "", {"a.csv": text}, codebook=book))
    assert kept.answers["act"].tolist()[0] == [1, 1, 0, 0, 0]
    assert kinds(kept) == {"too_many": 1}
    more = '[cleaning]\ntoo_many = "nonanswer"'
    gone = read(folder(tmp_path, "", {"a.csv": text}, codebook=book, more=more))
    assert gone.answers["act"].tolist()[0] == [0, 0, 0, 0, 1]
    assert gone.edits["rule"].tolist() == ["too_many"]


def test_two_exclusive_options_leave_no_answer(tmp_path):
    book = QUESTIONS.replace("exclusive = [3]", "exclusive = [3, 9]")
    text = "id,sex,age,act_1,act_2,act_3,act_9\n1,1,30,0,0,1,1\n"
    responses = read(folder(tmp_path, "", {"a.csv": text}, codebook=book))
    assert responses.answers["act"].tolist() == [[0, 0, 0, 0, 1]]
    assert responses.edits["rule"].tolist() == ["exclusive_conflict"]
