"""Where a rehearsal is put: a folder of its own, nothing of which lies outside it and nothing in it lost untold."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Literal

from kodoku_survey.errors import DefinitionError, OutputError, UsageError

Existing = Literal["kept", "replaced"]


def inside(path: str) -> bool:
    """Whether a path of survey.toml stays within its folder, on any system."""
    ways = (PurePosixPath(path), PureWindowsPath(path))
    return bool(path) and not any(way.is_absolute() or way.drive or ".." in way.parts for way in ways)


def place(files: Mapping[str, bytes], folder: Path, out: Path, *, existing: Existing = "kept") -> None:
    """Write the files of a rehearsal of `folder` to `out`; nothing is written unless all of it can stand there.

    existing : what becomes of files that are there already. "replaced" gives up those of the same name, and only those.
    Raises UsageError for the survey's own folder, OutputError for a folder that is not empty or cannot be written,
    DefinitionError for a path that leads out of it.
    """
    if out.resolve() == folder.resolve():
        raise UsageError("synthetic.own_folder", str(out))
    if out.is_file() or (existing == "kept" and out.is_dir() and any(out.iterdir())):
        raise OutputError("synthetic.not_empty", str(out))
    if not _is_rehearsal(out):
        raise OutputError("synthetic.another_survey", str(out))
    try:
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.absolute().parent) as name:
            for path, content in files.items():
                (Path(name) / path).parent.mkdir(parents=True, exist_ok=True)
                (Path(name) / path).write_bytes(content)
            _move(Path(name), out, list(files))
    except OSError as error:
        raise OutputError("synthetic.not_writable", str(out), reason=error.strerror or "") from None


def _is_rehearsal(out: Path) -> bool:
    """Whether a survey in a folder, if there is one, is itself made up: a real one is never written over."""
    path = out / "survey.toml"
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig")) if path.is_file() else None
        return told is None or told["survey"]["synthetic"] == "yes"
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _move(written: Path, out: Path, paths: list[str]) -> None:
    for path in paths:
        # A link in the folder could lead anywhere; a link in place of the file itself is replaced, not followed.
        if not inside(path) or not (out / path).parent.resolve().is_relative_to(out.resolve()):
            raise DefinitionError("synthetic.outside", str(out), value=path)
    for path in paths:
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        os.replace(written / path, out / path)
