"""Sentences on the groups of an axis against earlier waves: which changed, and whether a gap between two has widened."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kodoku_survey.crosstabs.two_samples import by_published_rule, official_change
from kodoku_survey.survey.waves import listed_of
from kodoku_survey.tables.sentences.compared_axes import Axis, group_label
from kodoku_survey.tables.sentences.phrases import quoted, wave_name
from kodoku_survey.tables.sentences.since_then import comparable, percent_in_words
from kodoku_survey.tables.sentences.statement import CitedCell, Statement
from kodoku_survey.tables.sentences.telling import Telling, spoken
from kodoku_survey.tables.table import Row

GroupPair = tuple[Row, Row]  # a group in this wave and in the earlier one


def of_groups(telling: Telling, axis: Axis) -> list[Statement]:
    """A sentence a wave and answer on the groups that changed, and of two groups one on their gap."""
    if telling.table.basis != "unweighted" or axis.outer:
        return []
    made = []
    for wave in sorted(
        {row.wave for row in telling.table.rows if row.axis == axis.attribute and row.wave}, reverse=True
    ):
        for code in telling.focus:
            pairs = _pairs(telling, axis, wave, code)
            if len(pairs) == len(axis.rows):
                made += [_changed(telling, axis, wave, code, pairs)]
                made += [_gap(telling, axis, wave, code, pairs)] if len(pairs) == 2 else []
    return made


def _pairs(telling: Telling, axis: Axis, wave: int, code: int) -> list[GroupPair]:
    """The groups whose share and base are known in both waves."""
    place, found = telling.place(code), []
    listed = listed_of(telling.survey, wave)
    by_keys = {row.keys: row for row in telling.table.rows if row.axis == axis.attribute and row.wave == wave}
    names = axis.attribute.split(":")
    asked = telling.entry.question
    if not all(comparable(telling, listed, name) for name in names) or not comparable(telling, listed, asked, code):
        return []
    for now in axis.rows:
        before = by_keys.get(now.keys)
        if before is not None:
            before = replace(before, n=_base_then(telling, before))
        if before is None or before.n is None or now.n is None or min(before.n, now.n) < telling.reference_base:
            continue
        own, old = spoken(now, place), spoken(before, place)
        if own is not None and old is not None and own.value is not None and old.value is not None:
            found.append((now, before))
    return found


def _base_then(telling: Telling, before: Row) -> int | None:
    """The base of a group in an earlier wave: as printed, else its published share of that wave's respondents."""
    if before.n is not None or len(before.keys) != 1:
        return before.n
    whole = [e.id for e in telling.survey.plan.tables if e.question == before.axis and not e.by and e.base is None]
    history = telling.survey.history
    own = history[history["table"].isin(whole) & (history["wave"] == before.wave)]
    own = own[own["answer"].astype(str) == str(before.keys[0])].dropna(subset=["percent", "n"])
    return None if own.empty else round(float(own["percent"].iloc[0]) * float(own["n"].iloc[0]) / 100)


def _counts(pairs: list[GroupPair], place: int) -> np.ndarray:
    """(k, 4): count and base now, count and base then."""
    rows = [
        (
            now.cells[place].count
            if now.cells[place].count is not None
            else round((now.cells[place].value or 0) * (now.n or 0) / 100),
            now.n,
            round((before.cells[place].value or 0) * (before.n or 0) / 100),
            before.n,
        )
        for now, before in pairs
    ]
    return np.array(rows, dtype=float)


def _changed(telling: Telling, axis: Axis, wave: int, code: int, pairs: list[GroupPair]) -> Statement:
    """Which groups rose, which fell, and that in the others no difference is found."""
    said, place = telling.said, telling.place(code)
    verdict = official_change(*_counts(pairs, place).T).verdict
    named = {
        way: telling.listed(
            [
                said["answer_change"].format(
                    answer=quoted(group_label(telling, axis, now), said),
                    before=percent_in_words(before, place),
                    now=percent_in_words(now, place),
                )
                for (now, before), own in zip(pairs, verdict, strict=True)
                if own == way
            ]
        )
        for way in (1, -1)
    }
    if not verdict.any():
        found = said["groups_same"]
    else:
        key = "groups_both_ways" if named[1] and named[-1] else "groups_increased" if named[1] else "groups_decreased"
        found = said[key].format(up=named[1], down=named[-1]) + (said["groups_rest"] if not verdict.all() else "")
    text = said["since_groups"].format(**_words(telling, axis, wave, code), found=found)
    return _statement(telling, axis, "change", wave, code, pairs, text)


def _gap(telling: Telling, axis: Axis, wave: int, code: int, pairs: list[GroupPair]) -> Statement:
    """Whether the difference between two groups has widened or narrowed, by the published rule's z on the two differences."""
    said, counts = telling.said, _counts(pairs, telling.place(code))
    shares = np.stack([counts[:, 0] / counts[:, 1], counts[:, 2] / counts[:, 3]])  # (now | then, group)
    bases = np.stack([counts[:, 1], counts[:, 3]])
    gaps = shares[:, 0] - shares[:, 1]
    se = float(np.sqrt((shares * (1 - shares) / bases).sum()))
    change = gaps[0] - gaps[1]
    z = np.array([change / se if se else 0.0])
    differs = bool(by_published_rule(np.array([change]), np.array([se]), z).verdict[0])
    widened = abs(gaps[0]) > abs(gaps[1])
    key = "gap_same" if not differs else "gap_widened" if widened else "gap_narrowed"
    first, second = (quoted(group_label(telling, axis, row), said) for row, _ in pairs)
    text = said["since_gap"].format(**_words(telling, axis, wave, code), first=first, second=second, found=said[key])
    return _statement(telling, axis, "gap", wave, code, pairs, text)


def _words(telling: Telling, axis: Axis, wave: int, code: int) -> dict[str, str]:
    reference = telling.survey.settings.identity.reference_date
    return {
        "wave": wave_name(wave, reference, telling.said),
        "subject": telling.subject(code),
        "question": telling.called,
        "attribute": axis.called,
    }


def _statement(
    telling: Telling, axis: Axis, kind: str, wave: int, code: int, pairs: list[GroupPair], text: str
) -> Statement:
    cells: list[CitedCell] = []
    for now, before in pairs:
        cells += [telling.cite(now, code, "told"), telling.cite(before, code, "before")]
    id = f"{telling.table.id}/{kind}/{axis.attribute}/{wave}/{code}"
    return Statement(id, telling.table.id, telling.table.id, kind, text, tuple(cells), telling.test())  # type: ignore[arg-type]
