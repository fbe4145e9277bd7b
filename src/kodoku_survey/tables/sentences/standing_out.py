"""Sentences on groups: who stands out on an axis, and where no difference is found."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kodoku_survey.crosstabs.official import GroupStanding, standings_among
from kodoku_survey.tables.sentences.compared_axes import Axis, group_label
from kodoku_survey.tables.sentences.phrases import people, quoted
from kodoku_survey.tables.sentences.statement import CitedCell, Role, Statement, StatementKind
from kodoku_survey.tables.sentences.telling import Telling, spoken
from kodoku_survey.tables.table import Row

RowStanding = tuple[Row, GroupStanding]


def of_axis(telling: Telling, axis: Axis) -> list[Statement]:
    """The sentences of one axis: of two groups with several answers in one, else one for each answer spoken of."""
    if len(axis.rows) == 2 and len(telling.focus) > 2:
        return _two_groups(telling, axis)
    made = [_of_answer(telling, axis, code) for code in telling.focus]
    found = [one for one in made if one is not None and (one.kind == "higher" or len(telling.focus) <= 2)]
    if len(telling.focus) > 2:
        same = [one.cells[0].code for one in made if one is not None and one.kind == "same"]
        found += _alike(telling, axis, same)
    return found


def _standings(telling: Telling, axis: Axis, code: int) -> list[RowStanding]:
    """The groups that may be compared in one answer, and how each stands; none where the total may not be spoken of."""
    place = telling.place(code)
    if spoken(axis.total, place) is None:
        return []
    rows = {telling.position[row.axis, row.keys]: row for row in axis.rows if spoken(row, place) is not None}
    total = telling.position[axis.total.axis, axis.total.keys]
    answer = telling.tab.keys.index(code)
    found = standings_among(telling.tab, answer, list(rows), total=total, of=len(axis.rows))
    return [(rows[one.group], one) for one in found]


def _of_answer(telling: Telling, axis: Axis, code: int) -> Statement | None:
    """What one answer says of an axis, or None."""
    standings = _standings(telling, axis, code)
    out = [row for row, one in standings if one.mentioned and _above(row, axis.total, telling.place(code))]
    place = telling.place(code)
    out.sort(key=lambda row: -(row.cells[place].value or 0.0))
    id = f"{telling.table.id}/by/{axis.id}/{code}"
    if not out:
        return _no_difference(telling, axis, code, standings, id)
    said, (first, *_) = telling.said, out
    rest = [row for row in axis.rows if row is not first]
    if len(axis.rows) == 2 and spoken(rest[0], place) is not None:
        text = said["higher_two"].format(
            **_words(telling, axis, code), first=_share(telling, axis, first, code), second=_share(telling, axis, rest[0], code),
            higher=quoted(group_label(telling, axis, first), said),
        )  # fmt: skip
    else:
        groups = telling.listed([_share(telling, axis, row, code) for row in out])
        text = said["higher"].format(**_words(telling, axis, code), groups=groups)
    return _statement(telling, axis, "higher", text, {code: standings}, id, {code: out})


def _no_difference(telling: Telling, axis: Axis, code: int, standings: list[RowStanding], id: str) -> Statement | None:
    """That no difference is found, where the folder has it told: not one of two groups or more above another."""
    told = telling.survey.settings.publication.no_difference == "told"
    if not told or len(standings) < 2 or any(one.higher_than for _, one in standings):
        return None
    if any(row.hidden or row.cells[telling.place(code)].hidden for row in axis.rows):
        return None  # of a group that may not be seen nothing is found
    said = telling.said
    if len(standings) == 2 and len(axis.rows) == 2:
        first, second = (_share(telling, axis, row, code) for row, _ in standings)
        text = said["same_two"].format(**_words(telling, axis, code), first=first, second=second)
    else:
        text = said["same"].format(**_words(telling, axis, code))
    return _statement(telling, axis, "same", text, {code: standings}, id, {})


def _two_groups(telling: Telling, axis: Axis) -> list[Statement]:
    """Several answers of two groups in one sentence: what one group gives more often than the other, and the reverse."""
    standings = {code: _standings(telling, axis, code) for code in telling.focus}
    compared = {code: found for code, found in standings.items() if len(found) == 2}
    more: dict[int, list[int]] = {0: [], 1: []}
    for code, found in compared.items():
        for side, (row, one) in enumerate(found):
            if one.mentioned and _above(row, axis.total, telling.place(code)):
                more[side].append(code)
    said, place = telling.said, telling.place
    named = [people(group_label(telling, axis, row), said) for row in axis.rows]
    parts = []
    for side, codes in more.items():
        own, other = axis.rows[side], axis.rows[1 - side]
        codes.sort(key=lambda code: abs((own.cells[place(code)].value or 0) - (other.cells[place(code)].value or 0)))
        codes.reverse()
        shares = [
            said["answer_shares"].format(
                answer=telling.name(code), first=own.cells[place(code)].text, second=other.cells[place(code)].text
            )
            for code in codes
        ]
        if shares:
            parts.append(
                said["more_often"].format(one=named[side], other=named[1 - side], answers=telling.listed(shares))
            )
    told = {code: list(axis.rows) for codes in more.values() for code in codes}
    made: list[Statement] = []
    if parts:
        text = said["two_groups"].format(**_words(telling, axis, None), parts=said["in_turn"].join(parts))
        id = f"{telling.table.id}/by/{axis.id}"
        made.append(_statement(telling, axis, "higher", text, {code: standings[code] for code in told}, id, told))
    same = [code for code, both in compared.items() if not any(one.higher_than for _, one in both)]
    return made + _alike(telling, axis, same)


def _alike(telling: Telling, axis: Axis, codes: Sequence[int]) -> list[Statement]:
    """One sentence for all the answers in which no difference is found on an axis."""
    if not codes or telling.survey.settings.publication.no_difference != "told":
        return []
    said = telling.said
    key = "same_every" if len(codes) == len(telling.focus) else "same_answers"
    answers = telling.listed([telling.name(code) for code in codes])
    text = said[key].format(**_words(telling, axis, None), answers=answers)
    standings = {code: _standings(telling, axis, code) for code in codes}
    return [_statement(telling, axis, "same", text, standings, f"{telling.table.id}/same/{axis.id}", {})]


def _above(row: Row, total: Row, place: int) -> bool:
    """Whether a share is above the total's as both are printed: 「高くなっている」 of 9.3 against 9.3 would be seen as wrong."""
    return _printed(row, place) > _printed(total, place)


