"""Two releases beside each other: what changed between two output folders of `report` or `prepare`, by how much, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.errors import FileError
from kodoku_survey.publish.release.causes import Causes, causes_of, data_files
from kodoku_survey.publish.release.read_release import Release
from kodoku_survey.publish.release.unlike_profiles import profile_told, side_by_side, unlike
from kodoku_survey.tables.plain import TOTAL
from kodoku_survey.tables.rounding import half_up

DIFFERENCE_COLUMNS = ("kind", "place", "item", "old", "new", "difference", "printed", "why")
KEY = ["survey_year", "table_id", "attribute", "group_code", "answer_code"]
FIGURES = (
    "percent", "standard_error", "interval_low", "interval_high", "design_effect", "degrees_of_freedom", "count",
    "n_unweighted", "n_weighted",
)  # fmt: skip
FLAGS = ("flag", "flag new")
WORDED_COLUMNS = ("question", "group", "answer", "flag", "basis")
SAME = 1e-9  # relative: what another processor may round otherwise is no change


@dataclass(frozen=True, eq=False)
class Differences:
    """frame : DIFFERENCE_COLUMNS, a row a change: software, setting, input, return, respondents, answers, edit, weight, table,
    cell, sentence. `printed` of a cell: whether the page shows it. `why`: what the change is traced to."""

    old: Release
    new: Release
    frame: pd.DataFrame

    @property
    def counts(self) -> dict[str, int]:
        """Changes by kind."""
        return {str(kind): int(count) for kind, count in self.frame["kind"].value_counts(sort=False).items()}


def differences(old: Release, new: Release) -> Differences:
    """Every change from one release to the next; empty where there is none. Raises FileError for a damaged manifest."""
    try:
        return _differences(old, new)
    except (KeyError, TypeError, AttributeError):  # whole at first sight, and not further in
        raise FileError("publish.manifest_broken", f"{old.folder.name}, {new.folder.name}") from None


def _differences(old: Release, new: Release) -> Differences:
    causes = causes_of(old.manifest, new.manifest)
    rows = [
        *_software(old.manifest, new.manifest),
        *_settings(causes),
        *_inputs(old.manifest, new.manifest),
        *_returns(old.manifest, new.manifest, causes),
        *_answers(old, new, causes),
        *_weights(old, new, causes),
        *_cells(old, new, causes),
        *_sentences(old.manifest, new.manifest, causes),
    ]
    frame = pd.DataFrame([tuple(map(_text, row)) for row in rows], columns=list(DIFFERENCE_COLUMNS), dtype=object)
    return Differences(old, new, frame)


def _text(value: object) -> str:
    return "" if value is None else str(value)


DifferenceRow = tuple[object, ...]


def _software(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[DifferenceRow]:
    versions = [{"kodoku_survey": told["kodoku_survey"], **told["libraries"]} for told in (old, new)]
    for name in dict.fromkeys([*versions[0], *versions[1]]):
        one, other = versions[0].get(name), versions[1].get(name)
        if one != other:
            yield "software", name, "", one, other, "", "", ""
    if old["basis"] != new["basis"]:
        yield "setting", "--basis", "", old["basis"], new["basis"], "", "", ""
    if profile_told(old) != profile_told(new):
        yield "setting", "--protection", "", profile_told(old), profile_told(new), "", "", ""


def _settings(causes: Causes) -> Iterator[DifferenceRow]:
    for (file, place), (one, other) in causes.settings.items():
        yield "setting", file, place, one, other, "", "", ""


def _inputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[DifferenceRow]:
    one, other = data_files(old), data_files(new)
    for name in dict.fromkeys([*one, *other]):
        if one.get(name) != other.get(name):
            yield "input", name, "sha256", one.get(name, "")[:12], other.get(name, "")[:12], "", "", ""


def _returns(old: Mapping[str, Any], new: Mapping[str, Any], causes: Causes) -> Iterator[DifferenceRow]:
    one, other = (
        {
            (file, outcome): count
            for file, told in release["trace"]["returns"].items()
            for outcome, count in (("rows", told["rows"]), ("kept", told["kept"]), *told["excluded"].items())
        }
        for release in (old, new)
    )
    for file, outcome in dict.fromkeys([*one, *other]):
        a, b = one.get((file, outcome), 0), other.get((file, outcome), 0)
        if a != b:
            yield "return", file, outcome, a, b, f"{b - a:+d}", "", causes.of_rows()
    if causes.people:
        a, b = old["counts"]["valid"], new["counts"]["valid"]
        yield "respondents", "", "", a, b, f"{b - a:+d}", "", causes.of_rows()


def _answers(old: Release, new: Release, causes: Causes) -> Iterator[DifferenceRow]:
    if "protected" in (profile_told(old.manifest), profile_told(new.manifest)):
        return  # it does not tell how many answered what
    one, other = (release.manifest["trace"]["answers"] for release in (old, new))
    for name in dict.fromkeys([*one, *other]):
        if one.get(name) == other.get(name):
            continue
        a, b = (_counted(told.get(name)) for told in (one, other))
        yield "answers", name, _persons(old, new, name), a, b, "", "", causes.of_answers(name)
    edits = [release.manifest["trace"]["edits"] for release in (old, new)]
    for name in dict.fromkeys([*edits[0], *edits[1]]):
        a, b = edits[0].get(name, 0), edits[1].get(name, 0)
        if a != b:
            yield "edit", *name.rsplit(" ", 1), a, b, f"{b - a:+d}", "", causes.of_answers(name.split(" ")[0])


def _counted(told: Mapping[str, Any] | None) -> str:
    return "" if told is None else f"{told['answered']} of {told['asked']} asked"


def _persons(old: Release, new: Release, name: str) -> str:
    """How many persons in both releases have another answer, where both hold microdata."""
    if old.people is None or new.people is None:
        return ""
    own = [column for column in new.people if column == name or column.startswith(f"{name}_")]
    own = [column for column in own if column in old.people]
    both = old.people.merge(new.people, on="id", suffixes=("", " new"))
    changed = np.zeros(len(both), dtype=bool)
    for column in own:
        changed |= (both[column] != both[f"{column} new"]).to_numpy()
    return f"{int(changed.sum())} persons"


def _weights(old: Release, new: Release, causes: Causes) -> Iterator[DifferenceRow]:
    if not causes.weights:
        return
    one, other = (release.manifest["trace"]["weights"] for release in (old, new))
    why = causes.of_weights()
    # A protected release does not tell its extremes: the weight of one person.
    for name in ("sum", *(name for name in ("smallest", "largest") if name in one and name in other)):
        if abs(other[name] - one[name]) <= SAME * abs(one[name]):
            continue
        yield "weight", name, "", f"{one[name]:.6g}", f"{other[name]:.6g}", f"{other[name] - one[name]:+.6g}", "", why


def _cells(old: Release, new: Release, causes: Causes) -> Iterator[DifferenceRow]:
    if "onsite" in (profile_told(old.manifest), profile_told(new.manifest)):
        # What stays in the office has no figures for machines: that they are not there is no change of a table.
        there = ["" if release.cells is not None else "absent" for release in (old, new)]
        if "" in there or causes.any:
            yield "table", "data/tables.csv", "", *there, "", "", "--protection"
        return
    one, other = (
        pd.DataFrame(columns=[*KEY, *FIGURES, *WORDED_COLUMNS]) if release.cells is None else release.cells
        for release in (old, new)
    )
    for table in dict.fromkeys([*one["table_id"], *other["table_id"]]):
        kind = [bool((frame["table_id"] == table).any()) for frame in (one, other)]
        if kind[0] != kind[1]:
            yield "table", table, "", *("" if there else "absent" for there in kind), "", "", causes.of_table(table)
    decimals = causes.decimals
    both = side_by_side(one, other, KEY, FIGURES, decimals if unlike(old.manifest, new.manifest) else None)
    differing = _differing(both)
    for position in np.flatnonzero(differing.any(axis=1).to_numpy()):
        cell = both.iloc[position]
        changed = [column for column in differing if differing.iloc[position][column]]
        a, b = cell["percent"], cell["percent new"]
        size = f"{float(b) - float(a):+.6g}" if _number(a) and _number(b) else ""
        printed = any(_printed(cell, column, decimals) for column in changed)
        label = next(t for t in (cell["group new"], cell["group"]) if not pd.isna(t))
        answer = next(t for t in (cell["answer new"], cell["answer"]) if not pd.isna(t))
        place = f"{cell['table_id']} | {label or '–'} | {answer} | {cell['survey_year']}"
        attribute = "" if cell["attribute"] == TOTAL else cell["attribute"]
        why = causes.of_cell(
            cell["table_id"],
            attribute,
            {cell["basis"], cell["basis new"]},
            kept="suppressed" in cell[list(FLAGS)].values,
        )
        old_new = (_shown(cell, "", changed), _shown(cell, " new", changed))
        yield "cell", place, " ".join(changed), *old_new, size, "yes" if printed else "no", why


def _differing(both: pd.DataFrame) -> pd.DataFrame:
    found = {}
    for column in (*FIGURES, *WORDED_COLUMNS):
        one, other = both[column].fillna("\0"), both[f"{column} new"].fillna("\0")
        unequal = (one != other).to_numpy(copy=True)
        if column in FIGURES:
            a, b = (pd.to_numeric(side, errors="coerce").to_numpy(float) for side in (one, other))
            unequal &= ~(np.abs(a - b) <= SAME * np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-6))
        found[column] = unequal
    return pd.DataFrame(found)


def _number(text: object) -> bool:
    return not pd.isna(text) and text not in ("", None)


def _printed(cell: pd.Series, column: str, decimals: int) -> bool:
    """Whether the page shows the change: the percentage to its digit, the base, a mark, a wording."""
    if column in ("group", "answer", "flag", "n_unweighted", "basis"):
        return True
    one, other = cell[column], cell[f"{column} new"]
    if column != "percent" or not (_number(one) and _number(other)):
        return column == "percent"
    return half_up(float(one), decimals) != half_up(float(other), decimals)


def _shown(cell: pd.Series, side: str, changed: list[str]) -> str:
    """The percentage and whatever else of a cell changed."""
    if pd.isna(cell[f"basis{side}"]):  # every printed cell has one; the keys are those of both sides
        return ""
    rest = [f"{column}={cell[f'{column}{side}']}" for column in changed if column != "percent"]
    return " ".join([str(cell[f"percent{side}"]), *rest]).strip()


def _sentences(old: Mapping[str, Any], new: Mapping[str, Any], causes: Causes) -> Iterator[DifferenceRow]:
    if unlike(old, new):
        return  # one of them speaks of what the other keeps
    one, other = (
        {table: told["sentences"] for table, told in release["trace"]["tables"].items()} for release in (old, new)
    )
    for table in dict.fromkeys([*one, *other]):
        a, b = one.get(table, []), other.get(table, [])
        for position in range(max(len(a), len(b))):
            before, after = (side[position] if position < len(side) else "" for side in (a, b))
            if before != after:
                yield "sentence", table, position + 1, before, after, "", "yes", causes.of_table(table)
