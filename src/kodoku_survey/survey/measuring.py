"""Reading measures.toml: definitions in the order of the file, each resting only on what stands before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

from kodoku_survey.survey.codebook import Code, Codebook, Kind, NonanswerCode, Variable, check_codes, check_condition
from kodoku_survey.survey.conditions import read_condition
from kodoku_survey.survey.definitions import (
    Band,
    Choice,
    Classes,
    Cross,
    Definition,
    Flags,
    Item,
    Measures,
    Missing,
    Rule,
    Score,
)
from kodoku_survey.survey.reading import Place, entries, record, unique

Known = Mapping[str, Variable]
KINDS = ("score", "classes", "rule", "flags", "cross")


def read_measures(table: Mapping[str, Any], codebook: Codebook, place: Place) -> tuple[Measures, dict[str, Variable]]:
    """The definitions and every variable known after them (codebook first); faults are kept in `place`.

    TOML gathers [[score]], [[rule]] … in a list a kind, so the order within the file is settled here by what each
    definition needs: one is read as soon as all it names is known.
    """
    rest = {key: value for key, value in table.items() if key not in KINDS}
    default = record(NonanswerCode, rest, place) or NonanswerCode()
    known: dict[str, Variable] = {variable.name: variable for variable in codebook}
    waiting = [
        definition
        for kind in KINDS
        for number, entry in enumerate(entries(table.get(kind, []), place.at(kind)), start=1)
        if (definition := _READERS[kind](_with(default, entry), place.at(f"[{_name(entry, kind, number)}]")))
        is not None
    ]
    unique([*known, *(definition.name for definition in waiting)], place)
    ordered: list[Definition] = []
    names = {definition.name for definition in waiting} | set(known)
    while waiting:
        ready = [definition for definition in waiting if all(n in known or n not in names for n in needs(definition))]
        if not ready:
            for definition in waiting:
                place.at(f"[{definition.name}]").fault("circular", value=", ".join(d.name for d in waiting))
            break
        for definition in ready:
            known[definition.name] = _resolve(definition, known, place.at(f"[{definition.name}]"))
        ordered += ready
        waiting = [definition for definition in waiting if definition not in ready]
    return Measures(tuple(ordered)), known


def needs(definition: Definition) -> tuple[str, ...]:
    """Every variable a definition names, once."""
    named: list[str] = []
    match definition:
        case Score(items=items):
            for item in items:
                named += [item.variable, *(item.when.variables if item.when else ())]
        case Classes(of=of):
            named = [of]
        case Rule() | Flags():
            conditions = [*(choice.when for choice in definition.choices), definition.base]
            named = [name for condition in conditions if condition for name in condition.variables]
        case Cross(of=several):
            named = list(several)
    return tuple(dict.fromkeys(named))


def _name(entry: Any, kind: str, number: int) -> str:
    return str(entry.get("name", f"{kind} {number}")) if isinstance(entry, dict) else f"{kind} {number}"


def _with(default: NonanswerCode, entry: Any) -> Any:
    base = {"nonanswer": default.nonanswer, "nonanswer_label": default.nonanswer_label}
    return {**base, **entry} if isinstance(entry, dict) else entry


def _read_points(value: Any, place: Place) -> tuple[tuple[int, int], ...]:
    found = []
    for entry in entries(value, place):
        if isinstance(entry, dict) and set(entry) == {"code", "points"} and all(type(v) is int for v in entry.values()):
            found.append((entry["code"], entry["points"]))
        else:
            place.fault("points", value=str(entry))
    return tuple(found)


def _read_score(table: Any, place: Place) -> Score | None:
    shared = _read_points(table.pop("points"), place.at("points")) if "points" in table else ()

    def item(entry: Any, here: Place) -> Item | None:
        entry = {"variable": entry} if isinstance(entry, str) else entry
        more = {} if isinstance(entry, dict) and "points" in entry else {"points": shared}
        return record(Item, entry, here, convert={"points": _read_points, "when": read_condition}, more=more)

    def items(value: Any, here: Place) -> tuple[Item, ...]:
        return tuple(found for entry in entries(value, here) if (found := item(entry, here)) is not None)

    return record(Score, table, place, convert={"items": items, "missing": read_missing, "range": _read_range})


def read_missing(value: Any, place: Place) -> Missing:
    """A missing rule: a word, or { allowed, as }."""
    if value in ("complete", "zero"):
        return Missing(0) if value == "complete" else Missing(None)
    if isinstance(value, dict):
        return record(Missing, value, place, keys={"as": "worth"}) or Missing()
    place.unknown(
        "not_a_choice", value, ("complete", "zero"), choices='"complete", "zero", { allowed = 1, as = "zero" }'
    )
    return Missing()


def _read_range(value: Any, place: Place) -> tuple[int, int]:
    if isinstance(value, list) and len(value) == 2 and all(type(v) is int for v in value) and value[0] <= value[1]:
        return (value[0], value[1])
    place.fault("wrong_type", value=value, wanted="[3, 12]")
    return (0, 0)


def _read_classes(table: Any, place: Place) -> Classes | None:
    def bands(value: Any, here: Place) -> tuple[Band, ...]:
        keys = {"min": "minimum", "max": "maximum"}
        found = tuple(b for entry in entries(value, here) if (b := record(Band, entry, here, keys=keys)) is not None)
        check_codes([band.code for band in found], here)
        limits = sorted(
            (-(10**9) if b.minimum is None else b.minimum, 10**9 if b.maximum is None else b.maximum) for b in found
        )
        for (_, high), (low, _) in pairwise(limits):
            if low <= high:
                here.fault("bands_overlap", value=low)
        return found

    return record(Classes, table, place, keys={"codes": "bands"}, convert={"bands": bands})


def _read_choices(value: Any, place: Place) -> tuple[Choice, ...]:
    found = (record(Choice, entry, place, convert={"when": read_condition}) for entry in entries(value, place))
    choices = tuple(choice for choice in found if choice is not None)
    check_codes([choice.code for choice in choices], place)
    return choices


def _read_rule(table: Any, place: Place) -> Rule | None:
    return record(
        Rule, table, place, keys={"codes": "choices"}, convert={"choices": _read_choices, "base": read_condition}
    )


def _read_flags(table: Any, place: Place) -> Flags | None:
    return record(
        Flags, table, place, keys={"codes": "choices"}, convert={"choices": _read_choices, "base": read_condition}
    )


def _read_cross(table: Any, place: Place) -> Cross | None:
    def keep(value: Any, here: Place) -> tuple[tuple[str, tuple[int, ...]], ...]:
        if not isinstance(value, dict):
            here.fault("not_a_table", value=value)
            return ()
        return tuple((name, tuple(codes)) for name, codes in value.items())

    return record(Cross, table, place, convert={"keep": keep})


_READERS: dict[str, Any] = {
    "score": _read_score,
    "classes": _read_classes,
    "rule": _read_rule,
    "flags": _read_flags,
    "cross": _read_cross,
}


def _resolve(definition: Definition, known: Known, place: Place) -> Variable:
    """The variable a definition makes, its names and codes checked against what is known."""
    for name in needs(definition):
        if name not in known:
            place.unknown("unknown_variable", name, known)
    match definition:
        case Score():
            return _resolve_score(definition, known, place)
        case Classes():
            if definition.of in known and known[definition.of].kind != "number":
                place.at("of").fault("not_a_number", value=definition.of)
            return definition.variable("single", (Code(b.code, b.label, b.short) for b in definition.bands))
        case Cross():
            return _resolve_cross(definition, known, place)
    for choice in definition.choices:
        check_condition(choice.when, known, place.at(f"codes {choice.code}"))
    if definition.base is not None:
        check_condition(definition.base, known, place.at("base"))
    if isinstance(definition, Rule) and definition.otherwise is not None:
        codes = [choice.code for choice in definition.choices] + [definition.nonanswer]
        if definition.otherwise not in codes:
            place.at("otherwise").unknown("unknown_code", definition.otherwise, codes, variable=definition.name)
    kind: Kind = "single" if isinstance(definition, Rule) else "multiple"
    return definition.variable(kind, (Code(c.code, c.label, c.short) for c in definition.choices))


def _resolve_score(definition: Score, known: Known, place: Place) -> Variable:
    for item in definition.items:
        here, variable = place.at(f"items {item.variable}"), known.get(item.variable)
        if variable is None:
            continue
        if variable.kind != "single":
            here.fault("not_single", value=item.variable)
            continue
        pointed, options = [code for code, _ in item.points], [code.code for code in variable.options]
        for code in pointed:
            if code not in options:
                here.unknown("unknown_code", code, options, variable=item.variable)
        for code in options:
            if code not in pointed:
                here.fault("no_points", value=code)
        if item.when is not None:
            check_condition(item.when, known, here.at("when"))
    low, high = score_range(definition)
    if definition.range is not None and definition.range != (low, high):
        place.at("range").fault("range", value=list(definition.range), low=low, high=high)
    return replace(definition.variable("number"), minimum=low, maximum=high, unit=definition.unit)


def score_range(definition: Score) -> tuple[int, int]:
    """The lowest and highest score of a person who answered every item that counts."""
    points = [[p for _, p in item.points] or [0] for item in definition.items]
    optional = [item.when is not None for item in definition.items]
    low = sum(min(p) if not o else min(0, *p) for p, o in zip(points, optional, strict=True))
    high = sum(max(p) if not o else max(0, *p) for p, o in zip(points, optional, strict=True))
    return low, high


def cross_parts(definition: Cross, known: Known) -> list[tuple[Code, ...]]:
    """The codes of each crossed variable that are kept, in order."""
    keep = dict(definition.keep)
    return [
        tuple(code for code in known[name].options if code.code in keep.get(name, known[name].keys))
        for name in definition.of
    ]


def _resolve_cross(definition: Cross, known: Known, place: Place) -> Variable:
    if any(name not in known for name in definition.of):
        return definition.variable("single")
    for name in definition.of:
        if known[name].kind != "single":
            place.at("of").fault("not_single", value=name)
    for name, codes in definition.keep:
        if name not in definition.of:
            place.at("keep").unknown("unknown_variable", name, definition.of)
            continue
        for code in codes:
            if code not in known[name].keys:
                place.at("keep").unknown("unknown_code", code, known[name].keys, variable=name)
    cells = product(*cross_parts(definition, known))
    return definition.variable("single", (cross_code(cell) for cell in cells))


def cross_code(cell: tuple[Code, ...]) -> Code:
    """The code of one crossed cell: its parts' codes in two digits each (男性 2 × 20～29歳 3 → 203)."""
    number = 0
    for code in cell:
        number = number * 100 + code.code
    return Code(number, "　".join(c.label for c in cell), " ".join(c.text for c in cell))
