"""Every result shows itself: a screen of text, a table that can be read aloud, Markdown, LaTeX, CSV, Excel; units of a page."""

from __future__ import annotations

import copy
import io
import pickle
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

import kodoku_survey as ks
from kodoku_survey.media import Result
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.shown.beside_kinds import between
from kodoku_survey.tables.shown.forms import printed_of
from kodoku_survey.tables.shown.printed import figures, fixed
from kodoku_survey.tables.shown.screen import width
from kodoku_survey.tables.shown.term_words import terms_in_words
from kodoku_survey.tables.studies.composing import names_of
from kodoku_survey.tables.words import words
from test_travelling import SAMPLE, VALUES

PLAIN = {
    "Survey",
    "Returns",
    "Responses",
    "Sample",
    "Measured",
    "Published",
    "replicates",
    "trimmed",
    "steps",
    "instrument",
}
RESULTS = sorted(set(VALUES) - PLAIN)


@pytest.fixture
def english():
    ks.set_language("en")
    yield
    ks.set_language(None)


@pytest.fixture(scope="module")
def made(prefecture_sample):
    return {name: VALUES[name](prefecture_sample) for name in RESULTS}


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_fits_a_screen(made, name):
    shown = repr(made[name])
    assert isinstance(made[name], Result)
    assert shown.startswith("<")
    assert len(shown.splitlines()) <= 40
    assert max(map(width, shown.splitlines())) <= 170
    assert "nan" not in shown
    assert "DataFrame" not in shown


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_is_html_that_can_be_read_aloud_and_whose_tags_close(made, name):
    html = made[name]._repr_html_()
    for tag in ("table", "tr", "th", "td", "caption", "details", "div", "p"):
        assert len(re.findall(rf"<{tag}[ >]", html)) == html.count(f"</{tag}>"), tag
    assert html.count("<table>") == html.count("<caption>")
    assert html.count("<thead>") == html.count("<table>")
    assert 'scope="col"' in html
    assert html == made[name].to_html()


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_is_written_in_every_form(made, name, tmp_path):
    result = made[name]
    assert "|" in result.to_markdown()
    assert "tabular" in result.to_latex()
    told = pd.read_csv(io.StringIO(result.to_csv()), keep_default_na=False)
    path = result.to_csv(tmp_path / "a.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    given = result.frame if isinstance(result.frame, pd.DataFrame) else result.frame()
    assert list(told.columns) == list(map(str, given.columns))
    assert len(told) == len(given)
    book = CalamineWorkbook.from_path(str(result.to_excel(tmp_path / "a.xlsx")))
    assert book.sheet_names
    assert all(len(book.get_sheet_by_name(one).to_python()) > 1 for one in book.sheet_names)


@pytest.mark.parametrize("name", RESULTS)
def test_a_column_of_a_frame_has_one_type(made, name):
    result = made[name]
    frame = result.frame if isinstance(result.frame, pd.DataFrame) else result.frame()
    for column in frame.columns:
        kinds = {type(value).__name__ for value in frame[column].dropna()}
        assert len(kinds) <= 1, (column, kinds)


def test_a_cross_tab_is_printed_as_groups_by_answers_with_bases_and_marks_and_its_errors_folded(prefecture_sample):
    tab = ks.crosstab(prefecture_sample, "lonely", by=["sex"])
    first, heads, everybody, *_ = repr(tab).splitlines()
    assert first == "<CrossTab lonely, row, basis design>"
    assert heads.split() == ["区分", "いつもある", "ときどきある", "あまりない", "まったくない", "無回答", "回答者数"]
    assert everybody.split()[0] == "全体"
    assert everybody.split()[-1] == f"{len(prefecture_sample):,}"
    html = tab.to_html()
    assert html.index("<details>") > html.index("</table>")
    assert html.count('<th scope="row">') == 3 + 3 * tab.frame().shape[0]


def test_few_respondents_and_nobody_are_marked_and_the_marks_explained():
    shown = repr(ks.crosstab(SAMPLE, "answer", by="sex"))
    assert "48*" in shown
    assert "参考値" in shown
    frame = pd.DataFrame({"q": pd.Categorical(list("aab") * 30, categories=["a", "b", "c"]), "w": 1.0})
    tab = ks.crosstab(ks.Sample.from_frame(frame, weight="w"), "q")
    assert "‐" in repr(tab)
    assert "該当する回答がない" in repr(tab)


def test_shares_are_in_per_cent_wherever_they_are_told():
    tab, shares = ks.crosstab(SAMPLE, "answer", by="sex", total=""), ks.proportions(SAMPLE, "answer", by="sex")
    assert list(shares.frame()["variable"]) == ["answer"] * 8
    for column in ("percent", "se", "low", "high"):
        np.testing.assert_allclose(shares.frame()[column], tab.frame()[column], rtol=1e-12)
    np.testing.assert_allclose(shares.frame()["percent"], 100 * shares.value)
    lacking = ks.prevalence(SAMPLE, "answer", yes=1, by="sex").frame()
    np.testing.assert_allclose(lacking["percent"], tab.frame().query("answer == '1'")["percent"])
    gap = ks.difference(tab, ("sex", "male"), ("sex", "female"))
    np.testing.assert_allclose(gap.frame()["points"], 100 * gap.value)
    linear = ks.contrast(shares, {"gap": {"male:1": 1, "female:1": -1}})
    np.testing.assert_allclose(linear.frame()["points"], 100 * linear.value)
    ratio = ks.contrast(shares, {"risk": lambda v: v["male:1"] / v["female:1"]})
    np.testing.assert_allclose(ratio.frame()["value"], ratio.value)
    assert "points" not in ks.contrast(ks.means(SAMPLE, "y", by="sex"), {"gap": {"male": 1, "female": -1}}).frame()


def test_a_result_of_one_variable_keeps_its_name():
    assert set(ks.means(SAMPLE, "y").frame()["variable"]) == {"y"}
    assert set(ks.totals(SAMPLE, "answer").frame()["variable"]) == {"answer"}
    assert set(ks.ratio(SAMPLE, "y", "score").frame()["variable"]) == {"y / score"}
    assert set(ks.quantiles(SAMPLE, "y", by="sex").frame()["variable"]) == {"y"}
    assert "y · mean" in ks.means(SAMPLE, "y").to_html()


def test_p_is_never_told_to_a_hundred_digits_after_the_point():
    frame = pd.DataFrame({"q": list("ab") * 400, "g": list("ab") * 400, "y": [0.0, 9.0] * 400}).assign(w=1.0)
    frame.loc[:5, "q"], frame["y"] = "b", frame["y"] + np.arange(800) % 7 / 10
    sample = ks.Sample.from_frame(frame, weight="w")
    for result in (ks.independence(sample, "q", "g"), ks.t_test(sample, "y", "g"), ks.regression(sample, "y ~ g"),
                   ks.crosstabs(sample, ["q"], by="g")):  # fmt: skip
        for shown in (repr(result), result.to_html(), result.to_markdown()):
            assert "e-" not in shown
            assert "0.001" in shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0"), (12.345, "12.35"), (0.5, "0.5"), (1234.5, "1,235"), (-98765.4, "-98,765"), (0.00012345, "0.0001235"),
     (1e-9, "1.00e-09"), (float("inf"), "∞"), (float("nan"), ""), (99.995, "100"), (1e15, "1,000,000,000,000,000")],
)  # fmt: skip
def test_a_number_has_four_digits_halves_up(value, shown):
    assert figures(value) == shown


