"""Sentences of small tables: nested axes, hidden cells, what tables.toml does with them, and their cells and tests as data."""

from __future__ import annotations

from dataclasses import replace

import pytest
from little import Little

import kodoku_survey as ks
from kodoku_survey.errors import SurveyError
from kodoku_survey.tables.history import laid_out
from kodoku_survey.tables.sentences import statements
from kodoku_survey.tables.sentences.phrases import people
from kodoku_survey.tables.table import Cell
from kodoku_survey.tables.words import words

BOOK = """
[[variable]]
name = "town"
kind = "single"
label = "市町"
section = "属性"
codes = [{ code = 1, label = "北" }, { code = 2, label = "南" }, { code = 3, label = "東" }]
"""
TABLES = """
[[section]]
id = "1"
title = "孤独"
[[table]]
id = "1-1"
section = "1"
title = "孤独感"
question = "lonely"
by = ["sex", ["sex", "town"]]
compare = "within"
focus = [1]
[[table]]
id = "1-2"
section = "1"
title = "孤独感"
question = "lonely"
history = "yes"
focus = [1]
"""
# Lonely of 40 in each cell: men 北 20, 南 4, 東 4; women 北 30, 南 30, 東 12.
LONELY = {("1", "1"): 20, ("1", "2"): 4, ("1", "3"): 4, ("2", "1"): 30, ("2", "2"): 30, ("2", "3"): 12}


def survey_of(tables: str = TABLES, **changed: str) -> Little:
    rows, number = [], 0
    for (sex, town), lonely in LONELY.items():
        for k in range(40):
            number += 1
            rows.append((str(number), "2026-01-10", sex, "40", "1" if k < lonely else "3", "1", "1", "0", "0", town))
    selected = tuple((str(n), str(1 + n % 2), str(1 + n % 6), "50") for n in range(1, number + 1))
    little = Little()
    return replace(
        little, rows=tuple(rows), head=(*little.head, "town"), selected=selected, basis="unweighted",
        codebook=little.codebook + BOOK, tables=tables, **changed,
    )  # fmt: skip


def report(tmp_path, tables: str = TABLES, history: str = "", **changed: str) -> ks.Report:
    little = survey_of(tables, **changed)
    folder = little.write(tmp_path)
    if history:
        (folder / "history.csv").write_text(
            "wave,table,group,answer,percent,n,mark,source\n" + history, encoding="utf-8"
        )
    responses = ks.score(ks.clean(ks.read_returns(ks.load_survey(folder))))
    return ks.make_report(ks.weighted(responses, basis="unweighted"))


def by_id(made: ks.Report) -> dict[str, str]:
    return {one.id: one.text for one in made.statements}


def test_a_nested_axis_is_compared_within_its_outer_group_and_against_that_groups_total(tmp_path):
    told = by_id(report(tmp_path))
    men, women = told["1-1/by/sex:town=1/1"], told["1-1/by/sex:town=2/1"]
    assert "男性全体23.3％" in men
    assert [town in men for town in ("「北」", "「南」", "「東」")] == [True, False, False]
    # Among everybody women of 東 (30.0 %) would be compared with men; within women they stand out below.
    assert "女性全体60.0％" in women
    assert [town in women for town in ("「北」", "「南」", "「東」")] == [True, True, False]


def test_without_compare_within_the_same_axis_is_one_of_six_groups_against_everybody(tmp_path):
    told = by_id(report(tmp_path, TABLES.replace('compare = "within"\n', "")))
    assert "全体41.7％" in told["1-1/by/sex:town/1"]
    assert "「男性 北」" in told["1-1/by/sex:town/1"]


def test_a_nested_axis_without_the_lines_of_its_outer_groups_is_refused(tmp_path):
    with pytest.raises(SurveyError, match="sex"):
        report(tmp_path, TABLES.replace('by = ["sex", ["sex", "town"]]', 'by = [["sex", "town"]]'))


