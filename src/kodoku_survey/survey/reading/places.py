"""A place in a file, and the faults found there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from kodoku_survey.errors import DefinitionError, DidYouMean, SurveyError, SurveyFaults, named


@dataclass(frozen=True)
class Place:
    """Where one is in a file, the list every fault found there goes to, and what kind of fault it is."""

    file: str
    path: str = ""
    faults: list[SurveyError] = field(default_factory=list, compare=False)
    kind: type[SurveyError] = DefinitionError

    def at(self, part: str) -> Place:
        """A place further in: `codebook.toml [q5] codes`."""
        return replace(self, path=f"{self.path} {part}".strip())

    def apart(self) -> Place:
        """The same place with a list of its own: what is kept there is not yet a fault."""
        return replace(self, faults=[])

    def __str__(self) -> str:
        return f"{self.file} {self.path}".strip()

    def fault(self, name: str, **told: Any) -> None:
        """Keep a fault of this place: a key of survey/messages.toml and its fields."""
        self.faults.append(self.kind(f"survey.{name}", str(self), **told))

    def unknown(self, name: str, value: object, known: Any, **told: Any) -> None:
        """Keep a fault about a name nobody knows, with the nearest known one."""
        names = tuple(str(k) for k in known)
        self.fault(name, value=value, hint=DidYouMean(str(value), names), known=named(names), **told)

    def finish(self) -> None:
        """Raise all faults kept so far, together."""
        if self.faults:
            raise SurveyFaults(self.faults)


def shown(value: Any) -> str:
    """A value as a message shows it, cut where it is long."""
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"
