"""The words of tables and reports, in both languages, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from kodoku_survey.errors import Language
from kodoku_survey.intake.reasons import reasons
from kodoku_survey.survey.folder import Survey

Said = Mapping[str, str]  # words by their keys, in one language


@cache
def _all() -> dict[str, dict[str, str]]:
    text = resources.files("kodoku_survey").joinpath("tables", "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def words(language: Language, level: float = 0.95) -> dict[str, str]:
    """Every word by its key, in one language; intervals are called by their level."""
    said = reasons(language) | {key: entry[language] for key, entry in _all().items()}
    return {key: text.replace("{level}", f"{100 * level:g}") for key, text in said.items()}


def is_everybody(group: object) -> bool:
    """Whether a group is called as everybody is, in either language."""
    return group in (words("ja")["total"], words("en")["total"])


def words_of(survey: Survey) -> dict[str, str]:
    """The words of a survey's own outputs: its language, its level of confidence."""
    return words(survey.settings.identity.lang, survey.settings.estimation.level)
