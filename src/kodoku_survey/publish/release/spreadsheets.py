"""Cells of a CSV that a spreadsheet would run as a formula, written as text.

Excel and its like take a cell that begins with = + - @ (also full width), a tab or a line break for a formula. By the
convention OWASP gives for CSV injection such a text gets a leading apostrophe. So does a text that begins with an
apostrophe: whoever reads the file takes one leading apostrophe away from every cell that has one, and has what it was.
A text that is a plain number runs nothing and stays as it is, and so do columns of numbers.
"""

from __future__ import annotations

import re

import pandas as pd

TRIGGERS = tuple("=+-@\t\r\n＝＋－＠")
QUOTE = "'"
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def quoted(text: str) -> str:
    """A text as a cell that is no formula."""
    # Blanks before the sign do not keep every program from running it.
    risky = text.startswith((QUOTE, *TRIGGERS)) or text.lstrip().startswith(TRIGGERS)
    return QUOTE + text if risky and not _NUMBER.fullmatch(text) else text


def unquoted(cell: str) -> str:
    """The text a cell of our CSV files stands for."""
    return cell.removeprefix(QUOTE)


def safe(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with every text, headings too, as it may stand in a CSV."""
    made = frame.copy(deep=False)
    for name in made.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in made.dtypes]]:
        made[name] = made[name].map(lambda cell: quoted(cell) if isinstance(cell, str) else cell)
    made.columns = pd.Index([quoted(str(name)) for name in made.columns])
    return made
