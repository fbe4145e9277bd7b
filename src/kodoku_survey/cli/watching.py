"""How far a run has come, on a terminal: the stage, the share of the whole, the time gone and about how long it still takes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from types import MappingProxyType
from typing import Literal

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from kodoku_survey.cli.interrupts import heed
from kodoku_survey.cli.speaking import say

Work = Literal["report", "prepare", "answers", "compare", "synthesize", "demo"]

# About what share of a run's time each stage takes, in the order they begin: measured on both sample folders. The time left is
# told from it, so that it need only be right to a third.
_OPENING = {"read": 6.0, "clean": 3.0, "score": 1.0}
_MADE = {"weight": 2.0, "tables": 2.0, "protect": 8.0, "pdf": 6.0, "charts": 36.0, "files": 36.0}
STAGES: Mapping[Work, Mapping[str, float]] = MappingProxyType(
    {
        "report": _OPENING | _MADE,
        "prepare": _OPENING | {"weight": 2.0, "files": 60.0},
        "answers": _OPENING | {"weight": 2.0, "tables": 2.0},
        "compare": _OPENING | {"weight": 2.0, "compare": 12.0},
        "synthesize": {"synthesize": 12.0, **_OPENING, "weight": 2.0},
        "demo": {"synthesize": 12.0, **_OPENING, **_MADE},
    }
)
AT_ONE_TIME = {
    "pdf",
    "charts",
    "files",
}  # stages of one time: pages, pictures and files are made by processes of their own
FORETOLD = 0.04  # share of the work and seconds gone, before which nothing is said of the time left
FORETOLD_AFTER = 1.0


class Course:
    """How much of a run is done: the stages begun, and how far each came. Stages may run beside each other."""

    def __init__(self, shares: Mapping[str, float]) -> None:
        self.shares, self.reached = shares, dict[str, float]()

    def note(self, stage: str, done: int, total: int) -> float:
        """The share of the whole done, 0 to 1; it never falls. A stage has ended when a later one begins."""
        order = [*self.shares]
        if stage in order:
            for earlier in order[: order.index(stage)]:
                beside = {earlier, stage} <= AT_ONE_TIME
                self.reached[earlier] = self.reached.get(earlier, 0.0) if beside else 1.0
            self.reached[stage] = max(self.reached.get(stage, 0.0), done / max(total, 1))
        return sum(self.shares[one] * self.reached.get(one, 0.0) for one in order) / sum(self.shares.values())


def seconds_left(share: float, gone: float) -> float | None:
    """About how many seconds a run still takes, from the share done in those gone; None while nobody can tell."""
    return gone * (1 - share) / share if share > FORETOLD and gone > FORETOLD_AFTER else None


def _unseen(_stage: str, _done: int, _total: int) -> None:
    """Nobody is watching, but the run may have been told to stop."""
    heed()


@contextmanager
def watched(quiet: bool, work: Work = "report") -> Iterator[Callable[[str, int, int], None]]:
    """One line on stderr while the work goes on; none where stderr is no terminal or nobody wants it."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal or not console.file.isatty():  # FORCE_COLOR makes no terminal of a file
        yield _unseen
        return
    course, began, guard = Course(STAGES[work]), monotonic(), threading.Lock()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(24),
        TextColumn("{task.percentage:>3.0f}%  {task.fields[left]}"),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        line = bars.add_task("", total=1.0, left="")

        def show(stage: str, done: int, total: int) -> None:
            heed()
            with guard:  # pictures are painted beside the pages
                share, gone = course.note(stage, done, total), monotonic() - began
                left = seconds_left(share, gone)
                order = [*course.shares]
                place = f"[{order.index(stage) + 1}/{len(order)}] " if stage in order else ""
                told = say("time_gone", gone=gone) + ("" if left is None else say("time_left", left=max(left, 1.0)))
                bars.update(line, description=_plain(place) + say(f"stage_{stage}"), completed=share, left=told)

        yield show


def _plain(text: str) -> str:
    """Square brackets as themselves: rich takes them for colours."""
    return text.replace("[", "\\[")
