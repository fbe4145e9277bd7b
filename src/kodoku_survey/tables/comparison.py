"""What two surveys or waves share, with the verdict on each difference; and, by name, what may not be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from kodoku_survey.errors import DidYouMean, Language, UsageError, named
from kodoku_survey.media import CalledFrame, Result
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.crosswalk.found_crosswalk import GivenCrosswalk
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.settings.compared_with import Aspect, People
from kodoku_survey.survey.sharing import Refusal, Shared
from kodoku_survey.survey.waves import standing
from kodoku_survey.tables.beside import Beside, pairs_of, remedy, set_beside, tested
from kodoku_survey.tables.changes import CHANGE_COLUMNS, Told, gap_rows, share_rows
from kodoku_survey.tables.number_changes import number_gaps, number_rows
from kodoku_survey.tables.number_sides import numbers_of, unlike
from kodoku_survey.tables.protected import in_page_digits
from kodoku_survey.tables.report import Progress
from kodoku_survey.tables.sides import Asked, Measured, Published, SharedCell, Side, asked_of, check_sides, shares
from kodoku_survey.tables.words import words


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Result):
    """Every shared cell, a row each (`frame`), and every item refused.

    frame : table, title, question, attribute, group, code, answer, measure (share | gap), percent and n of both, difference with
        limits, z, p_value, verdict by the published rule and its word; the same weighted, where both have weights; note
        (reference: few respondents; rounding: the verdict hangs on the digits the published figure lacks; recombined;
        no_error: nothing to test by). Of a mean or median (statistic, unit) measure is mean | median | gap, value_first and
        value_second stand in place of percent, differences are in its own unit, z is Welch's t.

    >>> made = ks.compare(ks.Measured(national.on("unweighted")), past)
    >>> sorted(made.frame["word"].unique())
    ['増加している', '差異はみられない', '減少している']
    """

    first: Side
    second: Side
    frame: pd.DataFrame
    refused: tuple[Refusal, ...]
    beside: Beside | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "frame", CalledFrame(self.frame))

    def lines(self, language: Language | None = None) -> tuple[str, ...]:
        """What stands above the table: whom both are of, and people found in both (default: in the first survey's language)."""
        return () if self.beside is None else self.beside.lines(language or self.first.survey.settings.identity.lang)

    def advice(self, language: Language | None = None) -> str:
        """What to do about items refused that may be the same; "" where nothing can be done."""
        return remedy(self.refused, self.first, self.second, language or self.first.survey.settings.identity.lang)

    @property
    def of_two_surveys(self) -> bool:
        """Whether the sides are two surveys, not two waves of one."""
        return len({side.survey.as_written.settings.identity.name for side in (self.first, self.second)}) > 1

    @property
    def in_time(self) -> bool:
        """Whether the first is a later wave of the same survey, so that one may speak of increase."""
        names = {side.survey.as_written.settings.identity.name for side in (self.first, self.second)}
        return len(names) == 1 and self.first.wave > self.second.wave

    def refusals(self, language: Language | None = None) -> pd.DataFrame:
        """item, label, reason, text: what is not compared, and why (default: in the first survey's language)."""
        said = words(language or self.first.survey.settings.identity.lang)
        rows = [(one.item, one.label, one.reason, one.text(said)) for one in self.refused]
        return pd.DataFrame(rows, columns=["item", "label", "reason", "text"])


def compare(
    first: Side,
    second: Side,
    *,
    only: Sequence[str] = (),
    where: str = "",
    crosswalk: GivenCrosswalk = None,
    people: People | None = None,
    despite: Sequence[Aspect] = (),
    progress: Progress | None = None,
) -> Comparison:
    """Compare the tables of the first survey's plan with the second, wherever both have the cell, over whom both cover.

    where : a condition in the first survey's names, to which both are restricted. crosswalk : what they share beyond what
    their forms tell: a file or its folder; without it crosswalk.toml of the first folder or the second. people : whether
    numbers both have are "new" people or the "same". despite : differences of the populations accepted, and told.
    Raises UsageError where both sides are the same or cannot be restricted alike, or for a table the plan lacks.

    >>> made = ks.compare(ks.Measured(national.on("unweighted")), past)
    >>> made.frame[["answer", "word"]].head(2).values.tolist()
    [['男性', '差異はみられない'], ['女性', '差異はみられない']]
    """
    for side in (first, second):
        if isinstance(side, Published) and side.rates is not None:
            raise UsageError("benchmark.rates_compare", side.named, value=side.named)
    check_sides(first, second)
    if first.survey.folder.resolve() == second.survey.folder.resolve() and first.wave == second.wave:
        raise UsageError("tables.same_sides", value=first.survey.folder.name)
    beside = set_beside(first, second, crosswalk=crosswalk, where=where, people=people, despite=tuple(despite))
    first, second, shared = beside.first, beside.second, beside.shared
    entries = first.survey.plan.tables
    known = tuple(entry.id for entry in entries)
    for wanted in only:
        if wanted not in known:
            raise UsageError(
                "tables.no_table", f"--only {wanted}", value=wanted, hint=DidYouMean(wanted, known), known=named(known)
            )
    entries = tuple(entry for entry in entries if not only or entry.id in only)
    made = Comparison(first, second, pd.DataFrame(), (), beside)
    frames, refused, seen = [], dict[str, Refusal](), set[tuple[Any, ...]]()
    for done, entry in enumerate(entries):
        if progress is not None:
            progress("compare", done, len(entries))
        frame, refusals = _table(made, shared, entry, seen)
        frames += [frame] if len(frame) else []
        for one in refusals:
            refused.setdefault(one.item, one)
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(CHANGE_COLUMNS))
    frame = frame.astype({"n_first": "Int64", "n_second": "Int64"})
    if any(isinstance(side, Measured) and side.released is not None for side in (first, second)):
        frame = in_page_digits(frame)
    # What was compared somewhere is not refused because one table of it could not be.
    compared = set(frame["question"])
    kept = [one for item, one in refused.items() if item not in compared]
    order = {name: place for place, name in enumerate(first.survey.variables)}
    kept.sort(key=lambda one: order.get(one.item.partition(":")[0], len(order)))
    return replace(made, frame=frame, refused=(*kept, *_dropped(second)))


