"""What must not change when a delivery, a design or a plan is changed in a way that means nothing; and what must, exactly.

Every relation has been seen to fail on a bug planted for it: planted.py says which, and plants it.
"""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from little import HEAD, LABELS, Little, answers, shares
from numpy.testing import assert_allclose

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.tables.rounding import half_up, percent_of


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """Where the folder as it is stands."""
    return Little().write(tmp_path_factory.mktemp("little") / "survey")


@pytest.fixture(scope="module")
def responses(place) -> ks.Responses:
    """The little survey's responses."""
    return run.respond(place)


@pytest.fixture(scope="module")
def sample(responses) -> ks.Sample:
    """The little survey, weighted."""
    return run.weigh(responses)


@pytest.fixture(scope="module")
def plain(responses) -> ks.Sample:
    """The little survey, unweighted."""
    return run.weigh(responses, basis="unweighted")


def excluded(responses: ks.Responses) -> dict[str, int]:
    return responses.ledger.exclusions["reason"].value_counts().to_dict()


# Deliveries that mean the same ―――


def reordered(little: Little) -> Little:
    order = [8, 0, 7, 1, 6, 2, 5, 3, 4]
    return replace(
        little,
        head=tuple(HEAD[k] for k in order),
        rows=tuple(tuple(row[k] for k in order) for row in little.rows),
    )


def labelled(little: Little) -> Little:
    def words(row):
        cells = dict(zip(HEAD, row, strict=True))
        for name, texts in LABELS.items():
            cells[name] = texts[int(cells[name]) - 1] if cells[name] in ("1", "2", "3") else ""
        return tuple(cells.values())

    return replace(little.edited(words), layout='answers = "labels"')


def in_one_cell(little: Little) -> Little:
    rows = [(*row[:6], ";".join(str(k) for k in (1, 2, 3) if row[5 + k] == "1")) for row in little.rows]
    return replace(little, rows=tuple(rows), head=(*HEAD[:6], "act"), layout='multiple = "cell"\nseparator = ";"')


SAME = {
    "rows in another order": lambda little: replace(little, rows=little.rows[::-1]),
    "cp932": lambda little: replace(little, encoding="cp932"),
    "a byte-order mark": lambda little: replace(little, encoding="utf-8-sig"),
    "CRLF": lambda little: replace(little, newline="\r\n"),
    "every cell quoted": lambda little: replace(little, quoting=csv.QUOTE_ALL),
    "columns in another order": reordered,
    "a column nobody asked for": lambda little: replace(
        little, head=(*HEAD, "memo"), rows=tuple((*row, "1") for row in little.rows)
    ),
    "Excel": lambda little: replace(little, excel=True),
    "two files": lambda little: replace(little, parts=2),
    "labels for codes": labelled,
    "several answers in one cell": in_one_cell,
    "full-width digits": lambda little: little.edited(
        lambda row: (
            *row[:2],
            *(cell.translate(str.maketrans("0123456789", "０１２３４５６７８９")) for cell in row[2:]),
        )
    ),
    "blanks around codes": lambda little: little.edited(lambda row: (*row[:2], *(f" {cell} " for cell in row[2:]))),
    "the unit behind the age": lambda little: little.edited(
        lambda row: (*row[:3], f"{row[3]}歳" if row[3] else "", *row[4:])
    ),
    "9 for a blank": lambda little: little.edited(lambda row: (*row[:5], row[5] or "9", *row[6:])),
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME.keys())
def test_a_delivery_in_another_form_is_the_same_answers(change, responses, tmp_path):
    made = change(Little()).responses(tmp_path)
    assert answers(made) == answers(responses)
    assert made.ledger.kept == responses.ledger.kept


# Accounting ―――


def test_every_cell_of_a_variable_is_an_answer_or_no_answer_or_not_asked(responses):
    for name, variable in responses.variables.items():
        state = responses.given(name).state
        assert len(state) == len(responses)
        assert set(np.unique(state)) <= {-1, 0, 1}, variable.name
    whose = responses.given("why").state
    asked = np.isin(responses.answers["lonely"], (1, 2))
    assert ((whose == -1) == ~asked).all()


def test_a_return_is_told_by_its_file_and_line(responses, place):
    lines = (place / "part0.csv").read_text(encoding="utf-8").splitlines()
    for number, line in zip(responses.id, responses.line, strict=True):
        assert lines[line - 1].split(",")[0] == number


