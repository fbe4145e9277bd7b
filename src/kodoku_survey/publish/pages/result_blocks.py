"""The tables of a section as blocks: what is said of them, the figure, the table beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kodoku_survey.publish.charts.left_out import left_out
from kodoku_survey.publish.charts.metrics import chunks
from kodoku_survey.publish.pages.accounts import title_of
from kodoku_survey.publish.pages.blocks import Block, fits, grid
from kodoku_survey.publish.typesetting.column_widths import TURNED, columns, turned
from kodoku_survey.tables import Row, Table
from kodoku_survey.tables.history import laid_out


def sentence_blocks(told: Sequence[str]) -> list[Block]:
    """What is said of a table, before it."""
    return [{"kind": "sentence", "text": text} for text in told]


def table_blocks(table: Table, said: Mapping[str, str], *, japanese: bool, drawn: bool) -> Iterator[Block]:
    """The chart, where the table is drawn, and the table itself, in the order of the page."""
    if drawn:
        title = title_of(table, said["number_of_figure"])
        yield {
            "kind": "chart",
            "table": table.id,
            "first": 0,
            "last": None,
            "path": "",
            "key": "",
            "scale": 1.0,
            "caption": title,
            "parts": chunks(title),
            "several": _several(japanese),
            "head_note": table.head_note,
            "notes": left_out(table, said),
            "alt": alternative(table, said),
        }
    yield from _grids(table, said, beside=drawn, japanese=japanese)


def alternative(table: Table, said: Mapping[str, str]) -> str:
    """A chart in words: what it is, what is said of it, and between which groups every answer lies."""
    percent = "%" if table.statistic == "share" else ""
    parts = []
    for k, label in enumerate(table.header):
        held = [
            (row.cells[k].value, row)
            for row in table.rows
            if row.n and row.cells[k].value is not None and row.cells[k].text
        ]
        if not held:
            continue
        low, high = min(held, key=lambda one: one[0] or 0), max(held, key=lambda one: one[0] or 0)
        first = held[0][1]
        text = f"{label} {first.cells[k].text}{percent}"
        if len(held) > 1:
            ends = said["chart_range"].format(
                low=f"{low[1].cells[k].text}{percent}",
                at_low=low[1].group,
                high=f"{high[1].cells[k].text}{percent}",
                at_high=high[1].group,
            )
            text = f"{text} {ends}"
        parts.append(text)
    message = "".join(table.sentences)
    kept = "".join(f"{said['separator']}{note}" for note in left_out(table, said))
    summary = f"{table.rows[0].group}: {said['listing'].join(parts)}{kept}"
    return said["chart_alt"].format(title=table.title, kind=said[table.figure], summary=f"{message}{summary}")


def _grids(table: Table, said: Mapping[str, str], *, beside: bool, japanese: bool) -> Iterator[Block]:
    """The table; one with more answers than stand beside one another is several, each with some of them."""
    table = laid_out(table, said["total"])
    lines, titles, reference = _lines(table)
    head = [table.stub_head, said["n"], *table.header]
    plain = [line for k, line in enumerate(lines) if k not in titles]
    if columns(head, plain, 1, upright=False) is None and len(plain) <= TURNED and not titles:
        across, down = turned(head, plain, table.stub_head)
        if columns(across, down, 1, upright=False) is not None:
            head, lines, plain, reference = across, down, down, []
    parts = _beside(head, plain, japanese=japanese)
    for part, chosen in enumerate(parts, start=1):
        several = _several(japanese).format(part=part, parts=len(parts)) if len(parts) > 1 else ""
        made = grid(
            title_of(table, said["number_of_table"]) + several, [head[k] for k in chosen],
            [[line[k] for k in chosen] for line in lines], titles=titles, japanese=japanese,
        )  # fmt: skip
        yield {
            **made,
            "notes": [*made["notes"], *(table.notes if part == len(parts) else ())],
            "table": table.id,
            "head_note": "" if beside else table.head_note,
            "reference": reference,
            "quiet": beside or part > 1,
            "again": part > 1,
        }


def _beside(head: Sequence[str], rows: Sequence[Sequence[str]], *, japanese: bool) -> list[list[int]]:
    """The columns of each table into which one is divided: always the groups and their bases, and some of the answers."""
    answers = list(range(2, len(head)))
    for count in range(1, max(len(answers), 1)):
        size = -(-len(answers) // count)
        parts = [[0, 1, *answers[first : first + size]] for first in range(0, len(answers), size)]
        if all(
            fits([head[k] for k in one], [[row[k] for k in one] for row in rows], 1, japanese=japanese) for one in parts
        ):
            return parts
    return [list(range(len(head)))]


def _several(japanese: bool) -> str:
    return "（{part}／{parts}）" if japanese else " ({part}/{parts})"


def _lines(table: Table) -> tuple[list[list[str]], list[int], list[int]]:
    """Cells as text, the lines that name an attribute (where there are several), and those for reference only."""
    several = len({row.attribute for row in table.rows if row.attribute}) > 1
    rows: list[list[str]] = []
    titles, reference = [], []
    before = ""
    for row in table.rows:
        if several and row.attribute != before:
            titles.append(len(rows))
            rows.append([row.attribute, *[""] * (len(row.cells) + 1)])
        if row.flag == "reference" and not row.hidden:
            reference.append(len(rows))
        rows.append([row.group, _base(row), *(cell.text for cell in row.cells)])
        before = row.attribute
    return rows, titles, reference


def _base(row: Row) -> str:
    return f"{row.base_text}{'*' if row.flag == 'reference' and not row.hidden else ''}"
