"""Figures in the form of the official report: columns of waves, the narrow end of a band magnified, answers in their order."""

from __future__ import annotations

from dataclasses import replace

import pytest

import kodoku_survey as ks
from kodoku_survey.publish.charts.charts import breaks_of, charted, pictures
from kodoku_survey.publish.charts.metrics import width
from kodoku_survey.publish.charts.picture import WIDTH, Box, Label
from kodoku_survey.publish.pages.accounts import title_of
from kodoku_survey.publish.pages.blocks import fits
from kodoku_survey.publish.pages.result_blocks import table_blocks
from kodoku_survey.publish.typesetting.column_widths import columns
from kodoku_survey.survey.codebook import Code, Variable
from kodoku_survey.tables import Cell, Row, Table
from kodoku_survey.tables.words import words


def cell(value: float) -> Cell:
    return Cell(f"{value:.1f}", value)


def line(attribute: str, key: int, value: float, wave: int | None = None) -> Row:
    group = f"{attribute} {key}" if attribute else f"{wave or 2024}年"
    return Row(attribute, group, 100, (cell(value),), wave=wave, axis=attribute, keys=(key,) if attribute else ())


@pytest.fixture
def waves() -> Table:
    """One answer by two attributes, of 16 groups together, in three waves; of one group no wave but the last."""
    rows = [line("", 0, 4.0, wave) for wave in (2024, 2023, 2022)]
    for attribute, count in (("age", 8), ("work", 8)):
        for key in range(count):
            known = (None, 2023, 2022) if (attribute, key) != ("work", 7) else (None,)
            rows += [line(attribute, key, 3.0 + key + (wave or 2024) / 10_000, wave) for wave in known]
    return Table(
        id="参考", section="1", title="t", head_note="", stub_head="", header=("often",), rows=tuple(rows), notes=(), source="",
        basis="unweighted", figure="columns", question="q", codes=(5,), nonanswer=None, across="waves",
    )  # fmt: skip


def test_columns_stand_in_the_order_of_the_waves_each_with_its_figure_and_a_gap_where_nothing_was_asked(waves):
    texts = charted(waves).texts
    assert [text for text in texts if text.endswith("年")] == ["2022年", "2023年", "2024年"]
    for row in waves.rows:
        if row.axis:
            assert row.cells[0].text in texts
    assert texts.count("…") == 2


def test_columns_stay_on_the_sheet_and_as_tall_as_their_figures(waves):
    boxes = [mark for mark in charted(waves).marks if isinstance(mark, Box)]
    assert all(mark.x >= 0 and mark.x + mark.width <= WIDTH for mark in boxes)
    columns = [mark for mark in boxes if mark.height > 8.5]
    assert max(mark.height for mark in columns) / min(mark.height for mark in columns) == pytest.approx(
        10.2 / 3.2, rel=0.02
    )


def test_columns_run_on_between_rows_of_small_charts(waves):
    whole = charted(waves)
    assert len(whole.reach) == len(breaks_of(waves)) + 2
    parts = pictures(waves, most=whole.height - 1)
    assert len(parts) > 1
    assert {text for part in parts for text in part.texts} == set(whole.texts)


@pytest.fixture
def band() -> Table:
    """Shares of four answers, three of them under a tenth."""
    row = Row("", "all", 1000, tuple(map(cell, (0.7, 2.5, 4.3, 92.5))))
    return Table(
        id="2-5", section="1", title="t", head_note="", stub_head="", header=("a", "b", "c", "d"), rows=(row,), notes=(),
        source="", basis="unweighted", figure="band", question="q", codes=(1, 2, 3, 4), nonanswer=None, scale=(1, 2, 3, 4),
        magnified=10,
    )  # fmt: skip


def test_the_narrow_end_of_a_band_is_drawn_again_ten_times_as_long(band):
    plain, both = charted(replace(band, magnified=0)), charted(band)
    assert both.texts.count("2.5") == plain.texts.count("2.5") + 1
    assert both.texts.count("92.5") == plain.texts.count("92.5") == 1
    assert "10%" in both.texts
    first = [mark for mark in both.marks if isinstance(mark, Box) and mark.height > 9]
    assert all(mark.x + mark.width <= WIDTH for mark in first)
    widths = sorted(mark.width for mark in first if mark.fill == first[2].fill)
    assert widths[1] / widths[0] == pytest.approx(10, rel=0.15)  # the gap between neighbours does not grow


