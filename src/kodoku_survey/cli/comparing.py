"""The command that sets two surveys, or two waves of one, beside each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kodoku_survey.cli.options import (
    AspectOption,
    Force,
    Json,
    Lang,
    PeopleOption,
    Quiet,
    Strict,
    Verbose,
    listed,
    spoken,
)
from kodoku_survey.cli.speaking import say, tell
from kodoku_survey.cli.tabulating import app
from kodoku_survey.errors import UsageError

__all__ = ["app"]


@app.command(help=say("help_compare"))
def compare(
    first: Annotated[str, typer.Argument(help=say("arg_first"), metavar="A")],
    second: Annotated[str, typer.Argument(help=say("arg_second"), metavar="B")],
    more: Annotated[list[str] | None, typer.Argument(help=say("arg_more"), metavar="[C …]")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help=say("opt_out"))] = None,
    only: Annotated[list[str] | None, typer.Option("--only", help=say("opt_only_compare"), metavar="ID")] = None,
    where: Annotated[str, typer.Option("--where", help=say("opt_where"), metavar="QUERY")] = "",
    crosswalk: Annotated[Path | None, typer.Option("--crosswalk", help=say("opt_crosswalk"), metavar="FILE")] = None,
    standardize: Annotated[
        list[str] | None, typer.Option("--standardize", help=say("opt_standardize"), metavar="X")
    ] = None,
    by: Annotated[str, typer.Option("--by", help=say("opt_by_benchmark"), metavar="X")] = "",
    group: Annotated[str, typer.Option("--group", help=say("opt_group"), metavar="QUERY")] = "",
    margins: Annotated[Path | None, typer.Option("--margins", help=say("opt_margins"), metavar="FILE")] = None,
    draft: Annotated[bool, typer.Option("--draft-crosswalk", help=say("opt_draft_crosswalk"))] = False,
    people: Annotated[PeopleOption | None, typer.Option("--people", help=say("opt_people"))] = None,
    despite: Annotated[list[AspectOption] | None, typer.Option("--despite", help=say("opt_despite"))] = None,
    strict: Strict = False,
    force: Force = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    lang: Lang = None,
) -> None:
    from kodoku_survey import run
    from kodoku_survey.cli import compared, terminal
    from kodoku_survey.cli.protecting import show_english
    from kodoku_survey.cli.watching import watched
    from kodoku_survey.publish.release import comparison_files

    if draft:
        text = run.draft_of_crosswalk(first, second, out)
        typer.echo(text if out is None else say("crosswalk_drafted", out=out))
        return
    if more and (crosswalk or by or group or people):
        raise UsageError("benchmark.many_plain", "compare")
    told: dict[str, Any] = {
        "only": listed(only),
        "where": where,
        "crosswalk": crosswalk,
        "people": people.value if people else None,
        "despite": [one.value for one in despite or []],
        "strict": strict,
        "force": force,
        "lang": spoken(lang),
    }
    over: dict[str, Any] = {"standardize": standardize or (), "margins": margins}
    if more:
        told = {key: value for key, value in told.items() if key not in ("crosswalk", "people")}
        _several([first, second, *more], out, {**told, **over}, as_json=json, quiet=quiet)
        return
    if standardize or by or group or margins or run.is_rates(first) or run.is_rates(second):
        _standardised(first, second, out, {**told, **over, "by": by, "group": group}, as_json=json, quiet=quiet)
        return
    with watched(quiet or json, "compare") as progress:
        made = run.compare(first, second, out, **told, progress=progress)
    if not (json or quiet):
        show_english(made.first.survey, made.second.survey, english=told["lang"] == "en")
    if json:
        typer.echo(terminal.as_json(comparison_files.records(made)))
    elif not quiet:
        compared.show_comparison(made, say, verbose=verbose)
    if out is not None and not (json or quiet):
        tell(say("compare_done", out=out, rows=f"{len(made.frame):,}", refused=len(made.refused)))


def _standardised(
    first: str, second: str, out: Path | None, told: dict[str, Any], *, as_json: bool, quiet: bool
) -> None:
    """One survey beside another with its composition."""
    from kodoku_survey import run
    from kodoku_survey.cli import benchmarked, terminal
    from kodoku_survey.cli.protecting import show_english
    from kodoku_survey.cli.watching import watched

    with watched(quiet or as_json, "compare") as progress:
        beside = run.beside_benchmark(first, second, out, **told, progress=progress)
    if not (as_json or quiet):
        sides = beside.beside.first.survey, beside.beside.second.survey
        show_english(*sides, english=told["lang"] == "en")
    if as_json:
        typer.echo(terminal.as_json(benchmarked.benchmark_records(beside)))
    elif not quiet:
        benchmarked.show_benchmark(beside)
    if out is not None and not (as_json or quiet):
        tell(say("compare_done", out=out, rows=f"{len(beside.frame):,}", refused=len(beside.refused)))


def _several(folders: list[str], out: Path | None, told: dict[str, Any], *, as_json: bool, quiet: bool) -> None:
    """Several surveys beside the last of them."""
    from kodoku_survey import run
    from kodoku_survey.cli import benchmarked, terminal
    from kodoku_survey.cli.protecting import show_english
    from kodoku_survey.cli.watching import watched
    from kodoku_survey.tables.studies.many_study import many_study

    with watched(quiet or as_json, "compare") as progress:
        made = run.many_beside(folders, out, **told, progress=progress)
    if not (as_json or quiet):
        show_english(made.reference.survey, english=told["lang"] == "en")
    if as_json:
        rows = made.frame.astype(object).where(made.frame.notna(), None).to_dict("records")
        typer.echo(terminal.as_json({"areas": rows, "refusals": made.refused.to_dict("records")}))
    elif not quiet:
        benchmarked.show_study(many_study(made))
    if out is not None and not (as_json or quiet):
        tell(say("compare_done", out=out, rows=f"{len(made.frame):,}", refused=len(made.refused)))
