"""A result beside what it should be: its manifest, a new run, an earlier release."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kodoku_survey.errors import DisclosureError, OutputError, UsageError
from kodoku_survey.protection.release_ledger import ReleaseLedger
from kodoku_survey.publish.release.checker import read_ledger
from kodoku_survey.publish.release.differences import Differences, differences
from kodoku_survey.publish.release.erratum import write_differences
from kodoku_survey.publish.release.read_release import read_release
from kodoku_survey.publish.release.verification import Verification, same_outputs, verify_files, verify_inputs
from kodoku_survey.run.line import prepare, report, silent
from kodoku_survey.survey.folder import load_survey
from kodoku_survey.tables.report import Progress


def verify(
    out: Path, folder: Path | None = None, *, progress: Progress = silent
) -> tuple[Verification, tuple[str, ...], Differences | None]:
    """Whether an output folder is what its manifest says; with `folder`, inputs that differ and what a new run changes.

    Raises FileError where there is no manifest, UsageError for an output that cannot be run again.
    """
    found = verify_files(out)
    if folder is None:
        return found, (), None
    old = read_release(out)
    inputs = verify_inputs(out, load_survey(folder))
    listed = old.manifest["outputs"]
    with tempfile.TemporaryDirectory() as name:
        again, basis = Path(name) / "again", old.manifest["basis"]
        if "report.pdf" in listed:
            only, lang = old.manifest["trace"]["only"], old.manifest.get("lang")
            ledger = _ledger_of(out, old.manifest)
            report(
                folder, again, basis=basis, only=only, progress=progress, lang=lang,
                protection=old.manifest["protection"]["profile"],
                threshold=ledger.releases[-1].threshold if ledger else None, after=out if ledger else "none",
            )  # fmt: skip
        elif any(path.startswith("microdata.") for path in listed):
            formats = [path.rpartition(".")[2] for path in listed if path.startswith("microdata.")]
            prepare(folder, again, basis=basis, formats=formats, progress=progress)
        else:
            raise UsageError("publish.not_to_run_again", str(out))
        rerun = tuple((path, "rerun") for path in same_outputs(out, again))
        changed = differences(old, read_release(again))
    return Verification(found.files, (*found.problems, *rerun)), inputs, changed


def _ledger_of(out: Path, manifest: Mapping[str, Any]) -> ReleaseLedger | None:
    """What the checker keeps of a protected release, if it is still there: its threshold, and what it had to leave as it was."""
    if manifest["protection"]["profile"] != "protected":
        return None
    try:
        return read_ledger(out)
    except DisclosureError:
        return None


def diff(old: Path, new: Path, out: Path | None = None, *, force: bool = False) -> Differences:
    """What changed between two output folders of `report` or `prepare`, written to `out` if given. Raises FileError."""
    releases = [folder.resolve() for folder in (old, new)]
    if out is not None and any(folder in (out.resolve(), *out.resolve().parents) for folder in releases):
        raise OutputError("publish.into_a_release", str(out))
    found = differences(read_release(old), read_release(new))
    if out is not None:
        write_differences(found, out, force=force)
    return found