def _printed(row: Row, place: int) -> Decimal:
    cell = row.cells[place]
    return Decimal(0) if cell.flag == "nil" else Decimal(cell.text)


def _share(telling: Telling, axis: Axis, row: Row, code: int) -> str:
    percent = "0.0" if row.cells[telling.place(code)].flag == "nil" else row.cells[telling.place(code)].text
    group = quoted(group_label(telling, axis, row), telling.said)
    return telling.said["group_share"].format(group=group, percent=percent)


def _words(telling: Telling, axis: Axis, code: int | None) -> dict[str, str]:
    """What every sentence of an axis is made of: among whom, whose share, by what, and the share of them all."""
    said = telling.said
    given = {
        "among": said["among"].format(group=people(axis.outer_label, said, quotes=False)) if axis.outer_label else "",
        "question": telling.called,
        "attribute": axis.called,
        "whole": said["whole_of"].format(group=people(axis.outer_label, said, quotes=False))
        if axis.outer_label
        else said["everybody"],
    }
    if code is None:
        return given
    total = axis.total.cells[telling.place(code)].text
    return {**given, "subject": telling.subject(code), "total": total}


def _statement(
    telling: Telling, axis: Axis, kind: StatementKind, text: str, standings: dict[int, list[RowStanding]], id: str,
    told: dict[int, list[Row]],
) -> Statement:  # fmt: skip
    """A sentence with every cell that was compared for it."""
    cells: list[CitedCell] = []
    needed = 1
    for code, found in standings.items():
        cells.append(telling.cite(axis.total, code, "total"))
        for row, one in found:
            needed = one.needed
            role: Role = "told" if any(row is named for named in told.get(code, ())) else "compared"
            cells.append(telling.cite(row, code, role, len(one.higher_than)))
    return Statement(id, telling.table.id, telling.table.id, kind, text, tuple(cells), telling.test(needed))
