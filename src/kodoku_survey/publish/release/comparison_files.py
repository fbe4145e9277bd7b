"""A comparison as files: one tidy table, what was refused, and what it was made from."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from kodoku_survey.errors import DisclosureError
from kodoku_survey.protection.protect import profile_of
from kodoku_survey.publish.release.ownership import MARK
from kodoku_survey.publish.release.study_files import put_pages
from kodoku_survey.publish.release.whole import whole_folder
from kodoku_survey.publish.release.writing import put, put_csv
from kodoku_survey.survey.folder import FILES
from kodoku_survey.tables import Comparison, Measured
from kodoku_survey.tables.sides import Side
from kodoku_survey.tables.studies.comparison_study import comparison_study
from kodoku_survey.version import __version__


def write_comparison(made: Comparison, out: str | Path, *, force: bool = False) -> Path:
    """Write comparison.csv, refused.csv (UTF-8 with BOM) and manifest.json to `out`, whole or not at all.

    Of two surveys also report.pdf, tables.xlsx and charts/; two waves of one stand beside each other in its own report.
    Raises BusyError, OutputError; DisclosureError for a protected survey given without what its report prints.

    >>> made = ks.compare(ks.Measured(national.on("unweighted")), past)
    >>> sorted(path.name for path in ks.write_comparison(made, "compared", force=True).iterdir())
    ['comparison.csv', 'manifest.json', 'refused.csv']
    """
    out = Path(out)
    for side in (made.first, made.second):
        if isinstance(side, Measured) and side.released is None and profile_of(side.survey) == "protected":
            raise DisclosureError("publish.comparison_unprotected", side.survey.folder.name)
    with whole_folder(out, force=force) as folder:
        for name, frame in (("comparison", made.frame), ("refused", made.refusals())):
            put_csv(frame, folder / f"{name}.csv")
        if made.of_two_surveys:
            put_pages(comparison_study(made), folder)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        hashes = {path.relative_to(folder).as_posix(): _hash(path) for path in files}
        told = {**summary(made), "kodoku_survey": __version__, "outputs": hashes}
        told["inputs"] = {key: _inputs(side) for key, side in (("first", made.first), ("second", made.second))}
        put(folder / MARK, json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    return out


def summary(made: Comparison) -> dict[str, Any]:
    """Both sides and the count of every verdict: what a program asks first."""
    counts = made.frame["verdict"].value_counts().to_dict() if len(made.frame) else {}
    return {
        "first": _side(made.first),
        "second": _side(made.second),
        "populations": list(made.lines()),
        "rows": len(made.frame),
        "verdicts": {key: int(value) for key, value in sorted(counts.items())},
        "refused": len(made.refused),
    }


def records(made: Comparison) -> dict[str, Any]:
    """The comparison for a program: the summary, every row and every refusal; what is not there is null."""
    rows = made.frame.astype(object).where(made.frame.notna(), None).to_dict("records")
    return {
        **summary(made),
        "comparison": rows,
        "refusals": made.refusals().to_dict("records"),
        "advice": made.advice(),
    }


def _side(side: Side) -> dict[str, Any]:
    identity = side.survey.settings.identity
    kind = "returns" if isinstance(side, Measured) else "published"
    made_up = identity.synthetic if isinstance(side, Measured) else "no"
    return {"survey": identity.name, "wave": side.wave, "figures": kind, "synthetic": made_up}


def _inputs(side: Side) -> dict[str, str]:
    survey = side.survey
    paths = [survey.folder / name for name in FILES if (survey.folder / name).is_file()]
    if isinstance(side, Measured):
        paths += [survey.path(file.name) for file in survey.settings.files]
    return {path.name: _hash(path) for path in paths}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
