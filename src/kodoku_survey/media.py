"""What every result can do for a reader, and who does it: rooms above say what they make, a result's method asks for it.

Results live in rooms that know no page, no ink and no files (an estimate, a model), and may not import the rooms that do. Those
register a function for a kind of result and a word ("text", "plot"); the package has them loaded when first asked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MAKERS: dict[tuple[str, str], Callable[..., Any]] = {}
_LOADERS: list[tuple[frozenset[str], Callable[[], object]]] = []


def makes(kind: str, word: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register what makes `word` of results of the class named `kind`, and of those derived from it."""

    def kept(function: Callable[..., Any]) -> Callable[..., Any]:
        _MAKERS[kind, word] = function
        return function

    return kept


def loaded_by(load: Callable[[], object], *words: str) -> None:
    """What to call before the first of these words is made (of any, where none is named): it imports the room that registers."""
    _LOADERS.append((frozenset(words), load))


def made_by(result: object, word: str) -> Callable[..., Any]:
    """The function that makes `word` of a result, its first argument filled in. Raises KeyError where nothing does."""
    for entry in list(_LOADERS):
        if not entry[0] or word in entry[0]:
            entry[1]()
            _LOADERS.remove(entry)
    for kind in type(result).__mro__:
        if (kind.__name__, word) in _MAKERS:
            return partial(_MAKERS[kind.__name__, word], result)
    raise KeyError(word)


class Result:
    """A value that shows itself: one screen of text, a table that can be read aloud, files, and a picture where it has one.

    What is printed is the wide table of a page, numbers as a page has them; `frame()`, of each class's own, is for reckoning.
    language : "ja" or "en"; default that of `ks.set_language`, else of the survey, else of the user.
    """

    def __repr__(self) -> str:
        return str(made_by(self, "to_text")())

    def _repr_html_(self) -> str:
        return str(made_by(self, "to_html")())

    def to_html(self, level: float = 0.95, *, language: Literal["ja", "en"] | None = None) -> str:
        """As an HTML table with caption and heads that can be read aloud; what is beside its figures is folded."""
        return str(made_by(self, "to_html")(level, language))

    def to_markdown(self, level: float = 0.95, *, language: Literal["ja", "en"] | None = None) -> str:
        """As a Markdown table."""
        return str(made_by(self, "to_markdown")(level, language))

    def to_latex(self, level: float = 0.95, *, language: Literal["ja", "en"] | None = None) -> str:
        r"""As a LaTeX tabular with the rules of booktabs (`\usepackage{booktabs}`), notes below."""
        return str(made_by(self, "to_latex")(level, language))

    def to_csv(self, path: str | Path | None = None, level: float = 0.95, *, part: str = "") -> str | Path:
        """`frame()` as CSV: the text, or with a path the file (UTF-8 with a mark, which spreadsheets need) and its path.

        part : which one, of a result that has several. Raises OutputError, UsageError.
        """
        written: str | Path = made_by(self, "to_csv")(None if path is None else Path(path), level, part)
        return written

    def to_excel(self, path: str | Path, level: float = 0.95, *, language: Literal["ja", "en"] | None = None) -> Path:
        """Write a workbook: the table as it is printed, then `frame()`, text never a formula. The path; raises OutputError."""
        return Path(made_by(self, "to_excel")(Path(path), level, language))

    def plot(self, **options: Any) -> Figure:
        """The picture of the result, a matplotlib Figure that shows itself in a notebook (docs/plots.md has the options).

        Raises UsageError for a result that has none, and for an unknown option.
        """
        drawn: Figure = made_by(self, "plot")(**options)
        return drawn


class CalledFrame(pd.DataFrame):  # type: ignore[misc]  # pandas has no types
    """A frame a result holds, which can be called as those that other results make: `made.frame()` as well as `made.frame`."""

    def __call__(self) -> pd.DataFrame:
        """The same as a plain DataFrame of one's own."""
        return pd.DataFrame(self.copy())

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> CalledFrame:
        return CalledFrame(self.copy())