@pytest.mark.usefixtures("english")
def test_an_english_session_is_english_throughout(prefecture, prefecture_sample):
    sample = ks.weighted(prefecture, basis="design")
    tab = ks.crosstab(sample, "lonely", by=["sex"])
    assert tab.frame()["group"].iloc[0] == "Total"
    for shown in (repr(tab), tab.to_html(), repr(ks.crosstab(SAMPLE, "answer", by="sex")), ks.pairwise(tab).to_html()):
        assert "全体" not in shown
        assert "回答者数" not in shown
    with pytest.raises(ks.SurveyError) as fault:
        ks.means(SAMPLE, "yy")
    assert "there is no variable" in str(fault.value)


def test_a_result_is_told_in_the_language_asked_for_and_another_language_is_refused():
    tab = ks.crosstab(SAMPLE, "answer", by="sex")
    assert "Total" in tab.to_markdown(language="en")
    assert "全体" in tab.to_markdown(language="ja")
    with pytest.raises(ks.SurveyError):
        ks.set_language("fr")


def test_the_name_of_a_group_is_only_text_in_every_form(tmp_path):
    frame = pd.DataFrame({"q": list("ab") * 20, "g": ["=1+1", "<b>|&_"] * 20}).assign(w=1.0)
    tab = ks.crosstab(ks.Sample.from_frame(frame, weight="w"), "q", by="g")
    assert "<b>" not in tab.to_html()
    assert r"<b>\|&_" in tab.to_markdown()
    assert r"\&\_" in tab.to_latex()
    assert "'=1+1" in tab.to_csv()
    book = CalamineWorkbook.from_path(str(tab.to_excel(tmp_path / "a.xlsx")))
    assert "=1+1" in {cell for row in book.get_sheet_by_index(0).to_python() for cell in row}


