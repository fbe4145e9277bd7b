"""Every error raised on purpose: where, what is wrong with the value, and what to do, in the user's language.

An error carries a message *key* and its fields; the sentences stand in `messages.toml` of each room, in Japanese and in
English side by side, so that a message is edited as text and never built from fragments in code.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any, ClassVar, Literal, Protocol

Language = Literal["ja", "en"]


_SHELL: list[bool] = []  # whether the command line speaks
_OPTION, _OUT = re.compile(r"(?<![\w`-])--([a-z][a-z-]*)"), re.compile(r"(?<![\w`-])-o\b")


def speak_in_the_shell() -> None:
    """Advice is about options (-o, --force) from now on; before that, about arguments of functions (out, force=True)."""
    _SHELL.append(True)


def _advice(text: str) -> str:
    if _SHELL:
        return text
    named = _OPTION.sub(lambda m: "force=True" if m[1] == "force" else m[1].replace("-", "_"), text)
    return _OUT.sub("out", named)


_CHOSEN: list[Language] = []  # by set_language, for this process


def set_language(language: Language | None) -> None:
    """Speak "ja" or "en" from now on, in messages and in whatever results print; None: as before any choice.

    Labels of a folder stay as it words them; `ks.load_survey(folder, lang="en")` takes its English ones.
    Raises UsageError for another language.

    >>> ks.set_language("en")
    >>> ks.crosstab(own, "job").to_markdown().count("Total")
    1
    >>> ks.set_language(None)
    """
    if language not in ("ja", "en", None):
        raise UsageError("survey.no_language", "language", value=language)
    _CHOSEN[:] = [] if language is None else [language]


def chosen_language() -> Language | None:
    """What `set_language` was told, None before that."""
    return _CHOSEN[0] if _CHOSEN else None


def user_language() -> Language:
    """The language of messages: of `set_language`, else `KODOKU_LANG`, else the locale's; Japanese where none says English."""
    if _CHOSEN:
        return _CHOSEN[0]
    for name in ("KODOKU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").lower()
        if value.startswith("ja"):
            return "ja"
        if value.startswith("en"):
            return "en"
    return "ja"


@cache
def _messages(room: str) -> dict[str, dict[str, str]]:
    file = resources.files("kodoku_survey").joinpath(room, "messages.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def named(known: Sequence[str], most: int = 12) -> str:
    """Known names for a message, the first so many."""
    return ", ".join(known[:most]) + (", …" if len(known) > most else "")


class SurveyError(Exception):
    """A fault the user can mend.

    Parameters
    ----------
    key : "room.name" of a message in that room's `messages.toml`.
    where : file, place in it and variable, as one reads it: "tables.toml [2-1] question". May be empty.
    fields : what the sentence names; never a person's answers beyond the offending code.

    >>> try:
    ...     ks.means(own, "huors")
    ... except ks.SurveyError as fault:
    ...     print(fault.text("en"))
    there is no variable 'huors'. Did you mean 'hours'? Correct the name.
    """

    exit_code: ClassVar[int] = 10

    def __init__(self, key: str, /, where: str = "", **fields: Any) -> None:  # a sentence may name a {key} of its own
        self.key, self.where, self.fields = key, where, fields
        super().__init__(key)

    def text(self, language: Language | None = None) -> str:
        """`where: what is wrong, with the value. What to do.` in one language (default: the user's)."""
        room, name = self.key.split(".", 1)
        spoken = language or user_language()
        fields = {k: v.text(spoken) if isinstance(v, DidYouMean | Spoken) else v for k, v in self.fields.items()}
        sentence = _messages(room)[name][spoken].format(**fields)
        return _advice(f"{self.where}: {sentence}" if self.where else sentence)

    def __str__(self) -> str:
        return self.text()

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.key, self.where, self.fields))


def _rebuild(kind: type[SurveyError], key: str, where: str, fields: dict[str, Any]) -> SurveyError:
    return kind(key, where, **fields)


class UsageError(SurveyError):
    """A wrong argument or option."""

    exit_code = 2


class FileError(SurveyError):
    """A file that is missing or cannot be read."""

    exit_code = 3


class DefinitionError(SurveyError):
    """A fault in the folder's definitions: codebook, measures, tables, settings."""

    exit_code = 4


class ContentError(SurveyError):
    """Returns beyond tolerance, or no usable return."""

    exit_code = 5


class DesignError(SurveyError):
    """Design, weights, margins, or a model that cannot be estimated."""

    exit_code = 6


class DisclosureError(SurveyError):
    """A table that may not leave."""

    exit_code = 7


class OutputError(SurveyError):
    """A result that cannot be written."""

    exit_code = 8


class BusyError(SurveyError):
    """Another run holds the folder."""

    exit_code = 9


class SurveyFaults(SurveyError):
    """Several faults found in one reading; `faults` lists them all in the order of the files."""

    def __init__(self, faults: Sequence[SurveyError]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults[0].key, self.faults[0].where, **self.faults[0].fields)

    @property
    def exit_code(self) -> int:  # type: ignore[override]
        """The gravest is the first stage that failed: an unreadable file before a wrong name in it."""
        return min(fault.exit_code for fault in self.faults)

    def text(self, language: Language | None = None) -> str:
        """Every fault on a line of its own."""
        return "\n".join(fault.text(language) for fault in self.faults)

    def __reduce__(self) -> tuple[Any, ...]:
        return (SurveyFaults, (self.faults,))


@dataclass(frozen=True)
class Spoken:
    """A field of an error that is words itself, in both languages."""

    ja: str
    en: str

    def text(self, language: Language | None = None) -> str:
        """The words in one language (default: the user's)."""
        return self.ja if (language or user_language()) == "ja" else self.en


@dataclass(frozen=True)
class DidYouMean:
    """A closing question naming the nearest known name, with a leading blank; empty when none is near.

    Given as a field of an error and put into words with it: `hint=DidYouMean(name, known)` for `{hint}`.
    """

    name: str
    known: tuple[str, ...]

    def text(self, language: Language | None = None) -> str:
        """The nearest known name as a question; "" where none is near."""
        near = get_close_matches(str(self.name), [str(name) for name in self.known], n=1, cutoff=0.6)
        if not near:
            return ""
        if (language or user_language()) == "ja":
            return f"もしかして「{near[0]}」ではありませんか。"
        return f" Did you mean '{near[0]}'?"


class Handed(Protocol):
    """A value handed from one stage to the next, which knows the call that makes it."""

    MADE_BY: ClassVar[str]


def expected(value: object, kind: type[Handed]) -> None:
    """Raises UsageError where an argument is not of the kind a function takes, naming the call that makes it."""
    if not isinstance(value, kind):
        given, wanted = type(value).__name__, kind.__name__
        raise UsageError("survey.wrong_argument", value=given, wanted=wanted, call=kind.MADE_BY)
