"""What rows are left out for and cells are changed for, in words."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from kodoku_survey.errors import Language


@cache
def _all() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("kodoku_survey.intake").joinpath("words.toml").read_text(encoding="utf-8"))


@cache
def reasons(language: Language) -> dict[str, str]:
    """Every reason by its key, in one language."""
    return {key: entry[language] for key, entry in _all().items()}
