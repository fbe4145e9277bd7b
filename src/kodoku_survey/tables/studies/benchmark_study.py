"""A benchmark as a study: its sentences, a forest of the standardised differences, and a table a question."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from kodoku_survey.tables.beside import tested
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.sides import made_up
from kodoku_survey.tables.studies.benchmark import Benchmark
from kodoku_survey.tables.studies.standard_rows import sentence_of, signed
from kodoku_survey.tables.studies.study import Forest, Study, StudyPart
from kodoku_survey.tables.words import Said, words


def benchmark_study(made: Benchmark) -> Study:
    """What a benchmark says, part by part, in the first survey's language."""
    said = words(made.language)
    frames = {"benchmark": made.frame, "refused": made.refusals(), "notes": pd.DataFrame({"note": made.lines()})}
    return Study(
        survey=made.beside.first.survey,
        language=made.language,
        title=said["benchmark_title"].format(first=made.names[0], reference=made.names[1]),
        subtitle=said["benchmark_subtitle"],
        basis=said["benchmark_cover"],
        lines=made.lines(),
        parts=tuple(_parts(made, said)),
        frames=frames,
        made_up=made_up(made.beside.first, made.beside.second),
        told={"standardize": list(made.standardize), "group": made.group, "surveys": list(made.names)},
    )


def _parts(made: Benchmark, said: Said) -> Iterator[StudyPart]:
    frame = made.frame
    nothing = () if len(frame) else (said["nothing_shared"],)
    yield StudyPart(said["benchmark_whom"], level=1, texts=(*made.lines(), *nothing))
    if len(frame):
        overview = _overview(made, said)
        yield from (overview,) if overview.figure is not None else ()
        yield StudyPart(said["benchmark_questions"], level=1)
    for (_, statistic), part in frame.groupby(["question", "statistic"], sort=False) if len(frame) else ():
        own = [row for row in part.itertuples() if made.speaks_of(row)]
        untested = not tested(made.beside.first, made.beside.second)
        limits = said["benchmark_note_untested" if untested else "benchmark_note_limits"]
        if statistic != "share" and not untested:
            limits = said[f"benchmark_note_{statistic}"].format(unit=part["unit"].iloc[0] or "‐")
        yield StudyPart(
            str(part["label"].iloc[0]),
            sentences=tuple(text for row in own if (text := _spoken(made, row, said))),
            caption=str(part["label"].iloc[0]),
            head=tuple(_head(made, said, part["unit"].iloc[0])),
            rows=tuple(_rows(made, part)),
            notes=(
                limits,
                *((said["benchmark_note_few"],) if (part["note"] != "").any() else ()),
            ),
        )
    if made.refused:
        rows = tuple((row.label, row.text) for row in made.refusals().itertuples())
        head = (said["benchmark_item"], said["benchmark_reason"])
        advice = (told,) if (told := made.advice()) else ()
        yield StudyPart(
            said["benchmark_refused"],
            level=1,
            texts=advice,
            head=head,
            rows=rows,
            words=2,
            caption=said["benchmark_refused"],
        )


def _spoken(made: Benchmark, row: object, said: Said) -> str:
    return sentence_of(row, made.names, said, adjusted=bool(made.standardize))


def _overview(made: Benchmark, said: Said) -> StudyPart:
    """The differences of the answers the plan speaks of, everybody's."""
    name = "standardized_difference" if made.standardize else "difference"
    frame = made.frame[(made.frame["group"] == made.frame["group"].iloc[0]) & (made.frame["statistic"] == "share")]
    focus = [
        code in made.focus.get(question, ()) for question, code in zip(frame["question"], frame["code"], strict=True)
    ]
    told = frame[np.array(focus, dtype=bool) & frame[f"{name}_low"].notna()].head(40)
    labels = tuple(said["benchmark_of_answer"].format(label=row.label, answer=row.answer) for row in told.itertuples())
    limits = [told[f"{name}{end}"].to_numpy(float) for end in ("", "_low", "_high")]
    return StudyPart(
        said["benchmark_overview"],
        level=1,
        figure=Forest(labels, *limits) if len(told) else None,
        caption=said[f"benchmark_forest_{'standard' if made.standardize else 'raw'}"].format(reference=made.names[1]),
    )


def _head(made: Benchmark, said: Said, unit: str) -> Iterator[str]:
    names = {
        "first": made.names[0],
        "reference": made.names[1],
        "unit": said["benchmark_percent"] if unit == "%" else unit,
    }
    yield said["benchmark_answer"]
    yield from (said["benchmark_head_first"].format(**names), said["benchmark_head_reference"].format(**names))
    kind = "head" if tested(made.beside.first, made.beside.second) else "plain"
    yield said[f"benchmark_{kind}_difference"]
    if made.standardize:
        yield said["benchmark_head_standard"].format(**names)
        yield said[f"benchmark_{kind}_standard_difference"]
        yield said["benchmark_head_explained"]
    yield said["benchmark_head_word"]


def _rows(made: Benchmark, part: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    several = part["group"].nunique() > 1
    for row in part.itertuples():
        digits = 1 if row.statistic == "share" else 2
        label = f"{row.group} {row.answer}" if several else str(row.answer)
        cells = [label, half_up(row.first, digits), half_up(row.reference, digits)]
        cells.append(with_limits(row.difference, row.difference_low, row.difference_high, digits))
        if made.standardize:
            cells.append(half_up(row.standardized_first, digits))
            ends = row.standardized_difference_low, row.standardized_difference_high
            cells.append(with_limits(row.standardized_difference, *ends, digits))
            cells.append("" if np.isnan(row.explained) else f"{half_up(row.explained, 0)}%")
        yield (*cells, str(row.word))


def with_limits(value: float, low: float, high: float, digits: int = 1) -> str:
    """+2.9 (+1.2～+4.6); without limits where there are none."""
    if np.isnan(low):
        return signed(value, digits)
    return f"{signed(value, digits)} ({signed(low, digits)}～{signed(high, digits)})"
