"""Many surveys beside one benchmark: every area's difference, rank and shrunken figure, with the number of them in mind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from kodoku_survey.benchmark.small_areas import FayHerriot
from kodoku_survey.errors import Language, SurveyError, SurveyFaults, UsageError
from kodoku_survey.survey.settings.compared_with import Aspect
from kodoku_survey.survey.sharing import Refusal
from kodoku_survey.tables.beside import Beside, remedy, set_beside, tested
from kodoku_survey.tables.protected import refuse_unreleased
from kodoku_survey.tables.report import Progress
from kodoku_survey.tables.sides import Measured
from kodoku_survey.tables.studies.composing import axis_of, names_of, refuse_pairs
from kodoku_survey.tables.studies.making_benchmark import MakingBenchmark
from kodoku_survey.tables.studies.many_rows import area_rows, together
from kodoku_survey.tables.words import Said, words

LEAST_AREAS = 3  # fewer have no distribution to be shrunken to


@dataclass(frozen=True, eq=False)
class Many:
    """Areas beside their benchmark in some answers: a row an area and answer (`frame`), and who could not be compared.

    frame : table, question, label, statistic, unit, code, answer, area, n, share, se, low, high, reference (percent; a mean or
        median in its own unit), the same over the benchmark's composition where it was made the same (`standardized`, …),
        difference of these with its limits, p_value and p_adjusted (Holm over the areas), verdict, word, rank with its limits,
        shrunken (Fay–Herriot) with its root mean squared error, effective_n.
    lines : of each area, what stands above a comparison with the benchmark. advice : what to do about what was refused.
    """

    reference: Measured
    frame: pd.DataFrame
    lines: dict[str, tuple[str, ...]]
    refused: pd.DataFrame
    models: dict[tuple[str, str, int], FayHerriot]
    made_up: bool = False
    standardize: tuple[str, ...] = ()
    over_shares: bool = False
    where: str = ""
    advice: Mapping[str, str] = field(default_factory=dict)

    @property
    def language(self) -> Language:
        """Of the benchmark's report."""
        return self.reference.survey.settings.identity.lang


def many(
    areas: Sequence[Measured],
    reference: Measured,
    *,
    only: Sequence[str] = (),
    standardize: Sequence[str] = (),
    shares: Mapping[tuple[int, ...], float] | None = None,
    where: str = "",
    despite: Sequence[Aspect] = (),
    progress: Progress | None = None,
) -> Many:
    """Several surveys beside one reference, each over whom both cover.

    The answers are those the reference's plan speaks of (`focus`, else the first), and its means and medians. standardize,
    shares, where : as `ks.benchmark`, in the reference's names. What an area shares with the reference beyond their forms stands
    in crosswalk.toml of either folder. Areas and reference are independent.
    Source: Holm (1979) for the tests together; Mogstad et al. (2024) for ranks; Fay & Herriot (1979) for shrinking.
    Raises UsageError for fewer than three areas, two of one name, a side that was not drawn by chance, or crosswalks that make
    different things of the reference under one name.
    """
    if len(areas) < LEAST_AREAS:
        raise UsageError("benchmark.few_surveys", "compare", count=len(areas), needed=LEAST_AREAS)
    if not tested(reference, *areas):
        raise UsageError("benchmark.many_by_chance", "[design] sample")
    if shares is not None and len(standardize) != 1:
        raise UsageError("benchmark.shares_of_one", "--margins")
    refuse_unreleased("tables.protected_adjusted", *areas, reference)
    pairs = _pairs(areas, reference, where, tuple(despite))
    said = words(reference.survey.settings.identity.lang)
    parts, refused, models = list[pd.DataFrame](), list[tuple[str, Refusal]](), dict[tuple[str, str, int], FayHerriot]()
    plan = reference.survey.plan.tables
    making = {name: _making(pair, tuple(standardize), shares) for name, pair in pairs.items()}
    for done, entry in enumerate(plan):
        if progress is not None:
            progress("compare", done, len(plan))
        if only and entry.id not in only:
            continue
        rows, out = area_rows(done, making, said)
        refused += out
        if len(rows):
            made, found = together(rows)
            parts.append(made)
            models |= found
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["question", "code", "area"])
    if len(frame):
        frame = frame.drop_duplicates(["question", "statistic", "code", "area"], ignore_index=True)
    return Many(
        reference,
        _worded(frame, said),
        {name: _seen_from_area(pair).lines(said_language(reference)) for name, pair in pairs.items()},
        _told(refused, said),
        models,
        any(side.survey.settings.identity.synthetic == "yes" for side in (reference, *areas)),
        tuple(standardize),
        shares is not None,
        where,
        _advice(refused, pairs, said_language(reference)),
    )


