"""Opening a delivered file by its kind: CSV, Excel, SPSS or Stata, every cell as text."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from kodoku_survey.errors import FileError
from kodoku_survey.intake.readers.delimited import read_delimited
from kodoku_survey.intake.readers.excel import read_excel
from kodoku_survey.intake.readers.opened import Opened, Wanted, everything
from kodoku_survey.intake.readers.statistical import read_statistical
from kodoku_survey.survey.layouts import FileLayout

READERS: dict[str, Callable[[Path, FileLayout, Wanted], Opened]] = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".txt": read_delimited,
    ".xlsx": read_excel,
    ".xlsm": read_excel,
    ".sav": read_statistical,
    ".zsav": read_statistical,
    ".dta": read_statistical,
}


def read_file(path: Path, layout: FileLayout, wanted: Wanted = everything) -> Opened:
    """Open a file by its suffix; `wanted` says of its headings which columns are needed.

    Raises FileError, or DefinitionError for unusable headings.
    """
    if not os.path.isfile(path):  # pathlib raises where the folder may not be looked into
        raise FileError("intake.file_missing", path.name, name=layout.name)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise FileError("intake.unknown_format", path.name, value=path.suffix)
    try:
        return reader(path, layout, wanted)
    except OSError as error:
        raise FileError("intake.cannot_open", path.name, reason=error.strerror or type(error).__name__) from None
