"""The axes a table is compared along: groups set against each other, and the line they are measured against."""

from __future__ import annotations

from dataclasses import dataclass

from kodoku_survey.survey.nesting import PlainPart
from kodoku_survey.tables.sentences.phrases import label_by, lowered
from kodoku_survey.tables.sentences.telling import Telling
from kodoku_survey.tables.table import Row


@dataclass(frozen=True, eq=False)
class Axis:
    """Groups that are set against each other, and the line of everybody of them.

    outer : the outer group within which they are compared, and its label; () and "" for everybody.
    called : the division in words (年齢階級別). id : of the axis in the ids of sentences.
    """

    attribute: str
    called: str
    rows: tuple[Row, ...]
    total: Row
    outer: tuple[PlainPart, ...] = ()
    outer_label: str = ""

    @property
    def id(self) -> str:
        """What the axis is called in the ids of sentences."""
        return self.attribute + ("=" + ":".join(str(code) for _, code in self.outer) if self.outer else "")


def axes_of(telling: Telling) -> list[Axis]:
    """The axes of a table in its order; none for one that restates another or the question itself."""
    total = telling.total
    found: list[Axis] = []
    for attribute in dict.fromkeys(row.axis for row in telling.own_rows if row.axis):
        rows = tuple(row for row in telling.own_rows if row.axis == attribute)
        names = telling.nesting.names(attribute)
        if any(_tells_nothing(telling, name) for name in (*attribute.split(":"), *names)):
            continue
        if telling.entry.compare == "within" and len(names) > 1:
            found += _within(telling, attribute, rows)
        elif total is not None:
            last = attribute.rpartition(":")[2]
            label = label_by(telling.variables.get(last), rows[0].attribute, telling.said)
            found.append(Axis(attribute, lowered(label), rows, total))
    return found


def _within(telling: Telling, attribute: str, rows: tuple[Row, ...]) -> list[Axis]:
    """An axis for each outer group, measured against that group's own line."""
    innermost = telling.variables[telling.nesting.names(attribute)[-1]]
    called = telling.variables[attribute].label_by if attribute in telling.variables else ""
    by_outer: dict[tuple[PlainPart, ...], list[Row]] = {}
    for row in rows:
        by_outer.setdefault(telling.nesting.parts(attribute, row.keys)[:-1], []).append(row)
    own = {telling.nesting.parts(row.axis, row.keys): row for row in telling.own_rows if row.axis}
    return [
        Axis(
            attribute,
            lowered(called or label_by(innermost, innermost.label, telling.said)),
            tuple(groups),
            own[outer],
            outer,
            own[outer].group,
        )
        for outer, groups in by_outer.items()
        if outer in own
    ]


def group_label(telling: Telling, axis: Axis, row: Row) -> str:
    """What a group is called within its axis: 20～29歳, where the outer group is named already."""
    if not axis.outer:
        return row.group
    name, code = telling.nesting.parts(row.axis, row.keys)[-1]
    return telling.variables[name].code(code).text


def _tells_nothing(telling: Telling, name: str) -> bool:
    """Whether an axis restates another, or is made of the very answers of the question (問17 by taking part in any)."""
    variable = telling.variables.get(name)
    if variable is not None and variable.restates:
        return True
    return _asked(telling, name) == _asked(telling, telling.entry.question)


def _asked(telling: Telling, name: str) -> frozenset[str]:
    """The questions a variable rests on."""
    definition = next((one for one in telling.survey.measures.definitions if one.name == name), None)
    if definition is None:
        return frozenset({name})
    return frozenset().union(*(_asked(telling, part) for part in definition.needs))
