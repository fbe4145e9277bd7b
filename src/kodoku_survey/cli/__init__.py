"""`kodoku`: arguments, messages, exit codes."""

from __future__ import annotations

import hashlib
import signal
import sys
import traceback
from pathlib import Path
from typing import NoReturn

import typer

from kodoku_survey.cli.commands import app
from kodoku_survey.cli.speaking import say, tell
from kodoku_survey.errors import SurveyError

__all__ = ["app", "main", "say"]


def _stop(number: int, _frame: object) -> NoReturn:
    # Raised where the work is, so that temporary folders are removed on the way out.
    raise SystemExit(128 + number)


def _internal(error: Exception) -> NoReturn:
    """An id made of where it happened: the message itself could hold a person's answers, so it is never shown."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    digest = hashlib.sha256("\n".join([type(error).__name__, *places]).encode()).hexdigest()[:8]
    tell(say("internal", id=digest))
    if {"--verbose", "-v"} & set(sys.argv):
        tell("\n".join([*places, type(error).__name__]))
    sys.exit(10)


def main() -> NoReturn:
    """Run `kodoku` and leave with the documented exit code; never a traceback for a fault in the user's files."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        code = app(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except SurveyError as fault:
        tell("\n".join(f"{say('error')}: {line}" for line in fault.text().splitlines()))
        sys.exit(fault.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        tell(say("interrupted"))
        sys.exit(130)
    except Exception as error:
        if hasattr(error, "show"):  # a usage error of typer puts itself into words
            error.show()
            sys.exit(2)
        _internal(error)
