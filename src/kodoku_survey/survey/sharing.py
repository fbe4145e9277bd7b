"""What two surveys share: which of their items are the same, and why the others are not. Nothing is matched by guess.

Two items are the same when they bear one name, or are one question of the literature (`instrument`), and have the same answers,
were asked of the same people, and, where derived, rest on the same definition of items that are themselves shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.conditions import Condition
from kodoku_survey.survey.definitions import Classes, Cross, Definition, Item, Points, Score
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.instruments import instruments
from kodoku_survey.survey.resolving import needs
from kodoku_survey.survey.waves import Standing, standing

Reason = Literal[
    "missing", "scale", "answers", "wording", "base", "definition", "part", "statistic",  # what two forms tell
    "differs", "absent", "unknown", "unpublished", "dropped",  # what the wave matrix and history tell
]  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """An item that is not compared, and why: a key of words.toml (`refuse_…`) and what its sentence names."""

    item: str
    label: str
    reason: Reason
    told: Mapping[str, str] = field(default_factory=dict)

    def text(self, said: Mapping[str, str]) -> str:
        text = said[f"refuse_{self.reason}"].format(**self.told)
        note = self.told.get("note", "")
        return said["refuse_note"].format(text=text, note=note) if note else text


@dataclass(frozen=True, eq=False)
class Shared:
    """Two surveys side by side; `find` says what an item of the first is called in the second, or why it has none there."""

    first: Survey
    second: Survey
    _found: dict[str, str | Refusal] = field(default_factory=dict)

    def find(self, name: str) -> str | Refusal:
        """The second survey's name of an item of the first, or the reason against it."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> str | Refusal:
        one = self.first.variables[name]
        other = self._candidate(one)
        if other is None:
            return Refusal(name, one.label, "missing")
        if one.instrument and other.instrument and one.instrument != other.instrument:
            return Refusal(name, one.label, "scale", {"first": _scale(one), "second": _scale(other)})
        if one.kind != other.kind or (one.kind != "number" and not self._same_answers(one, other)):
            return Refusal(name, one.label, "answers")
        if self._reworded(one, other):
            return Refusal(name, one.label, "wording")
        if one.source == "form":
            for held in self._listed(one.name, other.name):
                if held.status in ("differs", "absent"):
                    return Refusal(name, one.label, held.status, {"note": held.note})  # type: ignore[arg-type]
        return (self._derived if one.source == "derived" else self._asked)(one, other)

    def _listed(self, name: str, other: str, code: int | None = None, other_code: int | None = None) -> list[Standing]:
        """What the wave matrices of two waves of one survey say of an item, or of one answer of it."""
        ours, theirs = self.first.settings.identity, self.second.settings.identity
        if ours.name != theirs.name or ours.wave == theirs.wave:
            return []
        return [standing(self.first, name, theirs.wave, code), standing(self.second, other, ours.wave, other_code)]

    def _same_answers(self, one: Variable, other: Variable) -> bool:
        """The same labels; or, of two waves, all but those the matrix lists as absent from one of them."""
        ours, theirs = ({code.label: code.code for code in v.options} for v in (one, other))
        alone = [
            *(self._listed(one.name, other.name, code=code)[:1] for label, code in ours.items() if label not in theirs),
            *(self._listed(one.name, other.name, other_code=c)[1:] for label, c in theirs.items() if label not in ours),
        ]
        return bool(set(ours) & set(theirs)) and all(held and held[0].status == "absent" for held in alone)

    def _candidate(self, one: Variable) -> Variable | None:
        """The variable of the same name, else the only one that is the same question of the literature, or of the same label."""
        known = self.second.variables
        if one.name in known:
            return known[one.name]
        alike = [v for v in known.values() if one.instrument and (v.instrument, v.kind) == (one.instrument, one.kind)]
        alike = alike or [v for v in known.values() if (v.label, v.source) == (one.label, one.source)]
        return alike[0] if len(alike) == 1 else None

    def _reworded(self, one: Variable, other: Variable) -> bool:
        """Whether two surveys ask it in other words. Waves of one survey restate dates; their matrix says what else differs."""
        if one.instrument or other.instrument:
            return one.instrument != other.instrument
        if self.first.settings.identity.name == self.second.settings.identity.name:
            return False
        return one.source == "form" and one.question != other.question

    def _asked(self, one: Variable, other: Variable) -> str | Refusal:
        """A question of the form: put to the same people."""
        conditions = one.asked_if, other.asked_if
        if (conditions[0] is None) != (conditions[1] is None):
            return Refusal(one.name, one.label, "base")
        if conditions[0] is not None and conditions[1] is not None:
            turned = self.translated(conditions[0])
            if turned is None or _sorted(turned) != _sorted(conditions[1]):
                return Refusal(one.name, one.label, "base")
        return other.name

    def _derived(self, one: Variable, other: Variable) -> str | Refusal:
        """A derived variable: the same definition, of items that are shared."""
        ours, theirs = _definition(self.first, one.name), _definition(self.second, other.name)
        if ours is None or theirs is None or type(ours) is not type(theirs):
            return Refusal(one.name, one.label, "definition")
        if isinstance(ours, Score) and isinstance(theirs, Score) and ours.instrument:
            # The instrument says what its items are, under whatever names a form has them.
            same = (ours.missing, ours.combine) == (theirs.missing, theirs.combine)
            return other.name if same else Refusal(one.name, one.label, "definition")
        for part in needs(ours):
            found = self.find(part)
            if isinstance(found, Refusal):
                if found.reason == "scale":
                    return replace(found, item=one.name, label=one.label)
                told = {"part": found.told.get("part", found.label), "note": found.told.get("note", "")}
                return Refusal(one.name, one.label, "part", told)
        same = _bare(self._in_second(ours)) == _bare(theirs)
        return other.name if same else Refusal(one.name, one.label, "definition")

    def _in_second(self, definition: Definition) -> Definition:
        """A definition of the first survey, all of whose items are shared, in the names and codes of the second."""

        def turned(condition: Condition | None) -> Any:
            return None if condition is None else self.translated(condition)

        def item(one: Item) -> Item:
            codes = self.codes(one.variable, name := str(self.find(one.variable)))
            points = tuple(Points(codes.get(code, code), worth) for code, worth in one.points)
            return replace(one, variable=name, points=points, when=turned(one.when))

        match definition:
            case Score(items=items):
                return replace(definition, items=tuple(map(item, items)))
            case Classes(of=of, upper=upper):
                return replace(definition, of=str(self.find(of)), upper=str(self.find(upper)) if upper else "")
            case Cross(of=of, keep=keep):
                kept = {}
                for name, codes in keep.items():
                    there = self.codes(name, str(self.find(name)))
                    kept[str(self.find(name))] = tuple(there.get(code, code) for code in codes)
                return replace(definition, of=tuple(str(self.find(name)) for name in of), keep=kept)
        choices = tuple(replace(choice, when=turned(choice.when)) for choice in definition.choices)
        return replace(definition, choices=choices, base=turned(definition.base))

    def translated(self, condition: Condition) -> Condition | None:
        """A condition of the first survey in the names and codes of the second; None where an item of it is not shared."""
        alternatives = []
        for clauses in condition.alternatives:
            turned = []
            for clause in clauses:
                found = self.find(clause.variable)
                if isinstance(found, Refusal):
                    return None
                codes = self.codes(clause.variable, found)
                turned.append(
                    replace(clause, variable=found, codes=tuple(codes.get(code, code) for code in clause.codes))
                )
            alternatives.append(tuple(turned))
        return Condition(tuple(alternatives))

    def codes(self, name: str, other: str) -> dict[int, int]:
        """Codes of the first survey's variable → those of the second with the same label."""
        theirs = {code.label: code.code for code in self.second.variables[other].codes}
        return {code.code: theirs[code.label] for code in self.first.variables[name].codes if code.label in theirs}


