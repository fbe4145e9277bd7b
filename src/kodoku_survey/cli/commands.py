"""The commands: each a few calls of `run` and a word on how it went; nothing is computed here."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from kodoku_survey.cli.completion import table_ids
from kodoku_survey.cli.options import (
    After,
    BasisOption,
    Folder,
    Force,
    Format,
    Inputs,
    Json,
    Lang,
    ProtectionOption,
    Quiet,
    Strict,
    Verbose,
    inputs_of,
    listed,
    spoken,
)
from kodoku_survey.cli.program import app
from kodoku_survey.cli.speaking import say, tell
from kodoku_survey.errors import OutputError

__all__ = ["app"]


@app.command(help=say("help_check"))
def check(
    folder: Folder,
    inputs: Inputs = None,
    strict: Strict = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    lang: Lang = None,
) -> None:
    from kodoku_survey import run
    from kodoku_survey.cli import terminal
    from kodoku_survey.cli.watching import watched

    with watched(quiet or json, "answers") as progress:
        found = run.check(folder, inputs=inputs_of(inputs), strict=strict, progress=progress)
    if json:
        typer.echo(terminal.as_json(found.summary()))
    for fault in found.faults if not json else ():
        tell("\n".join(f"{say('error')}: {line}" for line in fault.text().splitlines()))
    if not (json or quiet):
        terminal.show_issues(found.responses, found.doubts, say, verbose=verbose)
    if found.faults:
        tell(say("check_faults", count=len(found.faults)))
        raise typer.Exit(min(fault.exit_code for fault in found.faults))
    for notice in found.notices if not (json or quiet) else ():
        tell(f"{say('notice')}: {notice.text()}")
    if found.responses is not None and not (json or quiet):
        terminal.show_check(found.responses, found.sample, say, verbose=verbose)


@app.command(help=say("help_prepare"))
def prepare(
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", "-o", help=say("opt_out"))],
    inputs: Inputs = None,
    formats: Annotated[list[Format] | None, typer.Option("--format", help=say("opt_format"))] = None,
    basis: BasisOption = None,
    texts: Annotated[bool, typer.Option("--texts", help=say("opt_texts"))] = False,
    strict: Strict = False,
    force: Force = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    lang: Lang = None,
) -> None:
    from kodoku_survey import run
    from kodoku_survey.cli import closing, terminal
    from kodoku_survey.cli.watching import watched

    with watched(quiet or json, "prepare") as progress:
        written = [chosen.value for chosen in formats or list(Format)]
        sample = run.prepare(
            folder,
            out,
            inputs=inputs_of(inputs),
            formats=written,
            basis=basis.value if basis else None,
            texts="apart" if texts else "left_out",
            strict=strict,
            force=force,
            progress=progress,
        )
    if json:
        typer.echo(
            terminal.as_json(
                {"out": str(out), "kept": len(sample.weight), "steps": [s.summary() for s in sample.steps]}
            )
        )
    elif not quiet and sample.responses is not None:
        terminal.show_prepared(sample.responses, sample, out, say, verbose=verbose)
        terminal.show_label_cuts(sample, written, say)
        closing.tell_files(out)
        closing.tell_first(closing.of_responses(sample.responses) + closing.of_weights(sample))


@app.command(help=say("help_report"))
def report(
    folder: Folder,
    out: Annotated[Path | None, typer.Option("--out", "-o", help=say("opt_out_report"))] = None,
    inputs: Inputs = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help=say("opt_only"), metavar="ID", autocompletion=table_ids)
    ] = None,
    basis: BasisOption = None,
    protection: Annotated[ProtectionOption | None, typer.Option("--protection", help=say("opt_protection"))] = None,
    threshold: Annotated[int | None, typer.Option("--threshold", help=say("opt_threshold"), metavar="N")] = None,
    audit: Annotated[bool, typer.Option("--audit", help=say("opt_audit"))] = False,
    after: After = None,
    strict: Strict = False,
    force: Force = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    lang: Lang = None,
) -> None:
    from kodoku_survey import run
    from kodoku_survey.cli import closing, terminal
    from kodoku_survey.cli.protecting import protection_of, show_notices, show_protection, show_unfollowed
    from kodoku_survey.cli.watching import watched
    from kodoku_survey.publish.release.checker import standing_ledger

    started = time.monotonic()
    # An excerpt has a folder of its own, so that it does not take the whole report's place.
    target = out or Path("reports") / (folder.resolve().name + ("_excerpt" if only else ""))
    stood = standing_ledger(target)  # before it is replaced
    with watched(quiet or json) as progress:
        made = run.report(
            folder,
            target,
            inputs=inputs_of(inputs),
            basis=basis.value if basis else None,
            only=listed(only),
            strict=strict,
            force=force,
            progress=progress,
            lang=spoken(lang),
            protection=protection.value if protection else None,
            threshold=threshold,
            audit=audit,
            after="none" if after == "none" else Path(after) if after else None,
        )
    if not (json or quiet):
        show_notices(made.survey, folder, english=spoken(lang) == "en")
    kept, seconds = len(made.responses), time.monotonic() - started
    if json:
        typer.echo(
            terminal.as_json({"out": str(target), "tables": len(made.tables), "kept": kept} | protection_of(made))
        )
    elif not quiet:
        show_protection(made, target, audit=audit, chosen=protection is not None)
        show_unfollowed(made, target, stood, followed=after is not None)
        if audit and made.protection.protective:
            return
        closing.tell_report(made, target, seconds)


@app.command(help=say("help_verify"))
def verify(
    out: Annotated[Path, typer.Argument(help=say("arg_output"), metavar="OUT")],
    folder: Annotated[Path | None, typer.Option("--folder", help=say("opt_folder"), metavar="FOLDER")] = None,
    json: Json = False,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    from kodoku_survey import run
    from kodoku_survey.cli import releases, terminal
    from kodoku_survey.cli.watching import watched

    with watched(quiet or json) as progress:
        found, inputs, changed = run.verify(out, folder, progress=progress)
    if json:
        typer.echo(terminal.as_json(releases.verified(found, inputs, changed)))
    else:
        releases.show_verified(out, folder, found, inputs, changed, say, quiet=quiet)
    if found.problems:
        raise typer.Exit(OutputError.exit_code)


@app.command(help=say("help_diff"))
def diff(
    old: Annotated[Path, typer.Argument(help=say("arg_old"), metavar="OLD")],
    new: Annotated[Path, typer.Argument(help=say("arg_new_release"), metavar="NEW")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help=say("opt_out_diff"))] = None,
    force: Force = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    lang: Lang = None,
) -> None:
    from kodoku_survey import run
    from kodoku_survey.cli import releases, terminal

    found = run.diff(old, new, out, force=force)
    if json:
        typer.echo(terminal.as_json({"changes": found.counts, "rows": found.frame.to_dict("records")}))
    elif not quiet:
        releases.show_differences(found, say, verbose=verbose)
        if out is not None:
            tell(say("diff_done", out=out))
