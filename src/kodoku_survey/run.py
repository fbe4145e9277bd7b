"""The line of work, one call a stage: folder → returns → responses → scores → weights → tables → files."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kodoku_survey.crosstabs import crosstab
from kodoku_survey.design import Sample
from kodoku_survey.errors import SurveyError, SurveyFaults, UsageError
from kodoku_survey.intake import Responses, clean, doubts, read_returns
from kodoku_survey.intake.draft.drafting import draft_folder
from kodoku_survey.measures import score
from kodoku_survey.publish import write_comparison, write_prepared, write_report
from kodoku_survey.publish.charts.glyphs import substitutions
from kodoku_survey.publish.output import OwnWords
from kodoku_survey.publish.release.differences import Differences, differences, read_release
from kodoku_survey.publish.release.erratum import write_differences
from kodoku_survey.publish.release.verification import Verification, same_outputs, verify_files, verify_inputs
from kodoku_survey.publish.release.whole import check_place
from kodoku_survey.publish.sheets.codebook_sheet import write_codebook
from kodoku_survey.survey.codebook import Codebook
from kodoku_survey.survey.folder import Survey, load_survey
from kodoku_survey.survey.skeleton import new_folder
from kodoku_survey.synthetic import Rehearsal, place, rehearse
from kodoku_survey.synthetic.destination import Existing
from kodoku_survey.synthetic.rehearsal import Dirt
from kodoku_survey.tables import Comparison, Measured, Published, Report, comparison, make_report
from kodoku_survey.tables.report import Progress
from kodoku_survey.tables.sides import Side
from kodoku_survey.vocabulary import Basis
from kodoku_survey.weighting import weighted


def silent(stage: str, done: int, total: int) -> None:
    """Nobody is watching."""


def new(folder: Path, *, like: Path | None = None) -> None:
    """A folder to start from: the commented template, or the definitions of another survey."""
    new_folder(folder, like=like)


def draft(folder: Path, sources: Sequence[Path], *, profile: str = "") -> Codebook:
    """A folder drafted from data files and, where given, a 符号表; every guess is marked. Gives its codebook."""
    return draft_folder(folder, sources, profile=profile)


def codebook(folder: Path, out: Path) -> Codebook:
    """The codebook of a folder as an Excel file for people, which `draft` reads back."""
    survey = load_survey(folder)
    write_codebook(survey, out)
    return survey.codebook


def respond(
    folder: Path, *, inputs: Mapping[str, Path] | None = None, strict: bool = False, progress: Progress = silent
) -> Responses:
    """Read a folder and its returns; clean and score them. Raises whatever SurveyError a stage finds."""
    progress("read", 0, 2)
    survey = load_survey(folder, inputs=inputs)
    progress("read", 1, 2)
    returns = read_returns(survey)
    progress("clean", 0, 1)
    responses = clean(returns, strict=strict)
    progress("score", 0, 1)
    responses = score(responses)
    progress("score", 1, 1)
    return responses


def _size(folder: Path, inputs: Mapping[str, Path] | None) -> int:
    """Bytes of the files a run reads."""
    paths = [*(folder.iterdir() if folder.is_dir() else ()), *(inputs or {}).values()]
    return sum(path.stat().st_size for path in paths if path.is_file())


def weigh(responses: Responses, *, basis: Basis | None = None, progress: Progress = silent) -> Sample:
    """Weight the responses as survey.toml says; `basis` replaces the folder's own."""
    progress("weight", 0, 1)
    sample = weighted(responses, basis=basis)
    progress("weight", 1, 1)
    return sample


def prepare(
    folder: Path,
    out: Path,
    *,
    inputs: Mapping[str, Path] | None = None,
    formats: Sequence[str] = ("csv", "sav", "dta"),
    basis: Basis | None = None,
    strict: bool = False,
    texts: OwnWords = "left_out",
    force: bool = False,
    progress: Progress = silent,
) -> Sample:
    """Cleaned, scored, weighted microdata with edits, ledger and weighting summary, written to `out`.

    texts : "apart" writes what respondents wrote in words of their own to a file of its own.
    force : replace an earlier result though its files were changed or are not all listed.
    """
    check_place(out, force=force, inputs=_size(folder, inputs))
    sample = weigh(respond(folder, inputs=inputs, strict=strict, progress=progress), basis=basis, progress=progress)
    write_prepared(sample, out, formats=formats, texts=texts, progress=progress, force=force)
    return sample


def report(
    folder: Path,
    out: Path,
    *,
    inputs: Mapping[str, Path] | None = None,
    basis: Basis | None = None,
    only: Sequence[str] = (),
    strict: bool = False,
    force: bool = False,
    progress: Progress = silent,
    processes: int = 1,
) -> Report:
    """The whole line: from the raw files of `folder` to the printed report in `out`.

    force : replace an earlier result though its files were changed or are not all listed.
    """
    check_place(out, force=force, inputs=_size(folder, inputs))
    sample = weigh(respond(folder, inputs=inputs, strict=strict, progress=progress), basis=basis, progress=progress)
    made = make_report(sample, only=only, progress=progress)
    write_report(made, out, progress=progress, processes=processes, force=force)
    return made


