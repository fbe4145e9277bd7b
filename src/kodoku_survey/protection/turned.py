"""A table turned: what runs down may run across elsewhere, and its parts add up there as well."""

from __future__ import annotations

from collections.abc import Iterator

from kodoku_survey.protection.grids import Column, Family, Grid, Line
from kodoku_survey.protection.sets import both, union, without


def turned(grid: Grid) -> Iterator[Grid]:
    """The table seen with each attribute of each of its banners across, and the question among what runs down."""
    for family in grid.families:
        own = [grid.lines[place] for place in family.lines]
        if not own or not own[0].keys:
            continue
        names = own[0].axis.split(":")
        for part, name in enumerate(names):
            yield _across(grid, family, own, part, name)
        if len(names) > 1:
            yield _across(grid, family, own, None, own[0].axis)


def _across(grid: Grid, family: Family, own: list[Line], part: int | None, name: str) -> Grid:
    """One attribute (None: the whole nested banner) across; the others with every column down."""
    code = {line: line.keys if part is None else line.keys[part] for line in own}
    codes = list(dict.fromkeys(code.values()))
    length = len(grid.base)
    across = {key: union((line.members for line in own if code[line] == key), length) for key in codes}
    columns = [Column(key, members) for key, members in across.items()]
    rest = without(grid.base, across.values())
    sums: tuple[tuple[int, ...], ...] = ((-1, *range(len(columns))),)
    if any(rest):
        silent = not any(without(rest, [family.silent]))
        columns.append(Column(("rest", tuple(codes)), rest, "silent" if silent else "answer", printed=False))
        sums = ((-1, *range(len(columns))),)
    others = {line: () if part is None else line.keys[:part] + line.keys[part + 1 :] for line in own}
    axis = "" if part is None else ":".join(n for k, n in enumerate(own[0].axis.split(":")) if k != part)
    lines: list[Line] = []
    families = []
    for keys in dict.fromkeys(others.values()):
        within = union((line.members for line in own if others[line] == keys), length) if keys else grid.base
        named = frozenset(zip(axis.split(":"), keys, strict=True)) if keys else frozenset()
        first = len(lines)
        lines.append(Line(axis, keys, within, named, silent=True))  # how many they are is no answer
        families.append(Family((first,), family.silent))
        spread = [
            Line(
                f"{axis}:{grid.question}",
                (*keys, c.code),
                both(within, c.members),
                named | {(grid.question, c.code)},
                c.kind == "silent",
            )
            for c in grid.columns
            if grid.single or c.printed
        ]
        places = tuple(range(first + 1, first + 1 + len(spread)))
        lines += spread
        quiet = union((c.members for c in grid.columns if c.kind == "silent"), length)
        families += [Family(places, quiet)] if grid.single else [Family((place,), quiet) for place in places]
    return Grid(
        grid.table, name, grid.base, tuple(columns), sums, tuple(lines), tuple(families), True, family.silent, True
    )
