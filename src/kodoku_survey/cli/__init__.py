"""`kodoku`: arguments, messages, exit codes."""

from __future__ import annotations

import hashlib
import sys
import traceback
from pathlib import Path
from typing import NoReturn

from kodoku_survey.cli import interrupts
from kodoku_survey.errors import speak_in_the_shell

__all__ = ["main"]

speak_in_the_shell()


def _internal(error: Exception) -> int:
    """An id made of where it happened: the message itself could hold a person's answers, so it is never shown."""
    from kodoku_survey.cli.speaking import say, tell

    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    digest = hashlib.sha256("\n".join([type(error).__name__, *places]).encode()).hexdigest()[:8]
    tell(say("internal", id=digest))
    if {"--verbose", "-v"} & set(sys.argv):
        tell("\n".join([*places, type(error).__name__]))
    return 10


def _run() -> int:
    # Imported when the signals are listened to: reading the libraries takes a second of its own.
    import typer

    from kodoku_survey.cli.demonstrating import app
    from kodoku_survey.cli.speaking import say, tell
    from kodoku_survey.cli.usage import usage_told
    from kodoku_survey.errors import SurveyError

    try:
        code = app(standalone_mode=False)
        return code if isinstance(code, int) else 0
    except SurveyError as fault:
        tell("\n".join(f"{say('error')}: {line}" for line in fault.text().splitlines()))
        return fault.exit_code
    except (typer.Abort, KeyboardInterrupt):
        tell(say("interrupted"))
        return 130
    except SystemExit as stopped:
        if stopped.code == 130:
            tell(say("interrupted"))
        raise
    except OSError as error:
        # What writes tells of it itself (8): this is a file that could not be opened.
        tell(f"{say('error')}: {say('cannot_open', reason=error.strerror or type(error).__name__)}")
        return 3
    except Exception as error:
        if hasattr(error, "format_message"):  # a usage error of typer
            tell(usage_told(error))
            return 2
        return _internal(error)


def main() -> NoReturn:
    """Run `kodoku` and leave with the documented exit code; never a traceback for a fault in the user's files."""
    interrupts.listen()
    code = _run()
    interrupts.no_longer()
    stopped = interrupts.exit_code()
    sys.exit(code if stopped is None else stopped)
