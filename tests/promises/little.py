"""A survey of sixty made-up people, written in whatever way a relation asks for."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import xlsxwriter

import kodoku_survey as ks
from kodoku_survey import run

CODEBOOK = """
nonanswer = 9
[[variable]]
name = "sex"
kind = "single"
label = "性別"
section = "属性"
codes = [{ code = 1, label = "男性" }, { code = 2, label = "女性" }]
[[variable]]
name = "age"
kind = "number"
label = "年齢"
section = "属性"
minimum = 16
maximum = 110
unit = "歳"
[[variable]]
name = "lonely"
kind = "single"
label = "孤独感"
section = "孤独"
codes = [{ code = 1, label = "しばしばある" }, { code = 2, label = "時々ある" }, { code = 3, label = "決してない" }]
[[variable]]
name = "why"
kind = "single"
label = "きっかけ"
section = "孤独"
asked_if = { lonely = [1, 2] }
codes = [{ code = 1, label = "死別" }, { code = 2, label = "転居" }]
[[variable]]
name = "act"
kind = "multiple"
label = "活動"
section = "孤独"
codes = [{ code = 1, label = "自治会" }, { code = 2, label = "趣味" }, { code = 3, label = "特にない" }]
exclusive = [3]
"""
TABLES = """
[[section]]
id = "1"
title = "孤独"
[[table]]
id = "1-1"
section = "1"
title = "孤独感"
question = "lonely"
by = ["sex"]
focus = [1]
[[table]]
id = "1-2"
section = "1"
title = "活動"
question = "act"
figure = "bars"
by = ["sex"]
[[table]]
id = "1-3"
section = "1"
title = "きっかけ"
question = "why"
"""
HEAD = ("番号", "受付", "sex", "age", "lonely", "why", "act_1", "act_2", "act_3")
Row = tuple[str, ...]
LABELS = {"sex": ("男性", "女性"), "lonely": ("しばしばある", "時々ある", "決してない"), "why": ("死別", "転居")}


def people(count: int = 60) -> list[Row]:
    """Returns as delivered: every answer, 無回答 and route occurs."""
    draw = np.random.default_rng(20260101)
    rows = []
    for n in range(1, count + 1):
        lonely = int(draw.choice([1, 2, 3, 9], p=[0.3, 0.3, 0.3, 0.1]))
        why = str(draw.integers(1, 3)) if lonely in (1, 2) and draw.random() < 0.9 else ""
        ticks = [int(draw.random() < 0.4), int(draw.random() < 0.4)]
        none = int(not any(ticks) and draw.random() < 0.8)
        age = "" if n % 17 == 0 else str(int(draw.integers(16, 95)))
        rows.append((str(n), "2026-01-10", str(1 + n % 2), age, str(lonely), why, *map(str, [*ticks, none])))
    return rows


def register(count: int = 64) -> list[Row]:
    """Everyone selected: four of them did not answer."""
    return [(str(n), str(1 + n % 2), str(1 + n % 6), f"{50 + n % 7}") for n in range(1, count + 1)]


@dataclass(frozen=True)
class Little:
    """What is written; `replace` what a relation changes."""

    rows: tuple[Row, ...] = tuple(people())
    head: Row = HEAD
    selected: tuple[Row, ...] = tuple(register())
    layout: str = ""
    cleaning: str = ""
    more: str = ""
    steps: str = '[[weighting.step]]\nkind = "raking"\nmargins = ["sex"]\n'
    basis: str = "design"
    margins: tuple[float, float] = (1700.0, 1900.0)
    codebook: str = CODEBOOK
    tables: str = TABLES
    lang: str = "ja"
    encoding: str = "utf-8"
    newline: str = "\n"
    quoting: int = csv.QUOTE_MINIMAL
    excel: bool = False
    parts: int = 1  # files the returns are delivered in
    publication: str = ""

    def write(self, folder: Path) -> Path:
        """The folder, written."""
        folder.mkdir(parents=True, exist_ok=True)
        files = ""
        for part in range(self.parts):
            name = f"part{part}." + ("xlsx" if self.excel else "csv")
            own = [self.head, *self.rows[part :: self.parts]]
            (folder / name).write_bytes(_excel(own) if self.excel else self._csv(own))
            files += (
                f'[[file]]\nname = "part{part}"\nrole = "returns"\npath = "{name}"\nmode = "郵送"\nid = "番号"\n'
                f'received = "受付"\n{self.layout}\n'
            )
        (folder / "selection.csv").write_bytes(self._csv([("番号", "層", "地点", "ウエイト"), *self.selected]))
        settings = f"""
[survey]
name = "小"
title = "小さな調査"
wave = 2026
lang = "{self.lang}"
{self.more}
{files}
[[file]]
name = "selection"
role = "selection"
path = "selection.csv"
id = "番号"
[cleaning]
tolerance = 0.5
valid_sections = ["孤独"]
{self.cleaning}
[design]
stratum = "層"
psu = "地点"
[weighting]
base = "ウエイト"
{self.steps}
[estimation]
basis = "{self.basis}"
[publication]
protection = "official"
reference_base = 20
{self.publication}
"""
        margins = (
            f"variable,code,value,unit,source\nsex,1,{self.margins[0]},persons,t\nsex,2,{self.margins[1]},persons,t\n"
        )
        texts = {"survey.toml": settings, "codebook.toml": self.codebook, "tables.toml": self.tables}
        for name, text in (texts | {"margins.csv": margins}).items():
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    def _csv(self, rows: Sequence[Row]) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator=self.newline, quoting=self.quoting).writerows(rows)
        return text.getvalue().encode(self.encoding)

    def edited(self, change: Callable[[Row], Row]) -> Little:
        """Every return changed."""
        return replace(self, rows=tuple(change(row) for row in self.rows))

    def with_cell(self, row: int, column: str, cell: str) -> Little:
        """One cell changed."""
        own = list(self.rows[row])
        own[self.head.index(column)] = cell
        return replace(self, rows=(*self.rows[:row], tuple(own), *self.rows[row + 1 :]))

    def responses(self, folder: Path) -> ks.Responses:
        return run.respond(self.write(folder))

    def sample(self, folder: Path) -> ks.Sample:
        return run.weigh(self.responses(folder))


def _excel(rows: Sequence[Row]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell.isdigit() and line:
                    sheet.write_number(line, column, int(cell))
                elif cell:
                    sheet.write_string(line, column, cell)
    return made.getvalue()


def answers(responses: ks.Responses) -> dict[str, dict[str, tuple]]:
    """Each person's answers, by serial number and variable."""
    frame = responses.frame().drop(columns="mode").set_index("id")
    return {
        str(number): row for number, row in frame.astype(object).where(frame.notna(), None).to_dict("index").items()
    }


def shares(sample: ks.Sample, question: str = "lonely", by: Sequence[str] = ("sex",)) -> np.ndarray:
    """Every share of a cross-tab with its error, (cells, 2)."""
    frame = ks.crosstab(sample, question, by=list(by)).frame()
    return frame[["percent", "se"]].to_numpy(float)
