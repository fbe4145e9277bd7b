"""The numbers of parts, as one cites them: 第２ の１(4). Front matter, terms and annex have none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kodoku_survey.survey.plan import Section

NUMBERED_FORMS = ("outline", "results", "questionnaire")
WIDE_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")


def top_of(section: Section, sections: Sequence[Section]) -> Section:
    """The part a section stands in: itself, or the highest of those whose ids its own begins with."""
    above = [one for one in sections if section.id == one.id or section.id.startswith(one.id + "-")]
    return min(above, key=lambda one: one.level, default=section)


def titles(sections: Sequence[Section], said: Mapping[str, str], *, japanese: bool, first: int) -> dict[str, str]:
    """The heading of each section by its id, parts numbered on from `first`; below the third level there are no numbers."""
    counts: dict[tuple[str, int], int] = {}
    path: dict[int, str] = {}
    found = {}
    for section in sections:
        top = top_of(section, sections)
        depth = section.level - top.level + 1
        if top.form not in NUMBERED_FORMS or depth > 3:
            found[section.id] = section.title
            continue
        above = path.get(depth - 1, "") if depth > 1 else ""
        counts[above, depth] = counts.get((above, depth), first - 1 if depth == 1 else 0) + 1
        number = counts[above, depth]
        path[depth] = section.id
        plain = str(number) if depth == 3 or not japanese else str(number).translate(WIDE_DIGITS)
        if not japanese and depth == 2:
            plain = f"{counts['', 1]}.{number}"
        found[section.id] = said[f"heading_{depth}"].format(number=plain, title=section.title)
    return found
