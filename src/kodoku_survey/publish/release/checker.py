"""protection.csv: every hidden count and the integers it may be (秘匿インターバル), for the checker alone."""

from __future__ import annotations

from pathlib import Path

from kodoku_survey.errors import OutputError
from kodoku_survey.publish.release.writing import put_csv
from kodoku_survey.tables.protected import Protection


def place_of(out: Path) -> Path:
    """Where the checker's file of an output folder lies: beside it, so that it cannot be handed on with it."""
    return out.absolute().parent / f"{out.absolute().name}.checker" / "protection.csv"


def write_intervals(protection: Protection, out: Path) -> Path:
    """Write protection.csv, readable by its owner alone. Raises OutputError."""
    path = place_of(out)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        put_csv(protection.intervals, path)
    except OSError as error:
        raise OutputError("publish.cannot_write", path.name, reason=error.strerror or str(error)) from None
    return path
