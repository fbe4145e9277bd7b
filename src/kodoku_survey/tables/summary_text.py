"""A summary table as text: its cells printed, and the table as Markdown, HTML and LaTeX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from kodoku_survey.tables.rounding import half_up, percent_of
from kodoku_survey.tables.summary_rows import SummaryRow
from kodoku_survey.tables.words import Said

LATEX = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
         "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}"}  # fmt: skip


@dataclass(frozen=True)
class PrintedLine:
    """A printed line: a label, whether it belongs to the variable above it, and a text for every column."""

    label: str
    indented: bool
    cells: tuple[str, ...]


def line(
    row: SummaryRow, groups: Sequence[int], beside: Sequence[str], decimals: int, said: Said, *, exact: bool
) -> PrintedLine:
    """One row printed: the groups' numbers, then p, adjusted p and the standardised difference."""
    cells = ["" if row.kind == "head" else _cell(row, place, decimals, exact=exact) for place in groups]
    for name in beside:
        value = {"p": row.p, "adjusted_p": row.adjusted_p, "difference": row.difference}[name]
        cells.append("" if np.isnan(value) else half_up(value, 3) if name == "difference" else p_text(value))
    label = row.label if row.kind == "head" else row.item or said[f"summary_{row.kind}"]
    return PrintedLine(label, row.kind != "head", tuple(cells))


def _cell(row: SummaryRow, place: int, decimals: int, *, exact: bool) -> str:
    count = int(row.counts[place])
    if row.kind == "missing":
        return f"{count:,}"
    if row.n[place] == 0 or np.isnan(row.numbers[place, 0]):
        return "‐"
    numbers = [half_up(float(value), decimals) if np.isfinite(value) else "‐" for value in row.numbers[place]]
    if row.kind == "share":
        share = percent_of(count, int(row.n[place])) if exact else 100 * float(row.numbers[place, 0])
        return f"{half_up(share, decimals)} ({count:,})"
    return f"{numbers[0]} ({numbers[1]})" if row.kind == "mean" else f"{numbers[0]} [{numbers[1]}, {numbers[2]}]"


def p_text(p: float) -> str:
    """Three decimals; below them, that it is."""
    return "<0.001" if p < 0.001 else half_up(p, 3)


def notes(
    rows: Sequence[SummaryRow], beside: Sequence[str], adjustment: str, basis: str, said: Said
) -> tuple[str, ...]:
    """What the reader must know, of the rows and columns there are."""
    kinds = dict.fromkeys(row.kind for row in rows)
    found = [
        basis,
        *(said[f"summary_note_{kind}"] for kind in kinds if kind in ("share", "mean", "median")),
    ]
    tests = dict.fromkeys(row.test for row in rows if row.test)
    if tests and "p" in beside:
        found.append(
            said["summary_note_p"].format(tests=said["listing"].join(said[f"summary_test_{name}"] for name in tests))
        )
    if "adjusted_p" in beside:
        found.append(said["summary_note_adjusted"].format(method=said[f"summary_{adjustment}"]))
    if "difference" in beside:
        found.append(said["summary_note_difference"])
    return tuple(found)


def to_markdown(title: str, heads: Sequence[str], lines: Sequence[PrintedLine], below: Sequence[str]) -> str:
    """The table as Markdown; line breaks within a cell as <br>."""

    def row(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", "<br>") for cell in cells) + " |"

    body = [row([f"{'&nbsp;&nbsp;' * one.indented}{one.label}", *one.cells]) for one in lines]
    rule = row([":--", *["--:"] * (len(heads) - 1)])
    return "\n".join([f"**{title}**", "", row(heads), rule, *body, "", *below])


def to_html(title: str, heads: Sequence[str], lines: Sequence[PrintedLine], below: Sequence[str]) -> str:
    """The table as HTML, everything escaped."""
    head = "".join(f'<th scope="col">{escape(one).replace(chr(10), "<br>")}</th>' for one in heads)
    body = []
    for one in lines:
        pad = (
            ' style="padding-left:1.5em;font-weight:normal;text-align:left"'
            if one.indented
            else ' style="text-align:left"'
        )
        cells = "".join(f'<td style="text-align:right">{escape(cell)}</td>' for cell in one.cells)
        body.append(f'<tr><th scope="row"{pad}>{escape(one.label)}</th>{cells}</tr>')
    foot = "".join(f"<p>{escape(note)}</p>" for note in below)
    table = (
        f"<table><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    )
    return f"<div>{table}{foot}</div>"


def to_latex(title: str, heads: Sequence[str], lines: Sequence[PrintedLine], below: Sequence[str]) -> str:
    """The table as a LaTeX tabular, everything escaped."""

    def row(cells: Sequence[str]) -> str:
        return " & ".join(cells) + r" \\"

    def stacked(head: str) -> str:
        upper, *lower = map(latex, head.split("\n"))
        return rf"\shortstack{{{upper}\\{lower[0]}}}" if lower else upper

    body = [row([(r"\quad " if one.indented else "") + latex(one.label), *map(latex, one.cells)]) for one in lines]
    return "\n".join(
        [rf"% {title}", rf"\begin{{tabular}}{{l{'r' * (len(heads) - 1)}}}", r"\toprule", row([stacked(one) for one in heads]),
         r"\midrule", *body, r"\bottomrule", r"\end{tabular}", *(rf"\par\footnotesize {latex(note)}" for note in below)]
    )  # fmt: skip


def latex(text: str) -> str:
    """Text with what LaTeX would read as its own escaped."""
    return "".join(LATEX.get(character, character) for character in text)
