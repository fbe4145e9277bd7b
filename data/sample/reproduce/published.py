"""Published percentages as bounds on counts: what a synthetic respondent table must satisfy.

A folder beside this file, named like the survey's, holds
    figures.csv    figure, row_variable, row_category, measure, measure_category, percent, mark, n, usable
    toplines.csv   question, kind, n, code, label, percent
    counts.csv     the same as figures.csv with a count `n` for a percentage
    labels.toml    what each label means: a conjunction of codes of variables

A cell of t tenths of a per cent of n means an integer count c with (2t − 1) n ≤ 2000 c < (2t + 1) n (四捨五入); every printed
base n is an equality, 「‐」 is zero.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd

from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.folder import Survey

Where = frozenset[tuple[str, frozenset[int]]]  # a conjunction: each variable has one of these codes
TICKED = 0  # status of a multiple answer: something not exclusive was ticked


@dataclass(frozen=True)
class Bound:
    """The number of persons to whom `where` applies lies between low and high; `cells` says who published it."""

    where: Where
    low: int
    high: int
    cells: tuple[str, ...] = ()

    @property
    def variables(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.where)


def even(label: str) -> str:
    """A label with width and wave dashes made uniform."""
    return unicodedata.normalize("NFKC", label).replace("〜", "~").replace("～", "~").replace(" ", "").strip()


def count_bounds(percent: str, n: int) -> tuple[int, int]:
    """Lowest and highest count that prints as `percent` (one decimal) of n."""
    tenths = int(Decimal(percent).scaleb(1))
    low = -(-(2 * tenths - 1) * n // 2000)
    high = -(-(2 * tenths + 1) * n // 2000) - 1
    return max(low, 0), min(high, n)


def status(variable: str) -> str:
    """The internal variable of a multiple answer that says how it was answered: ticked, an exclusive option, 無回答."""
    return f"{variable}:status"


def option(variable: str, code: int) -> str:
    """The internal 0/1 variable of one option of a multiple answer."""
    return f"{variable}:{code}"


class FiguresError(ValueError):
    """Published figures that cannot be read, or contradict each other."""


def facts_of(survey: Survey) -> Path:
    """The folder of figures and of the model of a sample survey: beside this file, under the survey folder's name."""
    return Path(__file__).parent / survey.folder.resolve().name


def _near(name: str, known: Iterable[str]) -> str:
    found = get_close_matches(name, list(known), n=1)
    return f" Did you mean '{found[0]}'?" if found else ""


class Labels:
    """What each published label means, as a conjunction of codes of internal variables."""

    def __init__(self, survey: Survey, folder: Path) -> None:
        path = folder / "labels.toml"
        self.axes: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))["axis"]
        self.variables: Mapping[str, Variable] = survey.variables
        self._parts = {name: {even(k): v for k, v in axis.get("codes", {}).items()} for name, axis in self.axes.items()}

    def meaning(self, axis: str, label: str) -> Where:
        """The condition of a label, with the base of its axis. Raises FiguresError."""
        found = self._axis(axis)
        if "of" in found:
            parts = zip(found["of"], label.split("/"), strict=True)
            return both(*(self.meaning(name, part) for name, part in parts if part != "全体"))
        known = self._parts[axis]
        if even(label) not in known:
            raise FiguresError(f"labels.toml [axis.{axis}]: nothing says what '{label}' means.{_near(label, known)}")
        value = known[even(label)]
        table = value if isinstance(value, dict) else {found["variable"]: value}
        return both(self.base(axis), frozenset(self.atom(name, codes) for name, codes in table.items()))

    def base(self, axis: str) -> Where:
        """Whom an axis is about, beyond the row."""
        return frozenset(self.atom(name, codes) for name, codes in self._axis(axis).get("base", {}).items())

    def asked(self, variable: Variable) -> Where:
        """Who was asked a question, where the form says it in one conjunction of codes."""
        if variable.asked_if is None:
            return frozenset()
        if variable.proved_by_answer_if_blank is not None:
            return self.meaning("total", "同居人がいる")
        (clauses,) = variable.asked_if.alternatives
        return frozenset(self.atom(clause.variable, list(clause.codes)) for clause in clauses)

    def _axis(self, name: str) -> Mapping[str, Any]:
        if name not in self.axes:
            raise FiguresError(f"labels.toml: there is no axis '{name}'.{_near(name, self.axes)}")
        axis: Mapping[str, Any] = self.axes[name]
        return axis

    def atom(self, name: str, value: Any) -> tuple[str, frozenset[int]]:
        """One variable's part of a condition."""
        variable = self.variables.get(name)
        if variable is None or variable.kind != "multiple":
            return name, frozenset([value] if isinstance(value, int) else value)
        if isinstance(value, dict):
            return option(name, value["without"][0]), frozenset([0])
        codes = [value] if isinstance(value, int) else value
        plain = {code.code for code in variable.options} - set(variable.exclusive)
        if len(codes) > 1 and set(codes) == plain:
            return status(name), frozenset([TICKED])
        if codes[0] in plain:
            return option(name, codes[0]), frozenset([1])
        return status(name), frozenset(codes)