def test_a_file_that_cannot_be_written_and_a_part_there_is_not_are_refused(tmp_path, prefecture_sample):
    tab = ks.crosstab(SAMPLE, "answer", by="sex")
    with pytest.raises(ks.SurveyError) as fault:
        tab.to_excel(tmp_path / "a.xls")
    assert fault.value.key == "publish.not_a_workbook"
    for write in (lambda: tab.to_excel(tmp_path / "none" / "a.xlsx"), lambda: tab.to_csv(tmp_path / "none" / "a.csv")):
        with pytest.raises(ks.SurveyError) as fault:
            write()
        assert fault.value.key == "publish.cannot_write"
    report = ks.weighting_report(prefecture_sample)
    assert "kish_deff" in report.to_csv(part="steps")
    with pytest.raises(ks.SurveyError) as fault:
        report.to_csv(part="step")
    assert "steps" in fault.value.text("en")


def test_a_workbook_holds_figures_as_numbers_as_printed_and_in_full(tmp_path):
    tab = ks.crosstab(SAMPLE, "answer", by="sex")
    book = CalamineWorkbook.from_path(str(tab.to_excel(tmp_path / "a.xlsx")))
    page, frame = (book.get_sheet_by_index(k).to_python() for k in (0, 1))
    (line,) = [row for row in page if row[0] == "female"]
    np.testing.assert_allclose(line[1:5], np.round(100 * tab.value[1], 1), atol=0.051)
    place = next(k for k, row in enumerate(frame) if "percent" in row)
    told = pd.DataFrame(frame[place + 1 :], columns=frame[place])
    np.testing.assert_allclose(told["percent"].to_numpy(float), tab.frame()["percent"], rtol=1e-12)


HEADS = re.compile(r"percent_first|standardized_|value_first|doubly_robust|\bse\b|n_determined|band_low|p_value")


def test_a_comparison_names_both_surveys_and_tells_percent_and_verdict_in_the_readers_words(national_sample):
    earlier = ks.Published(national_sample.responses.survey, 2023)
    made = ks.compare(ks.Measured(national_sample.on("unweighted")), earlier)
    printed = printed_of(made)
    first, second = names_of(made.beside)
    assert printed.heads == ("表", "区分", "回答", first, second, "差", "95％信頼区間", "回答者数", "判定")
    assert 0 < len(printed.rows) <= 40
    assert len(made.frame) == len(printed.rows) + sum(len(one.rows) + one.more for one in printed.folded[:1])
    row = next(row for row in made.frame.itertuples() if row.attribute == "")
    assert printed.rows[0][3:5] == (half_up(row.percent_first, 1), half_up(row.percent_second, 1))
    assert printed.rows[0][-1] == row.word
    for shown in (repr(made), made.to_html(), made.to_markdown()):
        assert not HEADS.search(shown)
        assert shown.index(made.lines()[0]) < shown.index("95％信頼区間")
    english = printed_of(made, 0.95, "en")
    assert english.heads == ("Table", "Group", "Answer", "2024", "2023", "Difference", "95% interval", "n", "Verdict")
    told = {row[-1] for one in (english, english.folded[0]) for row in one.rows}
    assert told <= {"increased", "decreased", "no difference found"}
    assert "全体" not in made.to_html(language="en")


def test_the_frame_of_a_comparison_is_called_as_that_of_any_result(national_sample):
    made = ks.compare(
        ks.Measured(national_sample.on("unweighted")), ks.Published(national_sample.responses.survey, 2023)
    )
    for one in (made, copy.deepcopy(made), pickle.loads(pickle.dumps(made)), replace(made, refused=())):
        assert type(one.frame()) is pd.DataFrame
        pd.testing.assert_frame_equal(one.frame(), pd.DataFrame(made.frame))
    changed = made.frame()
    changed["word"] = ""
    assert "" not in set(made.frame["word"])


