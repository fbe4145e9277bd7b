"""What typer says of usage, in the user's words: help pages and the errors of a command line that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from kodoku_survey.cli.speaking import say
from kodoku_survey.errors import DidYouMean, user_language

# What typer writes itself on a help page, and the key of what stands there instead. Whole lines or their beginnings.
_HEADINGS = {
    "Usage: ": "usage_line",
    "Arguments:": "usage_arguments",
    "Options:": "usage_options",
    "Commands:": "usage_commands",
}
_PHRASES = {
    "Show this message and exit.": "usage_help",
    "Install completion for the current shell.": "usage_install_completion",
    "Show completion for the current shell, to copy it or customize the installation.": "usage_show_completion",
    "[required]": "usage_required",
    "[default: ": "usage_default",
    "COMMAND [ARGS]...": "usage_subcommand",
    "[OPTIONS]": "usage_any_option",
}


def _spoken_page(page: str) -> str:
    """A help page with typer's own words in the user's language; wrapped phrases are found across their line ends."""
    if user_language() == "en":
        return page
    for phrase, key in _PHRASES.items():
        pattern = r"\s+".join(re.escape(word) for word in phrase.split(" "))
        page = re.sub(pattern, say(key).replace("\\", r"\\"), page)
    lines = page.split("\n")
    for heading, key in _HEADINGS.items():
        lines = [say(key) + line[len(heading) :] if line.startswith(heading) else line for line in lines]
    return "\n".join(lines)


class SpokenCommand(TyperCommand):
    """A command whose help page is in the user's language."""

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002
        """What the list of commands says of it: whole, over two lines where one is short."""
        return self.help or ""

    def get_help(self, ctx: Any) -> str:
        """The page `--help` prints."""
        return _spoken_page(super().get_help(ctx))


class SpokenGroup(TyperGroup):
    """`kodoku` itself, whose help page is in the user's language."""

    def get_help(self, ctx: Any) -> str:
        """The page `--help` prints."""
        return _spoken_page(super().get_help(ctx))


class Program(typer.Typer):
    """A program all of whose commands speak the user's language."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """As typer's, of the kind that speaks."""
        return super().command(name, **{"cls": SpokenCommand, **options})


def usage_told(error: Any) -> str:
    """A usage error of typer in the user's words: what is wrong with which value, what to write, where help is.

    Told by the kind of error and by the parameter, not by typer's sentence, which is English and changes with its versions.
    """
    ctx = getattr(error, "ctx", None)
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "NoArgsIsHelpError" in kinds:
        return _spoken_page(str(error.format_message()))
    lines = [f"{say('error')}: {_sentence(error, kinds)}"]
    if ctx is not None:
        usage = re.sub(r"\{(\S+?)\}", r"\1", ctx.get_usage())
        lines = [_spoken_page(usage), *lines, say("usage_more", command=ctx.command_path)]
    return "\n".join(lines)


def _sentence(error: Any, kinds: set[str]) -> str:
    if "NoSuchOption" in kinds:
        name = error.option_name
        return say("usage_no_option", name=name, hint=DidYouMean(name, tuple(error.possibilities or ())).text())
    if "MissingParameter" in kinds:
        return say("usage_missing", name=_name(error), what=getattr(error.param, "help", None) or "")
    if "BadParameter" in kinds:
        return say("usage_bad_value", name=_name(error), value=_given(error), wanted=_wanted(error))
    if "BadOptionUsage" in kinds:
        key = "usage_needs_value" if "requires" in error.message else "usage_takes_no_value"
        return say(key, name=error.option_name)
    return _of_the_line(error)


def _of_the_line(error: Any) -> str:
    """No such command, none at all, or words left over: typer has one kind of error for the three."""
    commands = tuple(getattr(getattr(error.ctx, "command", None), "commands", ()))
    found = re.search(r"'([^']*)'|\(([^()]*)\)\s*\.?$", error.message)
    value = next((part for part in found.groups() if part), "") if found else ""
    if commands and value:
        return say("usage_no_command", name=value, hint=DidYouMean(value, commands).text(), known=", ".join(commands))
    if commands:
        return say("usage_missing_command", known=", ".join(commands))
    return say("usage_too_many", value=value)


def _name(error: Any) -> str:
    """A parameter as one writes it: --basis, QUESTION."""
    param = error.param
    options = [name for name in getattr(param, "opts", ()) if name.startswith("-")]
    return options[0] if options else str(getattr(param, "metavar", None) or getattr(param, "name", "") or "")


def _given(error: Any) -> str:
    """The value that was refused, as typer quotes it; else as it stands behind the parameter's name on the line."""
    quoted = re.search(r"'([^']*)'", error.message)
    if quoted and _choices(error):
        return quoted.group(1)
    return next(iter(_behind(getattr(error.param, "opts", ()))), "")


def _behind(options: Sequence[str]) -> list[str]:
    import sys

    line = sys.argv[1:]
    found = [line[place + 1] for place, word in enumerate(line[:-1]) if word in options]
    return found + [word.partition("=")[2] for word in line if word.partition("=")[0] in options and "=" in word]


def _choices(error: Any) -> tuple[str, ...]:
    """What the refused value may be, where it is one of a list: as the parameter has it, else as typer's sentence does."""
    own = getattr(getattr(error.param, "type", None), "choices", None)
    if own:
        return tuple(str(getattr(one, "value", one)) for one in own)
    _, found, listed = error.message.partition("is not one of")
    return tuple(re.findall(r"'([^']*)'", listed)) if found else ()


def _wanted(error: Any) -> str:
    choices = _choices(error)
    if choices:
        hint = DidYouMean(_given(error), choices).text()
        return say("usage_one_of", known=", ".join(choices), hint=hint)
    bound = re.search(r"(?:greater than or equal to|x>=)\s*(-?\d+)|(-?\d+)<=x", error.message)
    if bound:
        return say("usage_at_least", least=next(part for part in bound.groups() if part))
    return say("usage_a_number") if re.search("integer|float|number", error.message) else say("usage_as_help_says")