def both(*parts: Where) -> Where:
    """Conditions that hold together; where two speak of one variable, the codes they share."""
    joined: dict[str, frozenset[int]] = {}
    for name, codes in (atom for part in parts for atom in part):
        joined[name] = joined[name] & codes if name in joined else codes
    return frozenset(joined.items())


def read_bounds(survey: Survey, folder: Path | None = None) -> tuple[Bound, ...]:
    """Every published cell, base, topline and count of a folder as bounds, those of one condition intersected.

    Raises FiguresError for a label nobody explains and for cells that contradict each other.
    """
    folder = folder or facts_of(survey)
    labels = Labels(survey, folder)
    counts = pd.read_csv(folder / "counts.csv", dtype=str, keep_default_na=False)
    figures = pd.read_csv(folder / "figures.csv", dtype=str, keep_default_na=False)
    figures = figures[(figures["usable"] == "yes") & (figures["figure"] != "response")]
    toplines = pd.read_csv(folder / "toplines.csv", dtype=str, keep_default_na=False)
    found = [*_counts(counts, labels), *_bases(figures, labels), *_toplines(toplines, survey, labels)]
    known = {bound.where: bound.low for bound in _merged(found) if bound.low == bound.high}
    return _merged([*found, *_cells(figures, labels, known)])


def _counts(counts: pd.DataFrame, labels: Labels) -> Iterator[Bound]:
    for row in counts.to_dict("records"):
        where = both(labels.meaning(row["row_variable"], row["row_category"]), _measured(row, labels))
        yield Bound(where, int(row["n"]), int(row["n"]), (_name(row),))


def _measured(row: Mapping[str, str], labels: Labels) -> Where:
    return labels.meaning(row["measure"], row["measure_category"])


def _name(row: Mapping[str, str]) -> str:
    return " ".join((row["figure"], row["row_category"], row["measure_category"]))


def _bases(figures: pd.DataFrame, labels: Labels) -> Iterator[Bound]:
    """Every printed n: the persons of the row to whom the measure applies."""
    for row in (
        figures[figures["n"] != ""]
        .drop_duplicates(["figure", "row_variable", "row_category", "measure"])
        .to_dict("records")
    ):
        where = both(labels.meaning(row["row_variable"], row["row_category"]), labels.base(row["measure"]))
        yield Bound(where, int(row["n"]), int(row["n"]), (f"{row['figure']} {row['row_category']} n",))


def _cells(figures: pd.DataFrame, labels: Labels, known: Mapping[Where, int]) -> Iterator[Bound]:
    """Every printed percentage; a row without a printed n has the one another figure prints of it."""
    for row in figures.to_dict("records"):
        group = both(labels.meaning(row["row_variable"], row["row_category"]), labels.base(row["measure"]))
        n = int(row["n"]) if row["n"] else known.get(group)
        if n is None:
            raise FiguresError(
                f"figures.csv {row['figure']}: the base of row '{row['row_category']}' is printed nowhere."
            )
        if row["mark"] == "by_definition_blank":
            continue
        low, high = (0, 0) if row["mark"] == "nil" else count_bounds(row["percent"], n)
        yield Bound(both(group, _measured(row, labels)), low, high, (_name(row),))


def _toplines(toplines: pd.DataFrame, survey: Survey, labels: Labels) -> Iterator[Bound]:
    """Every option of every question; classes of a number belong to the variable that classes it."""
    numbered = {variable.number: variable for variable in survey.codebook}
    for row in toplines.to_dict("records"):
        asked = numbered[f"問{row['question']}"]
        variable = asked
        if asked.kind == "number":
            variable = next(
                survey.variables[d.name]
                for d in survey.measures.definitions
                if getattr(d, "of", None) == asked.name and d.name not in ("age_again", "age_fine")
            )
        code = int(row["code"]) if row["code"] else _coded(variable, row["label"])
        base = labels.asked(asked)
        n = int(row["n"])
        name = f"問{row['question']} {row['label']}"
        if base:
            yield Bound(base, n, n, (f"問{row['question']} n",))
        low, high = count_bounds(row["percent"], n)
        yield Bound(both(base, frozenset([labels.atom(variable.name, code)])), low, high, (name,))


def _coded(variable: Variable, label: str) -> int:
    return next(code.code for code in variable.codes if even(code.label) == even(label))


def _plain(where: Where) -> Where:
    """Who gave no answer ticked no option: the status says it all."""
    silent = {name.split(":")[0] for name, codes in where if name.endswith(":status") and TICKED not in codes}
    return frozenset(
        a for a in where if a[0].endswith(":status") or a[0].split(":")[0] not in silent or ":" not in a[0]
    )


def _merged(bounds: list[Bound]) -> tuple[Bound, ...]:
    """Bounds of one condition intersected. Raises FiguresError where nothing is left."""
    joined: dict[Where, Bound] = {}
    for bound in bounds:
        bound = replace(bound, where=_plain(bound.where))
        old = joined.get(bound.where)
        if old is not None:
            cells = (*old.cells, *bound.cells)
            bound = replace(bound, low=max(old.low, bound.low), high=min(old.high, bound.high), cells=cells)
        if bound.low > bound.high:
            raise FiguresError(f"cells about the same persons contradict each other: {' / '.join(bound.cells)}.")
        joined[bound.where] = bound
    return tuple(joined.values())
