"""The rules: one function each, under the number it has in the rules of 2026 (L1-01 …) or 2020 (1-1 …) or both.

Texts, severities and deductions are data (rules.toml). A rule looks at one grid with what is attached to it and yields what
offends; it raises NotApplicable or Untold where it has nothing to judge.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, NamedTuple

from kodoku_survey.errors import Language
from kodoku_survey.lint.attached import Attached
from kodoku_survey.lint.gridded import Grid

RuleSet = Literal["2026", "2020"]
Severity = Literal["fatal", "critical", "major", "minor"]


class Offence(NamedTuple):
    """What breaks a rule: where on the grid ("" for the file as a whole), the value that does, and why (reasons.toml)."""

    place: str
    value: str = ""
    reason: str = ""


class NotApplicable(Exception):
    """The rule speaks of something this file does not have."""


class Untold(Exception):
    """The file alone does not tell."""


RuleCheck = Callable[[Grid, Attached], Iterable[Offence]]
CHECKS: dict[str, RuleCheck] = {}


@dataclass(frozen=True)
class LintRule:
    """A rule as it is written: what it asks, how grave a breach is, how to mend one."""

    id: str
    severity: Severity
    deduction: int
    title: str
    remedy: str

    @property
    def rules(self) -> RuleSet:
        """The set it belongs to."""
        return "2026" if self.id.startswith("L") else "2020"


def rule(*ids: str) -> Callable[[RuleCheck], RuleCheck]:
    """Registers the function that checks a rule, under each of its numbers."""

    def register(check: RuleCheck) -> RuleCheck:
        for name in ids:
            if name in CHECKS:
                raise ValueError(f"two functions check {name}")
            CHECKS[name] = check
        return check

    return register


def worded(offence: Offence, language: Language) -> Offence:
    """An offence with its reason in words."""
    return offence._replace(reason=_reasons()[offence.reason][language]) if offence.reason else offence


@cache
def _reasons() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("kodoku_survey.lint").joinpath("reasons.toml").read_text(encoding="utf-8"))


@cache
def _texts() -> dict[str, dict[str, str | int]]:
    return tomllib.loads(resources.files("kodoku_survey.lint").joinpath("rules.toml").read_text(encoding="utf-8"))


def lint_rules(language: Language) -> Iterator[LintRule]:
    """Every rule in the order of the two sets, in one language."""
    for name, told in _texts().items():
        severity: Severity = told["severity"]  # type: ignore[assignment]
        title, remedy = str(told[f"title_{language}"]), str(told[f"remedy_{language}"])
        yield LintRule(name, severity, int(told["deduction"]), title, remedy)