def test_a_second_return_with_fewer_answers_changes_only_the_ledger(responses, tmp_path):
    row = responses.id[4]
    second = next(row_ for row_ in Little().rows if row_[0] == row)
    fewer = (*second[:3], "", second[4], "", "", "", "")
    for rows in ((*Little().rows, fewer), (fewer, *Little().rows)):
        made = replace(Little(), rows=rows).responses(tmp_path)
        assert answers(made) == answers(responses)
        assert excluded(made) == {"same_mode_twice": 1}
        assert made.ledger.rows == responses.ledger.rows + 1


def test_of_two_equal_returns_the_first_in_the_file_is_kept(tmp_path):
    row = Little().rows[0]
    other = (*row[:4], "2" if row[4] == "1" else "1", *row[5:])
    for rows in ((row, other), (other, row)):
        made = replace(Little(), rows=(*rows, *Little().rows[1:])).responses(tmp_path)
        assert answers(made)[row[0]]["lonely"] == int(rows[0][4])


def test_a_blank_line_a_stranger_and_a_late_return_are_left_out_each_for_its_reason(responses, tmp_path):
    late = (Little().rows[0][0].replace("1", "61"), "2026-02-01", *Little().rows[0][2:])
    stranger = ("900", *Little().rows[0][1:])
    rows = (*Little().rows, ("",) * len(HEAD), stranger, late)
    made = replace(Little(), rows=rows, more="accepted_until = 2026-01-31").responses(tmp_path)
    assert excluded(made) == {"blank": 1, "not_selected": 1, "late": 1}
    assert answers(made) == answers(responses)


def test_an_excluded_return_does_not_compete_with_a_valid_one(responses, tmp_path):
    """A late second return has more answers; it must not push the valid one out."""
    short = Little().with_cell(4, "why", "").with_cell(4, "age", "")
    late = (short.rows[4][0], "2026-02-01", "1", "40", "1", "1", "1", "1", "0")
    more = "accepted_until = 2026-01-31"
    made = replace(short, rows=(late, *short.rows), more=more).responses(tmp_path / "two")
    alone = replace(short, more=more).responses(tmp_path / "one")
    assert excluded(made) == {"late": 1}
    assert answers(made) == answers(alone)


def test_attributes_alone_are_no_valid_return(tmp_path):
    made = replace(Little(), rows=(*Little().rows[1:], ("1", "2026-01-10", "1", "40", "", "", "", "", ""))).responses(
        tmp_path
    )
    assert excluded(made) == {"attributes_only": 1}


def test_an_inadmissible_code_becomes_no_answer_and_one_edit(responses, tmp_path):
    made = Little().with_cell(3, "lonely", "7").responses(tmp_path)
    assert made.answers["lonely"][3] == 9
    assert len(made) == len(responses)
    new = made.edits[made.edits["rule"] == "not_a_code"]
    assert list(new[["id", "variable", "before", "after"]].itertuples(index=False, name=None)) == [
        ("4", "lonely", "7", "9")
    ]


def test_an_answer_off_the_route_is_dropped_and_told(responses, tmp_path):
    row = next(k for k, row in enumerate(Little().rows) if row[4] == "3")
    made = Little().with_cell(row, "why", "2").responses(tmp_path)
    assert answers(made) == answers(responses)
    assert list(made.edits.loc[made.edits["rule"] == "off_route", "before"]) == ["2"]


@pytest.mark.parametrize(
    ("rule", "ticks"), [("exclusive", [0, 0, 1, 0]), ("others", [1, 0, 0, 0]), ("nonanswer", [0, 0, 0, 1])]
)
def test_an_exclusive_option_beside_others_is_settled_as_the_folder_says(rule, ticks, tmp_path):
    little = Little().with_cell(0, "act_1", "1").with_cell(0, "act_2", "0").with_cell(0, "act_3", "1")
    made = replace(little, cleaning=f'exclusive_conflict = "{rule}"').responses(tmp_path)
    assert made.answers["act"][0].tolist() == ticks
    assert "exclusive_conflict" in set(made.edits["rule"])


def test_nothing_ticked_is_no_answer_and_a_column_of_its_own(responses):
    ticks = responses.answers["act"]
    assert ((ticks[:, :3].sum(axis=1) == 0) == (ticks[:, 3] == 1)).all()


def test_a_tick_is_one_and_nothing_else(tmp_path):
    little = Little()
    for cell in ("1", "０", "2", "x"):
        little = little.with_cell(["1", "０", "2", "x"].index(cell), "act_1", cell)
    made = little.responses(tmp_path)
    assert made.answers["act"][:4, 0].tolist() == [1, 0, 0, 0]
    assert list(made.edits.loc[made.edits["variable"] == "act_1", "rule"]) == ["notation", "not_a_code", "not_a_code"]