def _scale(variable: Variable) -> str:
    """An instrument by its id and range, as a reader tells scales apart."""
    low, high = instruments()[variable.instrument].range
    return f"{variable.instrument}（{low:g}～{high:g}）"


def _definition(survey: Survey, name: str) -> Definition | None:
    return next((one for one in survey.measures.definitions if one.name == name), None)


def _sorted(condition: Condition) -> Condition:
    """A condition with its codes in order: what it says, not how it is written."""
    return Condition(
        tuple(tuple(replace(c, codes=tuple(sorted(c.codes))) for c in clauses) for clauses in condition.alternatives)
    )


def _bare(definition: Definition) -> Definition:
    """A definition without what it is called and where it is told, its points and codes in order."""
    bare: Definition = replace(
        definition, name="", label="", number="", question="", section="", source="", order_as_question="code",
        order_as_group="code", nonanswer=99, nonanswer_label="", hidden_as_group=(),
    )  # fmt: skip
    if isinstance(bare, Score):
        items = (
            replace(i, points=tuple(sorted(i.points)), when=None if i.when is None else _sorted(i.when))
            for i in bare.items
        )
        return replace(bare, items=tuple(items))
    if isinstance(bare, (Classes, Cross)):
        return bare
    choices = tuple(replace(choice, when=_sorted(choice.when), short="") for choice in bare.choices)
    return replace(bare, choices=choices, base=None if bare.base is None else _sorted(bare.base))
