"""Every row is a person, or told apart from people; a number is one person however it was keyed."""

from __future__ import annotations

import pytest
from small import folder, kinds, read

from kodoku_survey.errors import SurveyError

HEAD = "id,sex,age,act_1,act_2,act_3,act_9\n"
ANSWERS = ",1,30,1,0,0,0\n"
REGISTER = '[[file]]\nname = "selection"\nrole = "selection"\npath = "s.csv"\n'


def returns(*numbers: str) -> str:
    return HEAD + "".join(number + ANSWERS for number in numbers)


@pytest.mark.parametrize(
    ("register", "keyed"),
    [
        ("0990", "990"),
        ("990", "0990"),
        ("1001", "１００１"),
        ("1001", " 1001 "),
        ("1001", "1001.0"),
        ("12-34", "1234"),
        ("A-007", "a7"),
        ("12-34", "12－34"),
    ],
)
def test_a_number_is_one_however_it_was_keyed(tmp_path, register, keyed):
    place = folder(tmp_path, "", {"a.csv": returns(keyed), "s.csv": f"id\n{register}\n5555\n"}, more=REGISTER)
    assert read(place).id.tolist() == [register]


def test_a_register_in_which_zeros_tell_people_apart_keeps_them_apart(tmp_path):
    place = folder(tmp_path, "", {"a.csv": returns("007"), "s.csv": "id\n07\n007\n"}, more=REGISTER)
    assert read(place).id.tolist() == ["007"]


def test_the_text_around_a_number(tmp_path):
    layout = 'id = { column = "id", pattern = "No.{id}" }'
    place = folder(tmp_path, layout, {"a.csv": returns("No.7", "no. 8", "9"), "s.csv": "id\n7\n8\n9\n"}, more=REGISTER)
    assert read(place).id.tolist() == ["7", "8", "9"]


def test_a_file_most_of_whose_people_nobody_drew_stops_with_what_would_mend_it(tmp_path):
    numbers = [f"X{n}" for n in range(10, 20)]
    register = "id\n" + "".join(f"{n}\n" for n in range(10, 20))
    with pytest.raises(SurveyError) as caught:
        read(folder(tmp_path, "", {"a.csv": returns("10", *numbers), "s.csv": register}, more=REGISTER))
    assert caught.value.exit_code == 5
    assert 'pattern = "X{id}"' in caught.value.text("en")


def test_anonymous_rows_are_people_of_their_own_file(tmp_path):
    more = '[[file]]\nname = "b"\nrole = "returns"\nmode = "web"\npath = "b.csv"\nid = { row = true }\n'
    text = returns("x", "x")
    place = folder(tmp_path, "id = { row = true }", {"a.csv": text, "b.csv": text}, more=more)
    assert read(place).id.tolist() == ["a-1", "a-2", "b-1", "b-2"]


@pytest.mark.parametrize(("one", "people"), [("", 4), ('register = "A"', 3)])
def test_one_number_in_two_files_is_one_person_only_within_a_register(tmp_path, one, people):
    own = f'id = {{ column = "id"{", " + one if one else ""} }}'
    more = f'[[file]]\nname = "b"\nrole = "returns"\nmode = "web"\npath = "b.csv"\n{own}\n'
    responses = read(folder(tmp_path, own, {"a.csv": returns("1", "2"), "b.csv": returns("2", "3")}, more=more))
    assert len(responses) == people
    assert len(set(responses.id)) == people
    assert kinds(responses) == ({"other_mode": 1} if one else {"same_number_elsewhere": 2})


def test_rows_that_are_nobody_are_told_apart(tmp_path):
    layout = 'test = { column = "sort", values = ["test"] }'
    text = (
        HEAD.replace("\n", ",sort\n")
        + "1,1,30,1,0,0,0,\n2,1,30,1,0,0,0,TEST\n".replace("TEST", "test")
        + ",,,,,,,\n計,9,999,1,0,0,0,\n"
    )
    responses = read(folder(tmp_path, layout, {"a.csv": text}, more="[cleaning]\ntolerance = 1.0"))
    assert responses.id.tolist() == ["1"]
    assert responses.ledger.entries[0].excluded == {"test_row": 1, "blank": 1, "total_row": 1}


def test_a_return_without_a_number_is_told(tmp_path):
    responses = read(folder(tmp_path, "", {"a.csv": returns("1", ""), "s.csv": "id\n1\n"}, more=REGISTER))
    assert responses.ledger.entries[0].excluded == {"no_number": 1}


TIMES = [
    "2026-10-31T23:59:00+09:00",
    "2026-10-31T14:59:00Z",
    "令和8年10月31日",
    "R8.10.31",
    "2026年10月31日(土)",
    "2026/10/31 11:59:59 午後 GMT+9",
    "２０２６／１０／３１",
    "20261031",
    "Oct 31, 2026 9:00 PM",
]


@pytest.mark.parametrize("time", TIMES)
def test_a_time_of_receipt_however_it_is_written(tmp_path, time):
    text = f'id,at,sex,age,act_1,act_2,act_3,act_9\n1,"{time}",1,30,1,0,0,0\n'
    survey = "accepted_until = 2026-10-31"
    assert len(read(folder(tmp_path, 'received = "at"', {"a.csv": text}, survey=survey))) == 1
    late = folder(tmp_path, 'received = "at"', {"a.csv": text}, survey="accepted_until = 2026-10-30")
    with pytest.raises(SurveyError, match="締切後"):
        read(late)


def test_the_order_of_day_and_month_is_settled_by_the_column_or_declared(tmp_path):
    def of(*times: str, order: str = "auto") -> int:
        rows = "".join(f"{n},{time},1,30,1,0,0,0\n" for n, time in enumerate(times))
        layout = f'received = "at"\ndate_order = "{order}"'
        survey = "accepted_until = 2026-01-31"
        text = "id,at,sex,age,act_1,act_2,act_3,act_9\n" + rows
        return len(read(folder(tmp_path, layout, {"a.csv": text}, survey=survey)))

    assert of("05/01/2026", "15/01/2026") == 2
    assert of("01/05/2026", "01/15/2026") == 2
    assert of("01/01/2026") == 1
    with pytest.raises(SurveyError, match="date_order"):
        of("05/02/2026", "01/01/2026")
    assert of("01/02/2026", "01/01/2026", order="mdy") == 2
    assert of("01/02/2026", "01/01/2026", order="dmy") == 1


def test_an_offset_in_the_closing_time(tmp_path):
    text = "id,at,sex,age,act_1,act_2,act_3,act_9\n1,2026-10-05 17:30,1,30,1,0,0,0\n2,2026-10-05 16:30,1,30,1,0,0,0\n"
    place = folder(tmp_path, 'received = "at"', {"a.csv": text}, survey="accepted_until = 2026-10-05T08:00:00Z")
    assert read(place).id.tolist() == ["2"]
