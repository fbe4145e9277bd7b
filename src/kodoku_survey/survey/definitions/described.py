"""What every definition of a derived variable says of itself, and what every kind of definition can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, NamedTuple, Protocol, Self

from kodoku_survey.arrays import ByteArray, CodeArray
from kodoku_survey.survey.codebook import Code, Kind, Order, Scale, Variable
from kodoku_survey.survey.conditions import Condition, Given
from kodoku_survey.survey.own_words import word
from kodoku_survey.survey.reading import Place
from kodoku_survey.survey.reading.limits import DISTINCT, FILLED, NAMED

Known = Mapping[str, Variable]
GivenOf = Callable[[str], Given]


@dataclass(frozen=True)
class Described:
    """What every derived variable says of itself."""

    name: Annotated[str, NAMED]
    label: Annotated[str, FILLED]
    number: str = ""
    question: str = ""
    section: str = ""
    source: str = ""
    order_as_question: Order = "code"
    order_as_group: Order = "code"
    scale: Scale = "nominal"
    outside_scale: Annotated[tuple[int, ...], DISTINCT] = ()
    label_by: str = ""
    subject: str = ""
    restates: str = ""
    nonanswer: int = 99
    nonanswer_label: Annotated[str, FILLED] = word("nonanswer")
    hidden_as_group: Annotated[tuple[int, ...], DISTINCT] = ()

    def variable(self, kind: Kind, codes: Iterable[Code] = ()) -> Variable:
        """The variable this definition makes, with 無回答 (undetermined) as its last code."""
        told = {one.name: getattr(self, one.name) for one in fields(Described)} | {"source": "derived"}
        if kind == "number":
            return Variable(**told | {"kind": kind, "nonanswer": None})
        return Variable(**told | {"kind": kind, "codes": (*codes, Code(self.nonanswer, self.nonanswer_label))})


# What a definition is called and where it is told, which is not what it says.
BARE: dict[str, Any] = {
    "name": "", "label": "", "number": "", "question": "", "section": "", "source": "", "order_as_question": "code",
    "order_as_group": "code", "scale": "nominal", "outside_scale": (), "label_by": "", "subject": "", "restates": "",
    "nonanswer": 99, "nonanswer_label": "", "hidden_as_group": (),
}  # fmt: skip


class Keyed(NamedTuple):
    """Points (m, k) of who answered every item, by which the key of a scale is tested; the items and the scale by name."""

    points: CodeArray
    items: tuple[str, ...]
    scale: str


class Meaning(NamedTuple):
    """What answers mean by a definition: values (n,), or (n, flags + 1), and of a number the status (n,) beside them."""

    values: CodeArray
    status: ByteArray | None = None
    keyed: Keyed | None = None


class Translation(Protocol):
    """The names and codes of one survey in those of another."""

    def name(self, name: str) -> str:
        """What a shared variable is called there."""

    def codes(self, name: str) -> Mapping[int, int]:
        """Codes of a shared variable → those there with the same label."""

    def condition(self, condition: Condition) -> Condition | None:
        """A condition in the names and codes there; None where an item of it is not shared."""


@dataclass(frozen=True)
class Definition(Described, ABC):
    """A kind of definition: a dataclass of its keys, and these five. One file a kind, registered in `KINDS`."""

    @property
    @abstractmethod
    def needs(self) -> tuple[str, ...]:
        """Every variable it names, once."""

    @abstractmethod
    def resolved(self, known: Known, place: Place) -> Variable:
        """The variable it makes, its names (those there are), codes and ranges checked; faults are kept in `place`."""

    @abstractmethod
    def translated(self, into: Translation) -> Self:
        """The same definition, all of whose items are shared, in the names and codes of another survey."""

    @abstractmethod
    def meaning(self, given: GivenOf, known: Known) -> Meaning:
        """What each respondent's answers mean by it. Integer arithmetic throughout."""

    def ordered(self) -> Self:
        """Itself with its codes and points in order: what it says, not how it is written."""
        return self

    def bare(self) -> Self:
        """What it says, without what it is called and where it is told."""
        return replace(self.ordered(), **BARE)
