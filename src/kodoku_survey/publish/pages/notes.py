"""利用上の注意: what a reader must know of the figures, said as this survey was made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from kodoku_survey.design import Sample
from kodoku_survey.publish.pages.accounts import step_name
from kodoku_survey.publish.pages.blocks import Block, grid, heading
from kodoku_survey.tables import Report
from kodoku_survey.tables.claims import basis_note, tests_differences
from kodoku_survey.tables.marks import MARKS, explained
from kodoku_survey.tables.rounding import half_up, printed_quantile
from kodoku_survey.tables.words import Said


def notes_for_the_reader(report: Report, said: Said, more: Sequence[str] = ()) -> Iterator[Block]:
    """The part on how to read the figures: basis, bases, rounding, marks, the rule of comparison; `more` of the folder."""
    publication, basis = report.survey.settings.publication, report.sample.basis
    identity = report.survey.settings.identity
    yield heading(1, said["part_notes"])
    claims = tests_differences(report.survey, basis)
    items = [
        basis_in_words(report.sample, said),
        said["note_n"],
        said["rounding_note"],
        said["note_nonanswer"],
        said["multiple_note"],
        said["note_reference"].format(reference_base=publication.reference_base),
        *([said["note_abridged"]] if _abridged(report) else []),
        *(_of_tests(report, said) if claims else ()),
        *more,
        *([said["note_citation"].format(citation=identity.citation)] if identity.citation else []),
        said["note_data" if report.for_machines else "note_data_onsite"],
    ]
    yield {"kind": "list", "items": items}
    base = publication.reference_base
    used = [(flag, mark) for flag, mark in MARKS.items() if mark and (flag != "suppressed" or report.hides)]
    marks = [[mark, explained(flag, said, reference_base=base)] for flag, mark in used]
    yield grid(said["note_marks"], [said["mark"], said["meaning"]], marks, left=2, japanese=identity.lang == "ja")
    if basis == "unweighted" and claims:
        yield _sampling_errors(report, said)


def _of_tests(report: Report, said: Said) -> Iterator[str]:
    """What holds where figures have a sampling error: the rule of comparison, and what errors suppose."""
    publication = report.survey.settings.publication
    yield said["note_comparison"].format(groups=publication.many_groups, differences=publication.differences_needed)
    yield said["note_focus"]
    if _drawn_by_design(report):
        yield said["note_errors_of_design"]


def _abridged(report: Report) -> bool:
    """Whether some option is worded shorter in tables than on the form."""
    return any(code.short and code.short != code.label for v in report.responses.variables.values() for code in v.codes)


def _drawn_by_design(report: Report) -> bool:
    """Whether the table of sampling errors, which supposes simple random sampling, is of a sample drawn otherwise."""
    design = report.survey.settings.design
    return report.sample.basis == "unweighted" and bool(design.stratum or design.psu)


def basis_in_words(sample: Sample, said: Said) -> str:
    """The basis of estimation, by the steps these weights went through and the design these people were drawn by."""
    if sample.responses is not None and (told := basis_note(sample.responses, sample.basis, said)):
        return told
    if sample.basis == "unweighted":
        return said["note_basis_unweighted"]
    stage = sample.stages[0]
    parts = [
        ("part_strata", len(stage.fraction) > 1),
        ("part_psus", stage.units < len(sample)),
        ("part_calibration", sample.calibration is not None),
    ]
    named = [said[key] for key, holds in parts if holds] or [said["part_weights"]]
    steps = [step_name(step.kind, said) for step in sample.steps]
    return said["note_basis_design"].format(steps=said["listing"].join(steps), parts=said["listing"].join(named))


def _sampling_errors(report: Report, said: Said) -> Block:
    """z·√(p(1−p)/n) for the whole sample and round sizes below it, as the published report prints it."""
    whole, settings = len(report.responses), report.survey.settings
    z = printed_quantile(settings.estimation.level)
    shares = (5, 10, 20, 30, 40, 50)
    sizes = [n for n in (whole, *settings.publication.sampling_error_sizes) if n <= whole]
    rows = [
        [
            f"{n:,}",
            *(half_up(100 * z * (p / 100 * (1 - p / 100) / n) ** 0.5, settings.publication.decimals) for p in shares),
        ]
        for n in dict.fromkeys(sizes)
    ]
    heads = [said["with_more"].format(text=f"{100 - p}%", more=f"{p}%") if p != 50 else "50%" for p in shares]
    return grid(said["sampling_error"], [said["n"], *heads], rows, japanese=settings.identity.lang == "ja")


def day_in_words(day: dt.date | None, said: Said) -> str:
    """A day as an official page writes it: 2024年（令和６年）12月１日 without the width of the digits; "" for none."""
    if day is None:
        return ""
    begun, era = max(part.split(" ", 1) for part in said["eras"].split("; ") if part[:10] <= day.isoformat())
    year = day.year - int(begun[:4]) + 1
    names = {
        "year": day.year,
        "era": f"{era}{year if year > 1 else said['first_year']}",
        "month": day.month,
        "day": day.day,
    }
    return said["day"].format(**names, name=day.strftime("%B"))
