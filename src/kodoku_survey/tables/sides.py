"""The two sides of a comparison: shares measured from a survey's returns, or published of an earlier wave, cell by cell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.crosstabs import CrossTab, crosstab
from kodoku_survey.design import Sample
from kodoku_survey.errors import UsageError
from kodoku_survey.intake.responses import Responses
from kodoku_survey.survey.conditions import TRUE, Condition, truth
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.own_words import word
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.rates import PublishedRates
from kodoku_survey.survey.sharing import Refusal, Shared
from kodoku_survey.survey.waves import standing
from kodoku_survey.tables.paired import parts_of
from kodoku_survey.tables.protected import Released

SharedCell = tuple[
    str, tuple[int, ...], int
]  # attribute, codes of the group, code of the answer: in the first survey's terms


@dataclass(frozen=True, eq=False)
class Share:
    """One share: its count of a base of n. A published percentage is any count from `least` to `most`.

    weighted, df, line : of the weighted estimate: its value, degrees of freedom, and column of the centred factor.
    persons : (n,) of each respondent's part in the unweighted share, where the other side holds the same people.
    """

    count: float
    n: float
    least: float
    most: float
    weighted: float = math.nan
    df: float = math.nan
    line: FloatArray | None = None
    persons: FloatArray | None = None


@dataclass(frozen=True, eq=False)
class Measured:
    """A survey with its returns, unweighted and, where it has weights of its own, weighted.

    released : all of its figures there are, where its folder is protected: those its report prints.

    >>> ks.Measured(sample.on("unweighted"), sample).survey.settings.identity.wave
    2025
    """

    unweighted: Sample
    design: Sample | None = None
    released: Released | None = None

    @property
    def survey(self) -> Survey:
        """The folder it was measured with."""
        return self.responses.survey

    @property
    def responses(self) -> Responses:
        """The respondents."""
        assert self.unweighted.responses is not None
        return self.unweighted.responses

    @property
    def wave(self) -> int:
        """The wave of the folder."""
        return self.survey.settings.identity.wave


@dataclass(frozen=True, eq=False)
class Published:
    """A survey of which only published figures are at hand: an earlier wave (history.csv), or another office's (`rates`).

    >>> ks.Published(national.responses.survey, 2023).wave
    2023
    """

    survey: Survey
    wave: int
    rates: PublishedRates | None = None

    @property
    def named(self) -> str:
        """What a message calls it: FOLDER@2023, or the file of rates."""
        return f"{self.survey.folder.name}@{self.wave}" if self.rates is None else self.rates.path.name


Side = Measured | Published


def made_up(*sides: Side) -> bool:
    """Whether any figure of these sides rests on invented answers; published figures do not."""
    return any(isinstance(side, Measured) and side.survey.settings.identity.synthetic == "yes" for side in sides)


def check_sides(*sides: object) -> None:
    """Raises UsageError for what is no side of a comparison, as a sample alone."""
    for side in sides:
        if not isinstance(side, Measured | Published):
            raise UsageError(
                "survey.wrong_argument", value=type(side).__name__, wanted="Measured",
                call='ks.Measured(sample.on("unweighted"), sample)',
            )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Asked:
    """One table in the terms of one survey, and its codes → those of the first survey."""

    question: str
    banners: tuple[
        tuple[str, tuple[str, ...], tuple[Mapping[int, int], ...]], ...
    ]  # attribute, own names, codes of each
    base: Condition | None
    nonanswer: str
    answers: Mapping[int, int]


def asked_of(shared: Shared, entry: TablePlan, *, second: bool) -> Asked | Refusal:
    """The table as one of the two surveys would ask it; axes that are not shared are left out. A refusal if it cannot."""
    found = shared.find(entry.question)
    if isinstance(found, Refusal):
        return found
    base = entry.base
    if base is not None and (base := shared.condition(base)) is None:
        return Refusal(entry.question, shared.first.variables[entry.question].label, "base")
    banners = []
    for names in entry.by:
        theirs = [shared.find(name) for name in names]
        if not any(isinstance(name, Refusal) for name in theirs):
            own = tuple(map(str, theirs)) if second else names
            pairs = zip(names, map(str, theirs), strict=True)
            banners.append((":".join(names), own, tuple(_back(shared, a, b, second=second) for a, b in pairs)))
    return Asked(
        found if second else entry.question,
        tuple(banners),
        base if second else entry.base,
        "out" if entry.nonanswer == "excluded" else "in",
        _back(shared, entry.question, found, second=second),
    )


def _back(shared: Shared, name: str, other: str, *, second: bool) -> dict[int, int]:
    codes = shared.with_nonanswer(name, other)
    return {theirs: ours for ours, theirs in codes.items()} if second else {code: code for code in codes}


def shares(side: Side, asked: Asked, *, persons: bool = False) -> dict[SharedCell, Share]:
    """Every cell of a table that one side has; with `persons` each respondent's part in it."""
    return _measured(side, asked, persons=persons) if isinstance(side, Measured) else _published(side, asked)


