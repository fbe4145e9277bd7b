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
    notes = tuple(_notes(made, said))
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
        told={"areas": areas, "reference": name, "standardize": list(made.standardize)},
    )


def _notes(made: Many, said: Said) -> Iterator[str]:
    """What stands above all: over what they are compared, how tests, ranks and shrunken figures are to be read."""
    if not len(made.frame):
        yield said["nothing_shared"]
    if made.where:
        yield said["many_note_where"].format(query=made.where)
    if made.standardize:
        variables = made.reference.survey.variables
        terms = [
            "×".join(variables[name].label if name in variables else name for name in term.split(":"))
            for term in made.standardize
        ]
        key = "many_note_margins" if made.over_shares else "many_note_over"
        name = made.reference.survey.settings.identity.name
        yield said[key].format(axes=said["listing"].join(terms), reference=name)
    if len(made.frame) and made.frame.groupby(["question", "statistic", "code"])["reference"].agg(np.ptp).max() > 1e-9:
        yield said["many_note_apart"]
    yield from (said[f"many_note_{one}"] for one in ("holm", "rank", "shrunken"))


def _parts(made: Many, said: Said, notes: tuple[str, ...]) -> Iterator[StudyPart]:
    yield StudyPart(said["benchmark_whom"], level=1, texts=notes)
    over = bool(made.standardize)
    frame = made.frame
    for _, part in frame.groupby(["question", "statistic", "code"], sort=False) if len(frame) else ():
        part = part.sort_values("standardized" if over else "share", ascending=False)
        title = _title(part.iloc[0], said)
        unit = _unit(part["unit"].iloc[0], said)
        yield StudyPart(
            title,
            level=1,
            figure=_caterpillar(part, over=over),
            caption=said["many_caterpillar"].format(title=title, unit=unit),
            head=tuple(said[f"many_head_{one}"].format(unit=unit) for one in _heads(over=over)),
            rows=tuple(_row(row, over=over) for row in part.itertuples()),
        )
        known = part[part["effective_n"].notna()]
        if len(known):
            sizes = [known[name].to_numpy(float) for name in ("standardized" if over else "share", "effective_n")]
            funnel = Funnel(tuple(known["area"]), sizes[0], sizes[1], _centre(known, over=over))
            yield StudyPart(said["many_funnel_heading"], figure=funnel, caption=said["many_funnel"].format(title=title))
    for area, lines in made.lines.items():
        yield from _page(made, area, lines, said)


def _page(made: Many, area: str, lines: tuple[str, ...], said: Said) -> Iterator[StudyPart]:
    """The page of one area: whom it is of, in words, in numbers, and what could not be compared."""
    over = bool(made.standardize)
    own = made.frame[made.frame["area"] == area] if len(made.frame) else made.frame
    rows = tuple(
        (said["benchmark_in_unit"].format(label=_title(r, said), unit=_unit(r.unit, said)), *_row(r, over=over)[1:])
        for r in own.itertuples()
    )
    head = (said["benchmark_item"], *(said[f"many_plain_{one}"] for one in _heads(over=over)[1:]))
    name = made.reference.survey.settings.identity.name
    told = []
    for kind in ("higher", "lower", "none"):
        if len(own) and len(held := own[own["verdict"] == kind]):
            items = said["listing"].join(_title(row, said) for row in held.itertuples())
            told.append(said[f"many_told_{kind}"].format(area=area, reference=name, items=items))
    yield StudyPart(area, level=1, texts=lines, sentences=tuple(told), head=head, rows=rows, page=True)
    refused = made.refused[made.refused["area"] == area]
    if len(refused):
        advice = (made.advice[area],) if area in made.advice else ()
        yield StudyPart(
            said["benchmark_refused"],
            texts=advice,
            head=(said["benchmark_item"], said["benchmark_reason"]),
            rows=tuple((row.label, row.text) for row in refused.itertuples()),
            words=2,
        )


def _title(row: object, said: Said) -> str:
    """What a figure is of: the question and the answer, or the number and whether it is its mean."""
    get = row.__getattribute__ if not isinstance(row, pd.Series) else row.__getitem__
    if get("statistic") == "share":
        return said["benchmark_of_answer"].format(label=get("label"), answer=get("answer"))
    return f"{get('label')} {get('answer')}"


def _unit(unit: str, said: Said) -> str:
    return said["benchmark_percent"] if unit == "%" else unit or "‐"


def _heads(*, over: bool) -> tuple[str, ...]:
    standard = ("standardized",) if over else ()
    return ("area", "n", "share", "reference", *standard, "difference", "word", "rank", "shrunken")


def _centre(part: pd.DataFrame, *, over: bool) -> float:
    return float(part["standardized_reference" if over else "reference"].mean())


def _caterpillar(part: pd.DataFrame, *, over: bool) -> Forest:
    names = ("standardized", "standardized_low", "standardized_high") if over else ("share", "low", "high")
    value, low, high = (part[name].to_numpy(float) for name in names)
    return Forest(tuple(part["area"]), value, low, high, _centre(part, over=over))


def _row(row: object, *, over: bool) -> tuple[str, ...]:
    get = row.__getattribute__
    digits = 1 if get("statistic") == "share" else 2
    rank = "" if np.isnan(get("rank")) else f"{get('rank'):.0f} ({get('rank_best'):.0f}～{get('rank_worst'):.0f})"
    shrunken = "" if np.isnan(get("shrunken")) else half_up(get("shrunken"), digits)
    return (
        str(get("area")),
        f"{get('n'):,}",
        half_up(get("share"), digits),
        half_up(get("reference"), digits),
        *((half_up(get("standardized"), digits),) if over else ()),
        with_limits(get("difference"), get("difference_low"), get("difference_high"), digits),
        str(get("word")),
        rank,
        f"{shrunken} (±{half_up(get('shrunken_rmse'), digits)})" if shrunken else "",
    )
