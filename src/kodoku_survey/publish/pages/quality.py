"""quality.html: how the figures came about, on one self-contained page."""

from __future__ import annotations

from collections.abc import Iterator

from kodoku_survey.intake import item_nonresponse
from kodoku_survey.publish.pages.accounts import ledger_rows, outcome, step_rows
from kodoku_survey.publish.pages.html import rendered
from kodoku_survey.publish.pages.parts import Lines, Part, QualitySection
from kodoku_survey.publish.pages.scales_page import scale_rows
from kodoku_survey.publish.pages.silence import blanks_kept, files_told, modes_are_groups
from kodoku_survey.publish.pages.weighting_page import weighting_parts
from kodoku_survey.tables import Report
from kodoku_survey.tables.table import HIDDEN
from kodoku_survey.tables.words import Said, words_of


def quality_page(report: Report) -> str:
    """The whole page as HTML, in the survey's language."""
    identity = report.survey.settings.identity
    said = words_of(report.survey)
    return rendered(
        "quality.html",
        lang=identity.lang,
        title=identity.title,
        said=said,
        banner="　".join(report.banners),
        sections=list(_sections(report, said)),
    )


def _sections(report: Report, said: Said) -> Iterator[QualitySection]:
    ledger = Lines(*ledger_rows(report.responses, said, by_file=files_told(report)), words_in=3)
    yield QualitySection(said["annex_ledger"], (Part(grid=ledger),))
    yield QualitySection(said["edits"], (_edits(report, said),))
    if report.sample.steps:
        steps = Part(grid=Lines(*step_rows(report.sample, said, spread=not report.few)))
        yield QualitySection(
            said["annex_weights"], (steps, *(() if report.few else weighting_parts(report.sample, said)))
        )
    yield QualitySection(said["nonresponse"], (Part(grid=_nonresponse(report, said)),))
    kept = blanks_kept(report, [definition.name for definition in report.survey.measures.definitions])
    head, rows = scale_rows(report.sample, said, report.survey.settings.identity.lang, kept)
    if rows:
        yield QualitySection(said["scales"], (Part(note=said["scales_note"], grid=Lines(head, rows)),))


def _edits(report: Report, said: Said) -> Part:
    counted = report.responses.edits.groupby(["rule", "file"]).size().sort_values(ascending=False, kind="stable")
    if counted.empty:
        return Part(note=said["no_edits"])
    rows = [[outcome(str(rule), said), str(file), f"{count:,}"] for (rule, file), count in counted.items()]
    return Part(grid=Lines([said["rule"], said["file"], said["count"]], rows, words_in=2))


def _nonresponse(report: Report, said: Said) -> Lines:
    frame = item_nonresponse(report.responses)
    if report.few and modes_are_groups(report):
        frame = frame[frame["mode"] == ""]
    modes, kept = list(dict.fromkeys(frame["mode"])), blanks_kept(report, list(dict.fromkeys(frame["variable"])))
    rows = []
    for _, own in frame.groupby("variable", sort=False):
        first = own.iloc[0]
        if report.few and first["asked"] < len(report.responses):
            continue  # whom a filter left out may be few
        shares = [
            f"{100 * share:.1f}" if asked else "" for share, asked in zip(own["share"], own["asked"], strict=True)
        ]
        item = f"{first['number']}　{first['label']}".strip("　")
        silent = f"{first['nonanswer']:,}"
        if 0 < first["nonanswer"] < report.few or first["variable"] in kept:
            silent, shares = HIDDEN, [HIDDEN] * len(shares)  # with what tables print, it could tell what they hide
        rows.append([item, f"{first['asked']:,}", silent, *shares])
    heads = [said["with_more"].format(text=mode or said["all_modes"], more="%") for mode in modes]
    return Lines([said["item"], said["asked"], said["blank"], *heads], rows)
