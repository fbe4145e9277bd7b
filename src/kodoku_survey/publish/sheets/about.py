"""What a data file says of itself: what the figures are, how they were made, and what was published when."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kodoku_survey.publish.pages.notes import basis_in_words, day_in_words
from kodoku_survey.tables import Report
from kodoku_survey.tables.words import Said

DATA_LAYOUT = 2  # of the columns of data/: raised, with a line in CHANGELOG.md, whenever one is added, renamed or moved


def about(report: Report, said: Said) -> Iterator[tuple[str, str]]:
    """Items and what is said of each, in order; a text may be empty. The items' names are `about_…` of words.toml."""
    identity, publication = report.survey.settings.identity, report.survey.settings.publication
    deadline = identity.accepted_until
    yield "name", identity.name
    yield "title", identity.title
    yield "conductor", identity.conductor
    yield "population", identity.population
    yield "area", " ".join(part for part in (identity.area, identity.area_code) if part)
    yield "reference_date", day_in_words(identity.reference_date, said)
    yield "accepted_until", day_in_words(deadline, said)
    for paragraph in identity.method:
        yield "method", paragraph
    yield "respondents", f"{len(report.responses)}"
    yield "basis", basis_in_words(report.sample, said)
    yield "base", said["note_n"]
    yield "nonanswer", said["note_nonanswer"]
    yield "rounding", said["rounding_note"]
    yield "reference", said["note_remark"].format(reference_base=publication.reference_base)
    yield "percent", said["about_percent_printed" if report.few else "about_percent_text"]
    yield "blank", said["about_blank_text"]
    yield "labels", said["about_labels_text"]
    yield "encoding", said["about_encoding_text"]
    yield "layout", said["about_layout_text"].format(layout=DATA_LAYOUT)
    yield "citation", identity.citation
    yield "synthetic", said["synthetic"] if identity.synthetic == "yes" else ""


def method_frame(report: Report, said: Said) -> pd.DataFrame:
    """method.csv: item, item_label, text."""
    rows = [(item, said[f"about_{item}"], text) for item, text in about(report, said) if text]
    return pd.DataFrame(rows, columns=["item", "item_label", "text"])


def updates(report: Report) -> list[tuple[str, str]]:
    """Day and note of every publication, oldest first."""
    releases = sorted(report.survey.settings.releases, key=lambda release: release.date)
    return [(release.date.isoformat(), release.note) for release in releases]


def updates_frame(report: Report) -> pd.DataFrame:
    """updates.csv: date, note."""
    return pd.DataFrame(updates(report), columns=["date", "note"], dtype=object)
