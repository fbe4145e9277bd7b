"""From delivered cells to admissible answers: every row accounted for, every change an edit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kodoku_survey as ks
from kodoku_survey.errors import SurveyError
from kodoku_survey.intake.files import read_file
from kodoku_survey.survey.layouts import FileLayout


def row(number: int, answers: str, received: str = "2026-01-10") -> str:
    return f"{number},{received},{answers}\r\n"


def reasons(responses: ks.Responses) -> dict[str, int]:
    return responses.ledger.exclusions["reason"].value_counts().to_dict()


def rules(responses: ks.Responses) -> list[tuple[str, str, str, str]]:
    return list(responses.edits[["variable", "before", "after", "rule"]].itertuples(index=False, name=None))


CELLS = [
    ("1", 1, None),
    ("１", 1, "notation"),
    (" 1 ", 1, None),
    ("", 9, None),
    ("9", 9, None),
    ("1,2", 9, "double_answer"),
    ("●", 9, "unreadable"),
    ("7", 9, "not_a_code"),
    ("あ", 9, "not_a_code"),
]


@pytest.mark.parametrize(("cell", "code", "rule"), CELLS, ids=[repr(cell) for cell, _, _ in CELLS])
def test_a_single_answer_of_codes(delivered, cell, code, rule):
    responses = delivered(row(1, f'"{cell}",40,2,,,'))
    assert responses.answers["sex"].tolist() == [code]
    assert [r for v, *_, r in rules(responses) if v == "sex"] == ([rule] if rule else [])


NUMBERS = [
    ("40", 40, None),
    ("４０", 40, "notation"),
    ("40歳", 40, "notation"),
    ("99", 99, None),
    ("15", 31, "out_of_range"),
    ("", 31, None),
]


@pytest.mark.parametrize(("cell", "age", "rule"), NUMBERS, ids=[cell or "blank" for cell, _, _ in NUMBERS])
def test_an_age_is_read_with_its_unit_and_completed_from_the_register(delivered, cell, age, rule):
    responses = delivered(row(1, f"1,{cell},2,,,"))
    assert responses.answers["age"].tolist() == [age]
    found = [r for v, *_, r in rules(responses) if v == "age"]
    assert found == ([rule] if rule else []) + (["completed_from_register"] if age == 31 else [])


def test_labels_and_several_answers_of_one_cell(delivered):
    responses = delivered(row(1, "1,40,2,,,"), "2,2026-01-11 09:30,完了,女性,25,ある,夜;休日\r\n")
    assert responses.answers["sex"].tolist() == [1, 2]
    assert responses.answers["when"].tolist() == [[-1, -1, -1, -1], [1, 1, 0, 0]]


def test_an_answer_off_route_is_dropped_and_told(delivered):
    responses = delivered(row(1, "1,40,2,1,,"))
    assert responses.answers["when"].tolist() == [[-1] * 4]
    assert ("when", "1", "", "off_route") in rules(responses)


def test_a_blank_on_route_is_nonanswer_and_a_blank_parent_means_not_asked(delivered):
    responses = delivered(row(1, "1,40,1,0,0,0") + row(2, "1,40,,1,0,0"))
    assert responses.answers["lonely"].tolist() == [1, 9]
    assert responses.answers["when"].tolist() == [[0, 0, 0, 1], [-1] * 4]


def test_an_exclusive_answer_gives_way_to_the_others(delivered):
    responses = delivered(row(1, "1,40,1,1,0,1"))
    assert responses.answers["when"].tolist() == [[1, 0, 0, 0]]
    assert ("when", "1;3", "1", "exclusive_conflict") in rules(responses)


def test_a_row_is_left_out_for_the_first_reason_that_holds(delivered):
    responses = delivered(
        row(1, "1,40,2,,,")
        + row(99, "1,40,2,,,")  # nobody drew this number
        + row(2, "1,40,2,,,", received="2026-02-01")
        + row(3, ",,,,,")
        + row(4, "1,40,,,,"),
        "5,2026-01-11,途中,女性,25,ない,\r\n",
    )
    assert responses.id.tolist() == ["1"]
    assert reasons(responses) == {"not_selected": 1, "late": 1, "blank": 1, "attributes_only": 1, "incomplete": 1}


def test_dates_that_cannot_be_read_are_told_with_their_line(delivered):
    rows = row(1, "1,40,2,,,") + row(2, "1,40,2,,,", received="令和八年")
    with pytest.raises(SurveyError, match=r"postal\.csv:3"):
        delivered(rows, tolerance=0.1)
    assert len(delivered(rows)) == 2


def test_of_two_returns_of_one_person_the_one_with_more_answers_is_kept(delivered):
    responses = delivered(row(1, ",,2,,,"), "1,2026-01-11,完了,女性,25,ある,夜\r\n")
    assert responses.mode.tolist() == ["オンライン"]
    assert reasons(responses) == {"other_mode": 1}


def test_a_form_keyed_twice_counts_once(delivered):
    responses = delivered(row(1, "1,40,2,,,") + row(1, "1,40,2,,,"))
    assert len(responses) == 1
    assert reasons(responses)["same_mode_twice"] == 1


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "euc_jp"])
def test_the_encoding_is_found_and_told(delivered, encoding):
    settings_ = 'encoding = "euc_jp"' if encoding == "euc_jp" else ""
    responses = delivered(row(1, "1,40,2,,,"), encoding=encoding, settings=settings_)
    assert responses.ledger.entries[0].encoding.replace("-", "_") in (encoding.replace("-", "_"), "utf_8")


def test_euc_jp_is_not_taken_for_cp932(tmp_path):
    path = tmp_path / "postal.csv"
    path.write_bytes("孤独,1\r\n孤独,2\r\n".encode("euc_jp"))  # as cp932: ｸﾉﾆﾈ
    with pytest.raises(SurveyError, match="EUC-JP"):
        read_file(path, FileLayout("postal", "returns", "postal.csv", mode="郵送"))


def test_half_width_katakana_are_not_taken_for_euc_jp(delivered):
    assert len(delivered(row(1, '1,40,2,"ｱﾘ",,'))) == 1


def test_a_row_that_cannot_be_decoded_is_told_with_its_line(delivered, tmp_path):
    delivered(row(1, "1,40,2,,,"))
    path = tmp_path / "postal.csv"
    path.write_bytes(path.read_bytes() + b"2,2026-01-10,1,40,2,\xff\xfe\x81,,\r\n")
    with pytest.raises(SurveyError, match=r"postal\.csv.*3"):
        ks.read_returns(ks.load_survey(tmp_path))


def test_a_row_with_a_comma_too_many_is_told_with_its_line(delivered):
    with pytest.raises(SurveyError, match=r"postal\.csv.*3"):
        delivered(row(1, "1,40,2,,,") + row(2, "1,40,2,,,,,,"))


def test_a_column_that_is_missing_is_told_with_the_nearest_one(delivered):
    with pytest.raises(SurveyError, match="lonley"):
        delivered(row(1, "1,40,2,,,"), settings='columns = { lonely = "lonley" }')


def test_a_file_read_wrongly_is_stopped_by_the_tolerance(delivered):
    with pytest.raises(SurveyError) as caught:
        delivered(row(1, "1,40,7,,,") + row(2, "1,40,2,,,"), tolerance=0.01)
    assert caught.value.exit_code == 5
    assert "lonely" in str(caught.value)


def test_strict_takes_a_single_inadmissible_answer_for_an_error(delivered):
    with pytest.raises(SurveyError):
        delivered(row(1, "1,40,7,,,") + row(2, "1,40,2,,,"), strict=True)


def test_nobody_left_is_an_error_with_the_reasons(delivered):
    with pytest.raises(SurveyError, match="標本名簿にない"):
        delivered(row(77, "1,40,2,,,"))


def test_a_persons_answer_never_stands_in_a_message(delivered):
    secret = "山田花子"
    with pytest.raises(SurveyError) as caught:
        delivered(row(1, f"1,40,{secret},,,") + row(2, "1,40,2,,,"), tolerance=0.0)
    assert secret not in caught.value.text("ja") + caught.value.text("en")


answers = st.tuples(
    st.integers(1, 35),
    st.sampled_from(["1", "2", "", "１", "7", "●"]),
    st.sampled_from(["40", "", "200"]),
    st.sampled_from(["1", "2", ""]),
    *[st.sampled_from(["0", "1", ""])] * 3,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(answers, min_size=1, max_size=12))
def test_rows_read_are_rows_kept_and_rows_left_out_by_reason(delivered, people):
    rows = row(1, "1,40,2,,,") + "".join(row(number, ",".join(rest)) for number, *rest in people)
    responses = delivered(rows)
    ledger = responses.ledger
    assert sum(entry.rows for entry in ledger.entries) == len(people) + 2
    for entry in ledger.entries:
        assert entry.rows == entry.kept + sum(entry.excluded.values())
    assert len(responses) == sum(entry.kept for entry in ledger.entries)
    assert len(set(responses.id)) == len(responses)
    for name, values in responses.answers.items():
        assert not values.flags.writeable, name
    ticks = responses.answers["when"]
    asked = responses.answers["lonely"] == 1
    assert (ticks[~asked] == -1).all()
    assert ((ticks[asked] >= 0).all(axis=1)).all()
    assert (np.maximum(ticks[asked][:, :3].max(axis=1, initial=0), ticks[asked][:, 3]) == 1).all()
