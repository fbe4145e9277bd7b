"""A sample adjusted to a reference as a study: whose figures, how alike, who is lacking, weights, each question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.studies.adjusted_rows import METHODS, gamma_column, in_hundredths, limits_in_words
from kodoku_survey.tables.studies.reference_adjusted import ReferenceAdjusted
from kodoku_survey.tables.studies.study import Forest, Likenesses, Study, StudyPart
from kodoku_survey.tables.words import Said, words

MOST_IN_A_CHART = 40


def adjustment_study(made: ReferenceAdjusted) -> Study:
    """What an adjustment says, part by part, in the sample's language."""
    said = words(made.language)
    sides = (made.beside.first, made.beside.second)
    frames = {
        "adjusted": made.frame, "balance": made.balance, "lacking": made.lacking, "weights": made.weights,
        "refused": made.refusals(), "notes": pd.DataFrame({"note": made.lines()}),
    }  # fmt: skip
    return Study(
        survey=made.beside.first.survey,
        language=made.language,
        title=said["adjust_title"].format(first=made.names[0], reference=made.names[1]),
        subtitle=said["adjust_subtitle"],
        basis=said["adjust_cover_bounds" if made.withheld else "adjust_cover_points"],
        lines=made.lines(),
        parts=tuple(_parts(made, said)),
        frames=frames,
        made_up=any(side.survey.settings.identity.synthetic == "yes" for side in sides),
        cautions=_cautions(made, said),
        told={"on": list(made.on), "surveys": list(made.names), "points": "withheld" if made.withheld else "model"},
    )


def _cautions(made: ReferenceAdjusted, said: Said) -> tuple[str, ...]:
    """What must stand before anything else: nobody drew these people, and what the figures suppose."""
    kind = made.beside.first.survey.settings.design.sample
    axes = made.axes(said)
    key = "withheld" if made.withheld else "ignorable_flag" if kind == "service_users" else "model"
    told = said[f"adjust_{key}"].format(first=made.names[0], reference=made.names[1], axes=axes)
    return said[f"note_basis_{kind}"], told


def _parts(made: ReferenceAdjusted, said: Said) -> Iterator[StudyPart]:
    yield StudyPart(said["adjust_whom"], level=1, texts=made.lines())
    yield from _likeness(made, said)
    yield _lacking(made, said)
    rows = tuple(
        (said[f"method_{row.method}"], half_up(row.effective_n, 0), half_up(row.largest, 1))
        for row in made.weights.itertuples()
    )
    head = tuple(said[f"adjust_weights_{one}"] for one in ("method", "effective", "largest"))
    yield StudyPart(said["adjust_weights"], level=1, caption=said["adjust_weights"], head=head, rows=rows)
    if len(made.frame):
        yield _overview(made, said)
        yield StudyPart(said["benchmark_questions"], level=1)
        yield from _questions(made, said)
    if made.refused:
        refused = tuple((row.label, row.text) for row in made.refusals().itertuples())
        title = said["adjust_refused"]
        named = (said["benchmark_item"], said["benchmark_reason"])
        yield StudyPart(title, level=1, head=named, rows=refused, words=2, caption=title)


def _likeness(made: ReferenceAdjusted, said: Said) -> Iterator[StudyPart]:
    names = {"first": made.names[0], "reference": made.names[1]}
    balance = made.balance
    used = [method for method in METHODS if method in balance]
    title = said["adjust_likeness"].format(**names)
    text = said["adjust_likeness_text"].format(overlap=half_up(100 * made.overlap, 0))
    if not len(balance):
        yield StudyPart(title, level=1, texts=(text,))
        return
    labels = tuple(_class(row, said) for row in balance.itertuples())
    ends = [balance[f"smd_{one}"].to_numpy(float) for one in ("raw", used[-1])] if used else []
    yield StudyPart(
        title,
        level=1,
        texts=(text,),
        figure=Likenesses(labels, ends[0], ends[1]) if used else None,
        caption=said["adjust_balance_chart"],
    )
    shown = ("raw", *used)
    head = (
        said["adjust_head_class"], said["adjust_head_reference"].format(**names), said["adjust_head_raw"],
        *(said["adjust_head_method"].format(method=said[f"method_{one}"]) for one in used),
        *(said["adjust_head_smd"].format(method=said[f"method_{one}"]) for one in shown),
    )  # fmt: skip
    rows = []
    for label, row in zip(labels, balance.itertuples(), strict=True):
        shares = [half_up(getattr(row, one), 1) for one in ("reference", *shown)]
        rows.append((label, *shares, *(in_hundredths(getattr(row, f"smd_{one}")) for one in shown)))
    caption = said["adjust_balance"]
    yield StudyPart(caption, caption=caption, head=head, rows=tuple(rows))


