"""Why a figure changed: what it rests on, and which of that is not what it was.

A cell rests on its question, its attribute and its base, on everything these are made of, on who responded, and (weighted) on
the weights. A cause is named by the file and place of a setting, by the questions whose answers changed, or by what cannot be
told apart further; a change nothing explains is called unexplained, never left blank.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kodoku_survey.publish.release.unlike_profiles import profile_told, unlike
from kodoku_survey.survey.corrections import CORRECTIONS

UNEXPLAINED = "unexplained"
PROTECTION = "--protection"
COUNTED = ("codebook.toml", "measures.toml")
TAKEN = re.compile(r"\[(file|cleaning)|\[survey\] (accepted_until|reference_date|time_zone)")
WEIGHED = re.compile(r"\[(weighting|design|estimation)")
SHOWN_SETTINGS = re.compile(r"\[(publication|estimation)|\[survey\] (lang|wave|synthetic)")


@dataclass(frozen=True, eq=False)
class Causes:
    """What changed between two manifests. settings : (file, place) → old and new value. answers : variables whose column did;
    untold : a release that keeps figures does not tell. profiles : one release keeps figures, and the other does not.
    people : who responded changed. weights : the weights did. inputs : files of data that did. decimals : printed.
    """

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    settings: Mapping[tuple[str, str], tuple[str, str]]
    answers: frozenset[str]
    people: bool
    weights: bool
    inputs: tuple[str, ...]
    software: bool
    decimals: int
    untold: bool = False
    profiles: bool = False

    @property
    def any(self) -> bool:
        """Whether figures may have changed at all."""
        changed = bool(self.settings or self.answers or self.inputs)
        return changed or self.people or self.weights or self.software or self.profiles

    def of_rows(self) -> str:
        """Why rows are read, kept or left out otherwise."""
        return self._told([*self._returned(), *self._places(("survey.toml",), TAKEN), *self._counted(self._leaves())])

    def of_answers(self, name: str) -> str:
        """Why the answers to a question, or the values of a derived variable, changed."""
        rests, people = self._closure([name]), ["respondents"] if self.people else []
        if name in self._leaves():
            return self._told(
                [*self._returned(), *people, *self._counted(rests), *self._places(("survey.toml",), TAKEN)]
            )
        return self._told([*self._roots(rests), *people])

    def of_weights(self) -> str:
        """Why the weights changed."""
        return self._told(self._weight_roots())

    def of_table(self, table: str) -> str:
        """Why a table or its sentences changed: anything any of its cells rests on."""
        told = self._table(table)
        found = self._cell_roots(table, list(told["by"]) if told else [], {told["basis"]} if told else set())
        return self._told([*found, *self._places(("survey.toml",), SHOWN_SETTINGS), *self._only()])

    def of_cell(self, table: str, attribute: str, bases: set[str], *, kept: bool = False) -> str:
        """Why one cell changed. kept : one of the releases does not print it."""
        if kept and self.profiles:
            return PROTECTION
        if "published" in bases:
            return self._told([*self._places(("history.csv",), re.compile("")), *self._plan(table)])
        return self._told(self._cell_roots(table, [attribute] if attribute else [], bases))

    def _cell_roots(self, table: str, attributes: list[str], bases: Iterable[object]) -> list[str]:
        told = self._table(table)
        if told is None:
            return self._only()
        rests = self._closure([told["question"], *attributes, *told["base"]])
        weighted = (
            [f"weights ({cause})" for cause in self._weight_roots()] if self.weights and "design" in bases else []
        )
        shown = self._places(("survey.toml",), SHOWN_SETTINGS)
        people = ["respondents"] if self.people else []
        return [*self._roots(rests), *people, *weighted, *self._plan(table), *shown]

    def _table(self, table: str) -> Mapping[str, Any] | None:
        found = [release["trace"]["tables"].get(table) for release in (self.new, self.old)]
        return next((told for told in found if told is not None), None)

    def _plan(self, table: str) -> list[str]:
        return self._places(("tables.toml",), re.compile(re.escape(f"[{table}]")))

    def _only(self) -> list[str]:
        return ["--only"] if self.old["trace"]["only"] != self.new["trace"]["only"] else []

    def _roots(self, rests: set[str]) -> list[str]:
        """Changed answers among what something rests on, and changed settings of the same."""
        leaves = sorted(self.answers & rests & self._leaves())
        moved = [f"answers {', '.join(leaves)}"] if leaves else self._returned() if self.untold else []
        return [*moved, *self._counted(rests), *self._places(("survey.toml",), TAKEN)]

    def _counted(self, names: set[str]) -> list[str]:
        named = {f"[{name}]" for name in names}
        plain = {"nonanswer", "nonanswer_label"}
        return [
            f"{file} {place}"
            for file, place in self.settings
            if file in COUNTED and (place.partition("]")[0] + "]" in named or place in plain)
        ]

    def _places(self, files: tuple[str, ...], pattern: re.Pattern[str]) -> list[str]:
        return [f"{file} {place}" for file, place in self.settings if file in files and pattern.match(place)]

    def _returned(self) -> list[str]:
        return [f"file {name}" for name in self.inputs]

    def _leaves(self) -> set[str]:
        """Variables that are answered or registered, not derived."""
        return {place[1:].partition("]")[0] for told in self._books() for place in told if place.startswith("[")}

    def _books(self) -> list[Mapping[str, str]]:
        return [release["trace"]["settings"].get("codebook.toml", {}) for release in (self.old, self.new)]

    def _weight_roots(self) -> list[str]:
        if not self.weights:
            return []
        settings = [*self._places(("survey.toml",), WEIGHED), *self._places(("margins.csv",), re.compile(""))]
        text = json.dumps([[r["trace"]["settings"].get("survey.toml", {}), list(r["trace"]["settings"].get("margins.csv", {}))]
                           for r in (self.old, self.new)], ensure_ascii=False)  # fmt: skip
        named = {name for name in (*self.answers, *self._derived()) if re.search(rf"\b{re.escape(name)}\b", text)}
        people = ["respondents"] if self.people else []
        register = [f"file {name}" for name in self.inputs if name in ("selection", "register")]
        return [*people, *self._roots(self._closure(named)), *settings, *register]

    def _derived(self) -> set[str]:
        return {name for release in (self.old, self.new) for name in release["trace"]["needs"]}

    def _closure(self, names: Iterable[str]) -> set[str]:
        """Everything the variables rest on, themselves among it."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [need for r in (self.old, self.new) for need in r["trace"]["needs"].get(name, [])]
        return found

    def _told(self, causes: list[str]) -> str:
        last = PROTECTION if self.profiles else "software" if self.software else UNEXPLAINED
        return "; ".join(list(dict.fromkeys(causes)) or [last])


