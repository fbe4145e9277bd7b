"""The leak scan: a finished protected report is read back, and the numbers of its hidden cells sought beside their labels.

A number leaks where it stands in the line and column of its cell, in a line of a long table that names its group and answer,
in the printed line of its group, or in a sentence after the labels of its group and answer. A figure the release prints of
another cell of the same labels is no leak: in words no table is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kodoku_survey.errors import DisclosureError
from kodoku_survey.publish.release.finished_texts import CellTexts, FlatLabel, bare, flat, read_finished, same_figure
from kodoku_survey.tables import Report
from kodoku_survey.tables.plain import TOTAL, plain
from kodoku_survey.tables.protected import KeptLine
from kodoku_survey.tables.words import words_of

LEAKS_NAMED = 12  # places a refusal names
TOLD_NUMBER = re.compile(
    r"(?P<base>n=|n = )?(?<![\d.,])(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?)(?P<unit>人|名| ?persons| ?people| ?respondents)?"
    r"(?!\d|\.\d|[歳年点回]|ポイント| ?points)"
)
FIGURE = re.compile(r"\d[\d,]*(\.\d+)?")
OWNER = re.compile(r"[%％]?[＝=]")
OWNED = re.compile(r"[\d%％x‐…][＝=]$")
MARK_TOLD = re.compile(r"x(?![a-z])|[‐…]")
# Figures of a long table's own columns, which a hidden cell has none of, whatever they are; those of its base go with that.
CELL_FIGURES = (
    "percent", "value", "count", "standard_error", "interval_low", "interval_high", "design_effect", "degrees_of_freedom",
)  # fmt: skip
LONG_KEYS = frozenset({"survey_year", "table_id", "attribute", "group_code", "answer_code"})
BASE_FIGURES = ("n_unweighted", "n_weighted")
COUNT_HEADS = ("count", "人数", "件数", "回答数", "回答者数", "度数", "実数")


def refuse_leaks(report: Report, folder: Path) -> None:
    """Raises DisclosureError where a finished file tells the number of a hidden cell; names file and cell, never a number."""
    if not report.protection.kept:
        return
    found = leaks(report, folder)
    if found:
        raise DisclosureError("publish.leak", report.survey.folder.name, places="; ".join(found[:LEAKS_NAMED]))


def leaks(report: Report, folder: Path) -> tuple[str, ...]:
    """Places "file: [table] group answer" of hidden numbers found in the files of a folder, each once."""
    secrets = _secrets(report)
    found: dict[str, None] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        told, name = read_finished(path), path.relative_to(folder).as_posix()
        places = [
            *(place for grid in told.grids for place in _in_grid(secrets, grid)),
            *(place for text in told.texts for place in _in_words(secrets, text)),
            *(place for page in told.pages for place in _in_lines(secrets, page)),
        ]
        found |= dict.fromkeys(f"{name}: {place}" for place in places)
    return tuple(found)


@dataclass(eq=False)
class _Secrets:
    """What is hidden by group and answer (None: the base), as place and printed figure; and the labels there are."""

    everybody: FlatLabel
    groups: re.Pattern[str]
    answers: re.Pattern[str]
    tables: frozenset[str]
    patterns: list[tuple[re.Pattern[str], str]]
    hidden: dict[tuple[FlatLabel, FlatLabel | None], list[tuple[str, str, int]]] = field(default_factory=dict)
    errors: dict[tuple[FlatLabel, FlatLabel], list[tuple[str, tuple[str, ...]]]] = field(default_factory=dict)
    cells: dict[tuple[str, str, str, str], str] = field(default_factory=dict)
    year: str = ""
    public: set[tuple[FlatLabel, FlatLabel | None, str]] = field(default_factory=set)
    drawn: set[tuple[str, str]] = field(default_factory=set)  # by "[table", as places begin
    shares: set[tuple[FlatLabel, FlatLabel, str]] = field(default_factory=set)  # printed, as a workbook keeps them

    def place(
        self, group: FlatLabel, answer: FlatLabel | None, number: str, *, counted: bool, table: str = ""
    ) -> str | None:
        """The cell a number gives away, if it does. counted : it counts persons; table : the one it is of, if that is told."""
        for where, text, count in self.hidden.get((group, answer), ()):
            if table and not where.startswith(f"[{table}]"):
                continue
            same = float(number) == count if counted else same_figure(number, text)
            told = str(count) if counted else text
            if same and (table or (group, answer, told) not in self.public):
                return where
        for where, errors in () if counted or answer is None else self.errors.get((group, answer), ()):
            printed = (group, answer, number) in self.public or (group, answer, bare(number)) in self.shares
            here = where.startswith(f"[{table}]") if table else not printed
            if here and number in errors:
                return where
        return None

    def of_long_line(self, row: Mapping[str, str]) -> Iterator[str]:
        """The hidden cell or base of a line of a long table in whose columns of figures anything stands."""
        key = (row["table_id"], row["attribute"], row["group_code"])
        for answer, names in ((row["answer_code"], CELL_FIGURES), ("", BASE_FIGURES)):
            place = self.cells.get((*key, answer))
            if place and any(FIGURE.fullmatch(row.get(name, "")) for name in names):
                yield place


def _secrets(report: Report) -> _Secrets:
    groups = {flat(row.group) for table in report.tables for row in table.rows}
    answers = {flat(head) for table in report.tables for head in table.header}
    made = _Secrets(
        flat(words_of(report.survey)["total"]), _any_of(groups), _any_of(answers),
        frozenset(table.id for table in report.tables), [_line_pattern(line) for line in report.protection.kept],
    )  # fmt: skip
    made.year = str(report.survey.settings.identity.wave)
    for line in report.protection.kept:
        for answer, text, count, hidden in zip(line.answers, line.texts, line.counts, line.hidden, strict=True):
            if hidden and count:
                place = f"[{line.table}] {line.group} {answer}"
                made.hidden.setdefault((flat(line.group), flat(answer)), []).append((place, text, count))
        for answer, told, hidden in zip(line.answers, line.errors, line.hidden, strict=True):
            if hidden and told:
                place = f"[{line.table}] {line.group} {answer}"
                made.errors.setdefault((flat(line.group), flat(answer)), []).append((place, told))
        key = (flat(plain(line.table)), line.axis or TOTAL, ":".join(map(str, line.keys)) or TOTAL)
        for code, answer, hidden in zip(line.codes, line.answers, line.hidden, strict=True):
            if hidden:
                made.cells[*key, str(code)] = f"[{line.table}] {line.group} {answer}"
        if line.base_hidden:
            made.cells[*key, ""] = f"[{line.table}] {line.group} n"
        if line.base_hidden and line.n:
            base = (f"[{line.table}] {line.group} n", f"{line.n}", line.n)
            made.hidden.setdefault((flat(line.group), None), []).append(base)
    for table in report.tables:
        for row in table.rows:
            made.public.add((flat(row.group), None, str(row.n)))
            for head, cell in zip(table.header, row.cells, strict=True):
                made.public |= {(flat(row.group), flat(head), told) for told in (cell.text, str(cell.count))}
                made.drawn.add((f"[{table.id}", cell.text))
                made.shares.add((flat(row.group), flat(head), bare(cell.text)))
    return made


def _any_of(labels: set[FlatLabel]) -> re.Pattern[str]:
    return re.compile(
        "|".join(re.escape(one) for one in sorted(filter(None, labels), key=len, reverse=True)) or r"(?!)"
    )


def _line_pattern(line: KeptLine) -> tuple[re.Pattern[str], str]:
    """The printed line of a group as running text: every hidden figure is 「x」 or, if it leaks, a group of the match."""
    parts = [rf"(?:x|({line.n:,}))\*?" if line.base_hidden else rf"{line.n or 0:,}\*?"]
    for text, hidden in zip(line.texts, line.hidden, strict=True):
        parts.append(f"(?:x|({re.escape(text)}))" if hidden else re.escape(text))
    return re.compile(re.escape(flat(line.group)) + "".join(parts) + r"(?![\d.])"), f"[{line.table}] {line.group}"


def _in_lines(secrets: _Secrets, page: str) -> Iterator[str]:
    text = flat(page)
    for pattern, place in secrets.patterns:
        if any(any(found.groups()) for found in pattern.finditer(text)):
            yield place
    yield from _in_words(secrets, text, running=True)


def _in_words(secrets: _Secrets, text: str, *, running: bool = False) -> Iterator[str]:
    """Numbers of a sentence are those of group and answer named last before, else first after. running : with charts' figures."""
    for sentence in re.split(r"[。;；\n]|\. ", text):
        said = flat(sentence)
        numbers = list(TOLD_NUMBER.finditer(said))
        answers = list(secrets.answers.finditer(said)) if numbers else []
        for one, group in zip(numbers, _groups_of(secrets, said, numbers, answers), strict=True):
            answer = None if one["base"] else _nearest(answers, one.start())
            if one["base"] or answer is not None:
                counted = bool(one["unit"] or one["base"])
                if not counted and "." not in one["number"]:
                    continue
                place = secrets.place(group, answer, one["number"].replace(",", ""), counted=counted)
                if place and not (running and (place.split("] ")[0], one["number"]) in secrets.drawn):
                    yield place


