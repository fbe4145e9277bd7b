"""An output folder of `report` or `prepare`, read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from kodoku_survey.errors import FileError
from kodoku_survey.publish.release.ownership import MARK
from kodoku_survey.tables.plain import TOTAL, plain


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
    cells = _table(folder / "data" / "tables.csv")
    return Release(
        folder, manifest, None if cells is None else _named(cells, manifest), _table(folder / "microdata.csv")
    )


def _named(cells: pd.DataFrame, manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Tables by the ids of the plan, of which the data file holds a plain spelling; everybody was a blank in layout 1."""
    ids = {plain(table): table for table in manifest["trace"]["tables"]}
    everybody = {"attribute": {"": TOTAL}, "group_code": {"": TOTAL}}
    return cells.replace(everybody).assign(table_id=cells["table_id"].map(lambda table: ids.get(table, table)))


def _table(path: Path) -> pd.DataFrame | None:
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig") if path.is_file() else None
