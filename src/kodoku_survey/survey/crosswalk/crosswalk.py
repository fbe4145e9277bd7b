"""crosswalk.toml (対応表): which questions and codes of two surveys are the same, said by somebody, with the reason.

first = "人々のつながりに関する基礎調査"                # [survey] name of both; a file about other surveys is refused
second = "なぎさ県 県民のつながり調査"

[[question]]                                         # one question under two names or wordings (a date in it, say)
first = "q2"
second = "sex"
reason = "設問文の日付だけが違う"
codes = [ { first = 1, second = 2 }, { first = 2, second = 1 } ]      # absent: answers of the same label

[[harmonised]]                                       # a variable both can be brought to; added to both surveys
name = "age_band"
label = "年齢階級（共通）"
first = "q1"
second = "age"
reason = "どちらも調査期日の満年齢"
codes = [ { code = 1, label = "18～39歳", min = 18, max = 39 }, { code = 2, label = "40歳以上", min = 40 } ]    # of numbers
# codes = [ { code = 1, label = "ある", first = [1, 2], second = [1] }, … ]                                   # of answers
# codes = [ { code = 1, label = "18～39歳", min = 18, max = 39, second = [1, 2] }, … ]             # a number against classes
replaces = ["age_class"]                             # tables of the first survey take it in the place of these
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.conditions import Clause, Condition
from kodoku_survey.survey.definitions import Definition
from kodoku_survey.survey.definitions.choices import Choice, Rule
from kodoku_survey.survey.definitions.classes import Band, Classes
from kodoku_survey.survey.reading import Place, read_toml, record, records
from kodoku_survey.survey.reading.limits import DISTINCT, FILLED, NAMED, Key
from kodoku_survey.survey.survey import Survey

CROSSWALK = "crosswalk.toml"


@dataclass(frozen=True)
class CodePair:
    """One answer by its code in both surveys."""

    first: int
    second: int


@dataclass(frozen=True)
class SameQuestion:
    """A question of the first survey that is one of the second, and who says so."""

    first: Annotated[str, FILLED]
    second: Annotated[str, FILLED]
    reason: Annotated[str, FILLED]
    codes: tuple[CodePair, ...] = ()


@dataclass(frozen=True)
class CommonCode:
    """One answer both surveys can be brought to: codes of each, a range of numbers, or one's range and the other's codes."""

    code: int
    label: Annotated[str, FILLED]
    first: Annotated[tuple[int, ...], DISTINCT] = ()
    second: Annotated[tuple[int, ...], DISTINCT] = ()
    minimum: Annotated[int | float | None, Key("min")] = None
    maximum: Annotated[int | float | None, Key("max")] = None


@dataclass(frozen=True)
class Harmonised:
    """A variable both surveys are brought to. left_out : codes that have no place in it, by the side's name, told as such."""

    name: Annotated[str, NAMED]
    label: Annotated[str, FILLED]
    first: Annotated[str, FILLED]
    second: Annotated[str, FILLED]
    reason: Annotated[str, FILLED]
    codes: Annotated[tuple[CommonCode, ...], FILLED]
    replaces: Annotated[tuple[str, ...], DISTINCT] = ()
    left_out_first: Annotated[tuple[int, ...], DISTINCT] = ()
    left_out_second: Annotated[tuple[int, ...], DISTINCT] = ()
    asked: Annotated[str, FILLED] = ""

    def check(self, place: Place) -> None:
        """Every common answer has a code of its own, and none of either survey's codes has two."""
        for kind in ("first", "second"):
            own = [code for common in self.codes for code in getattr(common, kind)]
            for code in dict.fromkeys(code for code in own if own.count(code) > 1):
                place.at(f"codes {kind}").fault("duplicate_code", value=code)

    @property
    def replaced(self) -> tuple[str, ...]:
        """What its tables stand in the place of: as said, else the first survey's own question."""
        return self.replaces or (self.first,)


@dataclass(frozen=True)
class Crosswalk:
    """What two surveys share beyond what their forms tell."""

    first: Annotated[str, FILLED]
    second: Annotated[str, FILLED]
    question: tuple[SameQuestion, ...] = ()
    harmonised: tuple[Harmonised, ...] = ()

    def turned(self) -> Crosswalk:
        """The same seen from the second survey."""
        return Crosswalk(
            self.second,
            self.first,
            tuple(
                SameQuestion(one.second, one.first, one.reason, tuple(CodePair(c.second, c.first) for c in one.codes))
                for one in self.question
            ),
            tuple(
                replace(
                    one,
                    first=one.second,
                    second=one.first,
                    codes=tuple(replace(code, first=code.second, second=code.first) for code in one.codes),
                    replaces=(),
                    left_out_first=one.left_out_second,
                    left_out_second=one.left_out_first,
                )
                for one in self.harmonised
            ),
        )


