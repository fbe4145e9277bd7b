"""How two surveys beside one another are printed: both named, percent and points as on a page, the verdict in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.errors import Language
from kodoku_survey.media import makes
from kodoku_survey.tables.comparison import Comparison
from kodoku_survey.tables.marks import MARKS, legend
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.shown.page_kinds import said_of_all
from kodoku_survey.tables.shown.printed import Printed, of_frame, spoken
from kodoku_survey.tables.shown.screen import cut, on_screen
from kodoku_survey.tables.studies.adjusted_rows import METHODS, gamma_column
from kodoku_survey.tables.studies.benchmark import Benchmark
from kodoku_survey.tables.studies.composing import names_of
from kodoku_survey.tables.studies.reference_adjusted import ReferenceAdjusted
from kodoku_survey.tables.studies.standard_rows import signed
from kodoku_survey.tables.words import Said, is_everybody, words

_OF_A_TABLE = 18  # columns of a screen for the name of a table
MOST_OPEN, MOST_FOLDED = 40, 400  # lines of a notebook's cell, and of what is folded below them


@dataclass(frozen=True)
class Pairing:
    """Rows of two surveys as texts. heads : of every column, the first `stubs` of them heads of rows."""

    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]
    stubs: int
    whole: list[bool]  # of which rows are everybody

    def around(self, line: str, title: str, said: Said, above: Sequence[str], notes: Sequence[str]) -> Printed:
        """Everybody first, the groups folded; never more than a screen open, what is nowhere counted."""
        order = sorted(range(len(self.rows)), key=lambda k: not self.whole[k])
        if len(order) <= MOST_OPEN or not any(self.whole):
            order, first = list(range(len(self.rows))), min(len(self.rows), MOST_OPEN)
        else:
            first = min(sum(self.whole), MOST_OPEN)
        shut = order[first : first + MOST_FOLDED]
        more = len(order) - first - len(shut)
        rest = Printed("", said["shown_rest"], self.heads, tuple(self.rows[k] for k in shut), self.stubs, more=more)
        rows = tuple(self.rows[k] for k in order[:first])
        return Printed(
            line, title, self.heads, rows, self.stubs, tuple(notes), (rest,) if shut else (), 0, tuple(above)
        )


def between(low: float, high: float, said: Said, digits: int = 1, *, plus: bool = True) -> str:
    """Limits in words, "" where there are none. plus : with their signs, of a difference."""
    if np.isnan(low) or np.isnan(high):
        return ""
    text = signed if plus else half_up
    return said["shown_between"].format(low=text(low, digits), high=text(high, digits))


def _number(value: float, digits: int) -> str:
    return "" if pd.isna(value) else half_up(float(value), digits)


def _bases(row: Any, first: str, second: str) -> str:
    sizes = [getattr(row, first), getattr(row, second)]
    few = MARKS["reference"] if "reference" in row.note else ""
    return "" if any(map(pd.isna, sizes)) else " / ".join(f"{int(size):,}" for size in sizes) + few


def _group(row: Any, said: Said) -> str:
    name = str(said_of_all(row.group, said))
    attribute = getattr(row, "attribute", "")
    return said["shown_of"].format(name=attribute, answer=name) if attribute else name


def _answer(row: Any, said: Said) -> str:
    """What was answered; of a number the statistic, in the language spoken."""
    return str(row.answer) if row.statistic == "share" else said[f"statistic_{row.statistic}"]


def _few(frame: pd.DataFrame, base: int, said: Said) -> tuple[str, ...]:
    marked = any("reference" in note for note in frame["note"]) if len(frame) else False
    return legend({"reference"}, said, reference_base=base) if marked else ()


def _line(made: Comparison | Benchmark, refused: int) -> str:
    verdicts = made.frame["verdict"].value_counts() if "verdict" in made.frame else pd.Series(dtype=int)
    found = ", ".join(f"{name} {count:,}" for name, count in verdicts.items() if name)
    line = f"{type(made).__name__}: {len(made.frame):,} figures, {refused:,} refused"
    return line + (f"; {found}" if found else "")


def _refusals(refused: pd.DataFrame, said: Said) -> tuple[Printed, ...]:
    return (of_frame(refused, said, "", said["shown_refused"], most=MOST_OPEN),) if len(refused) else ()


@makes("Comparison", "printed")
def print_comparison(made: Comparison, level: float = 0.95, language: Language | None = None) -> Printed:  # noqa: ARG001
    """A line a group and answer: both surveys, the difference with its limits, the verdict; what was refused folded."""
    chosen = spoken(made.first.survey.settings.identity.lang, language)
    said, refused = words(chosen), made.refusals(chosen)
    names = names_of(made.beside, chosen) if made.beside is not None else (said["shown_first"], said["shown_second"])
    rows = [_of_comparison(row, said) for row in made.frame.itertuples()]
    heads = (said["shown_table"], said["shown_group"], said["benchmark_answer"], *names, said["column_difference"],
             said["shown_interval"], said["shown_n"], said["benchmark_head_word"])  # fmt: skip
    whole = [row.attribute == "" and row.measure != "gap" for row in made.frame.itertuples()]
    base = made.first.survey.settings.publication.reference_base
    title = said["shown_beside"].format(first=names[0], second=names[1])
    pairing = Pairing(heads, rows, 3, whole)
    printed = pairing.around(
        _line(made, len(refused)),
        title,
        said,
        made.lines(chosen),
        (said["shown_points"], *_few(made.frame, base, said)),
    )
    return replace(printed, folded=(*printed.folded, *_refusals(refused, said)))


def _of_comparison(row: Any, said: Said) -> tuple[str, ...]:
    share = pd.isna(row.value_first) and pd.isna(row.value_second)
    digits, kind = (1, "percent") if share else (2, "value")
    figures = [_number(getattr(row, f"{kind}_{side}"), digits) for side in ("first", "second")]
    limits = between(row.low, row.high, said, digits)
    bases = _bases(row, "n_first", "n_second")
    return (
        row.title,
        _group(row, said),
        _answer(row, said),
        *figures,
        signed(row.difference, digits),
        limits,
        bases,
        said[f"change_{row.verdict}"],
    )


@makes("Benchmark", "printed")
def print_benchmark(made: Benchmark, level: float = 0.95, language: Language | None = None) -> Printed:  # noqa: ARG001
    """A line a group and answer beside the reference, raw and over one composition; what was refused folded."""
    chosen = spoken(made.language, language)
    said, refused, names = words(chosen), made.refusals(chosen), names_of(made.beside, chosen)
    kinds = [("first", "difference"), ("standardized_first", "standardized_difference")]
    kinds = [kind for kind in kinds if kind[1] in made.frame]
    heads = [said["shown_table"], said["shown_group"], said["benchmark_answer"], *names, said["column_difference"],
             said["shown_interval"]]  # fmt: skip
    if len(kinds) > 1:
        heads += [
            said["shown_standard"],
            said["shown_standard_difference"],
            said["shown_interval"],
        ]
    heads += [said["shown_n"], said["benchmark_head_word"]]
    rows = [_of_benchmark(row, len(kinds) > 1, said) for row in made.frame.itertuples()]
    base = made.beside.first.survey.settings.publication.reference_base
    title = said["shown_beside"].format(first=names[0], second=names[1])
    whole = [not made.group and is_everybody(row.group) for row in made.frame.itertuples()]
    notes = (said["shown_points"], *_few(made.frame, base, said))
    printed = Pairing(tuple(heads), rows, 3, whole).around(
        _line(made, len(refused)), title, said, made.lines(chosen), notes
    )
    return replace(printed, folded=(*printed.folded, *_refusals(refused, said)))


def _of_benchmark(row: Any, standard: bool, said: Said) -> tuple[str, ...]:
    digits = 1 if row.statistic == "share" else 2
    cells = [
        row.label,
        _group(row, said),
        _answer(row, said),
        _number(row.first, digits),
        _number(row.reference, digits),
    ]
    cells += [signed(row.difference, digits), between(row.difference_low, row.difference_high, said, digits)]
    if standard:
        limits = between(row.standardized_difference_low, row.standardized_difference_high, said, digits)
        cells += [_number(row.standardized_first, digits), signed(row.standardized_difference, digits), limits]
    return (*cells, _bases(row, "n_first", "n_reference"), said[f"change_{row.verdict or 'untested'}"])


@makes("ReferenceAdjusted", "printed")
def print_adjusted(made: ReferenceAdjusted, level: float = 0.95, language: Language | None = None) -> Printed:  # noqa: ARG001
    """Each answer as it is and what is made of it: points by method, or bounds where points are withheld."""
    chosen = spoken(made.language, language)
    said, refused, frame = words(chosen), made.refusals(chosen), made.frame
    columns = _adjusted_columns(made, said)
    rows = [tuple(columns[head][k] for head in columns) for k in range(len(frame))]
    line = f"ReferenceAdjusted: {len(frame):,} figures, {len(refused):,} refused"
    others = (("shown_balance", made.balance), ("shown_lacking", made.lacking))
    folded = tuple(of_frame(one, said, "", said[name], most=MOST_OPEN) for name, one in others if len(one))
    title = said["shown_beside"].format(first=made.names[0], second=made.names[1])
    few = _few(frame, made.beside.first.survey.settings.publication.reference_base, said)
    printed = Pairing(tuple(columns), rows, 2, [True] * len(rows)).around(
        line, title, said, made.lines(chosen), (said["shown_points"], *few)
    )
    return replace(printed, folded=(*printed.folded, *folded, *_refusals(refused, said)))


def _adjusted_columns(made: ReferenceAdjusted, said: Said) -> dict[str, list[str]]:
    """Head → texts of what the study gives; a column that is empty throughout is none."""
    frame = made.frame
    told = {said["shown_question"]: list(frame["label"]), said["benchmark_answer"]: list(map(str, frame["answer"]))}
    for name in ("raw", *METHODS):
        if name in frame:
            told[said[f"method_{name}"]] = [_number(value, 1) for value in frame[name]]
    if "reference" in frame:
        told[made.names[1]] = [_number(value, 1) for value in frame["reference"]]
    spans = [(said["shown_gamma"].format(gamma=f"{gamma:g}"), gamma_column(gamma)) for gamma in made.gammas]
    spans += [(said["shown_worst"], "worst"), (said["shown_everybody"], "everybody")]
    for head, name in spans:
        if f"{name}_low" in frame:
            ends = zip(frame[f"{name}_low"], frame[f"{name}_high"], strict=True)
            told[head] = [between(low, high, said, plus=False) for low, high in ends]
    bases = zip(frame["n"], frame["note"], strict=True)
    told[said["shown_n"]] = [f"{int(n):,}{MARKS['reference'] if 'reference' in note else ''}" for n, note in bases]
    return {head: texts for head, texts in told.items() if any(texts) or not len(frame)}


def _beside_screen(result: Comparison | Benchmark | ReferenceAdjusted) -> str:
    """One screen: names of tables cut, one that all lines have in the title, and lines that a document folds counted."""
    printed = result_printed(result)
    first = printed.folded[:1] if printed.folded and printed.folded[0].heads == printed.heads else ()
    hidden = sum(len(one.rows) + one.more for one in first)
    alike = [k for k in range(printed.stubs - 1) if len({row[k] for row in printed.rows}) == 1]
    kept = [k for k in range(len(printed.heads)) if k not in alike]
    title = " · ".join([printed.title, *(printed.rows[0][k] for k in alike)])
    rows = tuple(tuple(cut(row[k], _OF_A_TABLE) if k == 0 else row[k] for k in kept) for row in printed.rows)
    heads, stubs = tuple(printed.heads[k] for k in kept), printed.stubs - len(alike)
    told = replace(printed, heads=heads, rows=rows, stubs=stubs, more=hidden, above=(title, *printed.above))
    return on_screen(told, words(spoken(_own(result))))


def _own(result: Comparison | Benchmark | ReferenceAdjusted) -> Language:
    return result.first.survey.settings.identity.lang if isinstance(result, Comparison) else result.language


def result_printed(result: Comparison | Benchmark | ReferenceAdjusted) -> Printed:
    """What is printed of one of the three, in its own language."""
    if isinstance(result, Comparison):
        return print_comparison(result)
    return print_benchmark(result) if isinstance(result, Benchmark) else print_adjusted(result)


for _kind in ("Comparison", "Benchmark", "ReferenceAdjusted"):
    makes(_kind, "to_text")(_beside_screen)
