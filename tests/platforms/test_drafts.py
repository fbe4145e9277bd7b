"""A folder drafted from each platform's export alone: it passes `check`, has the form's options, and nothing anybody typed."""

from __future__ import annotations

import tomllib

import pytest

from kodoku_survey import run
from kodoku_survey.intake.draft.drafting import draft_folder

from .questionnaire import QUESTIONS, people
from .test_platforms import EXPORTS

NAMED = {"logoform": "logoform", "keying": "keying"}  # nothing in their headings tells them
WORDED = [
    name for name in EXPORTS if name not in ("limesurvey", "kobo", "keying")
]  # the others hold codes, not wordings


@pytest.fixture(scope="module", params=EXPORTS)
def draft(request, tmp_path_factory):
    """The platform, who answered, and the folder drafted from its file alone."""
    asked = people(seed=list(EXPORTS).index(request.param))
    delivery = EXPORTS[request.param](asked)
    place = tmp_path_factory.mktemp("delivered")
    (place / delivery.name).write_bytes(delivery.content)
    draft_folder(place / "drafted", [place / delivery.name], profile=NAMED.get(request.param, ""))
    return request.param, asked, place / "drafted"


def test_a_drafted_folder_passes_check_with_everybody_in_it(draft):
    _, _, folder = draft
    found = run.check(folder)
    assert [fault.text() for fault in found.faults] == []
    assert found.responses is not None
    assert len(found.responses) >= 300


def test_every_question_and_option_of_the_form_is_drafted(draft):
    platform, _, folder = draft
    book = tomllib.loads((folder / "codebook.toml").read_text(encoding="utf-8"))["variable"]
    kinds = {kind: sum(one["kind"] == kind for one in book) for kind in ("single", "multiple", "number")}
    assert kinds["multiple"] == sum(question.kind == "multiple" for question in QUESTIONS)
    assert kinds["single"] >= sum(question.kind == "single" for question in QUESTIONS)
    if platform in WORDED:
        labels = {"".join(code["label"].split()) for one in book for code in one.get("codes", [])}
        options = {"".join(option.split()) for question in QUESTIONS for option in question.options}
        assert options <= labels | {"その他"}


def test_no_draft_holds_what_somebody_typed(draft):
    _, asked, folder = draft
    text = "".join(
        (folder / name).read_text(encoding="utf-8") for name in ("survey.toml", "codebook.toml", "tables.toml")
    )
    typed = {part for person in asked for words in person.typed.values() for part in words.split(", ")}
    typed |= {person.answers["opinion"] for person in asked if person.answers["opinion"]}
    assert len(typed) > 100
    assert not [words for words in typed if words in text]
    assert "確認" in text