def test_limits_a_comparison_has_not_are_blank_and_its_gaps_are_told_apart():
    assert between(float("nan"), 1.0, words("ja")) == ""
    assert between(-1.04, 2.0, words("ja")) == "-1.0～+2.0"
    assert between(3.0, 4.0, words("en"), plus=False) == "3.0 to 4.0"


def test_a_benchmark_names_both_surveys(national_sample):
    earlier = ks.Published(national_sample.responses.survey, 2023)
    made = ks.benchmark(national_sample.on("unweighted"), earlier)
    printed = printed_of(made)
    assert len(printed.rows) > 0
    assert set(made.names) <= set(printed.heads)
    assert not HEADS.search(made.to_html() + repr(made))
    assert printed.above == made.lines()


def test_an_index_is_printed_group_by_group_and_its_headcounts_are_folded():
    index = ks.counting_index(SAMPLE, ["often", "tick"], cutoff=1, by="sex")
    printed, own = printed_of(index), index.estimate.frame()
    assert len(printed.rows) == own["group"].nunique()
    assert printed.rows[0][-4] == half_up(100 * own["value"].iloc[0], 1)
    assert {row[-1] for row in printed.rows} == {f"{n:,}" for n in own["n"]}
    assert len(printed.folded[0].rows) <= 60


def test_fit_has_three_decimals_and_nothing_has_no_sign(made):
    assert fixed(-1.9e-15, 3) == fixed(1.15e-12, 3) == "0.000"
    cells = [row[printed_of(made["Invariance"]).heads.index("SRMR")] for row in printed_of(made["Invariance"]).rows]
    assert all(re.fullmatch(r"\d\.\d{3}", cell) for cell in cells)
    assert "e-" not in made["Invariance"].to_html() + made["ItemBias"].to_html()


def test_heads_are_in_the_readers_language_and_those_of_a_frame_are_not(made):
    found = made["Prevalence"]
    assert {"％", "標準誤差", "95％下限", "判定可"} <= set(printed_of(found).heads)
    assert {"t", "p"} <= set(printed_of(made["Regression"]).heads)
    assert {"%", "Std. error", "90% low"} <= set(printed_of(found, 0.90, "en").heads)
    assert {"percent", "se", "low", "n_determined"} <= set(found.frame().columns)


def every_head(printed):
    return set(printed.heads) | {head for one in printed.folded for head in every_head(one)}


@pytest.mark.parametrize("name", sorted(set(RESULTS) - {"SummaryTable"}))
def test_no_column_is_called_by_the_name_a_program_knows_it_by(made, name):
    heads = every_head(printed_of(made[name], 0.95, "ja"))
    assert not [head for head in heads if re.search(r"[a-z]{2}", re.sub("Kish|McF|Nag", "", head))]
    assert not [head for head in every_head(printed_of(made[name], 0.95, "en")) if "_" in head]


def test_a_term_of_a_model_is_told_by_question_and_answer_where_there_is_a_codebook(prefecture_sample):
    variables, said = prefecture_sample.responses.variables, words("ja")
    sex, age = (variables[name].label for name in ("sex", "age"))
    told = {
        "sex[T.女性]": f"{sex}：女性",
        "sex[女性]": f"{sex}：女性",
        "C(sex)[T.女性]": f"{sex}：女性",
        'C(sex, Treatment("男性"))[T.女性]': f"{sex}：女性",
        "C(sex, Sum)[S.その他［自由に］]": f"{sex}：その他［自由に］",
        "2:sex[T.女性]": f"2:{sex}：女性",
        "sex[T.女性]:sex[T.男性]": f"{sex}：女性:{sex}：男性",
        "age": age,
        "ときどきある:age": f"ときどきある:{age}",
        "sex[T.女性]:age": f"{sex}：女性:{age}",
        "np.log(age)": "np.log(age)",
        "I(age ** 2)": "I(age ** 2)",
        "none[T.x]": "none[T.x]",
        "Intercept": "Intercept",
    }
    assert terms_in_words(list(told), prefecture_sample, said) == list(told.values())
    assert terms_in_words(list(told), SAMPLE, said) == list(told)
