"""Folders made: to start from, drafted from files, rehearsed; and the codebook for people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kodoku_survey.intake.draft.drafting import draft_folder
from kodoku_survey.publish.sheets.codebook_sheet import write_codebook
from kodoku_survey.run.examined import Check, check
from kodoku_survey.run.line import silent
from kodoku_survey.survey.codebook import Codebook
from kodoku_survey.survey.folder import load_survey
from kodoku_survey.survey.skeleton import new_folder
from kodoku_survey.synthetic import Rehearsal, place, rehearse
from kodoku_survey.synthetic.destination import Existing
from kodoku_survey.synthetic.rehearsal import Dirt
from kodoku_survey.tables.report import Progress


def new(folder: Path, *, like: Path | None = None) -> None:
    """A folder to start from: the commented template, or the definitions of another survey."""
    new_folder(folder, like=like)


def draft(folder: Path, sources: Sequence[Path], *, profile: str = "") -> Codebook:
    """A folder drafted from data files and, where given, a 符号表; every guess is marked. Gives its codebook."""
    return draft_folder(folder, sources, profile=profile)


def codebook(folder: Path, out: Path, *, force: bool = False) -> Codebook:
    """The codebook of a folder as an Excel file for people, which `draft` reads back; `force` replaces a file."""
    survey = load_survey(folder, lang="en")  # its English words, where it has any, stand beside its own
    write_codebook(survey, out, force=force)
    return survey.codebook


def synthesize(
    folder: Path,
    out: Path,
    *,
    seed: int = 1,
    size: int | None = None,
    shares: Path | None = None,
    dirt: Dirt = "planted",
    existing: Existing = "kept",
    progress: Progress = silent,
) -> tuple[Rehearsal, Check]:
    """A rehearsal of a folder, written to `out` as a folder of its own; and what `check` finds in it."""
    progress("synthesize", 0, 1)
    made = rehearse(load_survey(folder), seed=seed, size=size, shares=shares, dirt=dirt)
    place(made.files, folder, out, existing=existing)
    progress("synthesize", 1, 1)
    return made, check(out, progress=progress)