def compare(
    first: str,
    second: str,
    out: Path | None,
    *,
    only: Sequence[str] = (),
    strict: bool = False,
    force: bool = False,
    progress: Progress = silent,
) -> Comparison:
    """What two surveys share, with the verdict on each difference, written to `out` if given.

    first, second : a folder, or folder@2023 for an earlier wave of which history.csv holds the published figures.
    """
    if out is not None:
        check_place(out, force=force)
    sides = [_side(name, strict=strict, progress=progress) for name in (first, second)]
    made = comparison.compare(*sides, only=only, progress=progress)
    if out is not None:
        write_comparison(made, out, force=force)
    return made


def _side(name: str, *, strict: bool, progress: Progress) -> Side:
    folder, at, wave = name.rpartition("@")
    if not at or not wave.isdigit() or Path(name).is_dir():
        folder, wave = name, ""
    survey = load_survey(folder)
    if wave and int(wave) != survey.settings.identity.wave:
        known = [f"{found:.0f}" for found in sorted(set(survey.history["wave"]))]
        if wave not in known:
            raise UsageError("tables.no_wave", name, value=wave, known=", ".join(known) or "0")
        return Published(survey, int(wave))
    responses = respond(Path(folder), strict=strict, progress=progress)
    own = survey.settings.weighting
    design = weigh(responses, basis="design", progress=progress) if own.known else None
    return Measured(weigh(responses, basis="unweighted", progress=progress), design)


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
            report(folder, again, basis=basis, only=old.manifest["trace"]["only"], progress=progress)
        elif any(path.startswith("microdata.") for path in listed):
            formats = [path.rpartition(".")[2] for path in listed if path.startswith("microdata.")]
            prepare(folder, again, basis=basis, formats=formats, progress=progress)
        else:
            raise UsageError("publish.not_to_run_again", str(out))
        rerun = tuple((path, "rerun") for path in same_outputs(out, again))
        changed = differences(old, read_release(again))
    return Verification(found.files, (*found.problems, *rerun)), inputs, changed


def diff(old: Path, new: Path, out: Path | None = None, *, force: bool = False) -> Differences:
    """What changed between two output folders of `report` or `prepare`, written to `out` if given. Raises FileError."""
    found = differences(read_release(old), read_release(new))
    if out is not None:
        write_differences(found, out, force=force)
    return found


@dataclass(frozen=True, eq=False)
class Check:
    """What a check found: all faults, and as much of the line as could be built without them.

    notices : what will be printed otherwise than it is written; no fault.
    """

    faults: tuple[SurveyError, ...]
    survey: Survey | None = None
    responses: Responses | None = None
    sample: Sample | None = None
    doubts: tuple[SurveyError, ...] = ()
    notices: tuple[SurveyError, ...] = ()

    def summary(self) -> dict[str, Any]:
        """What a program reads: faults with their exit codes, and the counts of every stage reached."""
        found: dict[str, Any] = {
            "faults": [
                {"message": fault.text(), "key": fault.key, "exit_code": fault.exit_code} for fault in self.faults
            ],
            "notices": [notice.text() for notice in self.notices],
        }
        if self.survey is not None:
            found |= {
                "variables": len(self.survey.codebook),
                "measures": len(self.survey.measures.definitions),
                "tables": len(self.survey.plan.tables),
            }
        if self.responses is not None:
            found |= {
                "rows": self.responses.ledger.rows,
                "kept": self.responses.ledger.kept,
                "edits": len(self.responses.edits),
                "issues": json.loads(self.responses.issues.to_json(orient="records", force_ascii=False)),
            }
        found["warnings"] = [{"message": doubt.text(), "key": doubt.key} for doubt in self.doubts]
        return found


def _estimable(sample: Sample) -> None:
    """Ask for one standard error: what forbids it (a stratum with one PSU) forbids every table. Raises DesignError."""
    assert sample.responses is not None
    asked = [name for name, variable in sample.responses.variables.items() if variable.kind != "number"]
    if asked:
        crosstab(sample, asked[0])


def check(
    folder: Path, *, inputs: Mapping[str, Path] | None = None, strict: bool = False, progress: Progress = silent
) -> Check:
    """Read and cross-check everything, change nothing; faults are collected, not raised.

    A stage that fails ends the line, since what follows would only repeat its fault; within a stage all are listed.
    """
    survey = responses = None
    told: tuple[SurveyError, ...] = ()
    try:
        progress("read", 0, 1)
        survey = load_survey(folder, inputs=inputs)
        returns = read_returns(survey)
        progress("clean", 0, 1)
        responses = clean(returns, strict=strict)
        progress("score", 0, 1)
        responses = score(responses)
        told = doubts(returns, responses)
        sample = weigh(responses, progress=progress)
        _estimable(sample)
    except SurveyFaults as several:
        return Check(several.faults, survey, responses, doubts=told)
    except SurveyError as fault:
        return Check((fault,), survey, responses, doubts=told)
    return Check((), survey, responses, sample, told, substitutions(survey))


def synthesize(
    folder: Path,
    out: Path,
    *,
    seed: int = 1,
    size: int | None = None,
    shares: Path | None = None,
    dirt: Dirt = "planted",
    existing: Existing = "kept",
    progress: Progress = silent,
) -> tuple[Rehearsal, Check]:
    """A rehearsal of a folder, written to `out` as a folder of its own; and what `check` finds in it."""
    progress("synthesize", 0, 1)
    made = rehearse(load_survey(folder), seed=seed, size=size, shares=shares, dirt=dirt)
    place(made.files, folder, out, existing=existing)
    progress("synthesize", 1, 1)
    return made, check(out, progress=progress)
