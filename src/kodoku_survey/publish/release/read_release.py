"""An output folder of `report` or `prepare`, read back."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from kodoku_survey.errors import FileError
from kodoku_survey.publish.release.ownership import MARK
from kodoku_survey.tables.plain import TOTAL, plain

TOLD = {
    "kodoku_survey": str, "libraries": dict, "basis": str, "counts": dict, "inputs": dict, "outputs": dict, "trace": dict,
    "survey": str, "synthetic": str,
}  # fmt: skip
TRACED = {
    "settings": dict, "returns": dict, "respondents": str, "answers": dict, "edits": dict, "weights": dict, "needs": dict,
    "only": list, "tables": dict,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Release:
    """An output folder and its manifest; `cells` of data/tables.csv and `people` of microdata.csv, where it has them."""

    folder: Path
    manifest: Mapping[str, Any]
    cells: pd.DataFrame | None
    people: pd.DataFrame | None


def read_release(folder: Path) -> Release:
    """An output folder. Raises FileError where it has no manifest, or one that does not say what it rests on."""
    path = folder / MARK
    if not path.is_file():
        raise FileError("publish.no_manifest", str(folder))
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise FileError("publish.manifest_broken", f"{folder.name}/{MARK}") from None
    if not isinstance(manifest, dict) or "trace" not in manifest:
        raise FileError("publish.no_trace", f"{folder.name}/{MARK}")
    if not _has_all(manifest):
        raise FileError("publish.manifest_broken", f"{folder.name}/{MARK}")
    cells, people = (_table(folder, name, manifest["outputs"]) for name in ("data/tables.csv", "microdata.csv"))
    return Release(folder, manifest, None if cells is None else _named(cells, manifest), people)


def _has_all(manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest has what a comparison asks of it, each of its kind."""
    return all(isinstance(manifest.get(key), kind) for key, kind in TOLD.items()) and all(
        isinstance(manifest["trace"].get(key), kind) for key, kind in TRACED.items()
    )


def _named(cells: pd.DataFrame, manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Tables by the ids of the plan, of which the data file holds a plain spelling; everybody was a blank in layout 1."""
    ids = {plain(table): table for table in manifest["trace"]["tables"]}
    everybody = {"attribute": {"": TOTAL}, "group_code": {"": TOTAL}}
    return cells.replace(everybody).assign(table_id=cells["table_id"].map(lambda table: ids.get(table, table)))


def _table(folder: Path, name: str, listed: Mapping[str, str]) -> pd.DataFrame | None:
    """A table of an output as it was written; None where the output has none. Raises FileError where it was changed."""
    if name not in listed:
        return None
    path = folder / name
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != listed[name]:
        raise FileError("publish.release_changed", f"{folder.name}/{name}")
    return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, encoding="utf-8-sig")
