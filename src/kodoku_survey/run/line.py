"""The line of work, one call a stage: folder → returns → responses → scores → weights → tables → files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from kodoku_survey.design import Sample
from kodoku_survey.errors import Language, OutputError, UsageError
from kodoku_survey.intake import Responses, clean, read_returns
from kodoku_survey.measures import score
from kodoku_survey.protection.merging import few_selected, merge_proposals
from kodoku_survey.protection.protect import profile_of, protect
from kodoku_survey.protection.release_ledger import ReleaseLedger
from kodoku_survey.publish import write_comparison, write_prepared, write_report
from kodoku_survey.publish.output import OwnWords
from kodoku_survey.publish.release.checker import read_ledger, standing_ledger, write_intervals, write_ledger
from kodoku_survey.publish.release.whole import check_place
from kodoku_survey.publish.release.writing import put
from kodoku_survey.survey.crosswalk.drafted_crosswalk import draft_crosswalk
from kodoku_survey.survey.folder import Survey, load_survey
from kodoku_survey.survey.settings.compared_with import Aspect, People
from kodoku_survey.tables import Comparison, Measured, Published, Report, comparison, make_report
from kodoku_survey.tables.protected import ProtectionProfile, released_of
from kodoku_survey.tables.report import Progress
from kodoku_survey.tables.sides import Side
from kodoku_survey.vocabulary import Basis
from kodoku_survey.weighting import weighted


def silent(stage: str, done: int, total: int) -> None:
    """Nobody is watching."""


def respond(
    folder: Path,
    *,
    inputs: Mapping[str, Path] | None = None,
    strict: bool = False,
    progress: Progress = silent,
    lang: Language | None = None,
) -> Responses:
    """Read a folder and its returns; clean and score them. Raises whatever SurveyError a stage finds.

    lang : "en" for what is made of them in English, where the folder has words in it.
    """
    progress("read", 0, 2)
    survey = load_survey(folder, inputs=inputs, lang=lang)
    progress("read", 1, 2)
    returns = read_returns(survey)
    progress("clean", 0, 1)
    responses = clean(returns, strict=strict)
    progress("score", 0, 1)
    responses = score(responses)
    progress("score", 1, 1)
    return responses


def _size(folder: Path, inputs: Mapping[str, Path] | None) -> int:
    """Bytes of the files a run reads."""
    paths = [*(folder.iterdir() if folder.is_dir() else ()), *(inputs or {}).values()]
    return sum(path.stat().st_size for path in paths if path.is_file())


def weigh(responses: Responses, *, basis: Basis | None = None, progress: Progress = silent) -> Sample:
    """Weight the responses as survey.toml says; `basis` replaces the folder's own."""
    progress("weight", 0, 1)
    sample = weighted(responses, basis=basis)
    progress("weight", 1, 1)
    return sample


def prepare(
    folder: Path,
    out: Path,
    *,
    inputs: Mapping[str, Path] | None = None,
    formats: Sequence[str] = ("csv", "sav", "dta"),
    basis: Basis | None = None,
    strict: bool = False,
    texts: OwnWords = "left_out",
    force: bool = False,
    progress: Progress = silent,
) -> Sample:
    """Cleaned, scored, weighted microdata with edits, ledger and weighting summary, written to `out`.

    texts : "apart" writes what respondents wrote in words of their own to a file of its own.
    force : replace an earlier result though its files were changed or are not all listed.
    """
    check_place(out, force=force, inputs=_size(folder, inputs))
    sample = weigh(respond(folder, inputs=inputs, strict=strict, progress=progress), basis=basis, progress=progress)
    write_prepared(sample, out, formats=formats, texts=texts, progress=progress, force=force)
    return sample


def report(
    folder: Path,
    out: Path,
    *,
    inputs: Mapping[str, Path] | None = None,
    basis: Basis | None = None,
    only: Sequence[str] = (),
    strict: bool = False,
    force: bool = False,
    progress: Progress = silent,
    lang: Language | None = None,
    protection: ProtectionProfile | None = None,
    threshold: int | None = None,
    audit: bool = False,
    after: Path | Literal["none"] | None = None,
) -> Report:
    """The whole line: from the raw files of `folder` to the printed report in `out`.

    protection, threshold : instead of the folder's. audit : protection is worked out and noted for the checker, beside the
    output; a protected report is not written then. after : the output folder of the release before, whose figures stay;
    "none" for a first release; without it as the folder's `stay` says.

    lang : "en" for the report in English, where the folder has words in it (label_en …).
    force : replace an earlier result though its files were changed or are not all listed.
    """
    check_place(out, force=force, inputs=_size(folder, inputs))
    responses = respond(folder, inputs=inputs, strict=strict, progress=progress, lang=lang)
    profile = protection or profile_of(responses.survey)
    _keep_what_is_protected(responses.survey, out, profile, force=force)
    earlier = _earlier(responses.survey, out, after, profile)
    sample = weigh(responses, basis=basis, progress=progress)
    made = make_report(sample, only=only, progress=progress)
    progress("protect", 0, 1)
    whole, made = made, protect(made, profile=protection, threshold=threshold, audit=audit, after=earlier)
    if made.protection.gaps and earlier is None and made.protection.profile != "onsite" and few_selected(made):
        proposals = merge_proposals(whole, made.protection.threshold)
        made = replace(made, protection=replace(made.protection, proposals=proposals))
    progress("protect", 1, 1)
    if len(made.protection.intervals):
        write_intervals(made.protection, out)
    if not (audit and made.protection.protective):
        write_report(made, out, progress=progress, force=force)
        if made.protection.protective:
            write_ledger(made.protection.ledger, out)
    return made


