"""A folder with words in two languages: read by its own, reported in English where asked."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from little import Little
from typer.testing import CliRunner

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.cli.demonstrating import app
from kodoku_survey.errors import SurveyError
from kodoku_survey.survey.english import divided

LABELS = {
    "性別": "Sex", "男性": "Men", "女性": "Women", "孤独感": "Loneliness", "しばしばある": "Often", "時々ある": "Sometimes",
    "決してない": "Never", "きっかけ": "Occasion", "死別": "Bereavement", "転居": "Moving", "活動": "Activities",
    "自治会": "Neighbourhood", "趣味": "Hobbies", "特にない": "None", "年齢": "Age",
}  # fmt: skip
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠、。（）「」％]")


def bilingual(**changed: object) -> Little:
    """The little survey with every label in English beside its own."""
    little = Little()
    book = little.codebook
    for own, english in LABELS.items():
        book = book.replace(f'label = "{own}"', f'label = "{own}", label_en = "{english}"')
    book = re.sub(r'^label = "([^"]*)", label_en', r'label = "\1"\nlabel_en', book, flags=re.M)
    tables = little.tables.replace('title = "孤独"', 'title = "孤独"\ntitle_en = "Loneliness"')
    for own in ("孤独感", "活動", "きっかけ"):
        tables = tables.replace(f'title = "{own}"', f'title = "{own}"\ntitle_en = "{LABELS[own]}"')
    more = 'title_en = "A small survey"\nname_en = "Small"\n'
    layout = 'mode_en = "mail"\nanswers = "labels"\nmultiple = "columns"\n'
    head, rows = little.head, []
    for row in little.rows:
        said = dict(zip(head, row, strict=True))
        for name, labels in (
            ("sex", ("男性", "女性")),
            ("lonely", ("しばしばある", "時々ある", "決してない")),
            ("why", ("死別", "転居")),
        ):
            said[name] = labels[int(said[name]) - 1] if said[name] in ("1", "2", "3") else ""
        rows.append(tuple(said.values()))
    made = replace(little, codebook=book, tables=tables, more=more, layout=layout, rows=tuple(rows), basis="unweighted")
    return replace(made, **changed)  # type: ignore[arg-type]


@pytest.fixture
def english(tmp_path) -> ks.Report:
    return ks.make_report(run.weigh(run.respond(bilingual().write(tmp_path), lang="en")))


def test_a_report_asked_for_in_english_has_no_japanese_in_it(english):
    for table in english.tables:
        words = [table.title, table.head_note, table.stub_head, *table.header, *table.notes, *table.sentences]
        words += [text for row in table.rows for text in (row.attribute, row.group)]
        assert [text for text in words if JAPANESE.search(text)] == []
    assert english.survey.settings.identity.title == "A small survey"
    assert set(english.responses.mode) == {"mail"}


def test_the_national_report_is_english_from_end_to_end(project):
    folder = project / "data" / "sample" / "national_2024"
    made = ks.make_report(run.weigh(run.respond(folder, lang="en")))
    words = [made.survey.settings.identity.title, *made.survey.settings.identity.method, *made.responses.mode[:50]]
    words += [text for section in made.sections for text in (section.title, *section.text)]
    for table in made.tables:
        words += [table.title, table.head_note, table.stub_head, *table.header, *table.notes, *table.sentences]
        words += [text for row in table.rows for text in (row.attribute, row.group)]
    assert [text for text in words if JAPANESE.search(text)] == []
    assert len(made.statements) > 250


def test_answers_are_read_by_the_wordings_of_the_form_whatever_the_report_speaks(tmp_path):
    folder = bilingual().write(tmp_path)
    own, english = run.respond(folder), run.respond(folder, lang="en")
    assert own.variables["lonely"].code(1).text == "しばしばある"
    assert english.variables["lonely"].code(1).text == "Often"
    assert english.variables["lonely"].code(9).text == "No answer"
    for name in own.answers:
        assert (own.answers[name] == english.answers[name]).all()
    assert (own.answers["lonely"] == 1).any()


def test_lang_of_the_folder_does_the_same_and_a_folder_without_english_keeps_its_words(tmp_path):
    told = run.respond(bilingual(lang="en").write(tmp_path / "a"))
    assert told.variables["sex"].label == "Sex"
    assert told.survey.plan.tables[0].title == "Loneliness"
    plain = run.respond(Little().write(tmp_path / "b"), lang="en")
    assert (plain.variables["sex"].label, plain.survey.settings.identity.lang) == ("性別", "ja")


def test_a_fault_of_the_english_words_is_told_though_nobody_asked_for_them(tmp_path):
    book = bilingual().codebook.replace('label_en = "Women"', 'label_en = "Men"')
    with pytest.raises(SurveyError) as caught:
        run.respond(bilingual(codebook=book).write(tmp_path))
    assert "Men" in caught.value.text("en")


def test_the_command_reports_in_english_where_it_is_asked_before_or_after_the_command(tmp_path, monkeypatch):
    asked = []

    def made(*_: object, lang: object = None, **__: object) -> ks.Report:
        asked.append(lang)
        return ks.make_report(bilingual().sample(tmp_path / f"{len(asked)}"))

    monkeypatch.setattr(run, "report", made)
    for command in (["--lang", "en", "report", "x"], ["report", "x", "--lang", "en"], ["report", "x"]):
        assert CliRunner().invoke(app, command).exit_code == 0
    assert asked == ["en", "en", None]


def test_a_condition_on_a_variable_called_like_a_wording_is_no_wording():
    own, english = divided({"base": {"label_en": [1]}, "label": "あ", "label_en": "A", "short": "い"})
    assert own == {"base": {"label_en": [1]}, "label": "あ", "short": "い"}
    assert english == {"base": {"label_en": [1]}, "label": "A"}
