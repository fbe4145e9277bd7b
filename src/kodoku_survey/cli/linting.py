"""`kodoku lint`: files checked by the rules of machine-readability, told rule by rule."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kodoku_survey.cli.adjusting_samples import app
from kodoku_survey.cli.options import Json, Lang, Quiet
from kodoku_survey.cli.speaking import say, tell
from kodoku_survey.errors import ContentError, user_language

if TYPE_CHECKING:
    from kodoku_survey.lint import LintReport
    from kodoku_survey.lint.files_checked import LintFinding

__all__ = ["app"]

PLACES = 5  # told of one rule in one file
CHARACTERS = 40  # told of one offending cell


class RuleSetOption(StrEnum):
    both = "both"
    of_2026 = "2026"
    of_2020 = "2020"


@app.command(help=say("help_lint"))
def lint(
    files: Annotated[list[Path], typer.Argument(help=say("arg_lint"), metavar="FILE…")],
    rules: Annotated[RuleSetOption, typer.Option("--rules", help=say("opt_rules"))] = RuleSetOption.both,
    before: Annotated[list[Path] | None, typer.Option("--before", help=say("opt_before"), metavar="FILE")] = None,
    json: Json = False,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    from kodoku_survey.cli import terminal
    from kodoku_survey.lint import lint_files

    sets = ("2026", "2020") if rules is RuleSetOption.both else (rules.value,)
    found = lint_files(files, rule_sets=sets, before=before or (), language=user_language())  # type: ignore[arg-type]
    if json:
        told = {"kept": {one: found.kept(one) for one in sets}, "findings": found.records()}  # type: ignore[arg-type]
        typer.echo(terminal.as_json(told))
    else:
        _show(found, sets, quiet=quiet)
    if found.broken:
        raise typer.Exit(ContentError.exit_code)


def _show(found: LintReport, sets: tuple[str, ...], *, quiet: bool) -> None:
    """Broken rules with places and remedies on stdout, the sums on stderr."""
    before = ""
    for finding in found.broken:
        if finding.file != before:
            typer.echo(finding.file)
        before = finding.file
        _show_finding(finding)
    if quiet:
        return
    untested = dict.fromkeys(one.rule.id for one in found.findings if one.outcome == "not_tested")
    if untested:
        tell(say("lint_untested", rules=", ".join(untested), count=len(untested)))
    if "2026" in sets:
        for file in dict.fromkeys(finding.file for finding in found.findings):
            levels = [_points(found, file, level) for level in ("L1", "L2", "L3")]
            tell(say("lint_points", file=file, levels=" / ".join(levels)))
    for one in sets:
        kept, applied = found.kept(one)  # type: ignore[arg-type]
        tell(say("lint_kept", rules=one, kept=kept, applied=applied))


def _points(found: LintReport, file: str, level: str) -> str:
    """A level's points with how many rules were tested; without a tested rule no points."""
    points, (tested, untested) = found.points(file, level), found.tested(file, level)
    if points is None:
        return say("lint_no_points", level=level[1], untested=untested)
    return say("lint_level", level=level[1], points=points, tested=tested, untested=untested)


def _show_finding(finding: LintFinding) -> None:
    rule = finding.rule
    typer.echo(f"  {rule.id} {rule.title} [{say(f'severity_{rule.severity}')}]")
    several = len({sheet for sheet, _ in finding.offences}) > 1 or finding.file != finding.offences[0][0]
    for sheet, offence in finding.offences[:PLACES]:
        why = f"— {offence.reason}" if offence.reason else ""
        place = "!".join(part for part in (sheet if several else "", offence.place) if part)
        value = offence.value.replace("\n", "⏎")
        shown = value if len(value) <= CHARACTERS else value[: CHARACTERS - 1] + "…"
        typer.echo("    " + " ".join(part for part in (place, f"「{shown}」" if shown else "", why) if part))
    if len(finding.offences) > PLACES:
        typer.echo("    " + say("lint_more", count=f"{len(finding.offences) - PLACES:,}"))
    typer.echo(f"    → {rule.remedy}")
