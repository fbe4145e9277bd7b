"""Of a drafted file: which column numbers the people, and which year they answered in."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from kodoku_survey.intake.cells.dates import parsed
from kodoku_survey.intake.draft.platform import IDS, PERSONAL, first_of

CALLED = re.compile(
    r"(番号|コード|ナンバー|[Ii][Dd]|[Nn][Oo]\.?|[Cc]ode|CODE|[Kk]ey|KEY|[Uu][Uu][Ii][Dd]|[Ss]erial|[Tt]oken|[Rr]espondent|[Cc]ase|連番)$"
    r"|^([Ii][Dd]|[Rr]espondent|[Cc]ase|[Ss]erial)(?![a-z])"
)
OF_SOMETHING_ELSE = re.compile(
    "郵便|電話|携帯|口座|個人番号|マイナンバー|地域|市町村|都道府県|学校|国|問|設問|zip|post|phone|area", re.IGNORECASE
)
TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-]*")
FEWEST_ROWS = 10  # below, values that all differ say nothing
LEAST_YEAR, MOST_YEAR = 1950, 2100


def numbered_by(
    names: Sequence[str], columns: Sequence[Sequence[str]], taken: Sequence[bool]
) -> tuple[int | None, str]:
    """The column of people's numbers, and what is to be confirmed of it; None where there is none to be seen.

    taken : columns that are known to be something else. A heading of the usual ones; else values of which every row has one of
    its own, which are called a number, or look like one: letters and digits, leading zeros, or the rows counted.
    """
    at = first_of(IDS, names)
    if at is not None:
        if _differ(columns[at], 0.9):
            return at, "番号の列。なければ一行が一人"
        return None, f"「{names[at]}」は同じ値の行が多いので人の番号とせず、一行を一人とした"
    found = [
        k for k, name in enumerate(names)
        if name and not taken[k] and not PERSONAL.search(name) and _numbers(name, columns[k])
    ]  # fmt: skip
    if not found:
        return None, "番号の列。なければ一行が一人"
    others = "、".join(f"「{names[k]}」" for k in found[1:4])
    further = f"。{others} も行ごとに違う" if others else ""
    return found[
        0
    ], f"どの行も違う値なので人の番号とみなした{further}（番号でないなら {{ row = true }} とし、設問に加える）"


def _numbers(name: str, cells: Sequence[str]) -> bool:
    even = [unicodedata.normalize("NFKC", cell).strip() for cell in cells]
    if not even or not all(TOKEN.fullmatch(cell) for cell in even) or not _differ(even, 1.0):
        return False
    if any(parsed(cell) is not None for cell in even[:50]) and not CALLED.search(name.strip()):
        return False
    if CALLED.search(unicodedata.normalize("NFKC", name).strip()) and not OF_SOMETHING_ELSE.search(name):
        return True
    if len(even) < FEWEST_ROWS or any(re.fullmatch(r"[A-Za-z]+", cell) for cell in even):
        return False
    wide = len({len(cell) for cell in even}) == 1 and len(even[0]) >= 3
    mixed = wide and all(re.search("[A-Za-z]", cell) and re.search("[0-9]", cell) for cell in even)
    zeros = wide and any(cell.startswith("0") for cell in even)
    counted = all(cell.isdigit() for cell in even) and [int(cell) for cell in even] == list(
        range(int(even[0]), int(even[0]) + len(even))
    )
    return mixed or zeros or counted


def _differ(cells: Sequence[str], share: float) -> bool:
    """Whether nearly every row has a value of its own: somebody may have answered twice."""
    return len({cell for cell in cells if cell.strip()}) >= share * max(len(cells), 1)


def year_of(received: Sequence[Sequence[str]]) -> tuple[int | None, str]:
    """The year most returns came in, by the columns of receipt, and which years there are; None where no date can be read."""
    years: Counter[int] = Counter()
    for cells in received:
        for cell in cells:
            found = parsed(cell) if cell.strip() else None
            if found is not None and LEAST_YEAR <= found.year <= MOST_YEAR:
                years[found.year] += 1
    if not years:
        return None, ""
    held = sorted(years)
    return years.most_common(1)[0][0], str(held[0]) if len(held) == 1 else f"{held[0]}～{held[-1]}"