def data_files(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Hashes of the files that hold persons: returns, register, corrections."""
    found = {name: told["sha256"] for name, told in manifest["inputs"]["files"].items()}
    corrected = manifest["inputs"]["definitions"].get(CORRECTIONS)
    return {**found, CORRECTIONS: corrected} if corrected else found


def causes_of(old: Mapping[str, Any], new: Mapping[str, Any]) -> Causes:
    """What changed between two manifests, ready to be asked."""
    one, other = old["trace"], new["trace"]
    settings = {
        (file, place): (before.get(place, ""), after.get(place, ""))
        for file in dict.fromkeys([*one["settings"], *other["settings"]])
        for before, after in [(one["settings"].get(file, {}), other["settings"].get(file, {}))]
        for place in dict.fromkeys([*before, *after])
        if before.get(place) != after.get(place)
    }
    untold = "protected" in (profile_told(old), profile_told(new))
    named = set() if untold else {*one["answers"], *other["answers"]}
    answers = {name for name in named if one["answers"].get(name) != other["answers"].get(name)}
    files = [data_files(release) for release in (old, new)]
    inputs = [name for name in dict.fromkeys([*files[0], *files[1]]) if files[0].get(name) != files[1].get(name)]
    told = [
        release["trace"]["settings"].get("survey.toml", {}).get("[publication] decimals", "1") for release in (old, new)
    ]
    software = any(old[key] != new[key] for key in ("kodoku_survey", "libraries"))
    return Causes(
        old, new, settings, frozenset(answers), one["respondents"] != other["respondents"],
        one["weights"]["digest"] != other["weights"]["digest"], tuple(inputs), software, max(map(int, told)),
        untold, unlike(old, new),
    )  # fmt: skip
