"""SPSS and Stata files: codes or value labels as text, with what the file itself declares missing marked as such."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.errors import FileError
from kodoku_survey.intake.cells.value import DECLARED_MISSING
from kodoku_survey.intake.headings import headings
from kodoku_survey.intake.readers.bounded import probe
from kodoku_survey.intake.readers.excel import as_text
from kodoku_survey.intake.readers.opened import Opened, Wanted
from kodoku_survey.survey.layouts import FileLayout

PROBE = """
import pyreadstat
reader, options = json.loads(sys.argv[3])
getattr(pyreadstat, reader)(sys.argv[2], **options)
print("true")
"""


def read_statistical(path: Path, layout: FileLayout, wanted: Wanted) -> Opened:
    """SPSS and Stata; one that does not open as it declares itself is tried in the usual encodings, and this is said."""
    import pyreadstat

    reader = "read_dta" if path.suffix.lower() == ".dta" else "read_sav"
    tried = (None, "utf-8", "cp932") if layout.encoding == "auto" else (layout.encoding,)
    for encoding in tried:
        # Without user_missing a declared 無回答 comes back as a silent blank.
        options: dict[str, Any] = {"encoding": encoding, "user_missing": True}
        # A damaged file can end the process that reads it, or never end.
        if probe(path, PROBE, reader, options):
            frame, meta = getattr(pyreadstat, reader)(path, **options)
            heads = headings([list(frame.columns)], FileLayout(layout.name, layout.role, layout.path))
            taken = list(dict.fromkeys(wanted(heads)))
            columns = {k: _column(frame.iloc[:, k], str(frame.columns[k]), meta, layout) for k in taken}
            found = encoding or meta.file_encoding or "utf-8"
            labels = {k: meta.variable_value_labels.get(str(frame.columns[k]), {}) for k in taken}
            told = {k: {as_text(code): str(text) for code, text in own.items()} for k, own in labels.items() if own}
            return Opened(heads, columns, np.arange(1, len(frame) + 1), found, told)
    raise FileError("intake.statistical_broken", path.name, tried=", ".join(encoding or "auto" for encoding in tried))


def _column(values: pd.Series, name: str, meta: Any, layout: FileLayout) -> pd.Categorical:
    index, distinct = pd.factorize(values, use_na_sentinel=False)
    labels: Mapping[Any, str] = meta.variable_value_labels.get(name, {}) if layout.answers == "labels" else {}
    ranges = (meta.missing_ranges or {}).get(name, [])
    letters = set((meta.missing_user_values or {}).get(name, []))
    texts = []
    for value in distinct:
        text = as_text(value)
        if isinstance(value, str) and value in letters and len(value) == 1:
            texts.append(_declared(f".{value}", str(labels.get(value, "")), layout))
        elif any(_within(value, one) for one in ranges):
            texts.append(_declared(text, str(labels.get(value, "")), layout))
        else:
            texts.append(str(labels.get(value, text)) if text else text)
    again, different = pd.factorize(np.array(texts, dtype=object))
    return pd.Categorical.from_codes(again[index], categories=pd.Index(different, dtype=object))


def _declared(text: str, label: str, layout: FileLayout) -> str:
    """A value the file declares missing; one the layout names as 非該当 is that."""
    for said in (text, label):
        if said and said in layout.not_applicable:
            return said
    return DECLARED_MISSING + (label or text)


def _within(value: Any, one: Mapping[str, Any]) -> bool:
    """Whether a value lies in a declared range of missing values {lo, hi}."""
    low, high = one["lo"], one["hi"]
    if isinstance(value, str) or isinstance(low, str):
        return isinstance(value, str) and isinstance(low, str) and low.strip() == value.strip()
    return value == value and low <= value <= high