def _groups_of(
    secrets: _Secrets, said: str, numbers: Sequence[re.Match[str]], answers: Sequence[re.Match[str]]
) -> Iterator[FlatLabel]:
    """Of each number its group: never a label named after another number ("3.2%＝女性"), nor an answer with its own figure."""
    groups = list(secrets.groups.finditer(said)) if numbers else []
    owners = [OWNER.match(said, one.end()) for one in numbers]
    after = [next((g for g in groups if owner and g.start() == owner.end()), None) for owner in owners]
    figures = {one.start() for one in numbers if not one["base"] and (one["unit"] or "." in one["number"])}
    figures |= {one.start() for one in MARK_TOLD.finditer(said)}
    as_answers = {one.end() for one in answers} & figures
    groups = [
        one
        for one in groups
        if not OWNED.search(said, max(one.start() - 2, 0), one.start())
        and not any(a.start() <= one.start() and one.end() <= a.end() and a.group() != one.group() for a in answers)
    ]
    free = [one for one in groups if one.end() not in as_answers]
    for one, own in zip(numbers, after, strict=True):
        here = free if any(label.end() <= one.start() for label in free) else groups
        yield own.group() if own else _nearest(here, one.start()) or secrets.everybody


def _nearest(labels: Sequence[re.Match[str]], at: int) -> FlatLabel | None:
    before = [one.group() for one in labels if one.end() <= at]
    return before[-1] if before else next((one.group() for one in labels if one.start() > at), None)


