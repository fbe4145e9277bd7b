"""The ledger (回収簿): what became of every row read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kodoku_survey.errors import ContentError


@dataclass(frozen=True)
class Entry:
    """One file's account: rows read = rows kept + rows excluded, by reason."""

    file: str
    mode: str
    encoding: str
    rows: int
    kept: int
    excluded: Mapping[str, int]
    sha256: str = ""

    def __post_init__(self) -> None:
        if self.rows != self.kept + sum(self.excluded.values()):
            raise ContentError("intake.unbalanced", where=self.file, rows=self.rows, kept=self.kept)


@dataclass(frozen=True)
class Ledger:
    """Entries a file, the number selected (None without a register), and the rows excluded, one by one."""

    entries: tuple[Entry, ...]
    selected: int | None
    exclusions: pd.DataFrame  # file, line, id, reason

    @property
    def rows(self) -> int:
        """Rows read from all files."""
        return sum(entry.rows for entry in self.entries)

    @property
    def kept(self) -> int:
        """Rows kept of all files."""
        return sum(entry.kept for entry in self.entries)

    def frame(self) -> pd.DataFrame:
        """Tidy: file, mode, encoding, outcome ("kept" or a reason), rows."""
        return pd.DataFrame(
            [
                (entry.file, entry.mode, entry.encoding, outcome, rows)
                for entry in self.entries
                for outcome, rows in (("kept", entry.kept), *entry.excluded.items())
            ],
            columns=["file", "mode", "encoding", "outcome", "rows"],
        )
