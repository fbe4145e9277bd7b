"""What the terminal says of a report that was made: its protection, and what is printed otherwise than one may expect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kodoku_survey.cli.speaking import say, tell
from kodoku_survey.protection.merging import few_selected
from kodoku_survey.publish.charts.glyphs import substitutions
from kodoku_survey.publish.release.checker import place_of, standing_ledger
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.unfinished import placeholders, untranslated
from kodoku_survey.tables import Report


def protection_of(report: Report) -> dict[str, Any]:
    """What a program reads: the profile and what it hides."""
    made = report.protection
    return {"protection": {"profile": made.profile, "unsafe": made.unsafe, "gaps": made.gaps, "cells": made.cells}}


def show_protection(report: Report, out: Path, *, audit: bool, chosen: bool = False) -> None:
    """The profile where it hides or could hide something, and where the checker's file lies. chosen : by an option."""
    made = report.protection
    if not (chosen or audit) and not report.survey.settings.publication.protection and made.profile == "protected":
        tell(say("protection_usual"))
    if made.profile in ("protected", "official") and few_selected(report):
        tell(say("protection_small", selected=f"{report.responses.ledger.selected:,}"))
        for one in made.proposals:
            first, second = one.groups
            told = {"attribute": one.attribute, "first": first, "second": second}
            tell(say("protection_merge", before=f"{one.before:,}", after=f"{one.after:,}", **told))
    if made.profile == "onsite":
        tell(say("protection_onsite"))
    if made.unanimous and not report.survey.settings.publication.group_disclosure:
        tell(say("protection_unanimous", count=f"{made.unanimous:,}"))
    if len(made.intervals):
        share = f"{100 * made.gaps / max(made.cells, 1):.1f}"
        key = "protection_audit" if audit or made.profile != "protected" else "protection_done"
        tell(
            say(key, gaps=f"{made.gaps:,}", share=share, unsafe=f"{made.unsafe:,}", open=made.open, file=place_of(out))
        )


def show_unfollowed(report: Report, out: Path, stood: bytes, *, followed: bool) -> None:
    """That another protected release stood in the place of this one, which does not heed it. stood : its ledger."""
    asked = followed or bool(report.survey.settings.publication.stay)
    if report.protection.protective and stood and not asked and standing_ledger(out) != stood:
        tell(f"{say('notice')}: {say('protection_unfollowed', out=out)}")


def show_notices(survey: Survey, folder: Path, *, english: bool) -> None:
    """What was printed otherwise than the reader may expect: characters, words of a draft, what has no English."""
    if english and survey.settings.identity.lang != "en":
        tell(f"{say('notice')}: {say('no_english', folder=folder)}")
    in_english = untranslated(survey) if survey.settings.identity.lang == "en" else ()
    for notice in (*substitutions(survey), *placeholders(survey), *in_english):
        tell(f"{say('notice')}: {notice.text()}")


def show_english(leading: Survey, *others: Survey, english: bool) -> None:
    """What a comparison asked for in English cannot say in it. leading : whose words it is told in."""
    if not english:
        return
    if leading.settings.identity.lang != "en":
        tell(f"{say('notice')}: {say('no_english_page', folder=leading.folder)}")
        return
    for survey in {one.folder.resolve(): one for one in (leading, *others)}.values():
        own, spoken = survey.as_written.variables, survey.variables
        if survey.as_written.settings.identity.lang != "en" and all(
            own[name].label == spoken[name].label for name in own
        ):
            tell(f"{say('notice')}: {say('no_english_side', folder=survey.folder)}")
