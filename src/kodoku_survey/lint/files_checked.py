"""Files checked rule by rule: what each rule found on each file, and how many of those that apply are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kodoku_survey.errors import FileError, Language
from kodoku_survey.lint import rules  # registers the rules
from kodoku_survey.lint.attached import Attached
from kodoku_survey.lint.gridded import Grid
from kodoku_survey.lint.read_file import read_file
from kodoku_survey.lint.registry import CHECKS, LintRule, NotApplicable, Offence, RuleSet, Untold, lint_rules, worded

assert rules
Outcome = Literal["kept", "broken", "not_applicable", "not_tested"]
ORDER: tuple[Outcome, ...] = ("broken", "not_tested", "kept", "not_applicable")  # of several sheets the gravest counts


@dataclass(frozen=True)
class LintFinding:
    """What a rule found in one file: its outcome and every offence, with the sheet each stands on."""

    file: str
    rule: LintRule
    outcome: Outcome
    offences: tuple[tuple[str, Offence], ...] = ()


@dataclass(frozen=True)
class LintReport:
    """Every finding, file by file in the order they were given, rule by rule."""

    findings: tuple[LintFinding, ...]

    @property
    def broken(self) -> tuple[LintFinding, ...]:
        """Rules that are not kept."""
        return tuple(finding for finding in self.findings if finding.outcome == "broken")

    def kept(self, rule_set: RuleSet) -> tuple[int, int]:
        """How many rules of a set all files keep, of those that apply to any and can be told."""
        by_rule: dict[str, set[Outcome]] = {}
        for finding in self.findings:
            if finding.rule.rules == rule_set:
                by_rule.setdefault(finding.rule.id, set()).add(finding.outcome)
        applied = [outcomes for outcomes in by_rule.values() if outcomes & {"kept", "broken"}]
        return sum("broken" not in outcomes for outcomes in applied), len(applied)

    def tested(self, file: str, level: str) -> tuple[int, int]:
        """How many rules of a level (L1, L2, L3) were tested on a file, and how many apply but could not be."""
        outcomes = [one.outcome for one in self.findings if one.file == file and one.rule.id.startswith(level)]
        return sum(one in ("kept", "broken") for one in outcomes), outcomes.count("not_tested")

    def points(self, file: str, level: str) -> int | None:
        """100 less the deductions of a level of the rules of 2026; a fatal breach leaves none. None: no rule was tested.

        A rule that could not be tested takes no part: it neither costs points nor earns them.
        """
        if not self.tested(file, level)[0]:
            return None
        lost = [one.rule for one in self.broken if one.file == file and one.rule.id.startswith(level)]
        return 0 if any(one.severity == "fatal" for one in lost) else max(0, 100 - sum(one.deduction for one in lost))

    def records(self) -> list[dict[str, Any]]:
        """A line a finding, for programs."""
        return [
            {
                "file": one.file,
                "rules": one.rule.rules,
                "rule": one.rule.id,
                "severity": one.rule.severity,
                "title": one.rule.title,
                "outcome": one.outcome,
                "remedy": one.rule.remedy if one.outcome == "broken" else "",
                "offences": [
                    {"sheet": sheet, "place": offence.place, "value": offence.value, "reason": offence.reason}
                    for sheet, offence in one.offences
                ],
            }
            for one in self.findings
        ]


def lint_files(
    files: Sequence[str | Path],
    *,
    rule_sets: Sequence[RuleSet] = ("2026", "2020"),
    before: Sequence[str | Path] = (),
    language: Language = "ja",
) -> LintReport:
    """Check files together: a code table or description among them serves the others. Raises FileError.

    before : files of the release before, of the same names, to compare layouts with.
    """
    grids = {Path(file): read_file(Path(file)) for file in files}
    earlier = tuple(grid for file in before for grid in _earlier(Path(file)))
    attached = Attached(tuple(grid for own in grids.values() for grid in own), earlier)
    chosen = [rule for rule in lint_rules(language) if rule.rules in rule_sets]
    return LintReport(
        tuple(_finding(path, own, rule, attached, language) for path, own in grids.items() for rule in chosen)
    )


def _earlier(path: Path) -> tuple[Grid, ...]:
    found = read_file(path)
    if not any(grid.cells for grid in found):
        raise FileError("lint.no_earlier", path.name)
    return found


def _finding(path: Path, grids: Sequence[Grid], rule: LintRule, attached: Attached, language: Language) -> LintFinding:
    """One rule on every sheet of a file."""
    outcomes: set[Outcome] = set()
    offences: list[tuple[str, Offence]] = []
    for grid in grids:
        if not grid.cells and not grid.objects and rule.id not in ("L1-01", "1-1"):
            outcomes.add("not_tested")
            continue
        try:
            found = list(CHECKS[rule.id](grid, attached))
        except NotApplicable:
            outcomes.add("not_applicable")
        except Untold:
            outcomes.add("not_tested")
        else:
            outcomes.add("broken" if found else "kept")
            offences += [(grid.name, worded(offence, language)) for offence in found]
    return LintFinding(
        path.name, rule, next(one for one in ORDER if one in outcomes or one == ORDER[-1]), tuple(offences)
    )
