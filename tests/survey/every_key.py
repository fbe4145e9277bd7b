"""Every key a folder may hold, found from the dataclasses it is read into: a new key is found by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from kodoku_survey.survey.codebook import NonanswerCode, Variable
from kodoku_survey.survey.conditions import Clause, Condition
from kodoku_survey.survey.definitions.composite import Composite
from kodoku_survey.survey.definitions.measuring import KINDS
from kodoku_survey.survey.plan import Section, SentencePlan, TablePlan
from kodoku_survey.survey.reading import entries_of, is_record
from kodoku_survey.survey.reading.limits import Key
from kodoku_survey.survey.settings import Settings
from kodoku_survey.survey.settings.weighting_steps import KINDS as STEPS
from kodoku_survey.survey.settings.weighting_steps import StepSettings


@dataclass(frozen=True)
class Book(NonanswerCode):
    """codebook.toml whole."""

    variable: tuple[Variable, ...] = ()


@dataclass(frozen=True)
class Plan:
    """tables.toml whole."""

    section: tuple[Section, ...] = ()
    table: tuple[TablePlan, ...] = ()
    sentence: tuple[SentencePlan, ...] = ()


FILES: dict[str, list[tuple[tuple[str, ...], Any]]] = {
    "survey.toml": [((), Settings)],
    "codebook.toml": [((), Book)],
    "measures.toml": [((), NonanswerCode)]
    + [((kind, "[]"), cls) for kind, cls in {**KINDS, "composite": Composite}.items()],
    "tables.toml": [((), Plan)],
}
# What is read otherwise than by its fields is written as these.
INSTEAD: dict[Any, list[tuple[tuple[str, ...], Any]]] = {Condition: [(("{}",), Clause)]}
INSIDE = {"variable"}  # of a clause: its key is the variable's own name


@dataclass(frozen=True)
class Spot:
    """One key in its file: the way to it ("[]" any entry of a list, "{}" any value of a table), its record and its type."""

    file: str
    way: tuple[str, ...]
    owner: Any
    hint: Any

    @property
    def key(self) -> str:
        return self.way[-1]

    def __str__(self) -> str:
        return f"{self.file} {'.'.join(part for part in self.way if part not in ('[]', '{}'))}"


def spots() -> list[Spot]:
    """Every key of every file."""
    return [spot for file, roots in FILES.items() for way, cls in roots for spot in _of(file, way, cls)]


def _of(file: str, way: tuple[str, ...], cls: Any) -> Iterator[Spot]:
    for entry in entries_of(cls):
        if cls is Clause and entry.key in INSIDE:
            continue
        yield Spot(file, (*way, entry.key), cls, entry.hint)
        for further, inner in _inside(entry.hint):
            yield from _of(file, (*way, entry.key, *further), inner)


def _inside(hint: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The records within a type, and the way to them."""
    if hint in INSTEAD:
        yield from INSTEAD[hint]
    elif hint is StepSettings:
        yield from (((f"kind={kind}",), options) for kind, options in STEPS.items())
    elif is_record(hint):
        yield (), hint
    elif get_origin(hint) is tuple:
        yield from ((("[]", *way), cls) for way, cls in _inside(get_args(hint)[0]))
    elif get_origin(hint) is not Literal:
        for argument in get_args(hint):
            if not isinstance(argument, Key):
                yield from _inside(argument)


def _records() -> list[Any]:
    found = {cls: None for roots in FILES.values() for _, cls in roots}
    for spot in spots():
        found[spot.owner] = None
    return [cls for cls in found if entries_of(cls) and not cls.__module__.startswith("every_key")]


def kinds_of(hint: Any) -> list[Any]:
    """The kinds of value a type takes: types, `tuple` for a list with what is in it by name, `Mapping`."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return kinds_of(arguments[0])
    if origin is tuple:
        return [tuple, *(getattr(kind, "__name__", "") for kind in kinds_of(arguments[0]))]
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return [Mapping]
    return [hint] if origin in (None, Literal) else [kind for argument in arguments for kind in kinds_of(argument)]


RECORDS = _records()
