"""The nonresponse step: from what the data say of it to factors that can be computed again in every replicate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray, BoolArray, FloatArray, IndexArray
from kodoku_survey.design.chain import move
from kodoku_survey.errors import DesignError, DidYouMean
from kodoku_survey.weighting.attributes import Attribute, attribute_of
from kodoku_survey.weighting.nonresponse import class_factors, class_record, form_classes
from kodoku_survey.weighting.propensity import design_matrix, propensities, propensity_classes
from kodoku_survey.weighting.segments import grow_classes

RESPONSE_METHODS = ("classes", "grown", "propensity", "propensity_classes")
CodeNames = Mapping[str, Mapping[int, str]]
Notes = tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class ResponseFactors:
    """factors : weights (s,) → factors (s,), 0 for who did not answer. details : a line a class. notes : its decisions."""

    factors: Callable[[FloatArray], FloatArray]
    details: pd.DataFrame
    notes: Notes


def nonresponse_adjustment(
    codes_of: Callable[[str], AnyArray],
    weight: FloatArray,
    responded: BoolArray,
    *,
    method: str = "classes",
    classes: Sequence[str] = (),
    model: Sequence[str] = (),
    count: int = 5,
    fit: str = "weighted",
    collapse: Mapping[str, Sequence[Sequence[Any]]] | None = None,
    minimum_size: int = 1,
    maximum_factor: float = np.inf,
    significance: float = 0.05,
    named: CodeNames | None = None,
) -> ResponseFactors:
    """How respondents come to carry the weight of those who did not answer.

    weight : (s,) of everyone selected; 0 for who is not to be represented. responded : (s,).
    method : classes (given, merged with a neighbour where they do not hold), grown (split from the whole), propensity (the
        inverse of a logistic model's chances), propensity_classes (`count` classes by their quantiles).
    classes, model : register variables; "a:b" crosses two in a model. fit : the model is "weighted" or "unweighted".
    collapse : variable → lists of codes that count as one. named : what to call codes.

    Raises DesignError.
    """
    if method not in RESPONSE_METHODS:
        raise DesignError("design.unknown_method", value=method, hint=DidYouMean(method, RESPONSE_METHODS))
    attributes = list(classes or (model if method == "grown" else ()))
    terms = list(model or classes)
    if not (attributes if method in ("classes", "grown") else terms):
        raise DesignError("design.no_classes", method=method)
    merged, called = _collapsed(codes_of, collapse or {}, named or {})

    def attribute(name: str) -> Attribute:
        return attribute_of(name, merged(name), weight > 0)

    limits: dict[str, Any] = {"minimum_size": minimum_size, "maximum_factor": maximum_factor}
    if method.startswith("propensity"):
        return _by_propensity(method, terms, attribute, weight, responded, count, fit, limits)
    held = {name: attribute(name) for name in attributes}
    places = {name: one.positions for name, one in held.items()}
    names = {name: one.names(called.get(name, {})) for name, one in held.items()}
    if method == "grown":
        index, members = grow_classes(places, weight, responded, significance=significance, named=names, **limits)
    else:
        index, members = form_classes([*places.values()], weight, responded, named=[*names.values()], **limits)
    details = class_record(index, members, weight, responded)
    again = partial(factors_of_classes, index=index, responded=responded)
    return ResponseFactors(again, details, _class_notes(details, collapse or {}))


@move
def raised(
    weight: FloatArray, *, factors: Callable[[FloatArray], FloatArray], there: BoolArray | None = None
) -> FloatArray:
    """Weights times their factors, made of those who are to be represented."""
    return weight * factors(weight if there is None else weight * there)


@move
def raised_inside(weight: FloatArray, *, factors: Callable[[FloatArray], FloatArray], inside: BoolArray) -> FloatArray:
    """Weights of a domain times their factors; those outside stay."""
    return np.where(inside, weight * factors(np.where(inside, weight, 0.0)), weight)


@move
def factors_of_classes(weight: FloatArray, *, index: IndexArray, responded: BoolArray) -> FloatArray:
    """Factors (N,) of weighting classes, as the step of a chain does it in a replicate."""
    return class_factors(index, weight, responded)


@move
def inverse_chances(
    weight: FloatArray, *, rows: FloatArray, index: IndexArray, names: tuple[str, ...], responded: BoolArray,
    there: FloatArray | None, most: float,
) -> FloatArray:  # fmt: skip
    """1 over the chance of answering, capped; there : who is to be represented, of a model without weights."""
    chance = _chances(weight, rows, index, names, responded, there)
    return np.where(responded, np.minimum(1 / chance, most), 0.0)


def _chances(
    weight: FloatArray, rows: FloatArray, index: IndexArray, names: tuple[str, ...], responded: BoolArray,
    there: FloatArray | None,
) -> FloatArray:  # fmt: skip
    return propensities(rows, index, names, responded, weight if there is None else there * (weight > 0))


def _by_propensity(
    method: str,
    terms: Sequence[str],
    attribute: Callable[[str], Attribute],
    weight: FloatArray,
    responded: BoolArray,
    count: int,
    fit: str,
    limits: Mapping[str, Any],
) -> ResponseFactors:
    if fit not in ("weighted", "unweighted"):
        raise DesignError("design.bad_option", option="fit", value=fit)
    rows, index_of, names_of = design_matrix([(term, _crossed(term, attribute)) for term in terms])
    there = None if fit == "weighted" else (weight > 0).astype(float)
    first = _chances(weight, rows, index_of, names_of, responded, there)
    if method == "propensity":
        most = float(limits["maximum_factor"])
        inverse = partial(
            inverse_chances, rows=rows, index=index_of, names=names_of, responded=responded, there=there, most=most
        )
        capped = int((responded & (1 / first > most)).sum())
        tenth = propensity_classes(first, 10)
        details = class_record(*_numbered(tenth, first), weight, responded)
        model = ((first * weight)[:, None] * np.eye(len(details))[np.unique(tenth, return_inverse=True)[1]]).sum(axis=0)
        total = np.bincount(np.unique(tenth, return_inverse=True)[1], weights=weight)
        details = details.assign(model_rate=model / total)
        return ResponseFactors(inverse, details, (("terms", " + ".join(terms)), ("capped", str(capped))))
    class_of, names = _numbered(propensity_classes(np.where(weight > 0, first, first), count), first)
    index, members = form_classes(
        [class_of], weight, responded, named=[{i: cells[0] for i, cells in enumerate(names)}], **limits
    )
    details = class_record(index, members, weight, responded)
    notes = (("terms", " + ".join(terms)), *_class_notes(details, {}))
    return ResponseFactors(partial(factors_of_classes, index=index, responded=responded), details, notes)


def _numbered(classes: IndexArray, chance: FloatArray) -> tuple[IndexArray, list[list[str]]]:
    """Classes by number without gaps, named by the propensities they hold."""
    distinct, index = np.unique(classes, return_inverse=True)
    names = [[f"{chance[index == k].min():.3f}–{chance[index == k].max():.3f}"] for k in range(len(distinct))]
    return index.astype(np.intp), names


def _crossed(term: str, attribute: Callable[[str], Attribute]) -> Any:
    """A term's codes in order; of several variables, the numbers of their combinations."""
    held = [attribute(name) for name in term.split(":")]
    if len(held) == 1:
        return pd.Categorical.from_codes(held[0].positions, pd.Index(held[0].codes))
    return pd.factorize(pd.MultiIndex.from_arrays([one.positions for one in held]), sort=True)[0]


def _collapsed(
    codes_of: Callable[[str], AnyArray], collapse: Mapping[str, Sequence[Sequence[Any]]], named: CodeNames
) -> tuple[Callable[[str], AnyArray], CodeNames]:
    """Codes with those of a list counted as its first, and what the groups are called."""
    called = {name: dict(labels) for name, labels in named.items()}
    for name, lists in collapse.items():
        for codes in lists:
            texts = [called.get(name, {}).get(code, str(code)) for code in codes]
            called.setdefault(name, {})[codes[0]] = "/".join(texts)

    def merged(name: str) -> AnyArray:
        held: Any = codes_of(name)
        for codes in collapse.get(name, ()):
            joined = held.isin(list(codes)) if isinstance(held, pd.Categorical) else np.isin(held, list(codes))
            held = held.copy() if isinstance(held, pd.Categorical) else np.array(held)
            held[joined] = codes[0]
        return held

    return merged, called


def _class_notes(details: pd.DataFrame, collapse: Mapping[str, Sequence[Sequence[Any]]]) -> Notes:
    written = tuple(
        ("collapse", f"{name} {'+'.join(map(str, codes))}") for name, lists in collapse.items() for codes in lists
    )
    joined = details[details["cells"] > 1]
    return (
        ("classes", str(len(details))),
        ("collapsed", str(len(joined))),
        *written,
        *(("merged", str(name)) for name in joined["class"]),
    )
