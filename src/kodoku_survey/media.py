"""Who draws and writes a result: `publish` says what it can do, a result's method asks for it.

Results live in rooms that know no ink and no files (an estimate, a model), and may not import the room that does. That room
registers a function for a kind of result and a word ("plot", "to_excel"); the package has it loaded when first asked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

_MAKERS: dict[tuple[str, str], Callable[..., Any]] = {}
_LOADERS: list[Callable[[], object]] = []


def makes(kind: str, word: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register what makes `word` of results of the class named `kind`."""

    def kept(function: Callable[..., Any]) -> Callable[..., Any]:
        _MAKERS[kind, word] = function
        return function

    return kept


def loaded_by(load: Callable[[], object]) -> None:
    """What to call before the first thing is made: it imports the room that registers."""
    _LOADERS.append(load)


def made_by(result: object, word: str) -> Callable[..., Any]:
    """The function that makes `word` of a result, its first argument filled in."""
    while _LOADERS:
        _LOADERS.pop()()
    return partial(_MAKERS[type(result).__name__, word], result)
