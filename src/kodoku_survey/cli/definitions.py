"""The commands that make definitions: a folder to start from, or drafted from files, and the codebook for people."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kodoku_survey.cli.commands import app
from kodoku_survey.cli.options import Folder, Lang, Quiet
from kodoku_survey.cli.speaking import say, tell
from kodoku_survey.survey.layouts import profiles

__all__ = ["app"]

Platform = StrEnum("Platform", {name: name for name in profiles()})  # type: ignore[misc]


@app.command(help=say("help_new"))
def new(
    folder: Annotated[Path, typer.Argument(help=say("arg_new"), metavar="FOLDER")],
    like: Annotated[Path | None, typer.Option(help=say("opt_like"))] = None,
    sources: Annotated[list[Path] | None, typer.Option("--from", help=say("opt_from"), metavar="FILE")] = None,
    profile: Annotated[Platform | None, typer.Option(help=say("opt_profile"))] = None,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    from kodoku_survey import run

    if like is not None and sources:
        tell(say("like_or_from"))
        raise typer.Exit(2)
    if sources:
        drafted = run.draft(folder, sources, profile=profile.value if profile else "")
        done = say("draft_done", folder=folder, questions=len(drafted))
    else:
        run.new(folder, like=like)
        done = say("new_done", folder=folder)
    if not quiet:
        tell(done)


@app.command(help=say("help_codebook"))
def codebook(
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", "-o", help=say("opt_out_codebook"), metavar="FILE.xlsx")],
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    from kodoku_survey import run

    written = run.codebook(folder, out)
    if not quiet:
        tell(say("codebook_done", out=out, questions=len(written)))
