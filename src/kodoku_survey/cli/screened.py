"""A screening on the terminal: the differences that matter, first things first."""

from __future__ import annotations

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table as Grid

from kodoku_survey.cli.speaking import tell
from kodoku_survey.cli.terminal import Say, folded_label, print_grid
from kodoku_survey.crosstabs.screening import Screening
from kodoku_survey.tables.rounding import half_up

SCREEN_HEADS = ("question", "attribute", "n", "v", "p", "highest", "lowest", "gap")
SCREEN_TEXTS = ("question", "attribute", "highest", "lowest")


def show_screening(found: Screening, say: Say, *, top: int) -> None:
    """The first tests, a line each: what is asked, by what, how strongly they hang together, and the groups furthest apart."""
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False)
    for name in SCREEN_HEADS:
        grid.add_column(say(f"screen_{name}"), justify="left" if name in SCREEN_TEXTS else "right", no_wrap=True)
    for row in found.tests.head(top).itertuples():
        asked = say("screen_asked", question=row.question_label, answer=row.option or row.answer)
        groups = (f"{row.high_group} {half_up(row.high, 1)}", f"{row.low_group} {half_up(row.low, 1)}")
        high, low = (folded_label(group, 20) for group in groups)
        told = (folded_label(asked, 28), folded_label(row.attribute_label, 16), f"{row.n:,}", half_up(row.v, 2))
        grid.add_row(*told, p_told(row.p_adjusted), high, low, half_up(row.gap, 1))
    print_grid(grid, [say("screen_title", tests=f"{len(found.tests):,}")])


def p_told(p: float) -> str:
    """A p-value as it is printed: no more digits than it carries, nothing where nothing was tested."""
    return "" if p != p else "<0.001" if p < 0.001 else half_up(p, 3)


def tell_screening(found: Screening, say: Say) -> None:
    """How many differ, by which rule, and how the lines are to be read."""
    if found.tests["p_value"].isna().all() and len(found.tests):
        tell(say("screen_untested"))
    else:
        differs = int(found.tests["differs"].sum())
        counts = {"differs": f"{differs:,}", "tests": f"{len(found.tests):,}", "level": f"{found.level:g}"}
        tell(say("screen_done", adjustment=say(f"adjustment_{found.adjustment}"), **counts))
    if found.skipped:
        tell(say("screen_skipped", count=f"{found.skipped:,}"))


def screening_records(found: Screening) -> dict[str, Any]:
    """What a program reads: the rule and every test, numbers as numbers, nothing for what is not there."""
    frame = found.frame().astype(object)
    rows = frame.where(frame.notna(), None).to_dict("records")
    return {"adjustment": found.adjustment, "level": found.level, "skipped": found.skipped, "tests": rows}