def test_a_hidden_cell_is_neither_spoken_of_nor_compared(tmp_path):
    made = report(tmp_path)
    table, entry = made.tables[0], made.survey.plan.tables[0]

    def kept(row):
        north = row.axis == "sex:town" and row.keys == (1, 1)
        return replace(row, cells=(Cell("x", flag="suppressed"), *row.cells[1:])) if north else row

    hidden = replace(table, rows=tuple(map(kept, table.rows)))
    told = statements(hidden, entry, made.survey, made.responses.variables)
    assert "1-1/by/sex:town=1/1" in by_id(made)
    assert "1-1/by/sex:town=1/1" not in {one.id for one in told}  # 南 and 東 are alike
    assert all(cell.keys != (1, 1) for one in told for cell in one.cells)


HISTORY = (
    "2025,1-2,全体,1,55.0,300,,t\n2025,1-2,全体,3,45.0,300,,t\n2024,1-2,全体,1,41.0,300,,t\n2024,1-2,全体,3,59.0,,,t\n"
)


def test_change_is_told_of_each_wave_with_a_base(tmp_path):
    told = by_id(report(tmp_path, history=HISTORY, more="reference_date = 2026-01-01\n"))
    assert (
        told["1-2/change/2025"]
        == (
            "令和７年調査と比べると、孤独感は、「決してない」（45.0％から58.3％）の割合が増加している一方、"
            "「しばしばある」（55.0％から41.7％）の割合が減少している。"
        )
        or "差異はみられない" in told["1-2/change/2025"]
    )
    assert told["1-2/change/2024"].startswith("令和６年調査と比べると、孤独感は、「しばしばある」（41.0％から41.7％）")
    assert told["1-2/change/2024"].endswith("差異はみられない。")


def test_change_is_not_told_where_the_weighted_figure_has_no_match(tmp_path):
    folder = replace(survey_of(), basis="design").write(tmp_path)
    (folder / "history.csv").write_text("wave,table,group,answer,percent,n,mark,source\n" + HISTORY, encoding="utf-8")
    responses = ks.score(ks.clean(ks.read_returns(ks.load_survey(folder))))
    made = ks.make_report(ks.weighted(responses, basis="design"))
    assert not [one for one in made.statements if one.kind == "change"]


SEXES = """2025,1-1,男性,1,10.0,300,,t
2025,1-1,sex=2,1,61.0,300,,t
2024,1-1,男性,1,24.0,300,,t
2024,1-1,女性,1,61.0,,,t
"""


def test_change_of_groups_and_of_the_gap_between_two_is_told_where_their_bases_are_known(tmp_path):
    tables = TABLES.replace('compare = "within"', 'compare = "within"\nhistory = "yes"')
    told = by_id(report(tmp_path, tables, SEXES, more="reference_date = 2026-01-01\n"))
    assert told["1-1/change/sex/2025/1"] == (
        "令和７年調査と比べると、孤独感が「しばしばある」と回答した人の割合は、性別では、"
        "「男性」（10.0％から23.3％）で増加している。そのほかの区分に差異はみられない。"
    )
    # 36.7 points now, 51.0 then: z = 14.3 / 6.8
    assert told["1-1/gap/sex/2025/1"].endswith("「男性」と「女性」の差は縮小している。")
    assert not [id for id in told if "2024" in id]


def test_the_base_of_a_group_then_is_its_published_share_of_all(tmp_path):
    tables = (
        TABLES.replace('compare = "within"', 'compare = "within"\nhistory = "yes"')
        + """
[[table]]
id = "1-3"
section = "1"
title = "性別"
question = "sex"
history = "yes"
"""
    )
    shares = "2024,1-3,全体,1,50.0,600,,t\n2024,1-3,全体,2,50.0,600,,t\n"
    told = by_id(report(tmp_path, tables, SEXES.replace("24.0,300", "10.0,") + shares))
    assert "「男性」（10.0％から23.3％）で増加している" in told["1-1/change/sex/2024/1"]


RULES = """
[[sentence]]
id = "1-1/by/sex:town=2/1"
show = "no"
[[sentence]]
id = "1-1/by/sex/1"
text = "女性で高い。"
place = "1-2"
[[sentence]]
id = "1-2/levels"
place = "1"
"""