def _class(row: Any, said: Said) -> str:
    label = f"{row.attribute}：{getattr(row, '_2', '')}"
    return label if row.adjusted == "yes" else said["adjust_not_adjusted"].format(label=label)


def _lacking(made: ReferenceAdjusted, said: Said) -> StudyPart:
    title, frame = said["adjust_lacking_heading"], made.lacking
    if not len(frame):
        return StudyPart(title, level=1, texts=(said["adjust_lacking_none"],))
    rows = tuple(
        (f"{attribute}：{name}", said[f"adjust_lacking_{model}"], half_up(share, 1), f"{n:,.0f}")
        for attribute, name, model, share, n in frame.itertuples(index=False)
    )
    head = (said["adjust_head_class"], *(said[f"adjust_lacking_{one}"] for one in ("head_model", "share", "n")))
    return StudyPart(title, level=1, caption=title, head=head, rows=rows, words=2)


def _overview(made: ReferenceAdjusted, said: Said) -> StudyPart:
    """The answers the plan speaks of: points with their limits, or bounds at the largest Γ."""
    frame = made.frame
    told = [code in made.focus.get(name, ()) for name, code in zip(frame["question"], frame["code"], strict=True)]
    frame = frame[np.array(told, dtype=bool)].head(MOST_IN_A_CHART)
    labels = tuple(said["benchmark_of_answer"].format(label=row.label, answer=row.answer) for row in frame.itertuples())
    title = said["benchmark_overview"] if len(frame) else said["benchmark_questions"]
    if made.withheld:
        name, caption = (
            gamma_column(made.gammas[-1]),
            said["adjust_overview_bounds"].format(gamma=f"{made.gammas[-1]:g}"),
        )
        value = np.full(len(frame), np.nan)
    else:
        name, caption = _spoken(frame), said["adjust_overview_points"]
        value = frame[name].to_numpy(float)
    ends = [frame[f"{name}_{end}"].to_numpy(float) for end in ("low", "high")]
    figure = Forest(labels, value, *ends) if len(frame) else None
    return StudyPart(said["adjust_overview"] if len(frame) else title, level=1, figure=figure, caption=caption)


def _spoken(frame: pd.DataFrame) -> str:
    return next(method for method in reversed(METHODS) if method in frame)


def _questions(made: ReferenceAdjusted, said: Said) -> Iterator[StudyPart]:
    for _, part in made.frame.groupby("question", sort=False):
        own = [row for row in part.itertuples() if row.code in made.focus.get(row.question, ())]
        worst = {"low": half_up(part["worst_low"].min(), 0), "high": half_up(part["worst_high"].max(), 0)}
        note = said["adjust_note_bounds"].format(**worst) if made.withheld else said["adjust_note_points"]
        few = (said["benchmark_note_few"],) if (part["note"] != "").any() else ()
        label = str(part["label"].iloc[0])
        yield StudyPart(
            label,
            sentences=tuple(text for row in own if (text := made.sentence(row, said))),
            caption=f"{label}（n={int(part['n'].iloc[0]):,}）",
            head=tuple(_head(made, part, said)),
            rows=tuple(_rows(made, part)),
            notes=(note, *few),
        )


def _shown(made: ReferenceAdjusted, part: pd.DataFrame) -> list[str]:
    return [] if made.withheld else [method for method in METHODS if method in part]


def _head(made: ReferenceAdjusted, part: pd.DataFrame, said: Said) -> Iterator[str]:
    yield said["benchmark_answer"]
    yield said["adjust_head_answered"]
    yield from (said["adjust_head_method"].format(method=said[f"method_{one}"]) for one in _shown(made, part))
    if made.withheld:
        yield from (said["adjust_head_bounds"].format(gamma=f"{gamma:g}") for gamma in made.gammas)
    if made.covered < 1:
        yield said["adjust_head_everybody"]
    if part["reference"].notna().any():
        yield said["adjust_head_reference"].format(reference=made.names[1])
        yield said["adjust_head_odds"]


def _rows(made: ReferenceAdjusted, part: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    shown, beside = _shown(made, part), part["reference"].notna().any()
    for row in part.itertuples():
        cells = [str(row.answer), half_up(row.raw, 1)]
        for method in shown:
            limits = limits_in_words(row, method)
            point = half_up(getattr(row, method), 1)
            cells.append(f"{point} ({limits})" if limits else point)
        cells += made.bounds_words(row) if made.withheld else ()
        cells += [limits_in_words(row, "everybody")] if made.covered < 1 else []
        if beside:
            cells.append("" if np.isnan(row.reference) else half_up(row.reference, 1))
            cells.append("" if np.isnan(row.inclusion_odds) else half_up(row.inclusion_odds, 1))
        yield tuple(cells)
