"""Nets: answers put together (「ある」計 = 時々 + しばしば), of single- and multiple-answer questions alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from kodoku_survey.design import Categorical, Multiple
from kodoku_survey.errors import DesignError, DidYouMean

Nets = Mapping[str, Sequence[Any] | Mapping[str, Sequence[Any]]]


def nets_of(nets: Nets | None, attributes: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The nets of the question, {label: answers}, and those of attributes, {attribute: {label: answers}}.

    Raises DesignError for nets of an attribute that is not in the banner.
    """
    own = {label: wanted for label, wanted in (nets or {}).items() if not isinstance(wanted, Mapping)}
    others = {name: dict(wanted) for name, wanted in (nets or {}).items() if isinstance(wanted, Mapping)}
    for name in others:
        if name not in attributes:
            hint = DidYouMean(name, tuple(attributes))
            raise DesignError("estimation.no_net_attribute", "nets", value=name, hint=hint)
    return own, others


def positions_of(asked: Categorical | Multiple, wanted: Sequence[Any], net: str) -> tuple[int, ...]:
    """Places of the answers a net names, by key or by label. Raises DesignError."""
    found = []
    for one in wanted:
        if one in asked.keys:
            found.append(asked.keys.index(one))
        elif one in asked.answers:
            found.append(asked.answers.index(one))
        else:
            known = tuple(map(str, asked.keys))
            raise DesignError(
                "estimation.no_answer", f"nets [{net}]", value=one, name=asked.name,
                hint=DidYouMean(str(one), (*known, *asked.answers)), known=", ".join(known),
            )  # fmt: skip
    return tuple(dict.fromkeys(found))


def with_nets(
    asked: Categorical | Multiple, nets: Mapping[str, Sequence[Any]]
) -> tuple[Categorical | Multiple, dict[int, tuple[int, ...]]]:
    """The question with its nets as further answers, and {place of the net: places it puts together}.

    Of a multiple-answer question a person with two ticks of a net counts once: a tick of its own. Of a single answer a net
    is the sum of its answers, which the cells are added up to; no respondent holds its code.
    """
    places = {
        len(asked.answers) + number: positions_of(asked, wanted, label)
        for number, (label, wanted) in enumerate(nets.items())
    }
    keys, answers = (*asked.keys, *nets), (*asked.answers, *nets)
    if isinstance(asked, Categorical):
        return replace(asked, keys=keys, answers=answers), places
    ticks = [asked.ticks, *(asked.ticks[:, list(own)].max(axis=1, keepdims=True) for own in places.values())]
    return replace(asked, ticks=np.hstack(ticks), keys=keys, answers=answers), places
