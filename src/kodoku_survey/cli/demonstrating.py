"""The commands for a first hour: a report to look at, and what the machine lacks to make one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kodoku_survey.cli.definitions import app
from kodoku_survey.cli.options import Json, Lang, Quiet
from kodoku_survey.cli.speaking import say, tell
from kodoku_survey.errors import OutputError

__all__ = ["app"]


@app.command(help=say("help_demo"))
def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help=say("opt_out_demo"))] = Path("kodoku_demo"),
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help=say("opt_browser"))] = True,
    size: Annotated[int | None, typer.Option(min=1, help=say("opt_size_demo"), metavar="N")] = None,
    json: Json = False,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    from kodoku_survey import run
    from kodoku_survey.cli import closing, terminal
    from kodoku_survey.cli.watching import watched

    with watched(quiet or json, "demo") as progress:
        made = run.demonstrate(out, size=size, progress=progress)
    page = (out / run.REPORT / "report.html").absolute()
    if json:
        typer.echo(terminal.as_json({"out": str(out), "page": str(page), "tables": len(made.tables)}))
    elif not quiet:
        tell(say("demo_done", out=out, kept=f"{len(made.responses):,}"))
        closing.tell_files(out / run.REPORT)
        tell(say("demo_next", survey=out / run.SURVEY))
    if browser and typer.launch(page.as_uri()) and not quiet:
        tell(say("demo_no_browser", page=page))


@app.command(help=say("help_doctor"))
def doctor(
    json: Json = False,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    from kodoku_survey import run
    from kodoku_survey.cli import terminal

    found = run.examine()
    if json:
        typer.echo(terminal.as_json([vars(one) for one in found]))
    for one in found if not json else ():
        if one.outcome != "good" or not quiet:
            remedy = f"  → {say(f'doctor_remedy_{one.remedy}')}" if one.remedy else ""
            typer.echo(f"{say(f'doctor_{one.outcome}')} {say(f'doctor_{one.kind}')}: {one.found}{remedy}")
    missing = [one for one in found if one.outcome == "missing"]
    if not (json or quiet):
        tell(say("doctor_missing_some", count=len(missing)) if missing else say("doctor_all_there"))
    if missing:
        raise typer.Exit(OutputError.exit_code)