def said_language(reference: Measured) -> Language:
    """The language of the benchmark's report."""
    return reference.survey.settings.identity.lang


def _pairs(
    areas: Sequence[Measured], reference: Measured, where: str, despite: tuple[Aspect, ...]
) -> dict[str, Beside]:
    """Each area beside the reference, which comes first: conditions and questions are in its terms."""
    pairs: dict[str, Beside] = {}
    for area in areas:
        folder = area.survey.folder.name
        try:
            pair = set_beside(reference, area, where=where, despite=despite)
            refuse_pairs(pair)
        except SurveyFaults:
            raise
        except SurveyError as error:
            raise type(error)(error.key, f"{folder} {error.where}".strip(), **error.fields) from error
        name = names_of(pair)[1]
        if name in pairs:
            raise UsageError("benchmark.same_name", "[population] area", value=name)
        pairs[name] = pair
    _check_common(pairs)
    return pairs


def _check_common(pairs: Mapping[str, Beside]) -> None:
    """One name of a harmonised variable means one thing of the reference, or figures of two things would be ranked."""
    known: dict[str, tuple[object, str]] = {}
    for name, pair in pairs.items():
        for entry in pair.shared.crosswalk.harmonised if pair.shared.crosswalk else ():
            codes = tuple((one.code, one.label, one.first, one.minimum, one.maximum) for one in entry.codes)
            meant = entry.first, codes, entry.left_out_first
            first = known.setdefault(entry.name, (meant, name))
            if first[0] != meant:
                raise UsageError("benchmark.many_harmonised", f"[{entry.name}]", first=first[1], second=name)


def _making(
    pair: Beside, standardize: tuple[str, ...], shares: Mapping[tuple[int, ...], float] | None
) -> MakingBenchmark:
    axes = [[axis_of(pair.shared, name) for name in term.split(":")] for term in standardize]
    return MakingBenchmark(pair, standardize, axes, [], shares)


def _seen_from_area(pair: Beside) -> Beside:
    """The same with the area first, for the lines of its page."""
    return replace(pair, first=pair.second, second=pair.first, populations=pair.populations.turned())


def _told(refused: Sequence[tuple[str, Refusal]], said: Said) -> pd.DataFrame:
    told = [(name, one.label, one.text(said)) for name, one in refused]
    return pd.DataFrame(told, columns=["area", "label", "text"]).drop_duplicates(ignore_index=True)


def _advice(refused: Sequence[tuple[str, Refusal]], pairs: Mapping[str, Beside], language: Language) -> dict[str, str]:
    """Of each area, how to have its crosswalk drafted, where that may help."""
    found = {}
    for name, pair in pairs.items():
        own = [one for area, one in refused if area == name]
        if advice := remedy(own, pair.second, pair.first, language):
            found[name] = advice
    return found


def _worded(frame: pd.DataFrame, said: Said) -> pd.DataFrame:
    if not len(frame):
        return frame
    return frame.assign(word=[said[f"change_{one}"] if one else said["change_untested"] for one in frame["verdict"]])