def test_a_figure_in_the_magnified_part_is_as_legible_as_any(band):
    labels = [mark for mark in charted(band).marks if isinstance(mark, Label)]
    assert min(mark.size for mark in labels) >= 7.5


def test_answers_that_are_no_step_of_a_scale_stay_behind_it_when_it_is_turned():
    codes = tuple(Code(code, str(code)) for code in (1, 2, 3, 7, 99))
    asked = Variable("q", "single", "q", codes=codes, nonanswer=99, scale="ordinal", outside_scale=(7,))
    assert asked.across == (1, 2, 3, 7)
    assert replace(asked, order_as_question="reversed").across == (3, 2, 1, 7)


def test_the_longest_lasting_comes_first_in_the_figure_of_how_long_it_has_lasted(national):
    table = ks.make_report(ks.weighted(national), only=("1-59",)).tables[0]
    assert table.header[0] == "５年以上"
    assert table.header[-2:] == ("その他", "無回答")


def test_tables_that_share_a_number_are_cited_by_it(national):
    report = ks.make_report(ks.weighted(national), only=("2-1-1", "2-1-2", "2-1-3"))
    assert {title_of(table, "{number} {title}")[:4] for table in report.tables} == {"2-1 "}


@pytest.fixture
def wide() -> Table:
    """Thirty answers with long labels, by twelve groups."""
    labels = tuple(f"選択肢その{k}：家族や友人に頼んだり相談したりすることについての長い文言" for k in range(30))
    rows = [
        Row("place", f"第{k}地域", 1000, tuple(cell(10.0 + answer) for answer in range(30)), axis="place", keys=(k,))
        for k in range(12)
    ]
    return Table(
        id="1-9", section="1", title="t", head_note="", stub_head="", header=labels, rows=tuple(rows), notes=("n",), source="",
        basis="unweighted", figure="bars", question="q", codes=tuple(range(30)), nonanswer=None, multiple=True,
    )  # fmt: skip


def test_a_table_of_more_answers_than_a_page_is_wide_is_several_and_each_answer_stands_once(wide):
    said = words("ja")
    made = list(table_blocks(wide, said, japanese=True, drawn=False))
    assert len(made) > 1
    assert [block["again"] for block in made] == [False, *[True] * (len(made) - 1)]
    assert [figure for block in made for figure in block["rows"][0][2:]] == [f"{10 + k}.0" for k in range(30)]
    for block in made:
        assert sum(block["widths"]) <= WIDTH + 1
        for room, *figures in zip(block["widths"], *block["rows"], strict=True):
            assert all(width(text, block["size"]) <= room for text in figures)
    assert [block["notes"][-1] == "n" for block in made] == [False] * (len(made) - 1) + [True]


def test_the_heads_of_many_panels_leave_room_for_the_bars(wide):
    whole = charted(wide)
    around = whole.height - (whole.reach[-1] - whole.reach[0])
    assert around < 0.6 * whole.height
    assert all(part.height <= 620 for part in pictures(wide))


def test_words_of_latin_letters_are_never_set_from_top_to_bottom():
    heads = ["", "n", *[f"Donaudampfschifffahrtsgesellschaft {k}" for k in range(9)]]
    assert columns(heads, [["all", "10", *["1.0"] * 9]], 1, upright=True) is None
    assert fits(heads, [["all", "10", *["1.0"] * 9]], 1, japanese=True)


def test_a_panel_is_as_wide_as_the_longest_word_over_it(wide):
    header = ("家族・親族", "ＮＰＯ・ボランティア団体", "社会福祉協議会", "Non-Governmental Organisations", "その他")
    rows = tuple(replace(row, cells=row.cells[:5]) for row in wide.rows)
    texts = charted(replace(wide, header=header, codes=tuple(range(5)), rows=rows)).texts
    assert {"社会福祉協議会", "ボランティア団体"} <= set(texts)
    assert not any(text.startswith(("団体", "協議会", "mental")) for text in texts)
