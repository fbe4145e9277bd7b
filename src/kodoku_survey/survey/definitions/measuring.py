"""Reading measures.toml: definitions in the order of the file, each resting only on what stands before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kodoku_survey.survey.codebook import Codebook, NonanswerCode, Variable
from kodoku_survey.survey.definitions import KINDS, Definition
from kodoku_survey.survey.definitions.composite import Composite
from kodoku_survey.survey.reading import Place, records, unique


@dataclass(frozen=True)
class Measures:
    """Definitions in order, each resting on the codebook and those before it, and the composites some of them make up."""

    definitions: tuple[Definition, ...] = ()
    composites: tuple[Composite, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the definitions, in order."""
        return tuple(definition.name for definition in self.definitions)


def read_measures(
    table: Mapping[str, Any], codebook: Codebook, place: Place, *, language: str = "ja"
) -> tuple[Measures, dict[str, Variable]]:
    """The definitions and every variable known after them (codebook first); faults are kept in `place`.

    TOML gathers [[score]], [[rule]] … in a list a kind, so the order within the file is settled here by what each
    definition needs: one is read as soon as all it names is known.
    """
    known_keys = (*KINDS, "composite", "nonanswer", "nonanswer_label")
    for key in table:
        if key not in known_keys:
            place.unknown("unknown_key", key, known_keys)
    base = NonanswerCode.read(table, place, language)
    known: dict[str, Variable] = {variable.name: variable for variable in codebook}
    waiting: list[Definition] = []
    for kind, cls in KINDS.items():
        waiting += records(cls, _with(base, table.get(kind, [])), place, kind)
    composites = tuple(records(Composite, _with(base, table.get("composite", [])), place, "composite"))
    for composite in composites:
        waiting += composite.definitions()
    unique([*known, *(definition.name for definition in waiting)], place)
    return Measures(_ordered(waiting, known, place), composites), known


def _ordered(waiting: list[Definition], known: dict[str, Variable], place: Place) -> tuple[Definition, ...]:
    """Definitions as each can be read; what they make is added to `known`."""
    ordered: list[Definition] = []
    names = {definition.name for definition in waiting} | set(known)
    while waiting:
        ready = [one for one in waiting if all(n in known or n not in names for n in one.needs)]
        if not ready:
            for definition in waiting:
                place.at(f"[{definition.name}]").fault("circular", value=", ".join(d.name for d in waiting))
            break
        for definition in ready:
            here = place.at(f"[{definition.name}]")
            for name in definition.needs:
                if name not in known:
                    here.unknown("unknown_variable", name, known)
            known[definition.name] = made = definition.resolved(known, here)
            made.check_answers(here)
            if made.restates and made.restates not in (*known, *names):
                here.at("restates").unknown("unknown_variable", made.restates, known)
        ordered += ready
        waiting = [definition for definition in waiting if definition not in ready]
    return tuple(ordered)


def _with(base: dict[str, Any], listed: Any) -> Any:
    """A list of tables, each with the file's own code of 無回答 unless it has one."""
    if not isinstance(listed, list):
        return listed
    return [{**base, **entry} if isinstance(entry, dict) else entry for entry in listed]
