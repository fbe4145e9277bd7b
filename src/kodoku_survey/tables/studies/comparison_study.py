"""A comparison of two surveys as a study: its sentences, the differences at a glance, and the tables question by question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.tables.beside import tested
from kodoku_survey.tables.comparison import Comparison
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.sides import made_up
from kodoku_survey.tables.studies.benchmark_study import with_limits
from kodoku_survey.tables.studies.composing import names_of
from kodoku_survey.tables.studies.standard_rows import signed
from kodoku_survey.tables.studies.study import Forest, Study, StudyPart
from kodoku_survey.tables.words import Said, words

MOST_AT_A_GLANCE = 40
MARKED = ("reference", "recombined", "no_error", "rounding")  # notes of rows, in the order they are told


def comparison_study(made: Comparison) -> Study:
    """What a comparison says, part by part, in the first survey's language."""
    identity = made.first.survey.settings.identity
    said = words(identity.lang)
    assert made.beside is not None
    names = names_of(made.beside)
    return Study(
        survey=made.first.survey,
        language=identity.lang,
        title=said["benchmark_title"].format(first=names[0], reference=names[1]),
        subtitle=said["benchmark_subtitle"],
        basis=said["comparison_cover"],
        lines=made.lines(),
        parts=tuple(_parts(made, names, said)),
        frames={},
        made_up=made_up(made.first, made.second),
    )


def focus_of(made: Comparison, question: str) -> tuple[int, ...]:
    """The answers a table of the question speaks of: its focus, its answers, or the first."""
    entries = [entry for entry in made.first.survey.plan.tables if entry.question == question]
    told = next((entry.focus for entry in entries if entry.focus), ())
    told = told or next((entry.answers for entry in entries if entry.answers), ())
    return told or tuple(code.code for code in made.first.survey.variables[question].options[:1])


def _parts(made: Comparison, names: tuple[str, str], said: Said) -> Iterator[StudyPart]:
    frame = made.frame
    nothing = () if len(frame) else (said["nothing_shared"],)
    rule = (said["comparison_rule"],) if tested(made.first, made.second) else ()
    yield StudyPart(said["benchmark_whom"], level=1, texts=(*made.lines(), *rule, *nothing))
    if len(frame):
        spoken = [_spoken(made, row) for row in frame.itertuples()]
        whole = frame[(frame["attribute"] == "") & (frame["measure"] != "gap")]
        yield from _glance(whole[[_spoken(made, row) for row in whole.itertuples()]], names, said)
        yield StudyPart(said["benchmark_questions"], level=1)
        shown = frame[np.array(spoken) | (frame["attribute"] == "")]
        for (question, _), part in shown.groupby(["question", "statistic"], sort=False):
            yield from _question(made, str(question), part, names, said)
    if made.refused:
        rows = tuple((row.label, row.text) for row in made.refusals().itertuples())
        head = (said["benchmark_item"], said["benchmark_reason"])
        advice = (told,) if (told := made.advice()) else ()
        title = said["benchmark_refused"]
        yield StudyPart(title, level=1, texts=advice, head=head, rows=rows, words=2, caption=title)


def _spoken(made: Comparison, row: Any) -> bool:
    return bool(row.statistic != "share" or row.code in focus_of(made, row.question))


def _glance(told: pd.DataFrame, names: tuple[str, str], said: Said) -> Iterator[StudyPart]:
    told = told[(told["statistic"] == "share") & told["low"].notna()].head(MOST_AT_A_GLANCE)
    labels = tuple(said["benchmark_of_answer"].format(label=row.title, answer=row.answer) for row in told.itertuples())
    limits = [told[name].to_numpy(float) for name in ("difference", "low", "high")]
    caption = said["benchmark_forest_raw"].format(reference=names[1])
    if len(told):
        yield StudyPart(said["benchmark_overview"], level=1, figure=Forest(labels, *limits), caption=caption)


def _question(
    made: Comparison, question: str, part: pd.DataFrame, names: tuple[str, str], said: Said
) -> Iterator[StudyPart]:
    label, first = made.first.survey.variables[question].label, part.iloc[0]
    unit = said["benchmark_percent"] if first["statistic"] == "share" else first["unit"] or "‐"
    weighted, able = bool(part["weighted_word"].notna().any()), tested(made.first, made.second)
    head = [
        said["benchmark_answer"],
        *(said[f"benchmark_head_{one}"].format(first=names[0], reference=names[1], unit=unit) for one in ("first", "reference")),
        said[f"benchmark_{'head' if able else 'plain'}_difference"],
        said["benchmark_head_word"],
    ]  # fmt: skip
    if weighted:
        head.append(said["comparison_weighted"])
    whole = part[(part["attribute"] == "") & (part["measure"] != "gap")]
    notes = [name for name in MARKED if any(name in note for note in part["note"])]
    yield StudyPart(
        label,
        sentences=tuple(_sentence(row, label, names, said) for row in whole.itertuples() if _tells(made, row)),
        caption=label,
        head=tuple(head),
        rows=tuple(_row(row, weighted=weighted) for row in part.itertuples()),
        notes=(
            said["comparison_note" if able else "benchmark_note_untested"],
            *(said[f"comparison_note_{name}"] for name in notes),
        ),
    )


def _tells(made: Comparison, row: Any) -> bool:
    return _spoken(made, row) and row.verdict not in ("", "untested") and "reference" not in row.note


def _row(row: Any, *, weighted: bool) -> tuple[str, ...]:
    of_share = row.statistic == "share"
    digits = 1 if of_share else 2
    values = (row.percent_first, row.percent_second) if of_share else (row.value_first, row.value_second)
    label = f"{row.group}　{row.answer}" if row.attribute else str(row.answer)
    cells = [label, *(half_up(value, digits) for value in values)]
    cells += [with_limits(row.difference, row.low, row.high, digits), str(row.word)]
    if weighted:
        known = not pd.isna(row.weighted_difference)
        cells.append(f"{signed(row.weighted_difference, digits)} {row.weighted_word}" if known else "")
    return tuple(cells)


def _sentence(row: Any, label: str, names: tuple[str, str], said: Said) -> str:
    of_share = row.statistic == "share"
    digits = 1 if of_share else 2
    values = (row.percent_first, row.percent_second) if of_share else (row.value_first, row.value_second)
    ends = {"difference": row.difference, "low": row.low, "high": row.high}
    subject = said["benchmark_share_of" if of_share else "benchmark_number_of"].format(label=label, answer=row.answer)
    # A share of 0 or 100 per cent has no limits, and a verdict all the same.
    return said["benchmark_sentence_without_limits" if np.isnan(row.low) else "benchmark_sentence"].format(
        subject=subject, group="", first=names[0], reference=names[1], word=said[f"benchmark_{_word(row.verdict)}"],
        share=half_up(values[0], digits), other=half_up(values[1], digits),
        unit=said["benchmark_percent"] if of_share else row.unit, points=said["benchmark_points"] if of_share else row.unit,
        **{name: signed(value, digits) for name, value in ends.items()},
    )  # fmt: skip


def _word(verdict: str) -> str:
    return {"up": "higher", "down": "lower"}.get(verdict, verdict)
