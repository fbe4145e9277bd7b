"""Many surveys beside one benchmark: every area's difference, rank and shrunken share, with the number of them in mind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kodoku_survey.benchmark.composed import Composed
from kodoku_survey.benchmark.ranks import rank_limits
from kodoku_survey.benchmark.small_areas import FayHerriot, fay_herriot
from kodoku_survey.crosstabs.two_samples import welch
from kodoku_survey.design.distributions import t_quantile, two_sided
from kodoku_survey.errors import Language, SurveyError, UsageError
from kodoku_survey.estimation.hypotheses.adjustment import adjusted
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.sharing import Refusal, Shared
from kodoku_survey.tables.beside import Beside, set_beside, tested
from kodoku_survey.tables.protected import refuse_unreleased
from kodoku_survey.tables.sides import Measured, asked_of
from kodoku_survey.tables.studies.composing import composed, names_of, refuse_pairs, with_axes
from kodoku_survey.tables.words import Said, words

LEAST_AREAS = 3  # fewer have no distribution to be shrunken to


@dataclass(frozen=True, eq=False)
class Many:
    """Areas beside their benchmark in some answers: a row an area and answer (`frame`), and who could not be compared.

    frame : table, question, label, code, answer, area, n, share, se, low, high, reference, difference with its limits,
        p_value and p_adjusted (Holm over the areas), verdict, word, rank with its limits, shrunken (Fay–Herriot) with its
        root mean squared error, effective_n.
    lines : of each area, what stands above a comparison with the benchmark.
    """

    reference: Measured
    frame: pd.DataFrame
    lines: dict[str, tuple[str, ...]]
    refused: pd.DataFrame
    models: dict[tuple[str, int], FayHerriot]
    made_up: bool = False

    @property
    def language(self) -> Language:
        """Of the benchmark's report."""
        return self.reference.survey.settings.identity.lang


def many(areas: Sequence[Measured], reference: Measured, *, only: Sequence[str] = ()) -> Many:
    """Several surveys beside one reference, each over whom both cover.

    The answers are those the reference's plan speaks of (`focus`, else the first). Areas and reference are independent.
    Source: Holm (1979) for the tests together; Mogstad et al. (2024) for ranks; Fay & Herriot (1979) for shrinking.
    Raises UsageError for fewer than three areas, two of one name, or a side that was not drawn by chance.
    """
    if len(areas) < LEAST_AREAS:
        raise UsageError("benchmark.few_surveys", "compare", count=len(areas), needed=LEAST_AREAS)
    if not tested(reference, *areas):
        raise UsageError("benchmark.many_by_chance", "[design] sample")
    refuse_unreleased("tables.protected_adjusted", *areas, reference)
    pairs = [set_beside(area, reference) for area in areas]
    names = [names_of(pair)[0] for pair in pairs]
    for name in names:
        if names.count(name) > 1:
            raise UsageError("benchmark.same_name", "[population] area", value=name)
    for pair in pairs:
        refuse_pairs(pair)
    rows, refused, models = list[pd.DataFrame](), list[tuple[str, Refusal]](), dict[tuple[str, int], FayHerriot]()
    for entry in reference.survey.plan.tables:
        if only and entry.id not in only:
            continue
        made, out = _table(entry, pairs, names)
        refused += out
        if len(made):
            made, found = _together(made)
            rows.append(made)
            models |= found
    said = words(reference.survey.settings.identity.lang)
    frame = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["question", "code", "area"])
    frame = frame.drop_duplicates(["question", "code", "area"], ignore_index=True)
    lines = {name: pair.lines(reference.survey.settings.identity.lang) for name, pair in zip(names, pairs, strict=True)}
    told = [(name, one.label, one.text(said)) for name, one in refused]
    out = pd.DataFrame(told, columns=["area", "label", "text"]).drop_duplicates()
    made_up = any(side.survey.settings.identity.synthetic == "yes" for side in (reference, *areas))
    return Many(reference, _worded(frame, said), lines, out, models, made_up)


def _worded(frame: pd.DataFrame, said: Said) -> pd.DataFrame:
    if not len(frame):
        return frame
    return frame.assign(word=[said[f"change_{one}"] if one else said["change_untested"] for one in frame["verdict"]])