def read_crosswalk(path: Path, first: Survey, second: Survey) -> Crosswalk:
    """The crosswalk of two surveys, every name and code of both resolved. Raises SurveyFaults with all its faults."""
    place = Place(path.name)
    table = read_toml(path, place, required=True)
    place.finish()
    known = ("first", "second", "question", "harmonised")
    for key in table:
        if key not in known:
            place.unknown("unknown_key", key, known)
    names = record(Crosswalk, {key: table[key] for key in ("first", "second") if key in table}, place)
    questions = tuple(records(SameQuestion, table.get("question", []), place, "question"))
    harmonised = tuple(records(Harmonised, table.get("harmonised", []), place, "harmonised"))
    place.finish()
    assert names is not None
    made = replace(names, question=questions, harmonised=harmonised)
    own = first.as_written.settings.identity.name, second.as_written.settings.identity.name
    if (made.first, made.second) == own[::-1] and own[0] != own[1]:
        made = made.turned()
    elif (made.first, made.second) != own:
        place.fault("crosswalk_of_others", value=f"{made.first} / {made.second}", wanted=f"{own[0]} / {own[1]}")
    for same in made.question:
        _check_same(same, first, second, place.at(f"[{same.first}]"))
    for one in made.harmonised:
        _check_harmonised(one, first, second, place.at(f"[{one.name}]"))
    place.finish()
    return made


def _both(entry: SameQuestion | Harmonised, first: Survey, second: Survey, place: Place) -> tuple[Variable, ...]:
    found = []
    for side, survey in (("first", first), ("second", second)):
        name = getattr(entry, side)
        if name not in survey.variables:
            place.at(side).unknown("unknown_variable", name, survey.variables)
        else:
            found.append(survey.variables[name])
    if len(found) == 2:
        ours, theirs = found
        # Points of two scales have no common meaning, whatever somebody declares.
        if ours.instrument and theirs.instrument and ours.instrument != theirs.instrument:
            place.fault("crosswalk_scale", first=ours.instrument, second=theirs.instrument)
        # A number can be brought to the other's classes, never one answer to several.
        classed = isinstance(entry, Harmonised) and {ours.kind, theirs.kind} == {"number", "single"}
        if ours.kind != theirs.kind and not classed:
            place.fault("crosswalk_kind", first=ours.kind, second=theirs.kind)
    return tuple(found)


def _check_same(entry: SameQuestion, first: Survey, second: Survey, place: Place) -> None:
    found = _both(entry, first, second, place)
    if len(found) < 2:
        return
    for side, variable in zip(("first", "second"), found, strict=True):
        own = [getattr(pair, side) for pair in entry.codes]
        for code in own:
            if code not in variable.keys:
                place.at(f"codes {side}").unknown("unknown_code", code, variable.keys, variable=variable.name)
        for code in dict.fromkeys(code for code in own if own.count(code) > 1):
            place.at(f"codes {side}").fault("duplicate_code", value=code)


def _check_harmonised(entry: Harmonised, first: Survey, second: Survey, place: Place) -> None:
    found = _both(entry, first, second, place)
    for survey in (first, second):
        if entry.name in survey.variables:
            place.fault("duplicate", value=entry.name)
    kinds = [variable.kind for variable in found]
    if len(found) < 2 or (kinds[0] != kinds[1] and set(kinds) != {"number", "single"}):
        return
    for common in entry.codes:
        ranged = common.minimum is not None or common.maximum is not None
        coded = [bool(getattr(common, side)) for side in ("first", "second")]
        if ranged != ("number" in kinds) or any(
            has != (kind != "number") for has, kind in zip(coded, kinds, strict=True)
        ):
            place.at(f"codes {common.code}").fault("crosswalk_code", value=common.label)
    for side, variable, survey in zip(("first", "second"), found, (first, second), strict=True):
        if variable.kind != "number":
            _check_covered(entry, side, variable, place.at(f"codes {side}"))
        definition_of(entry, side, variable.kind).resolved(survey.variables, place)
    unknown = [name for name in entry.replaces if name not in first.variables]
    for name in unknown:
        place.at("replaces").unknown("unknown_variable", name, first.variables)


def _check_covered(entry: Harmonised, side: str, variable: Variable, place: Place) -> None:
    """Every answer has its place, or is said to have none: one forgotten would leave the base without a word."""
    given = [code for common in entry.codes for code in getattr(common, side)]
    out = getattr(entry, f"left_out_{side}")
    for code in (*given, *out):
        if code not in variable.keys:
            place.unknown("unknown_code", code, variable.keys, variable=variable.name)
    forgotten = [code.text for code in variable.options if code.code not in (*given, *out)]
    if forgotten:
        place.fault("crosswalk_forgotten", value=", ".join(forgotten), side=side)


def definition_of(entry: Harmonised, side: str, kind: str) -> Definition:
    """A harmonised variable as one side's definition."""
    of = getattr(entry, side)
    if kind == "number":
        bands = tuple(Band(one.code, one.label, one.minimum, one.maximum) for one in entry.codes)
        return Classes(name=entry.name, label=entry.label, of=of, bands=bands, nonanswer=_free(entry))
    choices = tuple(
        Choice(one.code, one.label, Condition(((Clause(of, codes=getattr(one, side)),),))) for one in entry.codes
    )
    return Rule(name=entry.name, label=entry.label, choices=choices, nonanswer=_free(entry))


def _free(entry: Harmonised) -> int:
    """A code for 無回答 that no common answer has."""
    taken = {one.code for one in entry.codes}
    return next(code for code in (99, 999, 9999) if code not in taken)
