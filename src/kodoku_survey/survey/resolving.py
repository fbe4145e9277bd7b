"""The variable a definition makes, with every name, code and range of it checked against what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

from kodoku_survey.survey.codebook import Code, Variable, check_condition
from kodoku_survey.survey.definitions import Classes, Cross, Definition, Flags, Item, Rule, Score
from kodoku_survey.survey.instruments import instruments
from kodoku_survey.survey.places import Place

Known = Mapping[str, Variable]


def resolve(definition: Definition, known: Known, place: Place) -> Variable:
    """The variable a definition makes, its names and codes checked against what is known."""
    for name in needs(definition):
        if name not in known:
            place.unknown("unknown_variable", name, known)
    match definition:
        case Score():
            return _resolve_score(definition, known, place)
        case Classes():
            for key, name in (("of", definition.of), ("upper", definition.upper)):
                if name in known and known[name].kind != "number":
                    place.at(key).fault("not_a_number", value=name)
            made = definition.variable("single", (Code(b.code, b.label, b.short) for b in definition.bands))
            return replace(made, instrument=known[definition.of].instrument if definition.of in known else "")
        case Cross():
            return _resolve_cross(definition, known, place)
    for choice in definition.choices:
        check_condition(choice.when, known, place.at(f"codes {choice.code}"))
    if definition.base is not None:
        check_condition(definition.base, known, place.at("base"))
    codes = [Code(choice.code, choice.label, choice.short) for choice in definition.choices]
    if isinstance(definition, Flags):
        return definition.variable("multiple", codes)
    given = [code.code for code in codes] + [definition.nonanswer]
    if definition.otherwise is not None and definition.otherwise not in given:
        if definition.otherwise_label:
            codes.append(Code(definition.otherwise, definition.otherwise_label))
        else:
            place.at("otherwise").unknown("unknown_code", definition.otherwise, given, variable=definition.name)
    return definition.variable("single", codes)


def needs(definition: Definition) -> tuple[str, ...]:
    """Every variable a definition names, once."""
    named: list[str] = []
    match definition:
        case Score(items=items):
            for item in items:
                named += [item.variable, *(item.when.variables if item.when else ())]
        case Classes(of=of, upper=upper):
            named = [of, *([upper] if upper else [])]
        case Rule() | Flags():
            conditions = [*(choice.when for choice in definition.choices), definition.base]
            named = [name for condition in conditions if condition for name in condition.variables]
        case Cross(of=several):
            named = list(several)
    return tuple(dict.fromkeys(named))


def _resolve_score(definition: Score, known: Known, place: Place) -> Variable:
    for item in definition.items:
        here, variable = place.at(f"items {item.variable}"), known.get(item.variable)
        if variable is None:
            continue
        if variable.kind == "number":
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
    low, high = score_range(definition, known)
    if definition.range is not None and definition.range != (low, high):
        place.at("range").fault("range", value=list(definition.range), low=low, high=high)
    elif definition.instrument in instruments() and (low, high) != (own := instruments()[definition.instrument].limits):
        # Another range is another scale, whatever it is called.
        here = place.at("range")
        here.fault("instrument_range", value=[low, high], instrument=definition.instrument, wanted=list(own))
    if definition.combine == "highest" and definition.missing.worth == "prorated":
        place.at("missing").fault("prorated_highest", value=definition.combine)
    made = definition.variable("number")
    return replace(made, minimum=low, maximum=high, unit=definition.unit, instrument=definition.instrument)


def score_range(definition: Score, known: Known) -> tuple[int, int]:
    """The lowest and highest score of a person who answered every item that counts."""
    together = max if definition.combine == "highest" else sum
    several = [item.variable in known and known[item.variable].kind == "multiple" for item in definition.items]
    ends = [limits(item, several=s, sure=item.when is None) for item, s in zip(definition.items, several, strict=True)]
    return together(low for low, _ in ends), together(high for _, high in ends)


def limits(item: Item, *, several: bool, sure: bool = True) -> tuple[int, int]:
    """The fewest and most points of one item; one that may not count (not `sure`) may also add nothing."""
    points = [worth for _, worth in item.points] or [0]
    if several:
        return sum(min(p, 0) for p in points), sum(max(p, 0) for p in points)
    return (min(points), max(points)) if sure else (min(0, *points), max(0, *points))


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
    for name, codes in definition.keep.items():
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