def _table(
    entry: TablePlan, pairs: Sequence[Beside], names: Sequence[str]
) -> tuple[pd.DataFrame, list[tuple[str, Refusal]]]:
    """A row an area for each answer the entry speaks of; and the areas in which the question is not the same."""
    if entry.statistic != "share":
        label = pairs[0].second.survey.variables[entry.question].label
        return pd.DataFrame(), [(name, Refusal(entry.question, label, "statistic")) for name in names]
    rows, refused = [], list[tuple[str, Refusal]]()
    for pair, name in zip(pairs, names, strict=True):
        back = _turned(pair)
        found = back.shared.find(entry.question)
        ours, theirs = (asked_of(back.shared, with_axes(entry, ()), second=second) for second in (False, True))
        if isinstance(found, Refusal) or isinstance(ours, Refusal) or isinstance(theirs, Refusal):
            refused.append((name, next(one for one in (found, ours, theirs) if isinstance(one, Refusal))))
            continue
        variable = back.first.survey.variables[entry.question]
        codes = entry.focus or entry.answers or tuple(code.code for code in variable.options[:1])
        keys = [key for key in codes if key in set(ours.answers.values()) & set(theirs.answers.values())]
        if not keys:
            continue
        assert isinstance(back.first, Measured)
        assert isinstance(back.second, Measured)
        nation, area = composed(back.first, ours, 0, [], keys), composed(back.second, theirs, 1, [], keys)
        if area.n < 2:
            continue
        rows += [_row(entry, variable, key, name, area, nation, k) for k, key in enumerate(keys)]
    return pd.DataFrame(rows), refused


def _turned(pair: Beside) -> Beside:
    """The reference first: questions are in its terms."""
    return replace(pair, first=pair.second, second=pair.first, shared=Shared(pair.second.survey, pair.first.survey))


def _row(
    entry: TablePlan, variable: Variable, key: int, name: str, area: Composed, nation: Composed, k: int
) -> dict[str, object]:
    se, base = float(area.error(area.of_mean)[k]), float(nation.error(nation.of_mean)[k])
    p, q = float(area.mean[k]), float(nation.mean[k])
    both, df = welch(np.array([se]), np.array([area.freedom]), np.array([base]), np.array([nation.freedom]))
    sure = min(p, q) < 1e-9 or max(p, q) > 1 - 1e-9  # a share of exactly 0 or 1 has no error anybody knows
    reach = float(t_quantile(0.975, df)[0] * both[0])
    own = float(t_quantile(0.975, np.array([area.freedom]))[0]) * se
    nan = float("nan")
    return {
        "table": entry.id, "question": entry.question, "label": variable.label, "code": key,
        "answer": variable.code(key).text, "area": name, "n": area.n, "share": 100 * p,
        "se": nan if sure else 100 * se, "low": nan if sure else 100 * (p - own), "high": nan if sure else 100 * (p + own),
        "reference": 100 * q, "difference": 100 * (p - q), "difference_low": nan if sure else 100 * (p - q - reach),
        "difference_high": nan if sure else 100 * (p - q + reach),
        "p_value": nan if sure else float(two_sided(np.array([(p - q) / both[0]]), df)[0]),
        "effective_n": nan if sure else p * (1 - p) / se**2,
    }  # fmt: skip


def _together(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[tuple[str, int], FayHerriot]]:
    """Each answer's areas taken together: tests held at one level, ranks with limits, shrunken shares."""
    parts, models = [], {}
    for (question, code), part in frame.groupby(["question", "code"], sort=False):
        known = part["se"].notna().to_numpy()
        p = np.full(len(part), np.nan)
        p[known] = adjusted(part["p_value"].to_numpy(float)[known], "holm") if known.any() else p[known]
        sign = np.sign(part["difference"].to_numpy(float))
        verdict = np.where(p < 0.05, np.where(sign > 0, "higher", "lower"), np.where(known, "none", ""))
        limits = np.full((5, len(part)), np.nan)
        share, se = part["share"].to_numpy(float)[known], part["se"].to_numpy(float)[known]
        if len(share) > 1:
            limits[:3, known] = rank_limits(share, se)
        try:
            model = fay_herriot(share, se**2)
            limits[3, known], limits[4, known] = model.value, np.sqrt(model.mse)
            models[question, code] = model
        except SurveyError:  # too few areas of this answer to be shrunken: the column stays empty
            pass
        names = ("rank", "rank_best", "rank_worst", "shrunken", "shrunken_rmse")
        parts.append(part.assign(p_adjusted=p, verdict=verdict, **dict(zip(names, limits, strict=True))))
    return pd.concat(parts, ignore_index=True), models