def _dropped(second: Side) -> list[Refusal]:
    """What the earlier wave asked and the survey no longer does."""
    waves = second.survey.waves
    if isinstance(second, Measured) or not len(waves):
        return []
    own = waves[(waves["wave"] == second.wave) & (waves["status"] == "dropped")]
    return [Refusal(row.item, row.item, "dropped", {"note": row.note}) for row in own.itertuples()]


def _table(
    made: Comparison, shared: Shared, entry: TablePlan, seen: set[tuple[Any, ...]]
) -> tuple[pd.DataFrame, list[Refusal]]:
    """The cells of one table that both sides have and no table before had, and what of it is refused."""
    nothing = pd.DataFrame()
    if entry.statistic != "share" and (different := unlike(shared, entry.question)) is not None:
        return nothing, [different]
    ours, theirs = (asked_of(shared, entry, second=second) for second in (False, True))
    if isinstance(ours, Refusal) or isinstance(theirs, Refusal):
        return nothing, [one for one in (ours, theirs) if isinstance(one, Refusal)][:1]
    refused = [one for names in entry.by for name in names if isinstance(one := shared.find(name), Refusal)]
    held = [
        standing(side.survey, asked.question, side.wave)
        for side, asked in ((made.first, ours), (made.second, theirs))
        if isinstance(side, Published)
    ]
    for stands in held:
        if not stands.comparable:
            return nothing, [_refusal(made, entry.question, stands.status, stands.note), *refused]
    paired = pairs_of(made.beside)
    if entry.statistic != "share":
        frame = _numbers(made, entry, (ours, theirs), seen)
        return frame, [*refused, *([] if len(frame) else _unmeasured(made, entry))]
    left, right = (
        shares(side, asked, persons=paired is not None) for side, asked in ((made.first, ours), (made.second, theirs))
    )
    if not left or not right:
        return nothing, [_refusal(made, entry.question, "unpublished"), *refused]
    withheld = _withheld(made, entry, ours, theirs)
    cells = _cells(made, entry, [cell for cell in left if cell in right and cell[2] not in withheld], seen)
    if not cells:
        return nothing, [*refused, *withheld.values()]
    told = Told(made.first.survey, made.in_time, paired, tested(made.first, made.second))
    pairs = [(left[cell], right[cell]) for cell in cells]
    note = "recombined" if any(stands.status == "recombined" for stands in held) else ""
    rows = [share_rows(told, entry, cells, pairs, note), gap_rows(told, entry, cells, pairs)]
    frame = pd.concat([part for part in rows if len(part)], ignore_index=True)
    return frame, [*refused, *withheld.values()]


