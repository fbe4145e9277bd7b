"""Sentences on change: each answer against earlier waves, by the published rule."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kodoku_survey.crosstabs.two_samples import official_change
from kodoku_survey.survey.waves import Standing, listed_of, standing_among
from kodoku_survey.tables.sentences.phrases import wave_name
from kodoku_survey.tables.sentences.statement import CitedCell, Statement
from kodoku_survey.tables.sentences.telling import Telling, spoken
from kodoku_survey.tables.table import Row

Verdicts = dict[int, int]  # answer → 1 increased, −1 decreased, 0 no difference found


def of_waves(telling: Telling) -> list[Statement]:
    """A sentence for each earlier wave, the latest first.

    Published figures of earlier waves are of respondents as they are: no weighted figure is set against them, and nothing is
    said without their base or of an item the wave matrix does not call comparable.
    """
    total = telling.total
    if total is None or telling.table.basis != "unweighted" or (total.n or 0) < telling.reference_base:
        return []
    earlier = [row for row in telling.table.rows if row.wave not in (None, telling.own_wave) and not row.axis]
    made = [_of_wave(telling, total, row) for row in earlier]
    return [one for one in made if one is not None]


def verdicts(telling: Telling, now: Row, before: Row) -> Verdicts:
    """The verdict on each answer of two lines, of this wave and an earlier one, that may be compared."""
    codes, counts = [], []
    listed = listed_of(telling.survey, before.wave or 0)
    for code in telling.answers:
        own, old = spoken(now, telling.place(code)), spoken(before, telling.place(code))
        if own is None or old is None or own.value is None or old.value is None:
            continue
        if now.n is None or before.n is None or not comparable(telling, listed, telling.entry.question, code):
            continue
        count = own.count if own.count is not None else round(own.value * now.n / 100)
        codes.append(code)
        counts.append((count, now.n, round(old.value * before.n / 100), before.n))
    if not codes:
        return {}
    found = official_change(*np.array(counts, dtype=float).T)
    return dict(zip(codes, found.verdict.tolist(), strict=True))


def comparable(telling: Telling, listed: Mapping[str, Standing], name: str, code: int | None = None) -> bool:
    """Whether a variable of an earlier wave can be compared, by waves.csv; where the folder has none, its history stands."""
    return telling.survey.waves.empty or standing_among(telling.survey, name, listed, code).comparable


def _of_wave(telling: Telling, now: Row, before: Row) -> Statement | None:
    if before.n is None or before.n < telling.reference_base:
        return None
    found = verdicts(telling, now, before)
    if not found:
        return None
    said = telling.said
    text = said["since"].format(
        wave=wave_name(before.wave or 0, telling.survey.settings.identity.reference_date, said),
        question=telling.called,
        found=_told(telling, now, before, found),
    )
    cells: list[CitedCell] = []
    for code, verdict in found.items():
        cells += [telling.cite(now, code, "told" if verdict or code in telling.entry.focus else "compared")]
        cells += [telling.cite(before, code, "before")]
    id = f"{telling.table.id}/change/{before.wave}"
    return Statement(id, telling.table.id, telling.table.id, "change", text, tuple(cells), telling.test())


def _told(telling: Telling, now: Row, before: Row, found: Verdicts) -> str:
    """What changed and what did not, the answers the report speaks of by name."""
    said = telling.said

    def named(codes: list[int]) -> str:
        return telling.listed(
            [
                said["answer_change"].format(
                    answer=telling.name(code),
                    before=percent_in_words(before, telling.place(code)),
                    now=percent_in_words(now, telling.place(code)),
                )
                for code in codes
            ]
        )

    up, down = ([code for code, verdict in found.items() if verdict == way] for way in (1, -1))
    same = [code for code in telling.entry.focus if found.get(code) == 0]
    rest = len(found) - len(up) - len(down) - len(same)
    if not up and not down:
        key = "none_named" if same and rest else "none_of_these" if same else "none_of_any"
        return said[key].format(same=named(same))
    changed = "both_ways" if up and down else "increased" if up else "decreased"
    text = said[changed].format(up=named(up), down=named(down))
    if same:
        text = said["same_but"].format(same=named(same), changed=text)
    return text + (said["rest_same"] if rest else "")


def percent_in_words(row: Row, place: int) -> str:
    """A share as a sentence prints it: 0.0 for 「‐」."""
    return "0.0" if row.cells[place].flag == "nil" else row.cells[place].text
