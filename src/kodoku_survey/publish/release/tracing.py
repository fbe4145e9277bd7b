"""What a release rests on, in pieces small enough to say later which of them changed. Part of manifest.json.

Settings are told as they stand in the definitions; answers only as a digest of a whole column with the number of persons
asked and answering, so that nothing of a person is in it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kodoku_survey.intake.responses import ANSWERED, Responses
from kodoku_survey.publish.pages.silence import files_told
from kodoku_survey.survey.codebook import NOT_ASKED
from kodoku_survey.survey.corrections import CORRECTIONS
from kodoku_survey.survey.folder import FILES, Survey
from kodoku_survey.tables import Report

SETTINGS = tuple(name for name in FILES if name != CORRECTIONS)  # corrections are answers of persons: a hash must do
LONGEST_SETTING = 160  # characters of a setting told in full; a longer one is told by its digest


def trace(report: Report) -> dict[str, Any]:
    """Settings, files, respondents, answers, weights, tables and sentences of a report (or of prepared microdata)."""
    survey, responses, weight = report.survey, report.responses, report.sample.weight
    ordered = _Ordered.of(responses)
    edits = responses.edits.groupby(["variable", "rule"]).size() if len(responses.edits) else {}
    return {
        "settings": _settings(report),
        "returns": {
            entry.file: {"rows": entry.rows, "kept": entry.kept, "excluded": dict(sorted(entry.excluded.items()))}
            for entry in (responses.ledger.entries if files_told(report) else ())
        },
        "respondents": digest("\n".join(sorted(map(str, responses.id)))),
        "answers": {} if report.few else dict(_answers(responses, ordered)),
        "edits": {} if report.few else {f"{v} {rule}": int(count) for (v, rule), count in dict(edits).items()},
        "weights": {
            "digest": ordered.digest(weight),
            "sum": float(weight.sum()),
            **({} if report.few else {"smallest": float(weight.min()), "largest": float(weight.max())}),
        },
        "needs": _needs(survey),
        "only": list(report.only),
        "tables": {
            table.id: {
                "question": table.question,
                "title": table.title,
                "by": sorted({row.axis for row in table.rows if row.axis}),
                "base": _base(survey, table.id),
                "basis": table.basis,
                "sentences": list(table.sentences),
            }
            for table in report.tables
        },
    }


def _settings(report: Report) -> dict[str, dict[str, str]]:
    """Every file's settings. From which count on figures are printed, a protected release tells nobody."""
    folder = report.survey.folder
    told = {name: settings_of(folder / name) for name in SETTINGS if (folder / name).is_file()}
    if report.few:
        told["survey.toml"].pop("[publication] threshold", None)
    return told


def digest(text: str) -> str:
    """Sixteen hexadecimal digits of a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def settings_of(path: Path) -> dict[str, str]:
    """Every setting of a file of definitions by its place: "[ucla_class] codes 4" → the value as JSON."""
    text = path.read_bytes().decode("utf-8-sig")
    if path.suffix == ".toml":
        return {place: _told(value) for place, value in _places(tomllib.loads(text))}
    lines: dict[str, list[list[str]]] = {}
    for row in csv.reader(io.StringIO(text, newline="")):
        lines.setdefault(f"[{' '.join(row[:2])}]", []).append(row[2:])
    return {place: _told(rows[0] if len(rows) == 1 else rows) for place, rows in lines.items()}


def _places(table: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Settings one by one: of [section] by section, of [[entries]] by the name or id they bear."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from ((f"[{key}] {name}", inner) for name, own in value.items() for name, inner in _parts(name, own))
        elif isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
            for number, entry in enumerate(value, start=1):
                bears = str(entry.get("name", entry.get("id", number)))
                head = f"[{key} {bears}]" if key in ("file", "section") else f"[{bears}]"
                yield from (
                    (f"{head} {name}", inner) for name, own in entry.items() for name, inner in _parts(name, own)
                )
        else:
            yield key, value


def _parts(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A list of entries (codes, items, steps) entry by entry, by the code or name they bear."""
    if isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
        for number, entry in enumerate(value, start=1):
            yield f"{name} {entry.get('code', entry.get('name', number))}", entry
    else:
        yield name, value


def _told(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)
    return text if len(text) <= LONGEST_SETTING else f"sha256 {digest(text)}"


def _answers(responses: Responses, ordered: _Ordered) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in responses.variables:
        values, state = responses.answers[name], responses.given(name).state
        held = np.concatenate([np.reshape(values, (len(values), -1)), state[:, None]], axis=1)
        yield (
            name,
            {
                "asked": int((state != NOT_ASKED).sum()),
                "answered": int((state == ANSWERED).sum()),
                "digest": ordered.digest(held),
            },
        )


@dataclass(frozen=True, eq=False)
class _Ordered:
    """Respondents in the order of their numbers, so that the order of a file changes no digest."""

    order: np.ndarray
    numbers: bytes

    @classmethod
    def of(cls, responses: Responses) -> _Ordered:
        order = np.argsort(responses.id.astype(str), kind="stable")
        return cls(order, "\n".join(map(str, np.asarray(responses.id)[order])).encode("utf-8"))

    def digest(self, values: np.ndarray) -> str:
        """Of numbers, one or several a person, as they belong to the persons; the same on every system."""
        held = np.asarray(values)[self.order]
        alike = held.astype("<f8" if held.dtype.kind == "f" else "<i8")
        return hashlib.sha256(self.numbers + str(alike.shape).encode() + alike.tobytes()).hexdigest()[:16]


def _needs(survey: Survey) -> dict[str, list[str]]:
    """What each variable rests on: items of a definition, the questions that decide who was asked, the register."""
    found = {definition.name: list(definition.needs) for definition in survey.measures.definitions}
    for variable in survey.codebook:
        asked = variable.asked_if.variables if variable.asked_if is not None else ()
        more = [name for name in (variable.proved_by_answer_if_blank, variable.complete_from) if name]
        if asked or more:
            found[variable.name] = [*asked, *more]
    return found


def _base(survey: Survey, table: str) -> list[str]:
    planned = next((plan for plan in survey.plan.tables if plan.id == table), None)
    return list(planned.base.variables) if planned is not None and planned.base is not None else []
