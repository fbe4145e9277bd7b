"""SIGTERM and SIGINT end a run with 143 and 130 wherever they arrive, and what it made half goes with it."""

from __future__ import annotations

import signal
from typing import NoReturn

_received: list[int] = []


def listen() -> None:
    """From now on both signals raise SystemExit where the work is, so that temporary folders go on the way out."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)


def no_longer() -> None:
    """The work is done: a signal that comes now ends the process as the system does."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


def heed() -> None:
    """Raise again what a library swallowed: an exception raised within a callback of C code is lost."""
    if _received:
        raise SystemExit(128 + _received[0])


def exit_code() -> int | None:
    """The code of the signal that came, if one did."""
    return 128 + _received[0] if _received else None


def _stop(number: int, _frame: object) -> NoReturn:
    _received.append(number)
    raise SystemExit(128 + number)
