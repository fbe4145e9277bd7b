"""From two sides of a comparison to their answers by cells of composition, in the first survey's terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kodoku_survey.arrays import BoolArray, IndexArray
from kodoku_survey.benchmark.composed import Composed, crossed_cells
from kodoku_survey.benchmark.decomposed_parts import simple_if_asked
from kodoku_survey.benchmark.restriction import rows_where
from kodoku_survey.design import Categorical, Sample, domain
from kodoku_survey.errors import DidYouMean, Language, UsageError
from kodoku_survey.estimation.counting.answers import inside_of, question_of
from kodoku_survey.estimation.domains import numbers
from kodoku_survey.survey.conditions import TRUE, truth
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.sharing import Refusal, Shared
from kodoku_survey.tables.beside import Beside, spoken
from kodoku_survey.tables.sides import Asked, Measured, Side
from kodoku_survey.tables.words import words


@dataclass(frozen=True, eq=False)
class CompositionAxis:
    """One attribute of a composition: its name in both surveys, and what each class is called, by the first's codes."""

    name: str
    names: tuple[str, str]
    codes: tuple[int, ...]
    labels: tuple[str, ...]
    others: tuple[int, ...]  # the second survey's codes of the same classes

    def positions(self, sample: Sample, side: int) -> IndexArray:
        """(n,) the class of each respondent, −1 for 無回答, 非該当 and classes the surveys do not share."""
        column, wanted = sample.categorical(self.names[side]), self.codes if side == 0 else self.others
        place = {key: k for k, key in enumerate(wanted)}
        turn = np.array([*(place.get(key, -1) for key in column.keys), -1], dtype=np.intp)
        return turn[column.codes]


def axis_of(shared: Shared, name: str, *, where: str = "--standardize") -> CompositionAxis:
    """An attribute both surveys have, without the classes that are never shown as groups.

    Raises UsageError for a name nobody knows, one the two do not share, or a number.
    """
    known = shared.first.variables
    if name not in known:
        hint = DidYouMean(name, tuple(known))
        raise UsageError("benchmark.where_unknown", where, value=name, survey=shared.first.folder.name, hint=hint)
    found, variable = shared.find(name), known[name]
    if isinstance(found, Refusal):
        raise UsageError(
            "benchmark.where_not_shared", where, value=name, survey=shared.second.folder.name, reason=spoken(found)
        )
    if variable.kind != "single":
        raise UsageError("benchmark.not_classes", where, value=name)
    back, theirs = shared.codes(name), shared.second.variables[found]
    kept = [
        code
        for code in variable.options
        if code.code in back
        and code.code not in variable.hidden_as_group
        and back[code.code] not in theirs.hidden_as_group
    ]
    return CompositionAxis(
        name,
        (name, found),
        tuple(code.code for code in kept),
        tuple(code.text for code in kept),
        tuple(back[code.code] for code in kept),
    )


def sample_of(side: Measured) -> Sample:
    """The sample a side is compared by: weighted where it has weights, otherwise everybody once."""
    return simple_if_asked(side.unweighted if side.design is None else side.design)


def composed(
    side: Measured, asked: Asked, place: int, axes: Sequence[CompositionAxis], keys: Sequence[int]
) -> Composed:
    """A side's answers to one question by the crossing of some axes, in the order of `keys` (the first survey's codes)."""
    sample = sample_of(side)
    question = question_of(sample, asked.question)
    base = None if asked.base is None else truth(asked.base, side.responses.given) == TRUE
    inside = _asked(sample, asked, base)
    cell, cells = _cells_of(sample, place, axes)
    turned = {first: code for code, first in asked.answers.items()}
    y = np.zeros((len(sample), len(keys)))
    for k, key in enumerate(keys):
        at = question.keys.index(turned[key])
        y[:, k] = question.codes == at if isinstance(question, Categorical) else question.ticks[:, at] == 1
    return Composed(sample, y, cell, inside & (cell >= 0), cells)


def _asked(sample: Sample, asked: Asked, base: BoolArray | None) -> BoolArray:
    question = question_of(sample, asked.question)
    inside = inside_of(question, base, asked.nonanswer)  # type: ignore[arg-type]
    answered = question.codes >= 0 if isinstance(question, Categorical) else question.ticks[:, 0] >= 0
    held = answered if inside is None else answered & inside
    return held if sample.within is None else held & sample.within


def composed_number(side: Measured, asked: Asked, place: int, axes: Sequence[CompositionAxis]) -> Composed:
    """A side's number by the crossing of some axes; who gave none is outside."""
    sample = sample_of(side)
    values, has = numbers(sample, asked.question)
    base = None if asked.base is None else truth(asked.base, side.responses.given) == TRUE
    inside = has if base is None else has & base
    inside = inside if sample.within is None else inside & sample.within
    cell, cells = _cells_of(sample, place, axes)
    y = np.where(inside, values, 0.0)[:, None]
    return Composed(sample, y, cell, inside & (cell >= 0), cells)


def _cells_of(sample: Sample, place: int, axes: Sequence[CompositionAxis]) -> tuple[IndexArray, tuple[str, ...]]:
    """Each respondent's cell of the crossed axes, −1 unknown, and what the cells are called."""
    if not axes:
        return np.zeros(len(sample), dtype=np.intp), ("",)
    return crossed_cells([axis.positions(sample, place) for axis in axes], [axis.labels for axis in axes])


def with_axes(entry: TablePlan, axes: Sequence[CompositionAxis]) -> TablePlan:
    """A table of the plan by the crossing of the axes alone."""
    return replace(entry, by=(tuple(axis.name for axis in axes),) if axes else ())


def refuse_pairs(beside: Beside) -> None:
    """The same people on both sides have no place in a comparison with a benchmark. Raises UsageError."""
    if beside.overlap.paired:
        raise UsageError("benchmark.paired", "compare", count=beside.overlap.common)


def names_of(beside: Beside, language: Language | None = None) -> tuple[str, str]:
    """What the sides are called: their areas where these differ, else their names, else their years.

    language : of what the years are told in (default: of the first survey).
    """
    said, sides = words(language or beside.first.survey.settings.identity.lang), (beside.first, beside.second)
    areas, names = beside.populations.area, tuple(side.survey.settings.identity.name for side in sides)
    if all(areas) and areas[0] != areas[1]:
        return areas
    if names[0] != names[1]:
        return names[0], names[1]
    years = [said["wave_year"].format(wave=side.wave) for side in sides]
    return (years[0], years[1]) if years[0] != years[1] else (said["benchmark_this_group"], areas[1] or names[1])


def side_of(given: Side | Sample) -> Side:
    """A sample as a side, with its design where it is on it. Raises UsageError for a sample without a survey."""
    if not isinstance(given, Sample):
        return given
    if given.responses is None:
        raise UsageError("tables.no_survey")
    return Measured(given.on("unweighted"), given if given.basis == "design" else None)


def grouped(side: Side, group: str) -> Side:
    """A side restricted to a group. Raises UsageError for published figures, or where nobody is left."""
    if not isinstance(side, Measured):
        raise UsageError("benchmark.published_restricted", "--group", value=side.named)
    inside = rows_where(group, side.responses)
    if not inside.any():
        raise UsageError("benchmark.nobody_left", "--group", value=side.survey.folder.name)
    return Measured(domain(side.unweighted, inside), side.design and domain(side.design, inside))
