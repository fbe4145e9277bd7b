"""What a folder calls things where it says nothing itself (words.toml)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("kodoku_survey.survey").joinpath("words.toml").read_text(encoding="utf-8"))


def word(name: str, language: str = "ja") -> str:
    """The word for "nonanswer" or "everybody", or what stands between the parts of a "listing", in a language."""
    return _words()[name][language]
