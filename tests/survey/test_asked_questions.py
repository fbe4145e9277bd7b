"""The questionnaire of a report: where the plan names no table for it, every question of the form has one."""

from __future__ import annotations

import kodoku_survey as ks
from kodoku_survey.survey.skeleton import new_folder


def test_a_questionnaire_without_tables_has_every_question_of_the_form_and_numbers_in_their_bands(tmp_path):
    new_folder(tmp_path / "new")
    survey = ks.load_survey(tmp_path / "new")
    asked = {planned.id: planned.question for planned in survey.plan.tables if planned.section == "調査票"}
    assert asked == {"問1": "sex", "問2": "age_class", "問3": "lonely", "問3-1": "lonely_since", "問4": "activities"}


def test_a_new_folder_has_the_parts_of_an_official_report(tmp_path):
    new_folder(tmp_path / "new")
    forms = [section.form for section in ks.load_survey(tmp_path / "new").plan.sections]
    assert {"before", "outline", "returns", "results", "questionnaire", "terms"} <= set(forms)


def test_a_questionnaire_that_names_its_tables_keeps_to_them(project):
    survey = ks.load_survey(project / "data" / "sample" / "national_2024")
    own = [planned for planned in survey.plan.tables if planned.section == "3"]
    assert all(planned.title.startswith("問") for planned in own)
    assert len({planned.id for planned in own}) == len(own)
