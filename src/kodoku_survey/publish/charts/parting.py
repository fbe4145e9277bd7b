"""Where a chart too tall for a page may be parted: between attributes, between outer groups, and at last every few lines."""

from __future__ import annotations

from collections.abc import Sequence

from kodoku_survey.tables import Row

BETWEEN, WITHIN, ANYWHERE = 0.8, 1.0, 1.3  # what it costs to turn the page there: attributes, outer groups, any line
LONG, SOME = 14, 7  # lines of one attribute from which it may be parted, and how many stay together
SHORT = 12  # lines up to which a chart is never parted


def breaks(rows: Sequence[Row], together: int = SOME) -> dict[int, float]:
    """The lines before which a chart of rows may be parted, and the cost of it; everybody's line stays with what follows.

    together : lines of one attribute that are never parted.
    """
    if len(rows) <= SHORT and together == SOME:
        return {}
    found = {}
    since = 0
    for k in range(1, len(rows)):
        before, row = rows[k - 1], rows[k]
        if row.attribute != before.attribute:
            cost = BETWEEN if before.attribute or k > together else 0.0
        elif len(row.keys) > 1 and row.keys[0] != before.keys[0]:
            cost = WITHIN
        else:
            long = _length(rows, k) > 2 * together
            cost = ANYWHERE if long and k - since >= together and len(rows) - k >= together else 0.0
        if cost:
            found[k] = cost
            since = k
        elif row.attribute != before.attribute:
            since = k
    return found


def even(count: int) -> dict[int, float]:
    """The same of lines without attributes: options of a question."""
    return dict.fromkeys(range(SOME, count - SOME + 1, SOME), ANYWHERE) if count > LONG else {}


def _length(rows: Sequence[Row], at: int) -> int:
    """How many lines the attribute of a line has."""
    return sum(row.attribute == rows[at].attribute for row in rows)