def _numbers(
    made: Comparison, entry: TablePlan, asked: tuple[Asked, Asked], seen: set[tuple[Any, ...]]
) -> pd.DataFrame:
    """The means or medians of one table, in every group both sides have; what an earlier table told is not told again."""
    left, right = (
        numbers_of(side, one, entry.statistic) for side, one in zip((made.first, made.second), asked, strict=True)
    )
    kind = (entry.question, entry.base, entry.statistic)
    cells = [cell for cell in left if cell in right and (*kind, cell) not in seen]
    seen.update((*kind, cell) for cell in cells)
    if not cells:
        return pd.DataFrame()
    told = Told(made.first.survey, made.in_time, pairs_of(made.beside), tested(made.first, made.second))
    pairs = [(left[cell], right[cell]) for cell in cells]
    rows = [number_rows(told, entry, cells, pairs), number_gaps(told, entry, cells, pairs)]
    return pd.concat([part for part in rows if len(part)], ignore_index=True)


def _unmeasured(made: Comparison, entry: TablePlan) -> list[Refusal]:
    """That no mean or median of an earlier wave has been published, where one side is its published figures."""
    published = any(isinstance(side, Published) for side in (made.first, made.second))
    return [_refusal(made, entry.question, "unpublished")] if published else []


def _cells(
    made: Comparison, entry: TablePlan, both: Sequence[SharedCell], seen: set[tuple[Any, ...]]
) -> list[SharedCell]:
    """The cells to tell, in the order of a printed table; what an earlier table told is not told again."""
    kind = (entry.question, entry.base, entry.nonanswer == "excluded")
    cells = [cell for cell in both if (not entry.answers or cell[2] in entry.answers) and (*kind, cell) not in seen]
    seen.update((*kind, cell) for cell in cells)
    places = _printed_order(made.first.survey.variables[entry.question])
    groups = {cell[:2]: place for place, cell in reversed(list(enumerate(cells)))}
    return sorted(cells, key=lambda cell: (groups[cell[:2]], places[cell[2]]))


def _printed_order(variable: Variable) -> dict[int, int]:
    """Where each answer stands in a printed table, 無回答 last."""
    codes = variable.across
    return {code: place for place, code in enumerate([*codes, *(key for key in variable.keys if key not in codes)])}


def _withheld(made: Comparison, entry: TablePlan, ours: Asked, theirs: Asked) -> dict[int, Refusal]:
    """Answers of the first survey that a side did not offer, or of which nobody has confirmed it, each by name."""
    variable, found = made.first.survey.variables[entry.question], dict[int, Refusal]()
    for side, asked in ((made.first, ours), (made.second, theirs)):
        own = {first: code for code, first in asked.answers.items()}
        for option in variable.options:
            status, note = "same", ""
            if option.code not in own:
                status = "absent"
            elif isinstance(side, Published):
                held = standing(side.survey, asked.question, side.wave, own[option.code])
                status, note = ("same", "") if held.comparable else (held.status, held.note)
            if status != "same":
                label = f"{variable.label}「{option.text}」"
                found[option.code] = Refusal(f"{variable.name}:{option.code}", label, status, {"note": note})  # type: ignore[arg-type]
    return found


def _refusal(made: Comparison, name: str, reason: str, note: str = "") -> Refusal:
    return Refusal(name, made.first.survey.variables[name].label, reason, {"note": note})  # type: ignore[arg-type]
