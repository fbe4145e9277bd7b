"""What two surveys share: which of their items are the same, and why the others are not. Nothing is matched by guess.

Two items are the same when they bear one name, or are one question of the literature (`instrument`), and have the same answers,
were asked of the same people, and, where derived, rest on the same definition of items that are themselves shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.conditions import Condition
from kodoku_survey.survey.crosswalk import Crosswalk
from kodoku_survey.survey.crosswalk.likeness import few_labels, nearest_of, plain
from kodoku_survey.survey.crosswalk.refusal import Reason as Reason
from kodoku_survey.survey.crosswalk.refusal import Refusal as Refusal
from kodoku_survey.survey.definitions import Definition, Score
from kodoku_survey.survey.instruments import instruments
from kodoku_survey.survey.survey import Survey
from kodoku_survey.survey.waves import Standing, standing


@dataclass(frozen=True, eq=False)
class Shared:
    """Two surveys side by side; `find` says what an item of the first is called in the second, or why it has none there.

    Items are compared as both folders word them, whatever language the two speak; refusals are told in theirs.
    """

    first: Survey
    second: Survey
    crosswalk: Crosswalk | None = None
    _found: dict[str, str | Refusal] = field(default_factory=dict)

    @property
    def ours(self) -> Survey:
        """The first in its folder's own words."""
        return self.first.as_written

    @property
    def theirs(self) -> Survey:
        """The second in its folder's own words."""
        return self.second.as_written

    def _refused(
        self, one: Variable, reason: Reason, told: Mapping[str, str] | None = None, because: Refusal | None = None
    ) -> Refusal:
        return Refusal(one.name, self.first.variables[one.name].label, reason, told or {}, because)

    def find(self, name: str) -> str | Refusal:
        """The second survey's name of an item of the first, or the reason against it."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> str | Refusal:
        one = self.ours.variables[name]
        declared = self._declared(name)
        if declared:
            return declared
        other = self._candidate(one)
        if other is None:
            return self._nowhere(one)
        if one.instrument and other.instrument and one.instrument != other.instrument:
            return self._refused(one, "scale", {"first": _scale(one), "second": _scale(other)})
        if self._namesake(one, other):
            return self._refused(one, "namesake", {"second": self.second.variables[other.name].label})
        if one.kind != other.kind:
            return self._refused(one, "kind")
        if one.kind != "number" and not self._same_answers(one, other):
            return self._other_answers(one, other)
        if self._reworded(one, other):
            lacking = bool(one.instrument) != bool(other.instrument)
            if lacking:
                return self._refused(one, "instrument", {"instrument": one.instrument or other.instrument})
            return self._refused(one, "dated" if plain(one.question) == plain(other.question) else "wording")
        if one.source == "form":
            for held in self._listed(one.name, other.name):
                if held.status in ("differs", "absent"):
                    return self._refused(one, held.status, {"note": held.note})  # type: ignore[arg-type]
        return (self._derived if one.source == "derived" else self._asked)(one, other)

    def _nowhere(self, one: Variable) -> Refusal:
        """The refusal of an item nothing in the other survey is named or labelled like: what comes nearest, and what it lacks."""
        near = nearest_of(one, self.theirs.variables.values())
        if near is None:
            return self._refused(one, "missing")
        spoken = self.second.variables[near.name]
        told = {"name": near.name, "second": spoken.question or spoken.label}
        because = None
        if one.kind != near.kind:
            because = self._refused(one, "kind")
        elif one.kind != "number" and not self._same_answers(one, near):
            because = self._other_answers(one, near)
        return self._refused(one, "near", told, because)

    def _other_answers(self, one: Variable, other: Variable) -> Refusal:
        """The refusal of other answers, naming those that only one of the two offers."""
        labels = [{code.label for code in v.options} for v in (other, one)]
        spoken = self.first.variables[one.name], self.second.variables[other.name]
        alone = [
            few_labels([told.code(c.code) for c in v.options if c.label not in held])
            for v, told, held in zip((one, other), spoken, labels, strict=True)
        ]
        return self._refused(one, "answers", {"first": alone[0] or "‐", "second": alone[1] or "‐"})

    def _listed(self, name: str, other: str, code: int | None = None, other_code: int | None = None) -> list[Standing]:
        """What the wave matrices of two waves of one survey say of an item, or of one answer of it."""
        ours, theirs = self.ours.settings.identity, self.theirs.settings.identity
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

    def _declared(self, name: str) -> str:
        """The second survey's name of an item somebody has said is the same: in the crosswalk, or as the age of [population]."""
        for entry in self.crosswalk.harmonised if self.crosswalk else ():
            if entry.name == name:
                return name
        for same in self.crosswalk.question if self.crosswalk else ():
            if same.first == name:
                return same.second
        ours, theirs = (survey.settings.population.age for survey in (self.first, self.second))
        return theirs.of if ours and theirs and name == ours.of and theirs.of else ""

    def _namesake(self, one: Variable, other: Variable) -> bool:
        """Whether two variables have nothing in common but their name: other words, other label, hardly an answer alike."""
        if one.source != other.source or one.source == "derived" or one.label == other.label or one.instrument:
            return False
        labels = [{code.label for code in v.options} for v in (one, other)]
        alike = len(labels[0] & labels[1]) / max(len(labels[0] | labels[1]), 1)
        return one.question != other.question and alike < 0.5

    def _candidate(self, one: Variable) -> Variable | None:
        """The variable of the same name, else the only one that is the same question of the literature, or of the same label."""
        known = self.theirs.variables
        if one.name in known:
            return known[one.name]
        alike = [v for v in known.values() if one.instrument and (v.instrument, v.kind) == (one.instrument, one.kind)]
        alike = alike or [v for v in known.values() if (v.label, v.source) == (one.label, one.source)]
        return alike[0] if len(alike) == 1 else None

    def _reworded(self, one: Variable, other: Variable) -> bool:
        """Whether two surveys ask it in other words. Waves of one survey restate dates; their matrix says what else differs."""
        if one.instrument or other.instrument:
            return one.instrument != other.instrument
        if self.ours.settings.identity.name == self.theirs.settings.identity.name:
            return False
        return one.source == "form" and one.question != other.question

    def _asked(self, one: Variable, other: Variable) -> str | Refusal:
        """A question of the form: put to the same people."""
        conditions = one.asked_if, other.asked_if
        if (conditions[0] is None) != (conditions[1] is None):
            return self._refused(one, "base")
        if conditions[0] is not None and conditions[1] is not None:
            turned = self.condition(conditions[0])
            if turned is None or turned.ordered() != conditions[1].ordered():
                return self._refused(one, "base")
        return other.name

    def _derived(self, one: Variable, other: Variable) -> str | Refusal:
        """A derived variable: the same definition, of items that are shared."""
        ours, theirs = _definition(self.ours, one.name), _definition(self.theirs, other.name)
        if ours is None or theirs is None or type(ours) is not type(theirs):
            return self._refused(one, "definition")
        if isinstance(ours, Score) and isinstance(theirs, Score) and ours.instrument:
            # The instrument says what its items are, under whatever names a form has them.
            same = (ours.missing, ours.combine) == (theirs.missing, theirs.combine)
            return other.name if same else self._refused(one, "definition")
        for part in ours.needs:
            found = self.find(part)
            if isinstance(found, Refusal):
                if found.reason == "scale":
                    return replace(found, item=one.name, label=self.first.variables[one.name].label)
                root = found.because if found.reason == "part" and found.because is not None else found
                return self._refused(one, "part", {"part": root.label}, root)
        same = ours.translated(self).bare() == theirs.bare()
        return other.name if same else self._refused(one, "definition")

    def name(self, name: str) -> str:
        """The second survey's name of an item that is shared."""
        return str(self.find(name))

    def condition(self, condition: Condition) -> Condition | None:
        """A condition of the first survey in the names and codes of the second; None where an item of it is not shared."""
        alternatives = []
        for clauses in condition.alternatives:
            turned = []
            for clause in clauses:
                found = self.find(clause.variable)
                if isinstance(found, Refusal):
                    return None
                codes = self.codes(clause.variable)
                turned.append(
                    replace(clause, variable=found, codes=tuple(codes.get(code, code) for code in clause.codes))
                )
            alternatives.append(tuple(turned))
        return Condition(tuple(alternatives))

    def codes(self, name: str, other: str = "") -> dict[int, int]:
        """Codes of a shared variable of the first survey → those of the second: as the crosswalk says, else by label."""
        for same in self.crosswalk.question if self.crosswalk else ():
            if same.first == name and same.codes:
                return {pair.first: pair.second for pair in same.codes}
        theirs = {code.label: code.code for code in self.theirs.variables[other or self.name(name)].codes}
        return {code.code: theirs[code.label] for code in self.ours.variables[name].codes if code.label in theirs}

    def with_nonanswer(self, name: str, other: str = "") -> dict[int, int]:
        """The same with 無回答, whatever each survey calls it."""
        ours, theirs = self.first.variables[name], self.second.variables[other or self.name(name)]
        codes = self.codes(name, theirs.name)
        if ours.nonanswer is not None and theirs.nonanswer is not None:
            codes[ours.nonanswer] = theirs.nonanswer
        return codes


def _scale(variable: Variable) -> str:
    """An instrument by its id and range, as a reader tells scales apart."""
    low, high = instruments()[variable.instrument].range
    return f"{variable.instrument}（{low:g}～{high:g}）"


def _definition(survey: Survey, name: str) -> Definition | None:
    return next((one for one in survey.measures.definitions if one.name == name), None)
