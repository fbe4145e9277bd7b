"""The sentences of the terminal, in the user's language."""

from __future__ import annotations

import os
import sys
import tomllib
from functools import cache
from importlib import resources
from typing import Any

import typer

from kodoku_survey.errors import user_language


def settle_language(arguments: list[str]) -> None:
    """`--lang` speaks before anything is parsed, so that `--help` and every error are already in that language."""
    for position, argument in enumerate(arguments):
        if argument == "--lang" and arguments[position + 1 : position + 2] in (["ja"], ["en"]):
            os.environ["KODOKU_LANG"] = arguments[position + 1]
        elif argument in ("--lang=ja", "--lang=en"):
            os.environ["KODOKU_LANG"] = argument[-2:]
    # The terminal speaks Japanese unless told otherwise; an English locale alone is not told.
    os.environ.setdefault("KODOKU_LANG", "ja")


@cache
def _sentences() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("kodoku_survey").joinpath("cli", "sentences.toml").read_text(encoding="utf-8"))


def say(key: str, **fields: Any) -> str:
    """One sentence of sentences.toml in the user's language."""
    return _sentences()[key][user_language()].format(**fields)


def tell(message: str) -> None:
    """A line on stderr, so that stdout is what was asked for and nothing else."""
    typer.echo(message, err=True)


settle_language(sys.argv[1:])
