"""The wave matrix (waves.csv): which items earlier waves asked, and whether they can be compared with the folder's own wave.

    item,wave,status,note,source
    q28,2023,same,,令和６年調査報告書 図1-1
    q16_1c,2022,recombined,SNSと電子メールの二つの設問を合算し組み替えたもの,令和６年調査報告書 図2-1 注
    q23_3:9,2022,absent,選択肢がなかった,令和６年調査報告書 図2-18 注

item : a name of codebook.toml or measures.toml, or name:code of one answer. status : same (comparable) | recombined (comparable
as published, after merging) | differs (asked otherwise) | absent (not asked) | unknown (nobody has confirmed it) | dropped
(asked then and no longer; the item is none of the codebook). What is not listed is unknown, and what is unknown is not compared.
A derived variable is as comparable as the least comparable question it rests on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.reading import Place, read_csv
from kodoku_survey.survey.survey import Survey

WAVE_COLUMNS = ("item", "wave", "status", "note", "source")
STATUSES = ("same", "recombined", "differs", "unknown", "absent", "dropped")  # from the most to the least comparable
COMPARABLE = ("same", "recombined")


@dataclass(frozen=True)
class Standing:
    """How an item of an earlier wave stands to the folder's own: its status, the question that decides it, and why."""

    status: str
    item: str
    note: str = ""
    source: str = ""

    @property
    def comparable(self) -> bool:
        """Whether figures of the earlier wave may be set beside the own."""
        return self.status in COMPARABLE


def read_waves(path: Path, known: Mapping[str, Variable], place: Place) -> pd.DataFrame:
    """waves.csv, checked: names, codes and statuses known, no item twice in a wave. Empty if absent."""
    frame, lines = read_csv(path, WAVE_COLUMNS, place)
    seen: set[tuple[str, str]] = set()
    for line, item, wave, status in zip(lines, frame["item"], frame["wave"], frame["status"], strict=True):
        here = place.at(f"line {line}")
        if not wave.isdigit():
            here.at("wave").fault("wrong_type", value=wave, wanted="2023")
        if status not in STATUSES:
            here.at("status").unknown("not_a_choice", status, STATUSES, choices=", ".join(STATUSES))
        if (item, wave) in seen:
            here.fault("duplicate", value=f"{item} {wave}")
        seen.add((item, wave))
        name, _, code = item.partition(":")
        if status == "dropped":
            continue
        if name not in known:
            here.at("item").unknown("unknown_variable", name, known)
        elif code and code not in map(str, known[name].keys):
            here.at("item").unknown("unknown_code", code, known[name].keys, variable=name)
    frame["wave"] = pd.to_numeric(frame["wave"], errors="coerce")
    return frame


def standing(survey: Survey, name: str, wave: int, code: int | None = None) -> Standing:
    """How an item of an earlier wave stands to the folder's own: as listed, or as the questions it rests on."""
    return standing_among(survey, name, listed_of(survey, wave), code)


def listed_of(survey: Survey, wave: int) -> dict[str, Standing]:
    """What the wave matrix says of one wave, by item."""
    return {
        row.item: Standing(row.status, row.item, row.note, row.source)
        for row in survey.waves[survey.waves["wave"] == wave].itertuples()
    }


def standing_among(survey: Survey, name: str, listed: Mapping[str, Standing], code: int | None = None) -> Standing:
    """`standing`, where what is listed of the wave is at hand."""
    if code is not None and f"{name}:{code}" in listed:
        return listed[f"{name}:{code}"]
    return _standing(survey, name, listed)


def _standing(survey: Survey, name: str, listed: Mapping[str, Standing]) -> Standing:
    if name in listed:
        return listed[name]
    definition = next((one for one in survey.measures.definitions if one.name == name), None)
    if definition is None:
        return Standing("unknown", name)
    parts = [_standing(survey, part, listed) for part in definition.needs]
    return max(parts, key=lambda part: STATUSES.index(part.status))


def wave_matrix(survey: Survey) -> pd.DataFrame:
    """A row an item, a column an earlier wave, its status; then the notes and sources of all waves, each once.

    >>> ks.wave_matrix(national.responses.survey).columns.tolist()
    ['item', 'label', '2021', '2022', '2023', 'note', 'source']
    """
    frame = survey.waves
    order = {name: place for place, name in enumerate(survey.variables)}
    items = sorted(dict.fromkeys(frame["item"]), key=lambda item: order.get(item.partition(":")[0], len(order)))
    wide = frame.pivot(index="item", columns="wave", values="status").reindex(items).fillna("unknown")
    wide.columns = [f"{wave:.0f}" for wave in wide.columns]
    labels = [_label(survey, item) for item in items]
    told = {column: [_together(frame, item, column) for item in items] for column in ("note", "source")}
    return wide.reset_index().assign(label=labels, **told)[["item", "label", *wide.columns, "note", "source"]]


def _label(survey: Survey, item: str) -> str:
    name, _, code = item.partition(":")
    if name not in survey.variables:
        return item
    variable = survey.variables[name]
    label = f"{variable.number} {variable.label}".strip()
    return f"{label}「{variable.code(int(code)).text}」" if code else label


def _together(frame: pd.DataFrame, item: str, column: str) -> str:
    """What the waves say of an item; said of one wave only, with that wave."""
    own = frame[(frame["item"] == item) & (frame[column] != "")].sort_values("wave")
    by_text: dict[str, list[str]] = {}
    for row in own.itertuples():
        by_text.setdefault(getattr(row, column), []).append(f"{row.wave:.0f}")
    if column == "source":
        return "；".join(by_text)
    return "；".join(f"{'・'.join(waves)}：{text}" for text, waves in by_text.items())
