"""What two surveys share: everything the same is found, and every change of a form or definition is refused by name."""

from __future__ import annotations

import shutil

import pytest

import kodoku_survey as ks
from kodoku_survey.errors import SurveyError
from kodoku_survey.survey.sharing import Refusal, Shared
from kodoku_survey.survey.waves import standing, wave_matrix
from kodoku_survey.tables.words import words

LATER = ("wave = 2025", "wave = 2026")
OTHER = ('name = "なぎさ県 県民のつながり調査"', 'name = "みさき県 県民調査"')


@pytest.fixture(scope="module")
def prefecture_survey(project):
    return ks.load_survey(project / "data" / "sample" / "prefecture_2025")


@pytest.fixture(scope="module")
def national_survey(project):
    return ks.load_survey(project / "data" / "sample" / "national_2024")


@pytest.fixture
def changed(project, tmp_path):
    """The prefecture's folder with some words of its files replaced."""

    def change(*replacements):
        folder = tmp_path / "changed"
        shutil.copytree(project / "data" / "sample" / "prefecture_2025", folder)
        for old, new in replacements:
            paths = [path for path in folder.glob("*.toml") if old in path.read_text(encoding="utf-8")]
            assert paths, old
            for path in paths:
                path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        return ks.load_survey(folder)

    return change


def test_a_survey_shares_everything_with_its_next_wave(prefecture_survey, changed):
    shared = Shared(prefecture_survey, changed(LATER))
    assert [name for name in prefecture_survey.variables if shared.find(name) != name] == []


FAULTS = [
    ("answers", "health", [('label = "よくない"', 'label = "わるい"')]),
    ("base", "lonely_when", [("asked_if = { lonely = [1, 2] }", "asked_if = { lonely = [1, 2, 3] }")]),
    ("definition", "alone", [('label = "ひとり暮らし", min = 1, max = 1', 'label = "ひとり暮らし", min = 1, max = 2'),
                             ('label = "２人以上", min = 2', 'label = "２人以上", min = 3')]),
    ("definition", "contact", [("{ meet = [1, 2, 3] }", "{ meet = [1, 2] }")]),
    ("part", "isolation", [("{ meet = [1, 2, 3] }", "{ meet = [1, 2] }")]),
    ("part", "aspects_k", [("{ meet = [1, 2, 3] }", "{ meet = [1, 2] }")]),
    ("answers", "sex_age", [('label = "女性" }', 'label = "女" }')]),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "name", "replacements"), FAULTS, ids=[f"{f[0]} {f[1]}" for f in FAULTS])
def test_a_change_is_refused_by_the_name_of_what_it_touches(prefecture_survey, changed, reason, name, replacements):
    found = Shared(prefecture_survey, changed(LATER, *replacements)).find(name)
    assert isinstance(found, Refusal)
    assert (found.item, found.reason) == (name, reason)
    for language in ("ja", "en"):
        assert found.text(words(language))


def test_another_survey_that_words_a_question_differently_is_refused(prefecture_survey, changed):
    wording = ("ご近所の方とどのようなつきあいをしていますか。", "近所の人とどの程度つきあっていますか。")
    found = Shared(prefecture_survey, changed(OTHER, wording)).find("neighbours")
    assert isinstance(found, Refusal)
    assert found.reason == "wording"
    assert Shared(prefecture_survey, changed_again := prefecture_survey).find("neighbours") == "neighbours", (
        changed_again
    )


def test_an_answer_added_since_leaves_the_others_comparable_if_the_matrix_says_so(project, changed, tmp_path):
    added = ('label = "互いに助け合う" },', 'label = "互いに助け合う" },\n  { code = 5, label = "そのほか" },')
    later = changed(LATER, added)
    earlier = ks.load_survey(project / "data" / "sample" / "prefecture_2025")
    assert Shared(later, earlier).find("neighbours").reason == "answers"
    listed = "item,wave,status,note,source\nneighbours,2025,same,,x\nneighbours:5,2025,absent,新しい選択肢,x\n"
    (later.folder / "waves.csv").write_text(listed, encoding="utf-8")
    later = ks.load_survey(later.folder)
    for shared in (Shared(later, earlier), Shared(earlier, later)):
        assert shared.find("neighbours") == "neighbours"
        assert 5 not in shared.codes("neighbours", "neighbours")
    found = ks.compare(*(side(survey) for survey in (later, earlier)), only=["17"])
    assert 5 not in set(found.frame["code"])
    assert {one.item: one.reason for one in found.refused}["neighbours:5"] == "absent"


def side(survey):
    return ks.Measured(ks.weighted(ks.score(ks.clean(ks.read_returns(survey))), basis="unweighted"))


def test_answers_in_another_order_are_matched_by_their_labels(prefecture_survey, changed):
    swapped = [
        ('{ code = 1, label = "苦しい" }', '{ code = 4, label = "苦しい" }'),
        ('{ code = 4, label = "ゆとりがある" }', '{ code = 1, label = "ゆとりがある" }'),
    ]
    shared = Shared(prefecture_survey, changed(LATER, *swapped))
    assert shared.find("living") == "living"
    assert shared.codes("living", "living") == {1: 4, 2: 2, 3: 3, 4: 1, 9: 9}


