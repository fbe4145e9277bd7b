"""What changed between two releases, as files: changes.csv for machines, and a page or two for the erratum."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from kodoku_survey.errors import Language
from kodoku_survey.publish.pages.pdf import compiled
from kodoku_survey.publish.release.differences import Differences
from kodoku_survey.publish.release.erratum_words import cell_told, profiles_told, reason_told, side_told, why_told
from kodoku_survey.publish.release.ownership import MARK
from kodoku_survey.publish.release.read_release import Release
from kodoku_survey.publish.release.whole import whole_folder
from kodoku_survey.publish.release.writing import put, put_csv
from kodoku_survey.tables.words import Said, words
from kodoku_survey.version import __version__

MOST_FIGURES = 200  # changed figures on the page; the rest stands in changes.csv
REASONS = ("software", "setting", "input", "return", "respondents", "answers", "edit", "weight")


def write_differences(found: Differences, out: Path, *, force: bool = False) -> Path:
    """Write changes.csv, erratum.pdf and manifest.json to `out`, whole or not at all. Raises BusyError, OutputError."""
    with whole_folder(out, force=force) as folder:
        put_csv(found.frame, folder / "changes.csv")
        page = compiled("erratum.typ", erratum(found), 0, folder, "erratum.pdf")
        put(folder / "erratum.pdf", page)
        outputs = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
        told = {
            "kodoku_survey": __version__,
            "old": _named(found.old),
            "new": _named(found.new),
            "changes": found.counts,
            "outputs": outputs,
        }
        put(folder / MARK, json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    return out


def _named(release: Release) -> dict[str, Any]:
    manifest = release.manifest
    content = (release.folder / MARK).read_bytes()
    named = {key: manifest[key] for key in ("survey", "wave", "synthetic", "kodoku_survey")}
    return {**named, "manifest_sha256": hashlib.sha256(content).hexdigest()}


def erratum(found: Differences) -> dict[str, Any]:
    """The page as plain text: what is printed otherwise, in the order of the report, and what that is traced to."""
    new = found.new.manifest
    lang = json.loads(new["trace"]["settings"].get("survey.toml", {}).get("[survey] lang", '"ja"'))
    said = words(lang)
    printed = found.frame[(found.frame["kind"] == "cell") & (found.frame["printed"] == "yes")]
    sentences = found.frame[found.frame["kind"] == "sentence"]
    tables = found.frame[found.frame["kind"] == "table"]
    summary = said["erratum_summary"].format(printed=len(printed), all=int((found.frame["kind"] == "cell").sum()))
    lines = list(_cells(said, printed.head(MOST_FIGURES)))
    more = len(printed) - min(len(printed), MOST_FIGURES)
    return {
        "lang": lang,
        "title": new["survey"],
        "heading": said["erratum"],
        "banner": said["synthetic"] if new["synthetic"] == "yes" else "",
        "releases": [[said["erratum_old"], _digest(found.old)], [said["erratum_new"], _digest(found.new)]],
        "summary": " ".join(filter(None, (summary, profiles_told(found.old.manifest, new, said)))),
        "head": [said[f"erratum_{name}"] for name in ("place", "old", "new", "difference", "why")],
        "lines": lines,
        "texts_head": [said[f"erratum_{name}"] for name in ("place", "old", "new", "why")],
        "texts": [*_plain(said, tables), *_plain(said, sentences)],
        "more": said["erratum_more"].format(count=more) if more else "",
        "reasons_heading": said["erratum_reasons"],
        "reasons_head": [said[f"erratum_{name}"] for name in ("kind", "place", "old", "new", "difference")],
        "reasons": list(_reasons(found.frame, lang, said)),
        "made": said["made_with"].format(version=__version__),
    }


def _digest(release: Release) -> str:
    told = _named(release)
    return f"kodoku_survey {told['kodoku_survey']}  manifest.json {told['manifest_sha256'][:16]}"


def _cells(said: Said, frame: pd.DataFrame) -> Iterator[list[str]]:
    for row in frame.itertuples():
        sides = (cell_told(side, said) for side in (row.old, row.new))
        yield [row.place, *sides, _points(row.difference), why_told(row.why, said)]


def _plain(said: Said, frame: pd.DataFrame) -> Iterator[list[str]]:
    for row in frame.itertuples():
        sides = (side_told(side, said) for side in (row.old, row.new))
        yield [f"{row.place} {row.item}".strip(), *sides, why_told(row.why, said)]


def _points(text: str) -> str:
    return f"{float(text):+.2f}" if text else ""


def _reasons(frame: pd.DataFrame, lang: Language, said: Said) -> Iterator[list[str]]:
    for row in frame[frame["kind"].isin(REASONS)].head(MOST_FIGURES).itertuples():
        sides = (side_told(side, said) for side in (row.old, row.new))
        told = reason_told(row.kind, row.place, row.item, lang, said)
        yield [said[f"erratum_kind_{row.kind}"], told, *sides, row.difference]