@pytest.mark.parametrize(("tolerance", "passes"), [(0.05, True), (0.0499, False)])
def test_inadmissible_answers_at_the_tolerance_pass_and_beyond_it_do_not(tolerance, passes, tmp_path):
    """Three of sixty cells of a column are a twentieth."""
    folder = (
        Little().with_cell(0, "lonely", "7").with_cell(1, "lonely", "7").with_cell(2, "lonely", "7").write(tmp_path)
    )
    settings = folder / "survey.toml"
    text = settings.read_text(encoding="utf-8").replace("tolerance = 0.5", f"tolerance = {tolerance}")
    settings.write_text(text, encoding="utf-8")
    if passes:
        assert len(run.respond(folder)) == 60
    else:
        with pytest.raises(ks.SurveyError, match="lonely"):
            run.respond(folder)


# Weights ―――


def test_margins_are_met_to_a_thousandth(sample):
    sex = sample.responses.answers["sex"]
    for code, wanted in ((1, 1700.0), (2, 1900.0)):
        assert_allclose(sample.weight[sex == code].sum(), wanted, rtol=1e-3)


def test_people_in_another_order_have_the_same_weights(sample, tmp_path):
    other = replace(Little(), rows=Little().rows[::-1], selected=Little().selected[::-1]).sample(tmp_path)
    mine = dict(zip(sample.responses.id, sample.weight, strict=True))
    assert_allclose([mine[number] for number in other.responses.id], other.weight, rtol=1e-9)


def test_margins_twice_as_large_make_weights_twice_as_large(sample, tmp_path):
    other = replace(Little(), margins=(3400.0, 3800.0)).sample(tmp_path)
    assert_allclose(other.weight, 2 * sample.weight, rtol=1e-6)
    assert_allclose(shares(other), shares(sample), rtol=1e-6)


def test_base_weights_in_another_unit_change_no_share(tmp_path):
    one = replace(Little(), steps="").sample(tmp_path / "one")
    scaled = tuple((*row[:3], str(10 * float(row[3]))) for row in Little().selected)
    ten = replace(Little(), steps="", selected=scaled).sample(tmp_path / "ten")
    assert_allclose(ten.weight, 10 * one.weight, rtol=1e-12)
    assert_allclose(shares(ten), shares(one), rtol=1e-9)


def test_other_names_for_strata_and_psus_change_no_error(sample, tmp_path):
    renamed = tuple((row[0], f"層{row[1]}", f"い{9 - int(row[2])}", row[3]) for row in Little().selected)
    assert_allclose(shares(replace(Little(), selected=renamed).sample(tmp_path)), shares(sample), rtol=1e-9)


def test_a_psu_nobody_answered_in_still_counts(sample, tmp_path):
    more = (*Little().selected, ("901", "1", "77", "50"), ("902", "2", "78", "50"))
    made = replace(Little(), selected=more).sample(tmp_path)
    assert made.stages[0].units == sample.stages[0].units + 2


def test_trimming_keeps_the_sum_and_lifts_no_zero():
    weight = np.array([0.0, 1.0, 1.0, 2.0, 9.0, 0.0])
    frame = pd.DataFrame({"w": weight, "y": [1.0, 2, 3, 4, 5, 6]})
    made = ks.trim(ks.Sample.from_frame(frame, weight="w"), multiple_of_median=3.0)
    assert_allclose(made.weight.sum(), weight.sum())
    assert (made.weight[weight == 0] == 0).all()
    assert made.weight.max() < 9


# Estimates ―――


def test_shares_of_a_group_add_to_one_hundred_and_errors_of_two_halves_are_one(sample):
    frame = ks.crosstab(sample, "lonely", by=["sex"]).frame()
    assert_allclose(frame.groupby("group")["percent"].sum(), 100.0)
    halves = ks.crosstab(sample, "sex").frame().set_index("answer")["se"]
    assert_allclose(halves.iloc[0], halves.iloc[1])


def test_groups_add_up_to_everybody(plain):
    frame = ks.crosstab(plain, "lonely", by=["sex"]).frame()
    whole = frame[frame["attribute"] == ""].set_index("answer")["count"]
    parts = frame[frame["attribute"] == "sex"].groupby("answer", sort=False)["count"].sum()
    assert parts.to_dict() == whole.to_dict()
    assert frame[frame["attribute"] == "sex"].drop_duplicates("group")["n"].sum() == 60


