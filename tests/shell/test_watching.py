"""The progress of a run: it never goes back, ends at the whole, and foretells the time left only when it can."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

import kodoku_survey.cli.watching as watching
from kodoku_survey.cli.watching import STAGES, Course, seconds_left, watched


@pytest.mark.parametrize("work", STAGES)
def test_a_run_is_done_when_its_last_stage_is(work):
    course = Course(STAGES[work])
    shares = [course.note(stage, done, 2) for stage in STAGES[work] for done in (0, 1, 2)]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == pytest.approx(1)


def test_pages_and_pictures_run_beside_each_other_and_a_stage_begun_again_takes_nothing_back():
    course = Course(STAGES["report"])
    assert (
        course.note("pdf", 0, 2)
        < course.note("charts", 1, 10)
        < course.note("pdf", 1, 2)
        < course.note("charts", 10, 10)
    )
    before = course.note("files", 1, 10)
    assert course.note("read", 0, 2) == before
    assert course.note("no such stage", 1, 2) == before


def test_the_time_left_follows_from_the_share_done():
    assert seconds_left(0.25, 10.0) == pytest.approx(30)
    assert seconds_left(0.0, 10.0) is None
    assert seconds_left(0.5, 0.5) is None


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_only_a_terminal_is_shown_progress(monkeypatch):
    shown = Screen()
    monkeypatch.setattr(watching, "Console", lambda **_: Console(file=shown, force_terminal=True, width=100))
    monkeypatch.setattr(watching, "monotonic", iter([0.0, 9.0, 9.0, 18.0]).__next__)
    with watched(False) as progress:
        progress("read", 0, 2)
        progress("charts", 5, 10)
    assert "[8/9]" in shown.getvalue()
    assert "残り約" in shown.getvalue() or "left" in shown.getvalue()
    silent = io.StringIO()  # FORCE_COLOR, as notebooks set it, makes no terminal of a file
    monkeypatch.setattr(watching, "Console", lambda **_: Console(file=silent, force_terminal=True))
    for quiet in (False, True):
        with watched(quiet) as progress:
            progress("read", 0, 2)
    assert silent.getvalue() == ""