def _in_grid(secrets: _Secrets, grid: CellTexts) -> Iterator[str]:
    """Numbers in the line of a hidden cell: under its answer, or beside its group and answer in a long table."""
    heads: list[FlatLabel] = []
    known = {answer for _, answer in secrets.hidden if answer}
    groups = {group for group, _ in secrets.hidden}
    for row in grid:
        cells = [flat(cell) for cell in row]
        if LONG_KEYS.issubset(heads) and len(cells) == len(heads):
            long = dict(zip(heads, cells, strict=True))
            if long["survey_year"] != secrets.year:
                continue
            yield from (held := list(secrets.of_long_line(long)))
            if not held:
                continue
        here = groups.intersection(cells)
        if not here:
            if not heads or (known.intersection(cells) and not any(map(FIGURE.fullmatch, cells))):
                heads = cells
            continue
        told = (c for k, c in enumerate(cells) if not FIGURE.fullmatch(c) or heads[k : k + 1] == ["table_id"])
        table = next((cell for cell in told if cell in secrets.tables), "")
        named = known.intersection(cells)
        for k, cell in enumerate(cells):
            if FIGURE.fullmatch(cell):
                head = heads[k] if k < len(heads) else ""
                counted = head.lower() in COUNT_HEADS
                for group in here:
                    for answer in (*named, *((head,) if head in known else ())):
                        # In the place of the cell itself, either figure gives it away; of another table it may be a share.
                        either = head == answer and (table or (group, answer, cell) not in secrets.shares)
                        kinds = (True, False) if either else (counted,)
                        for kind in kinds:
                            if not kind and head != answer and "." not in cell:
                                continue
                            place = secrets.place(group, answer, cell.replace(",", ""), counted=kind, table=table)
                            if place:
                                yield place
                    if head not in known and not named:
                        base = secrets.place(group, None, cell.replace(",", ""), counted=True, table=table)
                        if base:
                            yield base
