"""How estimates, tests and models are printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from kodoku_survey.crosstabs import CrossTabs
from kodoku_survey.errors import Language
from kodoku_survey.estimation import Estimate, Prevalence, Test
from kodoku_survey.estimation.framed import Framed
from kodoku_survey.estimation.hypotheses.location import Tested
from kodoku_survey.media import makes
from kodoku_survey.models import Regression
from kodoku_survey.scales import Reliability
from kodoku_survey.tables.shown.printed import Printed, cell_text, of_frame, spoken
from kodoku_survey.tables.shown.result_frames import the_frame
from kodoku_survey.tables.shown.term_words import terms_in_words
from kodoku_survey.tables.summary_text import p_text
from kodoku_survey.tables.words import Said, words

_GROUPED = ("attribute", "group")


@makes("Estimate", "printed")
def print_estimate(estimate: Estimate, level: float = 0.95, language: Language | None = None) -> Printed:
    """A line a number with all that is known of it; several numbers of several groups as groups × numbers, the rest folded."""
    said = words(spoken(asked=language), level)
    frame = estimate.frame(level)
    line = f"{type(estimate).__name__}: {len(estimate)} × {estimate.kind}, basis {estimate.basis}"
    title = f"{_subject(frame)}{estimate.kind} · {estimate.basis} · {100 * level:g}%"
    across = _across(frame)
    notes = undrawn(estimate, said)
    if across is None:
        return of_frame(frame, said, line, title, stubs=estimate.labels.shape[1], notes=notes)
    wide = frame.pivot_table(
        index=[*_GROUPED], columns=across, values=estimate.column, sort=False, dropna=False, observed=True
    )  # fmt: skip
    bases = frame.groupby([*_GROUPED], sort=False)["n"].agg(["min", "max"]).astype(int).to_numpy()
    percent = estimate.column != "value"
    rows = tuple(
        (*map(str, names), *(cell_text(estimate.column, value, percent) for value in numbers), _span(base[0], base[1]))
        for names, numbers, base in zip(wide.index.tolist(), wide.to_numpy(dtype=float).tolist(), bases, strict=True)
    )
    heads = (*(said[f"column_{name}"] for name in _GROUPED), *map(str, wide.columns), said["shown_n"])
    details = of_frame(frame, said, "", said["shown_details"], stubs=estimate.labels.shape[1])
    return Printed(line, title, heads, rows, len(_GROUPED), notes, folded=(details,))


def undrawn(estimate: Estimate, said: Said) -> tuple[str, ...]:
    """Why there is no error, of people nobody drew by chance."""
    return () if estimate.claimed else (said["shown_undrawn"],)


def _span(low: int, high: int) -> str:
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def _subject(frame: pd.DataFrame) -> str:
    """The variable all numbers are of, where there is one."""
    names = list(dict.fromkeys(frame["variable"])) if "variable" in frame else []
    return f"{names[0]} · " if len(names) == 1 else ""


def _across(frame: pd.DataFrame) -> str | None:
    """The label that goes across a wide table: the only one beside the groups that varies, in every group alike."""
    if any(name not in frame for name in _GROUPED) or frame.groupby([*_GROUPED]).ngroups < 2:
        return None
    others = [name for name in ("variable", "answer", "probability") if name in frame and frame[name].nunique() > 1]
    if len(others) != 1 or frame.duplicated([*_GROUPED, others[0]]).any():
        return None
    whole = frame.groupby([*_GROUPED]).ngroups * frame[others[0]].nunique() == len(frame)
    return others[0] if whole else None


@makes("Test", "printed")
def print_test(test: Test, level: float = 0.95, language: Language | None = None) -> Printed:
    """Statistic, degrees of freedom and p on one line."""
    said = words(spoken(asked=language), level)
    p = f"p {test.p_value:.4g}" if not test.p_value < 0.001 else f"p {p_text(test.p_value)}"
    line = f"Test: {test.statistic:.5g}, df {test.df[0]:.5g} and {test.df[1]:.5g}, {p}"
    made = of_frame(test.frame(), said, line, "test", stubs=0)
    return replace(made, rows=(tuple(made.rows[0]),))


@makes("Test", "to_text")
def test_text(test: Test) -> str:
    """The line alone: a test has no further columns."""
    return f"<{print_test(test).line}>"


@makes("Tested", "printed")
def print_tested(tested: Tested, level: float = 0.95, language: Language | None = None) -> Printed:
    """The difference with its error, and the test below."""
    test = print_test(tested.test, level, language)
    return replace(print_estimate(tested.difference, level, language), notes=(f"<{test.line}>",))


@makes("Tested", "parts")
def tested_parts(tested: Tested, level: float) -> Mapping[str, pd.DataFrame]:
    """The difference and the test."""
    return {"difference": tested.difference.frame(level), "test": tested.test.frame()}


@makes("Prevalence", "printed")
def print_prevalence(found: Prevalence, level: float = 0.95, language: Language | None = None) -> Printed:
    """A line a domain: the share among the determined, and the band the undetermined leave."""
    said = words(spoken(asked=language), level)
    line = f"Prevalence: {len(found.n)} domains, basis {found.estimate.basis}"
    title = f"{said['unit_percent']} · {found.estimate.basis} · {100 * level:g}%"
    return of_frame(found.frame(level), said, line, title)


@makes("Framed", "printed")
def print_framed(found: Framed, level: float = 0.95, language: Language | None = None) -> Printed:
    """The frame, which says what each class says of its own."""
    said = words(spoken(asked=language), level)
    kind = type(found).__name__
    (frame,) = the_frame(found, level).values()
    return of_frame(frame, said, kind, kind)


def _in_words(frame: pd.DataFrame, model: Regression, said: Said) -> pd.DataFrame:
    return frame.assign(term=terms_in_words(list(frame["term"]), model.sample, said))


@makes("Regression", "printed")
def print_regression(model: Regression, level: float = 0.95, language: Language | None = None) -> Printed:
    """A line a coefficient; the ratios beside them where there are such."""
    said = words(spoken(asked=language), level)
    without = f", nobody in {', '.join(model.dropped)}" if model.dropped else ""
    told = f"{model.formula}, {model.family}, basis {model.coefficients.basis}"
    frame = _in_words(model.frame(level), model, said)
    ratios: tuple[Printed, ...] = ()
    if model.ratios:
        told_of = _in_words(model.frame(level, scale="ratio")[model.plotted], model, said)
        ratios = (of_frame(told_of, said, "", said["shown_ratios"], stubs=1),)
    notes = (
        f"n = {int(model.coefficients.n[0]):,}",
        *([without.removeprefix(", ")] if without else []),
        *undrawn(model.coefficients, said),
    )
    line, title = f"Regression {told}{without}", f"{told} · {100 * level:g}%"
    return of_frame(frame, said, line, title, stubs=1, notes=notes, folded=ratios)


@makes("CrossTabs", "printed")
def print_crosstabs(tabs: CrossTabs, level: float = 0.95, language: Language | None = None) -> Printed:
    """A line a table with its test; the tables themselves by `tabs[question, attribute]`."""
    said = words(spoken(asked=language), level)
    line = f"CrossTabs: {len(tabs)} tables, basis {tabs.sample.basis}"
    return of_frame(tabs.tests, said, line, line, stubs=2)


@makes("CrossTabs", "parts")
def crosstabs_parts(tabs: CrossTabs, level: float) -> Mapping[str, pd.DataFrame]:
    """Every cell, and every test."""
    return {"frame": tabs.frame(level), "tests": tabs.tests}


@makes("Reliability", "printed")
def print_reliability(found: Reliability, level: float = 0.95, language: Language | None = None) -> Printed:
    """The frame of the scale."""
    return replace(print_framed(found, level, language), notes=undrawn(found.alpha, words(spoken(asked=language))))


@makes("Reliability", "parts")
def reliability_parts(found: Framed, level: float) -> Mapping[str, pd.DataFrame]:
    """The scale, and its items."""
    return {"frame": found.frame(level), "items": found.item_frame(level)}  # type: ignore[call-arg, attr-defined]
