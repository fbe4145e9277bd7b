"""Sentences on everybody: each answer's share, or the largest in order."""

from __future__ import annotations

from kodoku_survey.tables.sentences.statement import Statement
from kodoku_survey.tables.sentences.telling import Telling, spoken

MOST_STEPS = 7  # a scale of more steps is told by its largest shares
LARGEST_TOLD = 3


def of_everybody(telling: Telling) -> list[Statement]:
    """One sentence, or none: nothing is said of figures for reference only, and of shares nobody may see."""
    total, entry = telling.total, telling.entry
    wanted = entry.levels in ("told", "counted") or (entry.levels == "alone" and not entry.by)
    if not wanted or total is None or (total.n or 0) < telling.reference_base:
        return []
    known = [code for code in telling.answers if (cell := spoken(total, telling.place(code))) and cell.flag != "nil"]
    if not known:
        return []
    percent = {code: total.cells[telling.place(code)].text for code in known}
    value = {code: total.cells[telling.place(code)].value or 0.0 for code in known}
    by_size = sorted(known, key=lambda code: -value[code])
    steps = [code for code in telling.table.scale if code in known]
    flags = telling.table.multiple and telling.question.source == "derived"  # lacks, each with a meaning of its own
    if len(known) <= 2 or (2 < len(steps) <= MOST_STEPS) or (flags and len(known) <= MOST_STEPS):
        told, key = known, "levels"
    else:
        last = percent[by_size[min(LARGEST_TOLD, len(by_size)) - 1]]
        # Who is printed like the last of them is as large for a reader.
        told, key = [code for k, code in enumerate(by_size) if k < LARGEST_TOLD or percent[code] == last], "largest"
    hidden = any(total.cells[telling.place(code)].hidden for code in telling.answers)
    if hidden and key == "largest" and len(told) > 1:
        return []  # what may not be seen may be larger than what may
    said = telling.said
    parts = [said[f"answer_share_{key}"].format(answer=telling.name(code), percent=percent[code]) for code in told]
    if _counted(telling):
        counts = {code: total.cells[telling.place(code)].count for code in told}
        parts = [
            part if counts[code] is None else said["with_count"].format(part=part, count=f"{counts[code]:,}")
            for part, code in zip(parts, told, strict=True)
        ]
    if len(parts) == 1:
        text = said["largest_alone"].format(question=telling.called, first=parts[0])
    elif key == "levels":
        text = said["levels"].format(question=telling.called, parts=said["listing"].join(parts))
    else:
        text = _largest(telling, parts, sum(percent[code] == percent[told[0]] for code in told))
    cells = tuple(telling.cite(total, code, "told") for code in told)
    return [Statement(f"{telling.table.id}/levels", telling.table.id, telling.table.id, "levels", text, cells)]


def _counted(telling: Telling) -> bool:
    """Whether the persons are told beside each share: asked for, what the share was made of, and of no protected release."""
    settings = telling.survey.settings
    made_up = settings.publication.protection == "" and settings.identity.synthetic == "yes"
    open_profile = made_up or settings.publication.protection in ("none", "official")
    return telling.entry.levels == "counted" and telling.table.basis == "unweighted" and open_profile


def _largest(telling: Telling, parts: list[str], first: int) -> str:
    """The largest shares in order; the `first` of them are printed alike."""
    said = telling.said
    leading, rest = said["listing_last"].join(parts[:first]), said["listing_last"].join(parts[first:])
    key = "largest" if first == 1 else "largest_tied" if rest else "largest_alike"
    return said[key].format(question=telling.called, first=leading, rest=rest)
