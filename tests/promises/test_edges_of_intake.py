"""Counts and limits of the intake at their edges: one more and one less than what is allowed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from little import HEAD, Little, people, register

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.errors import SurveyError
from kodoku_survey.intake.cells.several import read_cell
from kodoku_survey.intake.cells.ticks import read_tick
from kodoku_survey.intake.cells.wording import wording
from kodoku_survey.intake.issues import Issue, beyond

NUMBER = HEAD.index("受付")


def lost(count: int, of: int, kind: str = "not_a_code", column: str = "lonely") -> Issue:
    return Issue(kind, "postal", column, column, None, count, of)


@pytest.mark.parametrize(
    ("count", "of", "stops"),
    [(10, 200, False), (11, 200, True), (2, 99, False), (3, 99, False), (2, 100, False), (6, 100, True), (5, 99, True)],
)
def test_a_column_is_beyond_its_tolerance_from_the_first_cell_above_it(count, of, stops):
    assert bool(beyond([lost(count, of)], {}, 0.05)) == stops


@pytest.mark.parametrize(("count", "of", "stops"), [(2, 99, False), (2, 100, True), (3, 99, True)])
def test_two_cells_of_fewer_than_a_hundred_stop_nothing_however_small_the_tolerance(count, of, stops):
    assert bool(beyond([lost(count, of)], {}, 0.0)) == stops
    assert beyond([lost(1, of)], {}, 0.0, strict=True)


def test_the_reason_told_is_the_commonest_one_and_reasons_of_a_column_add_up():
    reasons = [lost(6, 200), lost(7, 200, "double_answer"), lost(1, 200, column="sex")]
    (told,) = beyond(reasons, {"postal": 1000}, 0.05)
    assert (told.kind, told.count) == ("double_answer", 7)


def test_many_columns_each_within_the_tolerance_are_a_file_beyond_it_told_by_the_largest():
    small = [lost(9, 200, column=f"q{k}") for k in range(5)] + [lost(10, 200, "double_answer", "q9")]
    assert beyond(small, {"postal": 1100}, 0.05) == []
    (told,) = beyond(small, {"postal": 1099}, 0.05)
    assert told.column == "q9"


def with_days(days: dict[int, str], more: str = "accepted_until = 2026-01-31", layout: str = "") -> Little:
    rows = [list(row) for row in Little().rows]
    for place, day in days.items():
        rows[place][NUMBER] = day
    return replace(Little(), rows=tuple(map(tuple, rows)), more=more, layout=layout)


def test_a_return_of_the_closing_day_is_in_time_and_one_of_the_next_is_late(tmp_path):
    made = with_days({0: "2026-01-31 23:59", 1: "2026-02-01"}).responses(tmp_path)
    assert list(made.ledger.exclusions["reason"]) == ["late"]
    assert list(made.ledger.exclusions["id"]) == ["2"]


def test_a_return_of_the_closing_moment_is_in_time_and_one_a_second_later_is_late(tmp_path):
    days = {0: "2026-01-20 17:00:00", 1: "2026-01-20 17:00:01"}
    made = with_days(days, more="accepted_until = 2026-01-20T17:00:00+09:00").responses(tmp_path)
    assert list(made.ledger.exclusions["id"]) == ["2"]


def test_days_that_could_be_months_are_read_by_those_that_cannot(tmp_path):
    days = dict.fromkeys(range(60), "05/01/2026") | {0: "13/01/2026", 1: "01/02/2026"}
    made = with_days(days).responses(tmp_path / "settled")
    assert list(made.ledger.exclusions["id"]) == ["2"]
    with pytest.raises(ks.SurveyError, match="date_order"):
        with_days({place: day for place, day in days.items() if place} | {0: "05/01/2026"}).responses(tmp_path / "open")


def test_an_issue_of_the_form_is_counted_over_the_returns_of_its_file(tmp_path):
    book = Little().codebook.replace("exclusive = [3]", "exclusive = [3]\nat_most = 1")
    little = replace(Little(), codebook=book, parts=3).with_cell(0, "act_1", "1").with_cell(0, "act_2", "1")
    issues = little.with_cell(0, "act_3", "0").responses(tmp_path).issues
    own = issues[issues["kind"] == "too_many"]
    assert set(own["of"]) == {20}
    over = sum(row[6] == row[7] == "1" for row in little.with_cell(0, "act_3", "0").rows)
    assert own["count"].sum() == over


@pytest.mark.parametrize(("cells", "shown"), [(2, ""), (3, "孤独だ")])
def test_a_wording_is_shown_when_three_returns_hold_it_and_not_before(cells, shown, tmp_path):
    little = Little()
    for place in range(cells):
        little = little.with_cell(place, "lonely", "孤独だ")
    issues = little.responses(tmp_path).issues
    assert list(issues.loc[issues["variable"] == "lonely", "wordings"]) == [shown]


def doubts(little: Little, place) -> set[str]:
    return {doubt.key for doubt in run.check(little.write(place)).doubts}


@pytest.mark.parametrize(("people", "told"), [(4, False), (5, True)])
def test_options_ticked_by_the_same_people_are_told_from_five_on(people, told, tmp_path):
    rows = [
        (*row[:6], "1", "1", "0") if k < people else (*row[:6], "0", "0", "1") for k, row in enumerate(Little().rows)
    ]
    assert ("intake.identical_options" in doubts(replace(Little(), rows=tuple(rows)), tmp_path)) == told


def test_a_wording_like_that_of_an_option_is_told_with_it(tmp_path):
    little = Little()
    for place in range(4):
        little = little.with_cell(place, "lonely", "しばしば ある。")
    assert "intake.resembling" in doubts(little, tmp_path)


def test_a_question_nobody_answered_is_told(tmp_path):
    assert "intake.nobody_answered" not in doubts(Little(), tmp_path / "some")
    silent = Little().edited(lambda row: (*row[:3], "", *row[4:]))
    assert "intake.nobody_answered" in doubts(silent, tmp_path / "none")


def test_columns_nobody_reads_are_named_and_those_ignored_or_of_own_words_are_not(tmp_path):
    text = '[[variable]]\nname = "words"\nkind = "text"\nlabel = "自由記述"\nsection = "孤独"\n'
    head, rows = (*HEAD, "memo", "words", "Time1"), tuple((*row, "m", "犬", "t") for row in Little().rows)
    little = replace(Little(), head=head, rows=rows, codebook=Little().codebook + text)
    returns = ks.read_returns(ks.load_survey(little.write(tmp_path / "all")))
    assert [file.unread for file in returns.files] == [("memo", "Time1")]
    assert returns.selection is None or returns.selection.unread == ()
    ignoring = replace(little, layout='ignore = ["memo", "Time*"]').write(tmp_path / "ignoring")
    assert [file.unread for file in ks.read_returns(ks.load_survey(ignoring)).files] == [()]
    placed = replace(little, layout='ignore = ["memo"]\ncolumns = { words = 12 }').write(tmp_path / "placed")
    assert [file.unread for file in ks.read_returns(ks.load_survey(placed)).files] == [("words",)]


def test_only_columns_somebody_reads_are_kept_of_returns_and_all_of_a_register(tmp_path):
    little = replace(Little(), head=(*HEAD, "memo"), rows=tuple((*row, "m") for row in Little().rows))
    returns = ks.read_returns(ks.load_survey(little.write(tmp_path)))
    assert "memo" not in returns.files[0].cells
    assert list(returns.selection.cells) == ["番号", "層", "地点", "ウエイト"]


def test_every_column_of_the_register_stands_in_the_selection_once_and_its_number_is_the_id(tmp_path):
    little = Little()
    folder = little.write(tmp_path)
    lines = (folder / "selection.csv").read_text(encoding="utf-8").splitlines()
    (folder / "selection.csv").write_text("\n".join(f"{line},{k if k else 'memo'}" for k, line in enumerate(lines)))
    selection = run.respond(folder).selection
    assert sorted(selection.columns) == sorted(["id", "層", "地点", "ウエイト", "memo"])
    assert list(selection["memo"].astype(int)) == list(range(1, 65))
    assert list(selection["id"]) == [row[0] for row in little.selected]


def test_blank_times_among_days_that_could_be_months_are_no_reason_to_read_them(tmp_path):
    days = {place: "" if place % 3 == 0 else "03/04/2026" for place in range(len(Little().rows))}
    faults = run.check(with_days(days).write(tmp_path)).faults
    assert [fault.key for fault in faults] == ["intake.date_order"]


def test_the_drawn_are_the_rows_of_the_register_or_what_the_settings_count(tmp_path):
    assert Little().responses(tmp_path / "register").ledger.selected == 64
    without = Little(steps="").write(tmp_path / "counted")
    settings = without / "survey.toml"
    text = settings.read_text(encoding="utf-8")
    start, end = text.index('[[file]]\nname = "selection"'), text.index("[cleaning]")
    text = (text[:start] + text[end:]).replace('stratum = "層"\npsu = "地点"', "drawn = 75")
    settings.write_text(text.replace('base = "ウエイト"', ""), encoding="utf-8")
    assert run.respond(without).ledger.selected == 75


def never_chosen(little: Little, place) -> list[str]:
    told: list[SurveyError] = list(run.check(little.write(place)).doubts)
    return [doubt.text("ja") for doubt in told if doubt.key == "intake.nobody_chose"]


def test_options_nobody_of_two_hundred_chose_are_named_and_no_others(tmp_path):
    many = Little(rows=tuple(people(240)), selected=tuple(register(244)))
    assert never_chosen(many, tmp_path / "all") == []
    found = never_chosen(many.edited(lambda row: (*row[:4], row[4].replace("2", "1"), *row[5:])), tmp_path / "single")
    assert len(found) == 1
    assert "「時々ある」" in found[0]
    assert "しばしば" not in found[0]
    ticked = many.edited(lambda row: (*row[:6], str(int(row[0]) % 2), "0", str(1 - int(row[0]) % 2)))
    found = never_chosen(ticked, tmp_path / "several")
    assert len(found) == 1
    assert "「趣味」" in found[0]
    assert "自治会" not in found[0]


def test_a_tick_left_blank_was_asked_and_one_said_not_to_apply_was_not(tmp_path):
    survey = ks.load_survey(Little(layout='not_applicable = ["非該当"]').write(tmp_path))
    words = wording(survey.codebook["act"], survey.settings.files[0])
    assert read_tick("", 1, words).applies
    assert not read_tick("非該当", 1, words).applies


def test_words_beside_options_of_a_question_without_other_are_told_and_no_option(tmp_path):
    little = Little(layout='multiple = "cell"')
    survey = ks.load_survey(little.write(tmp_path))
    words = wording(survey.codebook["act"], survey.settings.files[0])
    found = read_cell(f"1{words.layout.between[0]}散歩", words)
    assert (found.codes, found.rule, found.unknown) == ((1,), "not_a_code", ("散歩",))