def _keep_what_is_protected(survey: Survey, out: Path, profile: ProtectionProfile, *, force: bool) -> None:
    """Raises OutputError where figures of real persons would take the place of a release that hides them."""
    opened = profile in ("none", "official") and survey.settings.identity.synthetic != "yes"
    if opened and not force and standing_ledger(out):
        raise OutputError("publish.protected_before", str(out), profile=profile)


def _earlier(
    survey: Survey, out: Path, after: Path | Literal["none"] | None, profile: ProtectionProfile
) -> ReleaseLedger | None:
    """The ledger of the releases whose figures stay: as asked for, else as the folder says. Onsite reports need none."""
    if profile == "onsite" or after == "none":
        return None
    if after is None:
        return read_ledger(out) if survey.settings.publication.stay else None
    return read_ledger(after)


def compare(
    first: str,
    second: str,
    out: Path | None,
    *,
    only: Sequence[str] = (),
    where: str = "",
    crosswalk: Path | None = None,
    people: People | None = None,
    despite: Sequence[Aspect] = (),
    strict: bool = False,
    force: bool = False,
    progress: Progress = silent,
    lang: Language | None = None,
) -> Comparison:
    """What two surveys share, with the verdict on each difference, written to `out` if given.

    first, second : a folder, or folder@2023 for an earlier wave of which history.csv holds the published figures.
    where, people, despite : as `ks.compare`. crosswalk : a file; without it crosswalk.toml of the first folder or the second.
    lang : "en" for all of it in English, where the first folder has words in it.
    """
    if out is not None:
        check_place(out, force=force)
    sides = sides_led_by(first, second, strict=strict, progress=progress, lang=lang)
    made = comparison.compare(
        *sides,
        only=only,
        where=where,
        crosswalk=crosswalk,
        people=people,
        despite=tuple(despite),
        progress=progress,
    )
    if out is not None:
        write_comparison(made, out, force=force)
    return made


def draft_of_crosswalk(first: str, second: str, out: Path | None = None) -> str:
    """A crosswalk proposed for two folders, as text; written to `out` where given, which must not exist yet.

    Raises OutputError for a file there is.
    """
    text = draft_crosswalk(load_survey(first.partition("@")[0]), load_survey(second.partition("@")[0]))
    if out is not None:
        if out.exists():
            raise OutputError("publish.exists", str(out))
        put(out, text)
    return text


def sides_led_by(
    leading: str, *others: str, strict: bool, progress: Progress, lang: Language | None = None
) -> list[Side]:
    """Sides by their names, all in the language the first of them has for what is asked."""
    first = side_of(leading, strict=strict, progress=progress, lang=lang)
    found = None if lang is None else first.survey.settings.identity.lang
    return [first, *(side_of(name, strict=strict, progress=progress, lang=found) for name in others)]


def side_of(name: str, *, strict: bool, progress: Progress, lang: Language | None = None) -> Side:
    """A side by its name: a folder with its returns, or folder@2023 for published figures."""
    folder, at, wave = name.rpartition("@")
    if not at or not wave.isdigit() or Path(name).is_dir():
        folder, wave = name, ""
    survey = load_survey(folder, lang=lang)
    if wave and int(wave) != survey.settings.identity.wave:
        known = [f"{found:.0f}" for found in sorted(set(survey.history["wave"]))]
        if wave not in known:
            raise UsageError("tables.no_wave", name, value=wave, known=", ".join(known) or "0")
        return Published(survey.english or survey, int(wave))
    responses = respond(Path(folder), strict=strict, progress=progress, lang=lang)
    own = survey.settings.weighting
    design = weigh(responses, basis="design", progress=progress) if own.known else None
    plain, released = weigh(responses, basis="unweighted", progress=progress), None
    if profile_of(survey) == "protected":  # nothing is told that its report does not print
        released = released_of(protect(make_report(weigh(responses), progress=progress)))
    return Measured(plain, design, released)
