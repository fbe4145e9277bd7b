"""Times of receipt as platforms and people write them; day and month in an order that the column itself settles."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kodoku_survey.intake.cells.alike import twins

_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}
_MONTHS = dict(
    zip(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), range(1, 13), strict=True)
)
_CLOCK = (
    r"(?:[T\s,]*(?P<before>午前|午後|AM|PM)?\s*(?P<hour>\d{1,2})[:時](?P<minute>\d{1,2})(?:[:分](?P<second>\d{1,2})(?:\.\d+)?)?[分秒]?"
    r"\s*(?P<after>午前|午後|AM|PM)?\s*(?P<zone>Z|JST|(?:GMT|UTC)?(?:[+-]\d{1,2}(?::?\d{2})?)?)?)?"
)
_WEEKDAY = r"(?:\s*[(（]?[月火水木金土日](?:曜日)?[)）]|\s*[月火水木金土日]曜日)?"
_FORMS = tuple(
    re.compile(form + _WEEKDAY + _CLOCK, re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})日?",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<era>令和|平成|R|H)\.?\s*(?P<year>\d{1,2}|元)\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})日?",
        r"(?P<first>\d{1,2})\s*[-/.]\s*(?P<second_part>\d{1,2})\s*[-/.]\s*(?P<year>\d{4})",
        r"(?P<day>\d{1,2})[\s-](?P<named>[A-Za-z]{3})[a-z]*[\s,-]+(?P<year>\d{4})",
        r"(?P<named>[A-Za-z]{3})[a-z]*\s(?P<day>\d{1,2}),?\s(?P<year>\d{4})",
    )
)


@dataclass(frozen=True)
class Parsed:
    """One time as written: its parts, `order` of which is open where the year stands last."""

    year: int
    first: int
    second: int
    open: bool
    clock: dt.timedelta
    zone: dt.tzinfo | None


def parsed(text: str) -> Parsed | None:
    """A time of receipt in its parts, or None where it is none."""
    even = twins(text).strip()
    found = next((match for form in _FORMS if (match := form.fullmatch(even))), None)
    if found is None:
        return None
    parts = found.groupdict()
    clock, zone = _clock(parts), _zone(parts.get("zone") or "")
    if clock is None or isinstance(zone, bool):
        return None
    if "first" in parts:
        return Parsed(int(parts["year"]), int(parts["first"]), int(parts["second_part"]), True, clock, zone)
    if "named" in parts:
        month = _MONTHS.get(parts["named"].lower())
        return None if month is None else Parsed(int(parts["year"]), month, int(parts["day"]), False, clock, zone)
    year = 1 if parts["year"] == "元" else int(parts["year"])
    year += _ERAS[parts["era"].upper()] if parts.get("era") else 0
    return Parsed(year, int(parts["month"]), int(parts["day"]), False, clock, zone)


def _clock(parts: dict[str, str | None]) -> dt.timedelta | None:
    hour = int(parts["hour"] or 0)
    half = (parts["before"] or parts["after"] or "").upper()
    if half:
        if not 0 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in ("午後", "PM") else 0)
    minute, second = int(parts["minute"] or 0), int(parts["second"] or 0)
    if hour > 23 or minute > 59 or second > 60:
        return None
    return dt.timedelta(hours=hour, minutes=minute, seconds=min(second, 59))


def _zone(text: str) -> dt.tzinfo | Literal[False] | None:
    """The offset a time is written with; None without one, False for one that is none."""
    text = text.upper()
    if text in ("Z", "UTC", "GMT"):
        return dt.UTC
    if text == "JST":
        return dt.timezone(dt.timedelta(hours=9))
    found = re.fullmatch(r"(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})?", text)
    if found is None:
        return None if not text else False
    offset = dt.timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return False if offset >= dt.timedelta(hours=24) else dt.timezone(-offset if found[1] == "-" else offset)


def settled_order(times: Sequence[Parsed | None]) -> str:
    """ "mdy" or "dmy", as the column's days above 12 settle it; "" where they do not."""
    open_ones = [time for time in times if time is not None and time.open]
    day_first = any(time.first > 12 for time in open_ones)
    month_first = any(time.second > 12 for time in open_ones)
    if day_first != month_first:
        return "dmy" if day_first else "mdy"
    # The same number twice says the same either way.
    return "mdy" if not day_first and all(time.first == time.second for time in open_ones) else ""


def moment(time: Parsed, order: str, own: zoneinfo.ZoneInfo, wanted: zoneinfo.ZoneInfo) -> dt.datetime | None:
    """The time in the zone wanted, without its offset; None for a day there is not. own : zone of times without one."""
    month, day = (time.second, time.first) if time.open and order == "dmy" else (time.first, time.second)
    if time.open and order == "ymd":
        return None
    try:
        naive = dt.datetime(time.year, month, day) + time.clock
    except ValueError:
        return None
    if time.zone is None and own.key == wanted.key:
        return naive
    return naive.replace(tzinfo=time.zone or own).astimezone(wanted).replace(tzinfo=None)
