"""What the terminal says of a report's protection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kodoku_survey.cli.speaking import say, tell
from kodoku_survey.publish.release.checker import place_of
from kodoku_survey.tables import Report


def protection_of(report: Report) -> dict[str, Any]:
    """What a program reads: the profile and what it hides."""
    made = report.protection
    return {"protection": {"profile": made.profile, "unsafe": made.unsafe, "gaps": made.gaps, "cells": made.cells}}


def show_protection(report: Report, out: Path, *, audit: bool) -> None:
    """The profile where it hides or could hide something, and where the checker's file lies."""
    made = report.protection
    if not report.survey.settings.publication.protection and made.profile == "protected":
        tell(say("protection_usual"))
    if made.profile == "onsite":
        tell(say("protection_onsite"))
    if len(made.intervals):
        share = f"{100 * made.gaps / max(made.cells, 1):.1f}"
        key = "protection_audit" if audit or made.profile != "protected" else "protection_done"
        tell(
            say(key, gaps=f"{made.gaps:,}", share=share, unsafe=f"{made.unsafe:,}", open=made.open, file=place_of(out))
        )
