"""manifest.json: what the report was made from and with, so that the same input can be shown to make the same output."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kodoku_survey.publish.microdata.dictionary import LabelCut
from kodoku_survey.publish.release.ownership import MARK
from kodoku_survey.publish.release.tracing import trace
from kodoku_survey.publish.release.writing import put
from kodoku_survey.survey.folder import FILES
from kodoku_survey.tables import Report
from kodoku_survey.tables.claims import basis_note
from kodoku_survey.tables.words import words_of
from kodoku_survey.version import __version__

LIBRARIES = (
    "numpy",
    "pandas",
    "scipy",
    "pyreadstat",
    "matplotlib",
    "typst",
    "xlsxwriter",
    "python-calamine",
    "pylopdf-fonts-jp",
    "noto-cjk-sans-jp-bold",
)


def manifest(report: Report, folder: Path, cuts: Sequence[LabelCut] = (), *, microdata: bool = False) -> dict[str, Any]:
    """Inputs and outputs with SHA-256, versions, settings, counts at every stage, labels cut; and what each figure rests on.

    microdata : the folder holds answers of persons, which are no release whatever the profile.

    No moment of running, no path of a machine.
    """
    survey, responses, sample = report.survey, report.responses, report.sample
    definitions = {name: _hash(survey.folder / name) for name in FILES if (survey.folder / name).is_file()}
    data = {
        file.name: {"file": survey.path(file.name).name, "sha256": _hash(survey.path(file.name))}
        for file in survey.settings.files
    }
    outputs = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MARK)
    return {
        "kodoku_survey": __version__,
        "libraries": {name: version(name) for name in LIBRARIES},
        "survey": survey.settings.identity.title,
        "wave": survey.settings.identity.wave,
        "synthetic": survey.settings.identity.synthetic,
        "protection": _protection(report, microdata=microdata),
        "sample": _found(report),
        "basis": sample.basis,
        "lang": survey.settings.identity.lang,
        "inputs": {"definitions": definitions, "files": data},
        "counts": {
            "selected": responses.ledger.selected,
            "rows_read": responses.ledger.rows,
            "valid": len(responses),
            "excluded": responses.ledger.frame().query("outcome != 'kept'").groupby("outcome")["rows"].sum().to_dict(),
            "edits": responses.edits.groupby("rule").size().to_dict(),
            "weight_steps": [step.kind for step in sample.steps],
            "sum_of_weights": float(sample.weight.sum()),
            "tables": len(report.tables),
        },
        "pdf": {"exported_as": ["PDF/A-2a", "PDF/UA-1"], "full_validation": "not verified"},
        "labels_cut": [cut.record() for cut in cuts],
        "trace": trace(report),
        "outputs": {path.relative_to(folder).as_posix(): _hash(path) for path in outputs},
    }


def _found(report: Report) -> dict[str, Any]:
    """How respondents were found, the model their errors rest on, and what the figures stand for where nobody drew them."""
    design, said = report.survey.settings.design, words_of(report.survey)
    note = basis_note(report.responses, report.sample.basis, said)
    return {"kind": design.sample, "model": design.model or "", "note": note} if note else {"kind": design.sample}


def _protection(report: Report, *, microdata: bool) -> dict[str, Any]:
    """What is hidden; or that nothing is, and the folder may not leave."""
    said = words_of(report.survey)
    if microdata:
        return {"profile": "none", "release": False, "notice": said["microdata_no_release"]}
    if report.protection.profile == "onsite":
        return {"profile": "onsite", "release": False, "notice": said["onsite"]}
    return {"profile": report.protection.profile, "gaps": report.protection.gaps}


def write_manifest(report: Report, folder: Path, cuts: Sequence[LabelCut] = (), *, microdata: bool = False) -> None:
    """Written last: it hashes everything else."""
    text = json.dumps(manifest(report, folder, cuts, microdata=microdata), ensure_ascii=False, indent=2, default=int)
    put(folder / MARK, text + "\n")


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
