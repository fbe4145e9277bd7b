"""Categories respondents hold and a margin forgot: refused, since their persons would be raked into the others'."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import FloatArray
from kodoku_survey.errors import DesignError
from kodoku_survey.survey.codebook import NOT_ASKED, Variable
from kodoku_survey.weighting.crossings import CodesOf, Held, crossing_of
from kodoku_survey.weighting.margins import Margin

Excused = Callable[[str, Any], bool]  # variable, code → whether it stands outside every margin
CATEGORIES_SHOWN = 10  # categories a message names


def refuse_unlisted(
    margins: Sequence[Margin],
    codes_of: CodesOf,
    weight: FloatArray,
    excused: Excused,
    *,
    key: str,
    file: str,
    label: Callable[[str, Any], str],
) -> None:
    """Raises DesignError `key` for a category of a margin that people of some weight hold and the margin lacks.

    A person with a missing or excused code (無回答, sex その他) is no fault: `auxiliary_of` gives it the population shares.
    In a crossed margin another code of that person may still be one the margin lacks altogether.
    """
    names = tuple(dict.fromkeys(name for margin in margins if margin.categories for name in margin.variables))
    if not names:
        return
    known_codes = crossing_of(codes_of, names).held
    doubtful = [m for m in margins if m.categories and not _lists_all(m, known_codes)]
    held = _held(doubtful, codes_of, weight, names)
    for margin in doubtful:
        listed = set(margin.categories)
        by_place = [{category[i] for category in margin.categories} for i in range(len(margin.variables))]
        lacking: dict[str, int] = {}
        for person, count in held[margin.name]:
            pairs = list(zip(margin.variables, person, by_place, strict=True))
            judged = [(name, code, known) for name, code, known in pairs if not (pd.isna(code) or excused(name, code))]
            foreign = [(name, code) for name, code, known in judged if code not in known]
            if not foreign and (len(judged) < len(pairs) or person in listed):
                continue
            named = ":".join(_named(name, code, label) for name, code in foreign or [(n, c) for n, c, _ in judged])
            lacking[named] = lacking.get(named, 0) + count
        if lacking:
            named = ", ".join(f"{category} (n={count})" for category, count in list(lacking.items())[:CATEGORIES_SHOWN])
            raise DesignError(key, f"{file} [{margin.name}]", named=named, count=sum(lacking.values()))


def excused_by_codebook(variables: Mapping[str, Variable]) -> Excused:
    """無回答, 非該当 and the codes that are kept in the total but are no group (hidden_as_group) stand outside margins."""

    def excused(name: str, code: Any) -> bool:
        if name not in variables:
            return False
        variable = variables[name]
        return bool(code in (variable.nonanswer, NOT_ASKED) or code in variable.hidden_as_group)

    return excused


def _lists_all(margin: Margin, held: Mapping[str, Held]) -> bool:
    """Whether a margin of one variable names every code there is, so that nobody need be counted."""
    return len(margin.variables) == 1 and {(code,) for code in held[margin.name].keys} <= set(margin.categories)


def _held(
    margins: Sequence[Margin], codes_of: CodesOf, weight: FloatArray, names: tuple[str, ...]
) -> dict[str, list[tuple[tuple[Any, ...], int]]]:
    """For every margin the combinations of codes people of some weight hold, and how many do: one pass over the people."""
    if not margins:
        return {}
    known, people, index, counts = crossing_of(codes_of, names)
    held = [known[name] for name in names]
    if counts is None or not (weight > 0).all():
        counts = np.bincount(index[weight > 0], minlength=len(people))
    found = {}
    for margin in margins:
        places = [names.index(name) for name in margin.variables]
        own, of = np.unique(people[:, places], axis=0, return_inverse=True)
        sizes = np.bincount(of.ravel(), counts, len(own))
        keys = [tuple(held[p].keys[code] for p, code in zip(places, row, strict=True)) for row in own]
        found[margin.name] = [(key, int(size)) for key, size in zip(keys, sizes, strict=True) if size]
    return found


def _named(name: str, code: Any, label: Callable[[str, Any], str]) -> str:
    told = label(name, code)
    return f"{name}={code}" if told == str(code) else f"{name}={code} {told}"
