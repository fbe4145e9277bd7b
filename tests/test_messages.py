"""Every message of the product: in both languages, with the same fields, and used."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "kodoku_survey"
ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/messages.toml"))
CODE = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))


def messages(room: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((SOURCE / room / "messages.toml").read_text(encoding="utf-8"))


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("room", ROOMS)
def test_a_message_is_told_in_both_languages_with_the_same_fields(room):
    for name, told in messages(room).items():
        assert set(told) == {"ja", "en"}, name
        assert fields(told["ja"]) == fields(told["en"]), name


@pytest.mark.parametrize("room", ROOMS)
def test_a_message_ends_as_a_sentence(room):
    for name, told in messages(room).items():
        assert told["ja"].endswith(("。", "）", "}")), name
        assert told["en"].endswith((".", ")", "}")), name


@pytest.mark.parametrize("room", ROOMS)
def test_no_message_is_left_over(room):
    """A sentence nobody says is deleted. Keys are said whole ("room.name") or, of places in a definition, by name."""
    unused = [name for name in messages(room) if not re.search(rf'["\']({room}\.)?{name}["\']', CODE)]
    assert unused == []


def test_every_key_said_has_its_sentence():
    said = set(re.findall(r'Error\(\s*"(\w+)\.(\w+)"', CODE))
    missing = [f"{room}.{name}" for room, name in said if room in ROOMS and name not in messages(room)]
    assert missing == []
