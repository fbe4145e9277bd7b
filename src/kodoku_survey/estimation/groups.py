"""Banners: the groups an attribute, or several nested, divides the respondents into, and combinations of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kodoku_survey.arrays import IndexArray
from kodoku_survey.design import Sample
from kodoku_survey.design.frames import text_of
from kodoku_survey.estimation.counting.passes import Slots, slots
from kodoku_survey.estimation.nets import positions_of
from kodoku_survey.survey.own_words import word

Banners = str | Sequence[str | Sequence[str]]


@dataclass(frozen=True)
class Group:
    """One line of a cross-tab: the attribute it belongs to ("" = everybody), its keys and its label."""

    attribute: str
    attribute_label: str
    keys: tuple[Any, ...]
    label: str


@dataclass(frozen=True, eq=False)
class GroupBand:
    """Groups that exclude each other: the slot of each respondent, and which slots are shown as which groups."""

    slots: Slots
    groups: tuple[Group, ...]
    places: IndexArray


def banners_of(by: Banners) -> list[tuple[str, ...]]:
    """The banners of `by`: a name alone, a tuple of names nested, or a list of either, stacked."""
    if isinstance(by, tuple) and by and not any(isinstance(b, (list, tuple)) for b in by):
        return [tuple(map(text_of, by))]
    several = by if isinstance(by, (list, tuple)) else [by]
    return [tuple(map(text_of, b)) if isinstance(b, (list, tuple)) else (text_of(b),) for b in several]


def bands_of(
    sample: Sample, by: Banners, *, total: str = "", nets: Mapping[str, Mapping[str, Sequence[Any]]] | None = None
) -> list[GroupBand]:
    """Everybody (where `total` names them) and the groups of every banner, stacked; combined groups after their attribute's own.

    nets : of attributes, name → keys or labels put together. They may overlap, so each is a band of its own.
    """
    bands = [everybody(sample, total)] if total or not banners_of(by) else []
    for banner in banners_of(by):
        bands.append(band_of(sample, banner))
        if len(banner) == 1:
            bands += _combined(sample, banner[0], (nets or {}).get(banner[0], {}))
    return bands


def everybody(sample: Sample, label: str) -> GroupBand:
    """All respondents as one group."""
    if "everybody" not in sample.kept:
        sample.kept["everybody"] = slots(np.zeros(len(sample), dtype=np.int8), 1)
    return GroupBand(sample.kept["everybody"], (Group("", "", (), label),), np.zeros(1, dtype=np.intp))


def band_of(sample: Sample, banner: tuple[str, ...]) -> GroupBand:
    """The groups of a banner; those of an attribute that are not shown, as its 無回答, are slots all the same."""
    key = f"band {banner!r}"
    if key not in sample.kept:
        if len(banner) > 1:
            member, found = groups_of(sample, banner)
            sample.kept[key] = GroupBand(slots(member, len(found)), tuple(found), np.arange(len(found)))
        else:
            column = sample.categorical(banner[0])
            places = [i for i in range(len(column.answers)) if i != column.nonanswer and i not in column.hidden]
            groups = tuple(Group(banner[0], column.label, (column.keys[i],), column.answers[i].strip()) for i in places)
            sample.kept[key] = GroupBand(
                slots(column.codes, len(column.answers)), groups, np.array(places, dtype=np.intp)
            )
    band: GroupBand = sample.kept[key]
    return band


def groups_in(bands: Iterable[GroupBand]) -> tuple[Group, ...]:
    """The groups of bands, one band after another."""
    return tuple(group for band in bands for group in band.groups)


def groups_of(sample: Sample, banner: tuple[str, ...]) -> tuple[IndexArray, list[Group]]:
    """Which group of a banner each respondent belongs to (−1: none shown), and the groups."""
    columns = [sample.categorical(name) for name in banner]
    shown = [[i for i in range(len(c.answers)) if i != c.nonanswer and i not in c.hidden] for c in columns]
    member = np.zeros(len(sample), dtype=np.intp)
    labels: list[tuple[tuple[Any, ...], str]] = [((), "")]
    outside = np.zeros(len(sample), dtype=bool)
    for column, positions in zip(columns, shown, strict=True):
        place = np.full(len(column.answers) + 1, -1, dtype=np.intp)  # last: code −1
        place[positions] = np.arange(len(positions))
        own = place[column.codes]
        outside |= own < 0
        member = member * len(positions) + own
        labels = [
            ((*keys, column.keys[i]), f"{label} {column.answers[i]}".strip())
            for keys, label in labels
            for i in positions
        ]
    language = "ja" if sample.responses is None else sample.responses.survey.settings.identity.lang
    name, title = ":".join(banner), word("listing", language).join(column.label for column in columns)
    return np.where(outside, -1, member), [Group(name, title, keys, label) for keys, label in labels]


def _combined(sample: Sample, attribute: str, nets: Mapping[str, Sequence[Any]]) -> list[GroupBand]:
    found = []
    for label, wanted in nets.items():
        column = sample.categorical(attribute)
        positions = positions_of(column, wanted, label)
        member = np.where(np.isin(column.codes, positions), 0, -1).astype(np.int8)
        group = Group(attribute, column.label, tuple(column.keys[i] for i in positions), label)
        found.append(GroupBand(slots(member, 1), (group,), np.zeros(1, dtype=np.intp)))
    return found