def test_counts_are_those_of_the_file(plain):
    frame = ks.crosstab(plain, "lonely").frame().set_index("answer")["count"]
    delivered = pd.Series([row[4] for row in Little().rows]).value_counts()
    assert frame.tolist() == [delivered[code] for code in ("1", "2", "3", "9")]


def test_codes_in_another_order_change_the_columns_and_nothing_else(sample, tmp_path):
    swap = {"1": "3", "3": "1"}
    often, never = "しばしばある", "決してない"
    book = (
        Little()
        .codebook.replace(f'1, label = "{often}"', "@")
        .replace(f'3, label = "{never}"', f'3, label = "{often}"')
    )
    book = book.replace("@", f'1, label = "{never}"')
    book = book.replace("lonely = [1, 2]", "lonely = [2, 3]")
    other = (
        replace(Little(), codebook=book)
        .edited(lambda row: (*row[:4], swap.get(row[4], row[4]), *row[5:]))
        .sample(tmp_path)
    )
    one, two = (ks.crosstab(s, "lonely").frame().set_index("answer")[["percent", "se"]] for s in (sample, other))
    assert_allclose(two.loc[one.index].to_numpy(float), one.to_numpy(float), rtol=1e-6)


def test_years_added_to_everybodys_age_move_the_mean_and_not_its_error(sample, tmp_path):
    older = Little().edited(lambda row: (*row[:3], str(int(row[3]) + 5) if row[3] else "", *row[4:])).sample(tmp_path)
    one, two = (ks.means(s, "age", by="sex") for s in (sample, older))
    assert_allclose(two.value, one.value + 5)
    assert_allclose(two.se, one.se)


def test_a_share_is_the_mean_of_its_indicator(sample):
    frame = pd.DataFrame({"w": sample.weight, "y": (sample.responses.answers["lonely"] == 1) * 1.0})
    mean = ks.means(ks.Sample.from_frame(frame, weight="w"), "y").value[0]
    assert_allclose(100 * mean, ks.crosstab(sample, "lonely").frame()["percent"].iloc[0])


def test_a_wider_level_holds_the_narrower_interval(sample):
    estimate = ks.crosstab(sample, "lonely", by=["sex"]).estimate
    (low99, high99), (low95, high95) = estimate.interval(0.99), estimate.interval(0.95)
    assert (low99 <= low95).all()
    assert (high99 >= high95).all()
    assert (low95 <= estimate.value).all()
    assert (estimate.value <= high95).all()


def test_a_difference_turned_round_has_the_other_sign(sample):
    tab = ks.crosstab(sample, "lonely", by=["sex"])
    one = ks.difference(tab, ("sex", "男性"), ("sex", "女性")).frame()
    two = ks.difference(tab, ("sex", "女性"), ("sex", "男性")).frame()
    assert_allclose(one["points"], -two["points"])
    assert_allclose(one["se"], two["se"])
    assert_allclose(one["low"], -two["high"])


def test_everybody_twice_has_the_same_shares_and_half_the_variance():
    frame = pd.DataFrame({"q": pd.Categorical(["a"] * 30 + ["b"] * 70)})
    one, two = (
        ks.crosstab(ks.Sample.from_frame(f.assign(w=1.0), weight="w"), "q").frame()
        for f in (frame, pd.concat([frame, frame]))
    )
    assert_allclose(one["percent"], two["percent"])
    assert_allclose((one["se"] / two["se"]) ** 2, 2, rtol=0.02)


def test_whoever_was_not_asked_is_in_no_base(plain):
    assert ks.crosstab(plain, "why").frame()["n"].iloc[0] == sum(row[4] in "12" for row in Little().rows)


def test_totals_of_answers_add_to_the_population(sample):
    assert_allclose(ks.totals(sample, "lonely").value.sum(), 3600.0, rtol=1e-6)


def test_a_crosstab_in_a_batch_is_the_crosstab_alone(sample):
    many = ks.crosstabs(sample, ["lonely", "act"], by=["sex"])
    for name in ("lonely", "act"):
        one, other = ks.crosstab(sample, name, by=["sex"]).frame(), many[name, "sex"].frame()
        assert_allclose(other["percent"].to_numpy(float), one.loc[one["attribute"] == "sex", "percent"].to_numpy(float))


# Tables and files ―――


@pytest.fixture(scope="module")
def out(sample, tmp_path_factory) -> Path:
    """The little report, published."""
    return ks.write_report(ks.make_report(sample), tmp_path_factory.mktemp("published") / "out")


@pytest.fixture(scope="module")
def data(out) -> pd.DataFrame:
    """Its data file."""
    return pd.read_csv(out / "data" / "tables.csv", keep_default_na=False, dtype=str)


