"""`kodoku` itself, which every command enters."""

from __future__ import annotations

from typing import Annotated

import typer

from kodoku_survey.cli.options import Lang, asked_first
from kodoku_survey.cli.speaking import say
from kodoku_survey.cli.usage import Program, SpokenGroup
from kodoku_survey.version import __version__

app = Program(
    name="kodoku",
    cls=SpokenGroup,
    help=say("help"),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kodoku_survey {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", help=say("opt_version"), callback=_print_version, is_eager=True)
    ] = False,
    lang: Lang = None,
) -> None:
    asked_first.set(lang)
