"""Reading measures.toml: definitions in the order of the file, each resting only on what stands before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from kodoku_survey.survey.codebook import Codebook, NonanswerCode, Variable, check_codes
from kodoku_survey.survey.composite import Composite, read_composite
from kodoku_survey.survey.conditions import read_condition
from kodoku_survey.survey.definitions import Band, Choice, Classes, Cross, Definition, Flags, Item, Rule, Score
from kodoku_survey.survey.instruments import Instrument, instruments
from kodoku_survey.survey.missing import read_missing
from kodoku_survey.survey.reading import Place, entries, record, unique
from kodoku_survey.survey.resolving import needs, resolve

KINDS = ("score", "classes", "rule", "flags", "cross")


@dataclass(frozen=True)
class Measures:
    """Definitions in order, each resting on the codebook and those before it, and the composites some of them make up."""

    definitions: tuple[Definition, ...] = ()
    composites: tuple[Composite, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(definition.name for definition in self.definitions)


def read_measures(table: Mapping[str, Any], codebook: Codebook, place: Place) -> tuple[Measures, dict[str, Variable]]:
    """The definitions and every variable known after them (codebook first); faults are kept in `place`.

    TOML gathers [[score]], [[rule]] … in a list a kind, so the order within the file is settled here by what each
    definition needs: one is read as soon as all it names is known.
    """
    rest = {key: value for key, value in table.items() if key not in (*KINDS, "composite")}
    default = record(NonanswerCode, rest, place) or NonanswerCode()
    known: dict[str, Variable] = {variable.name: variable for variable in codebook}
    waiting: list[Definition] = []
    for kind in KINDS:
        for number, entry in enumerate(entries(table.get(kind, []), place.at(kind)), start=1):
            definition = _READERS[kind](_with(default, entry), place.at(f"[{_name(entry, kind, number)}]"))
            waiting += [definition] if definition is not None else []
    composites: list[Composite] = []
    for number, entry in enumerate(entries(table.get("composite", []), place.at("composite")), start=1):
        composite = read_composite(_with(default, entry), place.at(f"[{_name(entry, 'composite', number)}]"))
        if composite is not None:
            composites.append(composite)
            waiting += composite.definitions()
    unique([*known, *(definition.name for definition in waiting)], place)
    return Measures(_ordered(waiting, known, place), tuple(composites)), known


def _ordered(waiting: list[Definition], known: dict[str, Variable], place: Place) -> tuple[Definition, ...]:
    """Definitions as each can be read; what they make is added to `known`."""
    ordered: list[Definition] = []
    names = {definition.name for definition in waiting} | set(known)
    while waiting:
        ready = [definition for definition in waiting if all(n in known or n not in names for n in needs(definition))]
        if not ready:
            for definition in waiting:
                place.at(f"[{definition.name}]").fault("circular", value=", ".join(d.name for d in waiting))
            break
        for definition in ready:
            known[definition.name] = resolve(definition, known, place.at(f"[{definition.name}]"))
        ordered += ready
        waiting = [definition for definition in waiting if definition not in ready]
    return tuple(ordered)


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
    if not isinstance(table, dict):
        return record(Score, table, place)
    known = _instrument(table, place)
    shared = _read_points(table.pop("points"), place.at("points")) if "points" in table else ()

    def items(value: Any, here: Place) -> tuple[Item, ...]:
        listed = entries(value, here)
        if known is not None and len(listed) != len(known.items):
            here.fault("item_count", value=known.id, wanted=len(known.items), given=len(listed))
            return ()
        keys = [shared] * len(listed) if shared or known is None else known.key
        read = (_read_item(entry, own, here) for entry, own in zip(listed, keys, strict=True))
        return tuple(item for item in read if item is not None)

    given = {} if known is None else {"range": list(known.limits), "direction": known.direction}
    convert = {"items": items, "missing": read_missing, "range": _read_range}
    found = record(Score, {**given, **table}, place, convert=convert)
    return found if found is None or known is None or "missing" in table else replace(found, missing=known.missing)


def _instrument(table: dict[str, Any], place: Place) -> Instrument | None:
    id = table.get("instrument", "")
    if not id:
        return None
    if id not in instruments() or not instruments()[id].items:
        known = tuple(one.id for one in instruments().values() if one.items)
        place.at("instrument").unknown("unknown_instrument", id, known)
        return None
    return instruments()[id]


def _read_item(entry: Any, shared: tuple[tuple[int, int], ...], place: Place) -> Item | None:
    entry = {"variable": entry} if isinstance(entry, str) else entry
    more = {} if isinstance(entry, dict) and "points" in entry else {"points": shared}
    return record(Item, entry, place, convert={"points": _read_points, "when": read_condition}, more=more)


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