def test_a_printed_share_is_its_count_rounded_half_up(plain):
    for table in ks.make_report(plain).tables:
        for row in table.rows:
            for cell in row.cells:
                if cell.flag != "nil":
                    assert cell.text == half_up(percent_of(cell.count, row.n), 1)


def test_page_workbook_and_data_file_hold_the_same_figures(sample, out, data):
    from python_calamine import CalamineWorkbook

    held = CalamineWorkbook.from_path(out / "data" / "data.xlsx").get_sheet_by_name("tables").to_python()
    percent = held[0].index("percent")
    assert [f"{row[percent]:.9f}" for row in held[1:]] == [f"{float(cell):.9f}" for cell in data["percent"]]
    printed = [cell.text for table in ks.make_report(sample).tables for row in table.rows for cell in row.cells]
    assert [
        half_up(float(v), 1) if f != "nil" else "‐" for v, f in zip(data["percent"], data["flag"], strict=True)
    ] == printed


def test_a_base_of_exactly_the_reference_base_is_not_for_reference(responses):
    men = int((responses.answers["sex"] == 1).sum())
    for base, flag in ((men, ""), (men + 1, "reference")):
        settings = responses.survey.settings
        survey = replace(
            responses.survey, settings=replace(settings, publication=replace(settings.publication, reference_base=base))
        )
        table = ks.make_report(run.weigh(replace(responses, survey=survey), basis="unweighted")).tables[0]
        assert next(row.flag for row in table.rows if row.group == "男性") == flag


def figures(table: ks.Table) -> list[tuple[object, ...]]:
    """What is printed of each row; errors to twelve digits, since tables counted together are summed in another order."""
    return [
        (
            row.group,
            row.n,
            [(c.text, c.count, c.flag, *(f"{x:.12g}" for x in (c.se, c.low, c.high))) for c in row.cells],
        )
        for row in table.rows
    ]


def test_a_report_of_one_table_has_the_figures_of_the_whole(sample):
    (one,) = ks.make_report(sample, only=["1-2"]).tables
    two = next(table for table in ks.make_report(sample).tables if table.id == "1-2")
    assert figures(one) == figures(two)


def test_another_language_changes_words_and_no_number(data, tmp_path):
    english = replace(Little(), lang="en").sample(tmp_path / "survey")
    other = ks.write_report(ks.make_report(english), tmp_path / "out")
    figures = pd.read_csv(other / "data" / "tables.csv", keep_default_na=False, dtype=str)
    for column in ("percent", "standard_error", "n_unweighted", "flag", "count", "answer_code"):
        assert figures[column].tolist() == data[column].tolist(), column


def test_every_table_has_its_sheet_its_chart_and_its_rows(sample, out, data):
    tables = ks.make_report(sample).tables
    assert len(list((out / "charts").glob("*.svg"))) == len(tables) == len(list((out / "charts").glob("*.png")))
    assert data.groupby("table_id", sort=False).size().to_dict() == {
        table.id: sum(len(row.cells) for row in table.rows) for table in tables
    }


def test_the_manifest_counts_what_the_ledger_counts(responses, out):
    told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["counts"]
    assert told["rows_read"] == responses.ledger.rows == 60
    assert told["valid"] == len(responses)
    assert told["selected"] == 64
    assert sum(told["edits"].values()) == len(responses.edits)


def test_a_table_less_in_the_plan_leaves_the_others_as_they_are(sample, tmp_path):
    shorter = Little().tables[: Little().tables.rindex("[[table]]")]
    fewer = ks.make_report(replace(Little(), tables=shorter).sample(tmp_path)).tables
    whole = ks.make_report(sample).tables[:2]
    assert [figures(table) for table in fewer] == [figures(table) for table in whole]


def test_no_cell_a_person_typed_is_a_formula_in_any_file(tmp_path):
    little = Little().with_cell(0, "番号", "=1+1").with_cell(1, "why", '=HYPERLINK("x")').with_cell(2, "lonely", "=2")
    selected = (("=1+1", *Little().selected[0][1:]), *Little().selected[1:])
    run.prepare(replace(little, selected=selected).write(tmp_path / "survey"), tmp_path / "out", formats=["csv"])
    texts = [path.read_text(encoding="utf-8-sig") for path in (tmp_path / "out").rglob("*.csv")]
    cells = [cell for text in texts for row in csv.reader(text.splitlines()) for cell in row]
    assert not [cell for cell in cells if cell.startswith("=")]
    assert "'=1+1" in cells
