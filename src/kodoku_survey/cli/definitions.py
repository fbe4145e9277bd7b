"""The commands that make folders: to start from, drafted from files, rehearsed; and the codebook for people."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kodoku_survey.cli.linting import app
from kodoku_survey.cli.options import Folder, Json, Lang, Quiet
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
    force: Annotated[bool, typer.Option("--force", help=say("opt_force_file"))] = False,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    from kodoku_survey import run

    written = run.codebook(folder, out, force=force)
    if not quiet:
        tell(say("codebook_done", out=out, questions=len(written)))


@app.command(help=say("help_synthesize"))
def synthesize(
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", "-o", help=say("opt_out_synthesize"))],
    seed: Annotated[int, typer.Option(min=0, help=say("opt_seed"))] = 1,
    size: Annotated[int | None, typer.Option(help=say("opt_size"), metavar="N")] = None,
    shares: Annotated[Path | None, typer.Option(help=say("opt_shares"), metavar="FILE")] = None,
    clean: Annotated[bool, typer.Option("--clean", help=say("opt_clean"))] = False,
    force: Annotated[bool, typer.Option("--force", help=say("opt_replace"))] = False,
    json: Json = False,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    from kodoku_survey import run
    from kodoku_survey.cli import terminal
    from kodoku_survey.cli.watching import watched

    with watched(quiet or json, "synthesize") as progress:
        made, found = run.synthesize(
            folder,
            out,
            seed=seed,
            size=size,
            shares=shares,
            dirt="none" if clean else "planted",
            existing="replaced" if force else "kept",
            progress=progress,
        )
    if json:
        told: dict[str, object] = {
            "out": str(out),
            "files": {path: len(content) for path, content in made.files.items()},
        }
        told |= {"valid": made.valid, "planted": made.planted.to_dict("records"), "check": found.summary()}
        typer.echo(terminal.as_json(told))
    elif not quiet:
        slips = int(made.planted["count"].sum())
        tell(say("synthesize_done", out=out, valid=f"{made.valid:,}", slips=f"{slips:,}"))
    for fault in found.faults if not json else ():
        tell("\n".join(f"{say('error')}: {line}" for line in fault.text().splitlines()))
    if found.faults:
        raise typer.Exit(min(fault.exit_code for fault in found.faults))
