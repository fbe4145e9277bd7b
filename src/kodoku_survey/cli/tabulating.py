"""The commands that look at answers without a report: one cross-tab, or every question by every attribute."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kodoku_survey.cli.commands import app
from kodoku_survey.cli.completion import attributes, questions
from kodoku_survey.cli.options import (
    BasisOption,
    Folder,
    Inputs,
    Json,
    Lang,
    Quiet,
    StatisticOption,
    Strict,
    Verbose,
    inputs_of,
    listed,
    spoken,
)
from kodoku_survey.cli.speaking import say, tell
from kodoku_survey.errors import DidYouMean, UsageError
from kodoku_survey.vocabulary import IntervalMethod

if TYPE_CHECKING:
    from kodoku_survey.intake import Responses
    from kodoku_survey.tables import Table

__all__ = ["app"]

IntervalOption = StrEnum("IntervalOption", {name: name for name in IntervalMethod.__args__})  # type: ignore[misc]


class ShareOption(StrEnum):
    ROW = "row"  # in capitals: text has a method `count`
    COLUMN = "column"
    TOTAL = "total"
    COUNT = "count"


class AdjustmentOption(StrEnum):
    holm = "holm"
    fdr = "fdr"
    bonferroni = "bonferroni"
    none = "none"


Where = Annotated[str, typer.Option("--where", help=say("opt_where_rows"), metavar="CONDITION")]


@app.command(help=say("help_tab"))
def tab(
    folder: Folder,
    question: Annotated[str, typer.Argument(help=say("arg_question"), metavar="QUESTION", autocompletion=questions)],
    by: Annotated[
        list[str] | None, typer.Option("--by", help=say("opt_by"), metavar="X", autocompletion=attributes)
    ] = None,
    statistic: Annotated[StatisticOption, typer.Option(help=say("opt_statistic"))] = StatisticOption.share,
    where: Where = "",
    share: Annotated[ShareOption, typer.Option(help=say("opt_share"))] = ShareOption.ROW,
    nets: Annotated[list[str] | None, typer.Option("--nets", help=say("opt_nets"), metavar="NAME=CODES")] = None,
    sort: Annotated[str, typer.Option("--sort", help=say("opt_sort"), metavar="ANSWER")] = "",
    interval: Annotated[IntervalOption | None, typer.Option(help=say("opt_interval"))] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help=say("opt_out_tab"), metavar="FILE")] = None,
    force: Annotated[bool, typer.Option("--force", help=say("opt_force_file"))] = False,
    inputs: Inputs = None,
    basis: BasisOption = None,
    strict: Strict = False,
    json: Json = False,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    from kodoku_survey import run
    from kodoku_survey.cli import terminal
    from kodoku_survey.cli.watching import watched

    put_together = nets_of_line(nets or [], list(by or []))
    with watched(quiet or json, "answers") as progress:
        responses = run.respond(folder, inputs=inputs_of(inputs), strict=strict, progress=progress, lang=spoken(lang))
        banners = [tuple(name.split(":")) for name in by or []]
        refuse_unknown([question, *(name for banner in banners for name in banner)], responses)
        sample = run.weigh(responses, basis=basis.value if basis else None, progress=progress)
        table = run.tabulate(
            sample,
            question,
            by=banners,
            statistic=statistic.value,
            where=where,
            share=share.value,
            nets=put_together,
            sort=sort,
            interval=interval.value if interval else None,
        )
        if out is not None:
            run.write_looked(table, out, force=force)
    no_release(responses, quiet=quiet)
    if json:
        typer.echo(terminal.as_json(terminal.table_records(table)))
    else:
        terminal.show_table(table, say)
        _tell_interval(table, interval, quiet=quiet)
    if out is not None and not (json or quiet):
        tell(say("tab_done", out=out))


def _tell_interval(table: Table, interval: Any, *, quiet: bool) -> None:
    """The limits of each figure, where they were asked for: a column more for each answer would not fit a terminal."""
    from kodoku_survey.cli import terminal

    if interval is not None and not quiet:
        terminal.show_limits(table, say, interval.value)


def nets_of_line(given: list[str], by: list[str]) -> dict[str, Any] | None:
    """Nets as the command line has them: "ある=3,4,5" of answers, "age_class:65歳以上=7,8" of an attribute's groups.

    Raises UsageError for what is not of that form.
    """
    made: dict[str, Any] = {}
    for one in given:
        name, sign, codes = one.partition("=")
        parts = [int(part) if re.fullmatch(r"-?\d+", part) else part for part in listed([codes])]
        attribute, colon, label = name.partition(":")
        if not sign or not name.strip() or not parts or (colon and not label):
            raise UsageError("survey.bad_net", "--nets", value=one)
        if colon and attribute in by:
            made.setdefault(attribute, {})[label] = parts
        else:
            made[name] = parts
    return made or None


def no_release(responses: Responses, *, quiet: bool) -> None:
    """A word that nothing is hidden here, where a report would hide."""
    from kodoku_survey.protection.protect import profile_of

    if not quiet and profile_of(responses.survey) == "protected":
        tell(f"{say('notice')}: {say('tab_no_release', folder=responses.survey.folder.name)}")


def refuse_unknown(names: list[str], responses: Responses) -> None:
    """Raises UsageError for a question or attribute the folder does not have, several written as one, or one of own words."""
    known = tuple(responses.variables)
    for name in names:
        if name in known:
            continue
        if name in {one.name for one in responses.survey.codebook.texts}:
            raise UsageError("design.text_question", value=name)
        parts = [part.strip() for part in re.split(r"[,、，;；×*＊]", name)]
        if len(parts) > 1 and all(parts):
            raise UsageError("survey.several_in_one", "--by", value=name, first=parts[0], second=parts[1])
        raise UsageError("survey.unknown_variable", value=name, hint=DidYouMean(name, known))


@app.command(help=say("help_screen"))
def screen(
    folder: Folder,
    asked: Annotated[
        list[str] | None, typer.Argument(help=say("arg_screen"), metavar="[QUESTION…]", autocompletion=questions)
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option("--by", help=say("opt_by_screen"), metavar="X", autocompletion=attributes)
    ] = None,
    where: Where = "",
    adjustment: Annotated[AdjustmentOption, typer.Option(help=say("opt_adjustment"))] = AdjustmentOption.holm,
    top: Annotated[int, typer.Option(min=1, help=say("opt_top"), metavar="N")] = 20,
    out: Annotated[Path | None, typer.Option("--out", "-o", help=say("opt_out_screen"), metavar="FILE")] = None,
    force: Annotated[bool, typer.Option("--force", help=say("opt_force_file"))] = False,
    inputs: Inputs = None,
    basis: BasisOption = None,
    strict: Strict = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    lang: Lang = None,
) -> None:
    from kodoku_survey import run
    from kodoku_survey.cli import screened, terminal
    from kodoku_survey.cli.watching import watched

    with watched(quiet or json, "answers") as progress:
        responses = run.respond(folder, inputs=inputs_of(inputs), strict=strict, progress=progress, lang=spoken(lang))
        refuse_unknown([*(asked or []), *listed(by)], responses)
        sample = run.weigh(responses, basis=basis.value if basis else None, progress=progress)
        found = run.screen(sample, asked or (), by=listed(by), adjustment=adjustment.value, where=where)
        if out is not None:
            run.write_looked(found, out, force=force)
    no_release(responses, quiet=quiet)
    if json:
        typer.echo(terminal.as_json(screened.screening_records(found)))
    else:
        screened.show_screening(found, say, top=len(found.tests) if verbose else top)
    if not (json or quiet):
        screened.tell_screening(found, say)
        if out is not None:
            tell(say("tab_done", out=out))
