"""Many surveys as a study: a caterpillar, a funnel and a table an answer, then one page an area."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.studies.benchmark_study import with_limits
from kodoku_survey.tables.studies.many import Many
from kodoku_survey.tables.studies.study import Forest, Funnel, Study, StudyPart
from kodoku_survey.tables.words import Said, words


def many_study(made: Many) -> Study:
    """What many surveys say beside their benchmark, in the benchmark's language."""
    said = words(made.language)
    name = made.reference.survey.settings.identity.name
    areas = list(made.lines)
    notes = tuple(said[f"many_note_{one}"] for one in ("holm", "rank", "shrunken"))
    return Study(
        survey=made.reference.survey,
        language=made.language,
        title=said["many_title"].format(count=len(areas), reference=name),
        subtitle=said["benchmark_subtitle"],
        basis=said["benchmark_cover"],
        lines=notes,
        parts=tuple(_parts(made, said, notes)),
        frames={"areas": made.frame, "refused": made.refused},
        made_up=made.made_up,
        told={"areas": areas, "reference": name},
    )


def _parts(made: Many, said: Said, notes: tuple[str, ...]) -> Iterator[StudyPart]:
    yield StudyPart(said["benchmark_whom"], level=1, texts=notes)
    for _, part in made.frame.groupby(["question", "code"], sort=False):
        part = part.sort_values("share", ascending=False)
        title = f"{part['label'].iloc[0]}「{part['answer'].iloc[0]}」"
        yield StudyPart(
            title,
            level=1,
            figure=_caterpillar(part),
            caption=said["many_caterpillar"].format(title=title),
            head=tuple(said[f"many_head_{one}"] for one in HEADS),
            rows=tuple(_row(row) for row in part.itertuples()),
        )
        known = part[part["effective_n"].notna()]
        if len(known):
            sizes = [known[name].to_numpy(float) for name in ("share", "effective_n")]
            funnel = Funnel(tuple(known["area"]), sizes[0], sizes[1], float(known["reference"].mean()))
            yield StudyPart(said["many_funnel_heading"], figure=funnel, caption=said["many_funnel"].format(title=title))
    for area, lines in made.lines.items():
        own = made.frame[made.frame["area"] == area]
        rows = tuple((f"{r.label}「{r.answer}」", *_row(r)[1:]) for r in own.itertuples())
        head = (said["benchmark_item"], *(said[f"many_head_{one}"] for one in HEADS[1:]))
        yield StudyPart(area, level=1, texts=lines, head=head, rows=rows, page=True)


HEADS = ("area", "n", "share", "reference", "difference", "word", "rank", "shrunken")


def _caterpillar(part: pd.DataFrame) -> Forest:
    value, low, high = (part[name].to_numpy(float) for name in ("share", "low", "high"))
    return Forest(tuple(part["area"]), value, low, high, float(part["reference"].mean()))


def _row(row: object) -> tuple[str, ...]:
    get = row.__getattribute__
    rank = "" if np.isnan(get("rank")) else f"{get('rank'):.0f} ({get('rank_best'):.0f}～{get('rank_worst'):.0f})"
    shrunken = (
        "" if np.isnan(get("shrunken")) else f"{half_up(get('shrunken'), 1)} (±{half_up(get('shrunken_rmse'), 1)})"
    )
    return (
        str(get("area")),
        f"{get('n'):,}",
        half_up(get("share"), 1),
        half_up(get("reference"), 1),
        with_limits(get("difference"), get("difference_low"), get("difference_high")),
        str(get("word")),
        rank,
        shrunken,
    )
