"""What the quality page is made of: sections of parts, each with a note, drawings and a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class Lines:
    """A table as text: heads and rows, the first cell of a row being its head; the first `words_in` columns are words."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    words_in: int = 1


@dataclass(frozen=True)
class Drawing:
    """A drawing ready to stand in a page, under a title or none."""

    svg: Markup
    title: str = ""


@dataclass(frozen=True)
class Part:
    """One thing shown, in this order: its title, a note, drawings, a table, which may be folded away."""

    title: str = ""
    note: str = ""
    drawings: tuple[Drawing, ...] = ()
    grid: Lines | None = None
    folded: bool = False


@dataclass(frozen=True)
class QualitySection:
    """A head of the page and what stands under it."""

    title: str
    parts: tuple[Part, ...]
