"""Writing a folder whole or not at all: beside its place first, then moved there; one run at a time."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from kodoku_survey.errors import BusyError, OutputError
from kodoku_survey.publish.release.ownership import refuse_others_work
from kodoku_survey.publish.release.swapping import NEW, OLD, READY, put_in_place, recover, sync

LEAST_SPACE = 32 << 20  # bytes a report takes at most before its data count
LONGEST_NAME_TOLD = 80  # characters of a name in a message
OF_INPUT = 8  # and so many times the returns: microdata in three formats, twice as wide


def check_place(out: Path, *, force: bool = False, inputs: int = 0) -> None:
    """What would stop writing, told before anything is computed: others' files, no permission, no space.

    inputs : bytes of the files that will be read.
    Raises OutputError.
    """
    out = out.absolute()
    try:
        refuse_others_work(out, force=force)
        above = next(parent for parent in out.parents if parent.exists())
        permitted = above.is_dir() and os.access(above, os.W_OK | os.X_OK)
        free = shutil.disk_usage(above).free
    except OSError as error:  # a name too long, a folder that may not be looked into
        raise OutputError(
            "publish.cannot_write", out.name[:LONGEST_NAME_TOLD], reason=error.strerror or "OSError"
        ) from None
    if not permitted:
        raise OutputError("publish.no_permission", out.name, value=above.name or str(above))
    needed = LEAST_SPACE + OF_INPUT * inputs
    if free < needed:
        raise OutputError("publish.no_space", out.name, needed=f"{needed >> 20:,}", free=f"{free >> 20:,}")


@contextmanager
def whole_folder(out: Path, *, force: bool = False) -> Iterator[Path]:
    """A folder to write into; moved to `out` when the block ends well, removed when it does not.

    It lies in a hidden folder beside `out` that nobody else may read. What a killed run left there is completed or
    removed first.

    Raises
    ------
    BusyError
        Another run is writing to `out`.
    OutputError
        `out` holds what no earlier run wrote, or the disk refuses.
    """
    out = out.absolute()
    work = out.parent / f".{out.name}.kodoku"
    try:
        refuse_others_work(out, force=force)
        out.parent.mkdir(parents=True, exist_ok=True)
        with _held(out):
            _clear(work, out)
            refuse_others_work(out, force=force)
            try:
                work.mkdir(mode=0o700)
                (work / NEW).mkdir()  # what will be seen has the modes the user's umask gives
                yield work / NEW
                sync(work / NEW)
                put_in_place(work, out)
            finally:
                shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise OutputError("publish.cannot_write", out.name, reason=reason_of(error)) from None


@contextmanager
def whole_file(path: Path, *, force: bool = False) -> Iterator[Path]:
    """A file to write; moved to `path` when the block ends well, removed when it does not, with the modes of the umask.

    force : replace a file that is there, never a symbolic link or a folder. Raises BusyError, OutputError.
    """
    path = path.absolute()
    work = path.parent / f".{path.name}.kodoku"
    try:
        if path.is_symlink():
            raise OutputError("publish.a_link", path.name)
        if path.exists() and not (force and path.is_file()):
            raise OutputError("publish.file_exists", path.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _held(path):
            _remove_left(work, path.name)
            try:
                work.mkdir(mode=0o700)
                yield work / path.name
                sync(work)
                (work / path.name).replace(path)
            finally:
                shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise OutputError("publish.cannot_write", path.name[:LONGEST_NAME_TOLD], reason=reason_of(error)) from None


def _remove_left(work: Path, name: str) -> None:
    """What a killed run left of one file. Raises OutputError where the hidden folder is not one of ours."""
    if work.is_symlink() or (
        work.exists() and not (work.is_dir() and {path.name for path in work.iterdir()} <= {name})
    ):
        raise OutputError("publish.not_a_report", work.name)
    shutil.rmtree(work, ignore_errors=True)


def reason_of(error: OSError) -> str:
    """The system's own words, and the file they are about."""
    told = error.strerror or type(error).__name__
    return f"{told}: {Path(str(error.filename)).name}" if error.filename else told


@contextmanager
def _held(out: Path) -> Iterator[None]:
    """The lock of `out`, which the system gives back when its holder dies. Raises BusyError."""
    path = out.parent / f".{out.name}.lock"
    lock = FileLock(path, timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise BusyError("publish.busy", out.name, lock=path.name) from None
    try:
        yield
    finally:
        # Removed while held: whoever waits on the removed file is given none (filelock looks), and makes a new one.
        path.unlink(missing_ok=True)
        lock.release()


def _clear(work: Path, out: Path) -> None:
    """Complete or remove what a killed run left. Raises OutputError where the hidden folder is not one of ours."""
    if work.is_symlink() or (
        work.exists() and not (work.is_dir() and {path.name for path in work.iterdir()} <= {NEW, OLD, READY})
    ):
        raise OutputError("publish.not_a_report", work.name)
    recover(work, out)
