"""Whether a file has one line of headings: a title above them, or headings on two lines, would make a person of a heading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from kodoku_survey.errors import FileError

NO_WORD = re.compile(r"[\d.,:/\-\s年月日時分秒]+")


def refuse_several_lines(file: str, names: Sequence[str], columns: Sequence[Sequence[str]]) -> None:
    """Raises FileError where headings stand on several lines.

    names : the first line. columns : what stands below it. A column whose heading is blank or another's too, and whose first cell
    is a text that nobody below says again, has its heading on the second line. A single heading above three columns is a title.
    """
    held = [k for k, cells in enumerate(columns) if any(cell.strip() for cell in cells)]
    named = [k for k in held if names[k].strip()]
    often = Counter(name.strip() for name in names)
    suspect = [k for k in held if not names[k].strip() or often[names[k].strip()] > 1]
    second = [k for k in suspect if _stands_alone(columns[k])]
    title = len(named) <= 1 and len(held) >= 3
    if title or (second and len(second) == len(suspect)):
        places = ", ".join(str(k + 1) for k in (second or suspect)[:8])
        raise FileError("intake.draft_heads", file, columns=places)


def _stands_alone(cells: Sequence[str]) -> bool:
    first = cells[0].strip() if cells else ""
    return (
        bool(first) and not NO_WORD.fullmatch(first) and len(cells) > 2 and first not in {c.strip() for c in cells[1:]}
    )
