"""Whether published shares agree with each other: one base a question, one n a group, sums that can be."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.rates.rate_rows import PublishedRate, RateGroup, RateKey
from kodoku_survey.survey.reading import Place


def base_of(
    name: str, given: set[str], rates: Mapping[RateKey, PublishedRate], variable: Variable, place: Place
) -> str:
    """Whether 無回答 is in the base: as said, else as the rows show it. Guessed from nothing."""
    if len(given) > 1:
        place.at(f"[{name}] base").fault("rates_of_several", value=" / ".join(sorted(given)))
    said = next(iter(given))
    if said:
        return "excluded" if said == "answered" else "shown"
    listed = any(key[0] == name and key[2] == variable.nonanswer for key in rates)
    if variable.nonanswer is not None and not listed:
        place.at(f"[{name}]").fault("rates_base", value=name, code=variable.nonanswer)
    return "shown"


def check_sums(
    rates: Mapping[RateKey, PublishedRate],
    base: Mapping[str, str],
    known: Mapping[str, Variable],
    rounding: float,
    place: Place,
) -> None:
    """One base a group; shares of one answer each within 100%, and 100% where every answer is listed."""
    held: dict[tuple[str, RateGroup], dict[int, PublishedRate]] = defaultdict(dict)
    persons: dict[tuple[str, str], set[bool]] = defaultdict(set)
    for (name, group, answer), rate in rates.items():
        held[name, group][answer] = rate
        persons[name, ":".join(sorted(attribute for attribute, _ in group))].add(math.isnan(rate.persons))
    for (name, attribute), known_ in persons.items():
        if attribute and len(known_) > 1:
            place.at(f"[{name} {attribute}] persons").fault("rates_persons", value=attribute)
    for (name, group), own in held.items():
        here = place.at(f"[{name} {' '.join(f'{a}={c}' for a, c in sorted(group))}]")
        for column in ("n", "persons"):
            values = {getattr(rate, column) for rate in own.values()}
            values = {value for value in values if not math.isnan(value)}
            if len(values) > 1:
                here.at(column).fault("rates_of_several", value=" / ".join(f"{value:g}" for value in sorted(values)))
        if known[name].kind != "single":
            continue
        wanted = {code for code in known[name].keys if code != known[name].nonanswer or base[name] == "shown"}
        total, slack = sum(rate.share for rate in own.values()), rounding * len(own) + 1e-9
        if total > 1 + slack or (wanted <= set(own) and total < 1 - slack):
            here.fault("rates_sum", value=f"{100 * total:.4g}")
