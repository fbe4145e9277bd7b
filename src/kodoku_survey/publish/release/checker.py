"""What the checker keeps of a release, beside it and never in it: protection.csv, every hidden count and the integers it may
be (秘匿インターバル), and ledger.json, what this release and those before it printed and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from kodoku_survey.errors import DisclosureError, OutputError
from kodoku_survey.protection.release_ledger import ReleaseLedger, ledger_from
from kodoku_survey.publish.release.ownership import MARK
from kodoku_survey.publish.release.writing import put, put_csv
from kodoku_survey.tables.protected import Protection

LEDGER = "ledger.json"


def place_of(out: Path, name: str = "protection.csv") -> Path:
    """Where a file for the checker of an output folder lies: beside it, so that it cannot be handed on with it."""
    return out.absolute().parent / f"{out.absolute().name}.checker" / name


def write_intervals(protection: Protection, out: Path) -> Path:
    """Write protection.csv, readable by its owner alone. Raises OutputError."""
    return _written(place_of(out), lambda path: put_csv(protection.intervals, path))


def write_ledger(ledger: ReleaseLedger, out: Path) -> Path:
    """Write ledger.json beside the release that stands in `out`, readable by its owner alone. Raises OutputError."""
    manifest = hashlib.sha256((out / MARK).read_bytes()).hexdigest()
    _keep_other(place_of(out, LEDGER), ledger)
    return _written(place_of(out, LEDGER), lambda path: put(path, ledger.text(manifest)))


def _keep_other(path: Path, ledger: ReleaseLedger) -> None:
    """The ledger of a release that this one does not follow is put aside by its digest: it may have been handed out."""
    if not path.is_file():
        return
    content = path.read_bytes()
    try:
        known = ledger_from(content.decode("utf-8"), path.name)[0].releases
    except (DisclosureError, UnicodeDecodeError):
        known = ()
    if not known or known != ledger.releases[: len(known)]:
        path.replace(path.with_name(f"ledger.{hashlib.sha256(content).hexdigest()[:8]}.json"))


def standing_ledger(out: Path) -> bytes:
    """The ledger beside an output as it stands; b"" where there is none."""
    path = place_of(out, LEDGER)
    return path.read_bytes() if path.is_file() else b""


def _written(path: Path, write: Callable[[Path], None]) -> Path:
    """A file that takes the place of an earlier one in one step."""
    work = path.with_name(f".{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        work.unlink(missing_ok=True)
        work.touch(mode=0o600)
        write(work)
        work.replace(path)
    except OSError as error:
        raise OutputError("publish.cannot_write", path.name, reason=error.strerror or str(error)) from None
    return path


def read_ledger(out: Path) -> ReleaseLedger:
    """The ledger of the release in `out`, which may be named by its checker's folder too.

    Raises DisclosureError where there is none, where it was changed, and where another release stands in `out`.
    """
    if out.name.endswith(".checker") and (out / LEDGER).is_file():
        out = out.absolute().with_name(out.name.removesuffix(".checker"))
    path = place_of(out, LEDGER)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DisclosureError("publish.no_ledger", f"{path.parent.name}/{path.name}") from None
    except (OSError, UnicodeDecodeError):
        raise DisclosureError("protection.ledger_damaged", f"{path.parent.name}/{path.name}") from None
    ledger, manifest = ledger_from(text, f"{path.parent.name}/{path.name}")
    stands = out / MARK
    if stands.is_file() and hashlib.sha256(stands.read_bytes()).hexdigest() != manifest:
        raise DisclosureError("publish.ledger_of_another_output", f"{path.parent.name}/{path.name}", value=out.name)
    return ledger
