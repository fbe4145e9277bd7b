"""What a machine lacks to make a report: versions, packages, fonts, letters of the terminal, room and permission to write."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from packaging.requirements import Requirement

from kodoku_survey.errors import OutputError, SurveyError
from kodoku_survey.publish.charts.fonts import FAMILIES, font_file
from kodoku_survey.publish.release.whole import LEAST_SPACE
from kodoku_survey.version import __version__

Health = Literal["good", "doubtful", "missing"]
LEAST_PYTHON = (3, 11)
JAPANESE = "孤独・孤立　①"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: its kind (of sentences.toml, doctor_…), what was found, and whether a report can be made with it.

    remedy : the key of what to do where it cannot, "" where it can.
    """

    kind: str
    found: str
    outcome: Health = "good"
    remedy: str = ""


def examine(place: Path | None = None) -> tuple[Finding, ...]:
    """Everything a report needs, looked at; nothing is changed but a file made and deleted.

    place : the folder reports will be written in (default: the current one).
    """
    return tuple(found for look in (_versions, _packages, _fonts, _letters, _typeset) for found in look()) + tuple(
        _room((place or Path()).absolute())
    )


def _versions() -> Iterator[Finding]:
    yield Finding("kodoku", __version__)
    enough = sys.version_info[:2] >= LEAST_PYTHON
    yield Finding("python", platform.python_version(), "good" if enough else "missing", "" if enough else "python")
    yield Finding("system", f"{platform.system()} {platform.release()} {platform.machine()}")


def _packages() -> Iterator[Finding]:
    """Every package the project names, installed and within the versions named."""
    try:
        named = metadata.requires("kodoku_survey") or ()
    except metadata.PackageNotFoundError:  # run from its source alone
        yield Finding("package", "kodoku_survey", "doubtful", "package")
        return
    for text in named:
        wanted = Requirement(text)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            own = metadata.version(wanted.name)
        except metadata.PackageNotFoundError:
            yield Finding("package", f"{wanted.name} {wanted.specifier}", "missing", "package")
            continue
        fits = wanted.specifier.contains(own, prereleases=True)
        told = f"{wanted.name} {own}"
        yield Finding("package", told if fits else f"{told} ({wanted.specifier})", "good" if fits else "missing",
                      "" if fits else "package")  # fmt: skip


def _fonts() -> Iterator[Finding]:
    for face, family in FAMILIES.items():
        try:
            yield Finding("font", f"{family} ({font_file(face).name})")
        except OutputError as fault:
            yield Finding("font", f"{family}: {fault}", "missing", "package")


def _letters() -> Iterator[Finding]:
    """Whether the terminal can be written to in Japanese, and files are named and read as UTF-8."""
    for kind, encoding in (("terminal", sys.stdout.encoding or ""), ("names", sys.getfilesystemencoding())):
        try:
            JAPANESE.encode(encoding or "ascii")
            yield Finding(kind, encoding)
        except (UnicodeEncodeError, LookupError):
            yield Finding(kind, encoding or "-", "doubtful", "letters")
    told = [
        f"{name}={os.environ[name]}" for name in ("KODOKU_LANG", "LC_ALL", "LANG", "NO_COLOR") if os.environ.get(name)
    ]
    yield Finding("locale", ", ".join(told) or "-")


def _typeset() -> Iterator[Finding]:
    """A page of one word set by the typesetter, and the fonts it found for it."""
    import typst

    from kodoku_survey.publish.charts.fonts import SERIF, font_folders

    try:
        page: Any = f'#set text(font: "{SERIF}")\n{JAPANESE}'.encode()
        size = len(typst.compile(page, font_paths=font_folders()))
        yield Finding("typeset", f"{size:,} bytes")
    except (RuntimeError, SurveyError, OSError) as fault:
        yield Finding("typeset", str(fault).splitlines()[0], "missing", "package")


def _room(place: Path) -> Iterator[Finding]:
    """Permission to write and space, where reports go and where pictures are painted."""
    for kind, folder in (("here", place), ("temporary", Path(tempfile.gettempdir()))):
        try:
            with tempfile.NamedTemporaryFile(dir=folder):
                pass
            free = shutil.disk_usage(folder).free
        except OSError as fault:
            yield Finding(kind, f"{folder}: {fault.strerror}", "missing", "permission")
            continue
        enough = free >= LEAST_SPACE
        told = f"{folder} ({free >> 20:,} MB)"
        yield Finding(kind, told, "good" if enough else "missing", "" if enough else "space")
