"""A table turned: what runs down may run across elsewhere, and its parts add up there as well."""

from __future__ import annotations

from collections.abc import Iterator

from kodoku_survey.protection.grids import CellGrid, GridFamily, Line, LineColumn
from kodoku_survey.protection.sets import both, union, without


def turned(grid: CellGrid) -> Iterator[CellGrid]:
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


def _across(grid: CellGrid, family: GridFamily, own: list[Line], part: int | None, name: str) -> CellGrid:
    """One attribute (None: the whole nested banner) across; the others with every column down."""
    code = {line: line.keys if part is None else line.keys[part] for line in own}
    codes = list(dict.fromkeys(code.values()))
    length = len(grid.base)
    across = {key: union((line.members for line in own if code[line] == key), length) for key in codes}
    columns = [LineColumn(key, members) for key, members in across.items()]
    rest = without(grid.base, across.values())
    sums: tuple[tuple[int, ...], ...] = ((-1, *range(len(columns))),)
    if any(rest):
        silent = not any(without(rest, [family.silent]))
        columns.append(LineColumn(("rest", tuple(codes)), rest, "silent" if silent else "answer", printed=False))
        sums = ((-1, *range(len(columns))),)
    others = {line: () if part is None else line.keys[:part] + line.keys[part + 1 :] for line in own}
    axis = "" if part is None else ":".join(n for k, n in enumerate(own[0].axis.split(":")) if k != part)
    lines: list[Line] = []
    families = []
    for keys in dict.fromkeys(others.values()):
        within = union((line.members for line in own if others[line] == keys), length) if keys else grid.base
        named = frozenset(zip(axis.split(":"), keys, strict=True)) if keys else frozenset()
        first = len(lines)
        lines.append(Line(axis, keys, within, named, True, own[0].filtered))  # how many they are is no answer
        families.append(GridFamily((first,), family.silent))
        spread = [
            Line(
                f"{axis}:{grid.question}",
                (*keys, c.code),
                both(within, c.members),
                named | {(grid.question, c.code)},
                c.kind == "silent",
                own[0].filtered,
            )
            for c in grid.columns
            if grid.single or c.printed
        ]
        places = tuple(range(first + 1, first + 1 + len(spread)))
        lines += spread
        quiet = union((c.members for c in grid.columns if c.kind == "silent"), length)
        families += [GridFamily(places, quiet)] if grid.single else [GridFamily((place,), quiet) for place in places]
    return CellGrid(
        grid.table, name, grid.base, tuple(columns), sums, tuple(lines), tuple(families), True, family.silent, True
    )
