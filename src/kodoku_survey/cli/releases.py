"""A verification and the differences of two releases on the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from kodoku_survey.cli.speaking import tell
from kodoku_survey.cli.terminal import Say
from kodoku_survey.errors import user_language
from kodoku_survey.publish.release.differences import Differences
from kodoku_survey.publish.release.erratum_words import cell_told, profiles_told, side_told, why_told
from kodoku_survey.publish.release.verification import Verification
from kodoku_survey.tables.words import words

MOST_LINES = 40  # lines of one kind, without --verbose
SAID = {
    "changed": "verify_changed", "missing": "verify_missing", "added": "verify_added", "link": "verify_link",
    "rerun": "verify_rerun",
}  # fmt: skip


def verified(found: Verification, inputs: tuple[str, ...], changed: Differences | None) -> dict[str, Any]:
    """A verification as a program reads it."""
    told: dict[str, Any] = {"files": found.files, "problems": found.frame().to_dict("records"), "inputs": list(inputs)}
    return told if changed is None else {**told, "changes": changed.frame.to_dict("records")}


def show_verified(
    out: Path, folder: Path | None, found: Verification, inputs: tuple[str, ...], changed: Differences | None, say: Say,
    *, quiet: bool,
) -> None:  # fmt: skip
    """What is wrong, file by file, on stderr; what a new run changes, as a table."""
    for name in inputs:
        tell(say("verify_input", file=name))
    for name, problem in found.problems:
        tell(say(SAID[problem], file=f"{out.name}/{name}"))
    if changed is not None and len(changed.frame) and not quiet:
        show_differences(changed, say, verbose=False)
    if not found.problems and not quiet:
        tell(say("verify_done", out=out, files=found.files))
        if folder is not None:
            tell(say("verify_same", folder=folder))


def show_differences(found: Differences, say: Say, *, verbose: bool) -> None:
    """Every change with what it is traced to; of each kind the first lines unless `verbose`."""
    out, said = Console(), words(user_language())
    if found.frame.empty:
        tell(say("diff_none"))
        return
    profiles = profiles_told(found.old.manifest, found.new.manifest, said)
    if profiles:
        tell(profiles)
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("diff_kind", "diff_place", "diff_old", "diff_new", "diff_why"):
        grid.add_column(say(name), overflow="fold")
    for kind, part in found.frame.groupby("kind", sort=False):
        shown = part if verbose else part.head(MOST_LINES)
        for row in shown.itertuples():
            cell = kind == "cell"
            place = row.place if cell else f"{row.place} {row.item}".strip()
            tell_side = cell_told if cell else side_told
            old, new = (tell_side(side, said) for side in (row.old, row.new))
            moved = f"{float(row.difference):+.2f}" if cell and row.difference else row.difference
            told = (
                said[f"erratum_kind_{kind}"],
                place,
                old,
                f"{new} ({moved})" if moved else new,
                why_told(row.why, said),
            )
            grid.add_row(*map(Text, told))  # as text: the brackets of a place are no markup
        if len(shown) < len(part):
            grid.add_row(said[f"erratum_kind_{kind}"], say("diff_more", count=len(part) - len(shown)), "", "", "")
        grid.add_section()
    out.print(grid, highlight=False)
