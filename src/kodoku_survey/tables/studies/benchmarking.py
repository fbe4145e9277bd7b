"""A survey beside its benchmark: shares, means and medians as they are and over one composition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from kodoku_survey.design import Sample
from kodoku_survey.errors import UsageError
from kodoku_survey.survey.crosswalk.found_crosswalk import GivenCrosswalk
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.rates import planned_of
from kodoku_survey.survey.settings.compared_with import Aspect, People
from kodoku_survey.survey.sharing import Refusal
from kodoku_survey.tables.beside import Beside, set_beside
from kodoku_survey.tables.protected import refuse_unreleased
from kodoku_survey.tables.report import Progress
from kodoku_survey.tables.sides import Published, Side
from kodoku_survey.tables.studies.benchmark import Benchmark
from kodoku_survey.tables.studies.composing import axis_of, grouped, names_of, refuse_pairs, side_of
from kodoku_survey.tables.studies.making_benchmark import MakingBenchmark
from kodoku_survey.tables.studies.published_composing import refuse_two_files


def benchmark(
    first: Side | Sample,
    reference: Side | Sample,
    *,
    standardize: str | Sequence[str] = (),
    by: str = "",
    group: str = "",
    shares: Mapping[tuple[int, ...], float] | None = None,
    only: Sequence[str] = (),
    where: str = "",
    crosswalk: GivenCrosswalk = None,
    people: People | None = None,
    despite: Sequence[Aspect] = (),
    progress: Progress | None = None,
) -> Benchmark:
    """A survey beside a reference, question by question, as they are and over one composition.

    standardize : attributes whose composition is made the same: "sex:age_class" crossed; several entries by their margins
        alone. by : an attribute; every group of it is standardised on its own. group : a condition on the first survey only,
        a group set against the whole reference. shares : codes of the crossed attributes → population share, instead of the
        reference's own composition.
    Other arguments as `ks.compare`. Raises UsageError, DesignError for a cell of the composition nobody is in.

    >>> beside = ks.benchmark(national, past)
    >>> beside.frame["question"].head(2).tolist()
    ['q2', 'q2']
    """
    ours, theirs = side_of(first), side_of(reference)
    refuse_two_files(ours, theirs)
    refuse_unreleased("tables.protected_adjusted", ours, theirs)
    beside = set_beside(ours, theirs, crosswalk=crosswalk, where=where, people=people, despite=tuple(despite))
    refuse_pairs(beside)
    if group:
        beside = replace(beside, first=grouped(beside.first, group))
    terms = (standardize,) if isinstance(standardize, str) and standardize else tuple(standardize)
    if shares is not None and len(terms) != 1:
        raise UsageError("benchmark.shares_of_one", "--margins")
    axes = [[axis_of(beside.shared, name) for name in term.split(":")] for term in terms]
    bands = [axis_of(beside.shared, name) for name in by.split(":")] if by else []
    return _whole(MakingBenchmark(beside, terms, axes, bands, shares), only, group, progress)


def _whole(made: MakingBenchmark, only: Sequence[str], group: str, progress: Progress | None) -> Benchmark:
    beside, first = made.beside, made.beside.first.survey
    frames, refused, seen, left_out = [], dict[str, Refusal](), set[Any](), (0, 0)
    entries = [entry for entry in _entries(beside) if not only or entry.id in only]
    for done, entry in enumerate(entries):
        if progress is not None:
            progress("compare", done, len(entries))
        kind = (entry.question, entry.statistic, entry.base, entry.nonanswer == "excluded")
        if kind in seen:
            continue
        seen.add(kind)
        found = made.table(entry)
        if isinstance(found, Refusal):
            refused.setdefault(found.item, found)
        else:
            frames.append(found[0])
            left_out = max(left_out[0], found[1][0]), max(left_out[1], found[1][1])
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["question", "code"])
    kept = tuple(one for item, one in refused.items() if item not in set(frame["question"]))
    focus = {
        one.question: one.focus or one.answers or tuple(c.code for c in first.variables[one.question].options[:1])
        for one in reversed(entries)
        if one.statistic == "share"
    }
    return Benchmark(beside, made.terms, frame, kept, group, left_out, names_of(beside), focus)


def _entries(beside: Beside) -> Sequence[TablePlan]:
    """The first survey's tables; beside another office's figures those it publishes, on the bases it publishes."""
    for side, other in ((beside.second, beside.first), (beside.first, beside.second)):
        if isinstance(side, Published) and side.rates is not None:
            return planned_of(other.survey, side.rates)
    return beside.first.survey.plan.tables
