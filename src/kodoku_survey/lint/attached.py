"""What goes with a table: the other sheets and files given with it, and datapackage.json beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kodoku_survey.lint.gridded import Grid

CODE = re.compile(r"(^|_)code$|コード|符号|記号|^値$", re.IGNORECASE)
MEANING = re.compile(r"label|name|meaning|意味|名称|名$|ラベル|内容|説明", re.IGNORECASE)
DEFINITIONS = re.compile(r"定義|方法|method|definition", re.IGNORECASE)
UPDATES = re.compile(r"更新|update|history|revision|改訂", re.IGNORECASE)
LAYOUT_SHEET = re.compile(r"レイアウト|列の並び|様式|layout", re.IGNORECASE)
BLANKS = re.compile(r"空欄|欠損|blank|missing", re.IGNORECASE)
ENCODING = re.compile(r"utf-?8|shift.?jis|cp932|文字コード|encoding", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Attached:
    """grids : every grid given. before : the grid of the same name of the release before, if one was given."""

    grids: tuple[Grid, ...]
    before: tuple[Grid, ...] = ()

    @cached_property
    def code_tables(self) -> tuple[Grid, ...]:
        """Grids that say what codes mean."""
        return tuple(grid for grid in self.grids if is_code_table(grid))

    @cached_property
    def defined(self) -> frozenset[str]:
        """Every text a code table explains."""
        return frozenset(cell.text for grid in self.code_tables for cell in grid.cells.values())

    @cached_property
    def words(self) -> str:
        """Names, headings and texts of everything that is no figure, one a line."""
        told = []
        for grid in self.grids:
            told += [grid.name, *(cell.text for _, cell in grid.outside)]
            if not any(column.numeric and not column.coded for column in grid.columns):
                told += [cell.value for cell in grid.cells.values() if isinstance(cell.value, str)]
        return "\n".join([*told, *self._packages])

    @cached_property
    def _packages(self) -> tuple[str, ...]:
        folders = dict.fromkeys(grid.file.parent for grid in self.grids)
        return tuple(text for folder in folders if (text := _read(folder / "datapackage.json")))

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Headings explained by a datapackage.json: name of a column → its title."""
        found: dict[str, str] = {}
        for text in self._packages:
            for resource in _resources(text):
                for field in resource.get("schema", {}).get("fields", ()):
                    found[str(field.get("name"))] = str(field.get("title", ""))
        return found

    def says(self, what: re.Pattern[str]) -> bool:
        """Whether anything attached speaks of it."""
        return what.search(self.words) is not None


def is_code_table(grid: Grid) -> bool:
    """Whether a grid has a column of codes and one of what they mean, and no figures."""
    heads = [column.head for column in grid.columns]
    figures = any(column.numeric and not column.coded for column in grid.columns)
    return not figures and any(CODE.search(head) for head in heads) and any(MEANING.search(head) for head in heads)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    except (OSError, UnicodeDecodeError):
        return ""


def _resources(text: str) -> Iterable[dict[str, Any]]:
    try:
        package = json.loads(text)
    except ValueError:
        return ()
    found = package.get("resources", ()) if isinstance(package, dict) else ()
    return [entry for entry in found if isinstance(entry, dict)]
