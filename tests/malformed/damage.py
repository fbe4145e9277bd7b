"""The little survey of tests/promises with one thing wrong, and what `check` says of it."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "promises"))
from little import HEAD, Little, _excel

from kodoku_survey import run

RETURNS, REGISTER, MARGINS, SETTINGS = "part0.csv", "selection.csv", "margins.csv", "survey.toml"
SHEET = "xl/worksheets/sheet1.xml"
SECRET = "死にたい"  # what a person might have written; in no message, ever
Damage = Callable[[Path], object]


def changed(name: str, change: Callable[[bytes], bytes]) -> Damage:
    """A file's bytes otherwise."""
    return lambda folder: (folder / name).write_bytes(change((folder / name).read_bytes()))


def replaced(name: str, old: str, new: str) -> Damage:
    """One text of a file otherwise."""

    def damage(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return damage


def line(number: int, cells: str) -> Damage:
    """A line of the returns otherwise."""

    def change(content: bytes) -> bytes:
        lines = content.split(b"\n")
        lines[number - 1] = cells.encode("utf-8")
        return b"\n".join(lines)

    return changed(RETURNS, change)


def written(name: str, content: str | bytes) -> Damage:
    """A file of its own."""
    return lambda folder: (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def setting(old: str, new: str) -> Damage:
    """A line of survey.toml otherwise."""
    return replaced(SETTINGS, old, new)


def workbook(change: Callable[[str, bytes], bytes | None], content: bytes | None = None) -> Damage:
    """The returns as a workbook, its parts changed: None leaves one out."""

    def damage(folder: Path) -> None:
        made = io.BytesIO()
        source = content or _excel([HEAD, *Little().rows])
        with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(made, "w", 8) as new:
            for name in old.namelist():
                part = change(name, old.read(name))
                if part is not None:
                    new.writestr(name, part)
        (folder / "part0.xlsx").write_bytes(made.getvalue())
        setting(RETURNS, "part0.xlsx")(folder)

    return damage


def found(tmp_path: Path, damage: Damage) -> tuple[int, str]:
    """Exit code and message of a check of the damaged folder; 0 and the issues where there is no fault."""
    folder = Little().write(tmp_path / "survey")
    damage(folder)
    told = run.check(folder)
    text = "\n".join(fault.text("en") for fault in told.faults)
    assert SECRET not in text
    if told.faults:
        return min(fault.exit_code for fault in told.faults), text
    assert told.responses is not None
    return 0, told.responses.issues.to_csv()
