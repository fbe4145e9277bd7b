"""Surveys beside their benchmark: standardised, adjusted, or many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kodoku_survey.errors import Language, UsageError
from kodoku_survey.publish.release.study_files import write_study
from kodoku_survey.publish.release.whole import check_place
from kodoku_survey.run.line import side_of, sides_led_by, silent
from kodoku_survey.survey.figures import read_margins
from kodoku_survey.survey.reading import Place
from kodoku_survey.survey.settings.compared_with import Aspect, People
from kodoku_survey.survey.survey import Survey
from kodoku_survey.tables.report import Progress
from kodoku_survey.tables.sides import Measured, Side
from kodoku_survey.tables.studies.adjusting import adjust_to_reference
from kodoku_survey.tables.studies.adjustment_study import adjustment_study
from kodoku_survey.tables.studies.benchmark import Benchmark
from kodoku_survey.tables.studies.benchmark_study import benchmark_study
from kodoku_survey.tables.studies.benchmarking import benchmark
from kodoku_survey.tables.studies.many import Many, many
from kodoku_survey.tables.studies.many_study import many_study
from kodoku_survey.tables.studies.published_composing import read_rates
from kodoku_survey.tables.studies.reference_adjusted import ReferenceAdjusted


def beside_benchmark(
    first: str,
    reference: str,
    out: Path | None,
    *,
    standardize: Sequence[str] = (),
    by: str = "",
    group: str = "",
    margins: Path | None = None,
    only: Sequence[str] = (),
    where: str = "",
    crosswalk: Path | None = None,
    people: People | None = None,
    despite: Sequence[Aspect] = (),
    strict: bool = False,
    force: bool = False,
    progress: Progress = silent,
    lang: Language | None = None,
) -> Benchmark:
    """A survey beside a reference over one composition, written to `out` if given. Arguments as `ks.benchmark`.

    margins : a file in the form of margins.csv, in the first survey's codes, instead of the reference's composition.
    """
    if out is not None:
        check_place(out, force=force)
    ours, theirs = sides_of(first, reference, strict=strict, progress=progress, lang=lang)
    made = benchmark(
        ours,
        theirs,
        standardize=standardize,
        by=by,
        group=group,
        shares=None if margins is None else shares_in(margins, ours.survey, standardize),
        only=only,
        where=where,
        crosswalk=crosswalk,
        people=people,
        despite=despite,
        progress=progress,
    )
    if out is not None:
        write_study(benchmark_study(made), out, force=force)
    return made


def is_rates(name: str) -> bool:
    """Whether a side is named by a file of published rates."""
    return name.lower().endswith(".csv") and not Path(name).is_dir()


def sides_of(
    first: str, reference: str, *, strict: bool, progress: Progress, lang: Language | None = None
) -> tuple[Side, Side]:
    """Both sides; a file of published rates (….csv) is read in the terms of the other. Raises UsageError for two of them."""
    names = first, reference
    if all(map(is_rates, names)):
        raise UsageError("benchmark.rates_alone", "compare")
    if not any(map(is_rates, names)):
        one, other = sides_led_by(first, reference, strict=strict, progress=progress, lang=lang)
        return one, other
    made = [None if is_rates(name) else side_of(name, strict=strict, progress=progress, lang=lang) for name in names]
    survey = next(side.survey for side in made if side is not None)
    sides = [read_rates(name, survey) if side is None else side for name, side in zip(names, made, strict=True)]
    return sides[0], sides[1]


def many_beside(
    folders: Sequence[str],
    out: Path | None,
    *,
    only: Sequence[str] = (),
    standardize: Sequence[str] = (),
    margins: Path | None = None,
    where: str = "",
    despite: Sequence[Aspect] = (),
    strict: bool = False,
    force: bool = False,
    progress: Progress = silent,
    lang: Language | None = None,
) -> Many:
    """Several surveys beside the last of them, the benchmark; written to `out` if given. Arguments as `ks.benchmark`.

    Names are the benchmark's; the crosswalk of each folder stands in it.
    """
    if out is not None:
        check_place(out, force=force)
    for name in folders:
        if is_rates(name):
            raise UsageError("benchmark.rates_many", "compare", value=name)
    last, *areas = sides_led_by(folders[-1], *folders[:-1], strict=strict, progress=progress, lang=lang)
    sides = [*areas, last]
    measured = [side for side in sides if isinstance(side, Measured)]
    if len(measured) < len(sides):
        raise UsageError("benchmark.published_restricted", "compare", value="FOLDER@")
    shares = None if margins is None else shares_in(margins, measured[-1].survey, standardize)
    made = many(
        measured[:-1],
        measured[-1],
        only=only,
        standardize=standardize,
        shares=shares,
        where=where,
        despite=despite,
        progress=progress,
    )
    if out is not None:
        write_study(many_study(made), out, force=force)
    return made


def adjust(
    sample: str,
    reference: str,
    out: Path | None,
    *,
    on: Sequence[str],
    population: float | None = None,
    gamma: Sequence[float] = (),
    ignorable: bool = False,
    only: Sequence[str] = (),
    where: str = "",
    crosswalk: Path | None = None,
    people: People | None = None,
    despite: Sequence[Aspect] = (),
    strict: bool = False,
    force: bool = False,
    progress: Progress = silent,
    lang: Language | None = None,
) -> ReferenceAdjusted:
    """A sample nobody drew by chance, adjusted to a reference; written to `out` if given. As `ks.adjust_to_reference`."""
    if out is not None:
        check_place(out, force=force)
    ours, theirs = sides_led_by(sample, reference, strict=strict, progress=progress, lang=lang)
    made = adjust_to_reference(
        ours,
        theirs,
        on=on,
        population=population,
        gamma=gamma,
        ignorable=ignorable,
        only=only,
        where=where,
        crosswalk=crosswalk,
        people=people,
        despite=despite,
        progress=progress,
    )
    if out is not None:
        write_study(adjustment_study(made), out, force=force)
    return made


def shares_in(path: Path, survey: Survey, standardize: Sequence[str]) -> Mapping[tuple[int, ...], float]:
    """The composition a file of margins gives for the attribute standardised by. Raises SurveyFaults, UsageError."""
    place, wanted = Place(path.name), standardize[0] if standardize else ""
    frame = read_margins(path, survey.variables, place, only=wanted)
    place.finish()
    own = frame[frame["variable"] == wanted]
    if not len(own):
        known = ", ".join(dict.fromkeys(map(str, frame["variable"])))
        raise UsageError("benchmark.no_margin", f"--margins {path.name}", value=wanted, known=known or "0")
    return {
        tuple(int(code) for code in str(row.code).split(":")): float(row.value)
        for row in own.itertuples()
        if "*" not in str(row.code)
    }