def _measured(side: Measured, asked: Asked, *, persons: bool) -> dict[SharedCell, Share]:
    base = None if asked.base is None else truth(asked.base, side.responses.given) == TRUE
    by = [names for _, names, _ in asked.banners]

    def tabulated(sample: Sample) -> CrossTab:
        return crosstab(sample, asked.question, by=by, base=base, nonanswer=asked.nonanswer)  # type: ignore[arg-type]

    plain = tabulated(side.unweighted)
    weighted = None if side.design is None else tabulated(side.design)
    value = None if weighted is None else weighted.value
    df = None if weighted is None else weighted.estimate.degrees_of_freedom.reshape(plain.shape)
    lines = None if weighted is None else weighted.estimate.factor.reshape(-1, *plain.shape)
    turned = {":".join(names): (attribute, codes) for attribute, names, codes in asked.banners}
    found: dict[SharedCell, Share] = {}
    parts = parts_of(side.unweighted, plain, base, asked.nonanswer) if persons else None
    for g, group in enumerate(plain.groups):
        attribute, codes = turned.get(group.attribute, ("", ()))
        keys = tuple(code.get(key, -1) for code, key in zip(codes, group.keys, strict=True))
        for k, key in enumerate(plain.keys):
            if key in asked.answers and plain.n[g] > 0 and _told(side, asked, group.attribute, group.keys, key):
                count = float(plain.counts[g, k])
                one = Share(count, float(plain.n[g]), count, count)
                if value is not None and df is not None and lines is not None:
                    one = Share(count, one.n, count, count, value[g, k], df[g, k], lines[:, g, k])
                if parts is not None:
                    one = replace(one, persons=parts(g, k))
                found[attribute, keys, asked.answers[key]] = one
    return found


def _told(side: Measured, asked: Asked, attribute: str, keys: tuple[int, ...], code: int) -> bool:
    """Whether a protected report prints the cell; any figure of a survey that is not protected may be told."""
    if side.released is None:
        return True
    return side.released.prints(asked.question, asked.base, asked.nonanswer, attribute, keys, code)


def _published(side: Published, asked: Asked) -> dict[SharedCell, Share]:
    """The figures history.csv has of the question, for everybody and for groups of the axes that can be compared."""
    history, decimals = side.survey.history, side.survey.settings.publication.decimals
    plan = [entry for entry in side.survey.plan.tables if (entry.question, entry.base) == (asked.question, asked.base)]
    everybody = word("everybody", side.survey.settings.identity.lang)
    groups = _groups(side, asked) | {_plain(everybody if e.total is None else e.total): ("", ()) for e in plan}
    own = history[(history["wave"] == side.wave) & history["table"].isin([entry.id for entry in plan])]
    found: dict[SharedCell, Share] = {}
    whole = (
        side.survey.settings.estimation.basis == "unweighted"
    )  # a weighted share is of no whole number of respondents
    for row in own.itertuples():
        if np.isnan([row.percent, row.n]).any() or row.mark not in ("", "nil"):
            continue
        if int(row.answer) in asked.answers and _plain(row.group) in groups:
            cell = (*groups[_plain(row.group)], asked.answers[int(row.answer)])
            found.setdefault(cell, _of_percent(row.percent, row.n, decimals, whole=whole))
    return found


def _groups(side: Published, asked: Asked) -> dict[str, tuple[str, tuple[int, ...]]]:
    """What history.csv calls each group, its label or attribute=code → the attribute and codes, of axes that wave shares."""
    found = {}
    for attribute, names, codes in asked.banners:
        if all(standing(side.survey, name, side.wave).comparable for name in names):
            options = [side.survey.variables[name].options for name in names]
            for group in product(*options):
                if all(code.code in back for code, back in zip(group, codes, strict=True)):
                    keys = tuple(back[code.code] for code, back in zip(group, codes, strict=True))
                    named = f"{':'.join(names)}={':'.join(str(code.code) for code in group)}"
                    found[named] = found[_plain(" ".join(code.text for code in group))] = (attribute, keys)
    return found


def _plain(label: str) -> str:
    """A label whatever blank it is written with."""
    return " ".join(str(label).split())


def _of_percent(percent: float, n: float, decimals: int, *, whole: bool) -> Share:
    """The counts a published percentage may stand for: rounded half up at its last digit; of whole respondents if unweighted."""
    unit = 0.5 * 10.0**-decimals
    if not whole:
        least, most = ((percent + end) * n / 100 for end in (-unit, unit))
        return Share(percent * n / 100, n, max(least, 0), min(most, n))
    least, most = math.ceil((percent - unit) * n / 100 - 1e-9), math.ceil((percent + unit) * n / 100 - 1e-9) - 1
    count = round(percent * n / 100)
    return Share(count, n, max(min(least, count), 0), min(max(most, count), n))
