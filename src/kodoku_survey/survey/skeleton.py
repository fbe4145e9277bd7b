"""`kodoku new`: a folder to start from, commented, or the definitions of another survey."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from kodoku_survey.errors import FileError, OutputError, UsageError
from kodoku_survey.survey.corrections import CORRECTIONS
from kodoku_survey.survey.folder import FILES

NEW = "new"


def new_folder(folder: Path, *, like: Path | None = None) -> None:
    """Write the definitions of the template, or of `like`, into a folder that is absent or empty; no data are copied.

    Raises
    ------
    UsageError
        The folder is not empty.
    FileError
        `like` holds no survey.
    OutputError
        The folder cannot be written.
    """
    refuse_filled(folder)
    if like is not None and not (like / "survey.toml").is_file():
        raise FileError("survey.no_survey", str(like))
    with whole_survey(folder) as made:
        _fill(made, like)


def refuse_filled(folder: Path) -> None:
    """Raises UsageError where a new folder's place holds anything."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise UsageError("survey.folder_not_empty", str(folder))


@contextmanager
def whole_survey(folder: Path) -> Iterator[Path]:
    """A folder to write into, which becomes `folder`, absent or empty, when the block ends well, and goes when it does not.

    It lies in a hidden folder beside that nobody else may read: data may be in it. Raises OutputError.
    """
    place = folder.resolve()
    work = place.parent / f".{place.name}.kodoku"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if work.is_dir() and not work.is_symlink() and os.listdir(work) in ([], [NEW]):
            shutil.rmtree(work)  # what a killed run left
        work.mkdir(mode=0o700)
        try:
            (work / NEW).mkdir()
            yield work / NEW
            if place.is_dir():
                place.rmdir()
            (work / NEW).rename(place)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise OutputError("survey.cannot_write", str(folder), reason=error.strerror or type(error).__name__) from None


def _fill(folder: Path, like: Path | None) -> None:
    if like is None:
        template = resources.files("kodoku_survey.survey").joinpath("template")
        for name in ("survey.toml", "codebook.toml", "measures.toml", "tables.toml"):
            (folder / name).write_text(template.joinpath(name).read_text(encoding="utf-8"), encoding="utf-8")
        return
    # Corrections are answers of persons: those of another survey have no place in this one.
    for name in (file for file in FILES if file != CORRECTIONS):
        if (like / name).is_file():
            shutil.copyfile(like / name, folder / name)
