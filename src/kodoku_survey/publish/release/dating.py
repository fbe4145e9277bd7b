"""The day a result bears: of its last publication, never before its data existed, never the clock's."""

from __future__ import annotations

import datetime as dt

from kodoku_survey.tables import Report


def day_of(report: Report) -> dt.date:
    """The last [[release]]; without one the day after which nothing was received, the reference date, or the year's end."""
    settings = report.survey.settings
    if settings.releases:
        return max(release.date for release in settings.releases)
    day = settings.identity.accepted_until or settings.identity.reference_date
    if isinstance(day, dt.datetime):
        return day.date()
    return day or dt.date(settings.identity.wave, 12, 31)
