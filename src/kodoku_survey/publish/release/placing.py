"""Writing a folder whole or not at all: beside its place first, then moved there; one run at a time."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kodoku_survey.errors import BusyError, OutputError

MARK = "manifest.json"  # a folder that holds it was written by us and may be replaced


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """A temporary folder to write into; moved to `out` when the block ends well, removed when it does not.

    Raises
    ------
    BusyError
        Another run is writing to `out`.
    OutputError
        `out` holds files that are not a report, or the disk refuses.
    """
    out = out.absolute()
    _check_place(out)
    lock = out.parent / f".{out.name}.lock"
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _take(lock, out)
        made = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise OutputError("publish.cannot_write", out.name, reason=error.strerror or str(error)) from None
    try:
        yield made
        _move(made, out)
    except OSError as error:
        raise OutputError("publish.cannot_write", out.name, reason=error.strerror or str(error)) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)
        lock.unlink(missing_ok=True)


def _check_place(out: Path) -> None:
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file()):
        raise OutputError("publish.not_a_report", out.name)


def _take(lock: Path, out: Path) -> None:
    """Hold the lock, or take it over from a run that is no more."""
    try:
        descriptor = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    except FileExistsError:
        if _alive(lock):
            raise BusyError("publish.busy", out.name, lock=lock.name) from None
        lock.unlink(missing_ok=True)
        descriptor = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    with os.fdopen(descriptor, "w") as file:
        file.write(str(os.getpid()))


def _alive(lock: Path) -> bool:
    try:
        os.kill(int(lock.read_text()), 0)
    except (ValueError, ProcessLookupError, FileNotFoundError):
        return False
    except PermissionError:
        return True
    return True


def _move(made: Path, out: Path) -> None:
    """Put the new folder in place; the old one goes only when the new one stands."""
    os.chmod(made, 0o755)
    if not out.exists():
        made.rename(out)
        return
    old = out.parent / f".{out.name}.old.{os.getpid()}"
    out.rename(old)
    try:
        made.rename(out)
    except OSError:
        old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)
