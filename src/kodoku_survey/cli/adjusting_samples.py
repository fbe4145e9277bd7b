"""The command that adjusts people nobody drew by chance to a reference sample."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kodoku_survey.cli.comparing import app
from kodoku_survey.cli.options import AspectOption, Force, Json, Lang, PeopleOption, Quiet, Strict, listed, spoken
from kodoku_survey.cli.speaking import say, tell
from kodoku_survey.errors import UsageError

__all__ = ["app"]


@app.command(help=say("help_adjust"))
def adjust(
    sample: Annotated[str, typer.Argument(help=say("arg_sample"), metavar="SAMPLE")],
    reference: Annotated[str, typer.Argument(help=say("arg_reference"), metavar="REFERENCE")],
    on: Annotated[list[str] | None, typer.Option("--on", help=say("opt_on"), metavar="X")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help=say("opt_out"))] = None,
    population: Annotated[float | None, typer.Option("--population", help=say("opt_population"), metavar="N")] = None,
    gamma: Annotated[list[str] | None, typer.Option("--gamma", help=say("opt_gamma"), metavar="Γ")] = None,
    ignorable: Annotated[bool, typer.Option("--ignorable", help=say("opt_ignorable"))] = False,
    only: Annotated[list[str] | None, typer.Option("--only", help=say("opt_only_compare"), metavar="ID")] = None,
    where: Annotated[str, typer.Option("--where", help=say("opt_where"), metavar="QUERY")] = "",
    crosswalk: Annotated[Path | None, typer.Option("--crosswalk", help=say("opt_crosswalk"), metavar="FILE")] = None,
    people: Annotated[PeopleOption | None, typer.Option("--people", help=say("opt_people"))] = None,
    despite: Annotated[list[AspectOption] | None, typer.Option("--despite", help=say("opt_despite"))] = None,
    strict: Strict = False,
    force: Force = False,
    json: Json = False,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    from kodoku_survey import run
    from kodoku_survey.cli import adjusted_samples, terminal
    from kodoku_survey.cli.protecting import show_english
    from kodoku_survey.cli.watching import watched

    with watched(quiet or json, "compare") as progress:
        made = run.adjust(
            sample,
            reference,
            out,
            on=listed(on),
            population=population,
            gamma=_factors(listed(gamma)),
            ignorable=ignorable,
            only=listed(only),
            where=where,
            crosswalk=crosswalk,
            people=people.value if people else None,
            despite=[one.value for one in despite or []],
            strict=strict,
            force=force,
            progress=progress,
            lang=spoken(lang),
        )
    if not (json or quiet):
        sides = made.beside.first.survey, made.beside.second.survey
        show_english(*sides, english=spoken(lang) == "en")
    if json:
        typer.echo(terminal.as_json(adjusted_samples.adjustment_records(made)))
    elif not quiet:
        adjusted_samples.show_adjustment(made)
    if out is not None and not (json or quiet):
        tell(say("adjust_done", out=out, rows=f"{len(made.frame):,}", refused=len(made.refused)))


def _factors(given: list[str]) -> list[float]:
    """Odds ratios written as numbers. Raises UsageError."""
    found = []
    for text in given:
        try:
            found.append(float(text))
        except ValueError:
            raise UsageError("benchmark.gamma_below_one", "--gamma", value=text) from None
    return found