def test_a_sentence_is_turned_off_said_otherwise_and_moved(tmp_path):
    made = report(tmp_path, TABLES + RULES)
    first, second = made.tables
    assert [one.id for one in first.statements] == ["1-1/by/sex:town=1/1"]
    assert "女性で高い。" in second.sentences
    assert next(one for one in second.statements if one.text == "女性で高い。").origin == "replaced"
    assert [one.place for one in made.moved] == ["1"]
    assert made.sections[0].text[-1] == made.moved[0].text
    assert made.moved[0].text not in second.sentences


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ('id = "9-9/levels"', "9-9"),
        ('id = "1-1/levels"\nplace = "7"', "7"),
        ('id = "1-1/by/*"\ntext = "…"', "1-1/by/*"),
        ('id = "1-1/levels"\nshow = "never"', "never"),
    ],
)
def test_a_rule_for_no_sentence_of_the_plan_is_refused(tmp_path, rule, words):
    with pytest.raises(SurveyError) as caught:
        report(tmp_path, f"{TABLES}\n[[sentence]]\n{rule}\n")
    assert words in caught.value.text("en")


def test_no_difference_is_told_only_where_the_folder_says_so(tmp_path):
    alike = TABLES.replace("focus = [1]", "focus = [2]")  # nobody gave the second answer
    assert not [one for one in report(tmp_path / "a", alike).statements if one.kind == "same"]
    told = report(tmp_path / "b", alike, publication='no_difference = "told"')
    assert any("差異はみられない" in one.text for one in told.statements if one.kind == "same")


def test_the_cells_and_the_test_of_every_sentence_are_data(tmp_path):
    made = report(tmp_path)
    frame = made.sentence_cells()
    own = frame[frame["sentence_id"] == "1-1/by/sex:town=1/1"]
    assert list(own["role"]) == ["total", "told", "compared", "compared"]
    assert list(own["group_code"]) == ["1", "1:1", "1:2", "1:3"]
    assert list(own["higher_than"])[1:] == [2, 0, 0]
    assert set(own["test"]) == {"pooled_z"}
    assert set(own["limit"]) == {1.96}
    assert list(own["percent"]) == [23.3, 50.0, 10.0, 10.0]
    assert set(own["sentence"]) == {by_id(made)["1-1/by/sex:town=1/1"]}


def test_waves_side_by_side_are_columns_of_every_group(tmp_path):
    tables = TABLES.replace(
        'history = "yes"\nfocus = [1]', 'by = ["sex"]\nhistory = "yes"\nanswers = [1]\nacross = "waves"'
    )
    history = (
        "2025,1-2,sex=1,1,20.0,,,t\n2025,1-2,女性,1,50.0,,,t\n2025,1-2,全体,1,41.0,300,,t\n2024,1-2,sex=1,1,19.0,,,t\n"
    )
    made = report(tmp_path, tables, history).tables[1]
    assert [note for note in made.notes if note.startswith("「…」")]  # of women in 2024
    table = laid_out(made, "全体")
    assert table.codes == (2024, 2025, 2026)
    assert [(row.group, *(cell.text for cell in row.cells)) for row in table.rows] == [
        ("全体", "…", "41.0", "41.7"), ("男性", "19.0", "20.0", "23.3"), ("女性", "…", "50.0", "60.0"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("男性", "男性"),
        ("同居人がいない", "同居人がいない人"),
        ("配偶者あり", "配偶者ありの人"),
        ("男性 離別", "男性・離別"),
    ],
)
def test_those_a_group_is_made_of_are_called_as_one_would(label, told):
    assert people(label, words("ja"), quotes=False) == told


def test_quotation_marks_inside_quotation_marks_are_of_lower_rank(tmp_path):
    little = survey_of()
    book = little.codebook.replace('label = "しばしばある"', 'label = "「よく」ある"')
    folder = replace(little, codebook=book).write(tmp_path)
    responses = ks.score(ks.clean(ks.read_returns(ks.load_survey(folder))))
    told = by_id(ks.make_report(ks.weighted(responses, basis="unweighted")))
    assert "「『よく』ある」" in told["1-1/by/sex/1"]
