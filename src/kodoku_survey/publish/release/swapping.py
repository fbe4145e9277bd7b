"""Putting a new folder in the place of an old one, so that a kill at any moment leaves one of the two."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from pathlib import Path
from typing import Any

READY = "ready"  # the journal: the new folder is complete, only the renaming is left
NEW, OLD = "new", "old"
_SWAP = 2  # RENAME_EXCHANGE of Linux's renameat2, RENAME_SWAP of macOS's renamex_np
_HERE = -100  # AT_FDCWD
_UNABLE = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)


def put_in_place(work: Path, out: Path) -> None:
    """`work`/new becomes `out`; what stood there is left in `work`, to be removed with it. Raises OSError.

    Where the system exchanges two names in one step there is no moment without a result. Elsewhere two renamings are
    needed, and a journal lets `recover` complete them.
    """
    new, old = work / NEW, work / OLD
    if not os.path.lexists(out):
        new.rename(out)
    elif not _exchange(new, out):
        (work / READY).touch()
        out.rename(old)
        try:
            new.rename(out)
        except OSError:
            old.rename(out)
            raise
    _sync_folder(out.parent)


def recover(work: Path, out: Path) -> None:
    """Complete what a killed run left half done, then remove what it left. Raises OSError."""
    if not os.path.lexists(work):
        return
    if not os.path.lexists(out):
        if (work / READY).is_file() and (work / NEW).is_dir():
            (work / NEW).rename(out)
        elif (work / OLD).is_dir():
            (work / OLD).rename(out)
    shutil.rmtree(work)


def sync(folder: Path) -> None:
    """Everything in `folder` on the disk itself: an error that writing put off is raised here. Raises OSError."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("r+b") as file:
                os.fsync(file.fileno())
        else:
            _sync_folder(path)
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _UNABLE:  # some network file systems do not sync folders
            raise
    finally:
        os.close(descriptor)


def _exchange(one: Path, other: Path) -> bool:
    """Whether the system exchanged the two names in one step. Raises OSError where it tried and failed."""
    paths = os.fsencode(one), os.fsencode(other)
    library: Any = ctypes.CDLL(None, use_errno=True) if sys.platform != "win32" else None
    if hasattr(library, "renameat2"):
        failed = library.renameat2(_HERE, paths[0], _HERE, paths[1], ctypes.c_uint(_SWAP))
    elif hasattr(library, "renamex_np"):
        failed = library.renamex_np(*paths, ctypes.c_uint(_SWAP))
    else:
        return False
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in _UNABLE:
        return False
    raise OSError(number, os.strerror(number), str(other))
