"""Files saved another way than agreed: told by what they are, with what to do."""

from __future__ import annotations

import pytest

import kodoku_survey as ks
from kodoku_survey.errors import SurveyError

ROW = "1,2026-01-10,1,40,2,,,\r\n"


def told(delivered, tmp_path, change, settings="") -> str:
    """What is said, in English, of the postal file once changed."""
    delivered(ROW, settings=settings, encoding="utf-8")
    path = tmp_path / "postal.csv"
    path.write_bytes(change(path.read_bytes().decode("utf-8")))
    with pytest.raises(SurveyError) as fault:
        ks.read_returns(ks.load_survey(tmp_path))
    assert fault.value.text("en").count("\n") == 0
    return fault.value.text("en")


@pytest.mark.parametrize("settings", ["", 'encoding = "utf-8"'])
def test_excel_s_unicode_text_is_known_by_its_mark(delivered, tmp_path, settings):
    said = told(delivered, tmp_path, lambda text: text.replace(",", "\t").encode("utf-16"), settings)
    assert "postal.csv" in said
    assert "UTF-16" in said
    assert "Save it in Excel" in said


def test_utf_16_that_is_declared_and_has_commas_is_read(delivered, tmp_path):
    delivered(ROW, settings='encoding = "utf-16"', encoding="utf-16")
    assert len(ks.clean(ks.read_returns(ks.load_survey(tmp_path)))) == 1


@pytest.mark.parametrize(("mark", "name"), [(";", "';'"), ("\t", "'Tab'"), ("|", "'|'")])
def test_another_separator_is_named_instead_of_every_column_it_hides(delivered, tmp_path, mark, name):
    said = told(delivered, tmp_path, lambda text: text.replace(",", mark).encode("cp932"))
    assert f"separated by {name}" in said
    assert "no column" not in said


def test_a_declared_encoding_that_does_not_fit_names_itself_alone_and_the_line(delivered, tmp_path):
    said = told(delivered, tmp_path, lambda text: text.encode("cp932"), 'encoding = "utf-8"')
    assert "postal.csv:1" in said
    assert "tried utf-8)" in said


def test_a_row_of_commas_is_a_blank_return_and_nobody_of_the_register(delivered, tmp_path):
    delivered(ROW + ",,,,,,,\r\n")
    register = tmp_path / "selection.csv"
    register.write_text(register.read_text(encoding="utf-8") + ",\r\n , \r\n", encoding="utf-8")
    responses = ks.clean(ks.read_returns(ks.load_survey(tmp_path)))
    assert responses.ledger.entries[0].excluded == {"blank": 1}
    assert responses.ledger.selected == 29