def test_the_scale_of_three_answers_is_not_the_scale_of_four(national_survey, prefecture_survey):
    shared = Shared(national_survey, prefecture_survey)
    for name in ("ucla_score", "ucla_class"):
        found = shared.find(name)
        assert isinstance(found, Refusal)
        assert found.reason == "scale"
        for language in ("ja", "en"):
            assert "ucla3_jp_gov（3～12）" in found.text(words(language))
            assert "ucla3_hughes（3～9）" in found.text(words(language))


def test_one_question_of_the_literature_is_found_under_another_name(project, national_survey, tmp_path):
    folder = tmp_path / "renamed"
    shutil.copytree(project / "data" / "sample" / "national_2024", folder, ignore=shutil.ignore_patterns("*.csv"))
    for path in folder.glob("*.toml"):
        path.write_text(path.read_text(encoding="utf-8").replace("q28", "direct"), encoding="utf-8")
    other = ks.load_survey(folder)
    shared = Shared(national_survey, other)
    assert shared.find("q28") == "direct"
    # What rests on it is the same definition in other names; what rests on something else is not.
    assert shared.find("direct_two") == "direct_two"
    assert shared.find("lonely_isolated") == "lonely_isolated"
    path = folder / "measures.toml"
    text = path.read_text(encoding="utf-8")
    assert "when = { direct = [3, 4, 5] }" in text
    path.write_text(text.replace("when = { direct = [3, 4, 5] }", "when = { direct = [4, 5] }"), encoding="utf-8")
    assert Shared(national_survey, ks.load_survey(folder)).find("direct_two").reason == "definition"
    path.write_text(text.replace("when = { direct = [3, 4, 5] }", "when = { q31 = [3, 4, 5] }"), encoding="utf-8")
    assert Shared(national_survey, ks.load_survey(folder)).find("direct_two").reason == "definition"


def test_the_matrix_says_of_every_question_of_the_form_how_each_wave_stands(national_survey):
    asked = {v.name for v in national_survey.codebook if v.source == "form"}
    for wave in (2021, 2022, 2023):
        listed = national_survey.waves[national_survey.waves["wave"] == wave]
        assert asked - set(listed["item"]) == set(), wave
    frame = national_survey.waves
    assert (frame[frame["status"].isin(["same", "recombined"])]["source"] != "").all()
    assert (frame[~frame["status"].isin(["same"])]["note"] != "").all()


@pytest.mark.parametrize(
    ("name", "wave", "status", "item"),
    [
        ("q28", 2021, "same", "q28"),
        ("ucla_class", 2021, "same", "q25"),
        ("q16_1b", 2021, "differs", "q16_1b"),
        ("contact_sum", 2023, "same", "q16_1a"),
        ("contact_sum", 2022, "recombined", "q16_1c"),
        ("contact_sum", 2021, "absent", "q16_1c"),  # an index that lacks an item in a wave is not of that wave
        ("support_any", 2023, "absent", "q20"),
        ("support_received", 2023, "same", "q18"),
        ("support_received", 2022, "absent", "q18"),
        ("q12", 2021, "absent", "q12"),
        ("q23", 2021, "differs", "q23"),
        ("family_help", 2023, "unknown", "q22_2"),
        ("isolation_three_k", 2023, "absent", "q20"),
        ("prefecture", 2023, "unknown", "prefecture"),  # what is not listed is unknown
    ],
)
def test_a_derived_variable_is_as_comparable_as_the_least_of_its_questions(national_survey, name, wave, status, item):
    found = standing(national_survey, name, wave)
    assert (found.status, found.item) == (status, item)
    assert found.comparable == (status in ("same", "recombined"))


def test_an_answer_added_later_is_absent_though_its_question_is_not(national_survey):
    assert standing(national_survey, "q23_3", 2022).status == "same"
    assert standing(national_survey, "q23_3", 2022, 9).status == "absent"
    assert standing(national_survey, "q23_3", 2023, 9).status == "same"


@pytest.mark.parametrize(
    ("line", "words_of_it"),
    [
        ("q28,2023,same,,x", ["waves.csv", "q28"]),
        ("lonely,2024,sam,,x", ["waves.csv", "sam", "Did you mean 'same'?"]),
        ("lonly,2024,same,,x", ["waves.csv", "lonly", "Did you mean 'lonely'?"]),
        ("lonely:7,2024,absent,,x", ["waves.csv", "7", "lonely"]),
        ("lonely,令和６年,same,,x", ["waves.csv", "wave", "令和６年"]),
        ("lonely,2024,same,,x\nlonely,2024,differs,,x", ["waves.csv", "lonely 2024", "twice"]),
    ],
)
def test_a_fault_in_the_matrix_is_told_with_its_place(project, tmp_path, line, words_of_it):
    folder = shutil.copytree(project / "data" / "sample" / "prefecture_2025", tmp_path / "survey")
    (folder / "waves.csv").write_text(f"item,wave,status,note,source\n{line}\n", encoding="utf-8")
    with pytest.raises(SurveyError) as fault:
        ks.load_survey(folder)
    told = fault.value.text("en")
    assert [word for word in words_of_it if word not in told] == []


def test_the_page_of_the_matrix_is_what_the_data_say(project, national_survey):
    matrix = wave_matrix(national_survey)
    page = (project / "docs" / "waves.md").read_text(encoding="utf-8")
    table = page[page.index("| item ") :]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == len(matrix)
    for line, row in zip(rows, matrix.itertuples(index=False), strict=True):
        assert [cell.strip() for cell in line.strip("|").split("|")] == [str(cell) for cell in row]
