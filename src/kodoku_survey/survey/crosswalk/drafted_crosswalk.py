"""A crosswalk proposed from wording, labels and instruments: every entry with its reason, nothing taken up without being read."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from kodoku_survey.survey.codebook import Code, Variable
from kodoku_survey.survey.crosswalk.drafted_ages import common_ages, toml_value, written_entry, year_band
from kodoku_survey.survey.crosswalk.likeness import OTHERS, answers_of, nearest_of, plain
from kodoku_survey.survey.definitions.classes import Classes
from kodoku_survey.survey.sharing import Refusal, Shared
from kodoku_survey.survey.survey import Survey

SAME_WORDING = 0.75  # similarity of two wordings from which one is proposed for the other


@dataclass(frozen=True)
class ProposedMatch:
    """A variable of the second survey proposed for one of the first, and why."""

    first: Variable
    second: Variable
    why: str


def draft_crosswalk(first: Survey, second: Survey) -> str:
    """crosswalk.toml as text: entries to be read and confirmed, and, as comments, what was looked at and not proposed."""
    first, second = first.as_written, second.as_written
    shared = Shared(first, second)
    lines = [
        "# 対応表の下書き。一つずつ確かめ、違うものは消し、reason を自分の言葉に直してください。",
        "# A draft: confirm each entry, delete what is wrong, and put the reason into your own words.",
        f"first = {toml_value(first.settings.identity.name)}",
        f"second = {toml_value(second.settings.identity.name)}",
    ]
    for variable in first.variables.values():
        if variable.source == "derived" or variable.kind == "text":
            continue
        found = shared.find(variable.name)
        if isinstance(found, Refusal):
            lines += ["", *_proposed(variable, second)]
    lines += _bands(first, second)
    return "\n".join(lines) + "\n"


def _proposed(one: Variable, second: Survey) -> Iterator[str]:
    ages = next((text for other in second.variables.values() if (text := common_ages(one, other))), ())
    if ages:
        yield from ages
        return
    match = _match(one, second)
    if match is None:
        near = nearest_of(one, second.variables.values())
        told = (
            "対応する設問が見つからない / no counterpart found"
            if near is None
            else f"近いのは {near.name}「{near.question or near.label}」だが、同じ設問とは言えない / nearest, not proposed"
        )
        yield f"# {one.name} {one.label}: {told}"
        return
    other = match.second
    if one.instrument and other.instrument and one.instrument != other.instrument:
        told = f"{one.instrument} と {other.instrument} は別の尺度で、対応させられない / different scales"
        yield f"# {one.name} ↔ {other.name}: {told}"
        return
    if one.kind == "number":
        yield from written_entry("question", {"first": one.name, "second": other.name, "reason": match.why})
        return
    pairs, left, right = answers_of(one.options, other.options)
    if not left and not right:
        coded = [{"first": a.code, "second": b.code} for a, b in pairs]
        yield from written_entry("question", {"first": one.name, "second": other.name, "reason": match.why}, coded)
        return
    if len(pairs) < 2:
        yield f"# {one.name} ↔ {other.name}（{match.why}）: 共通の選択肢が足りない / too few answers in common"
        return
    yield from _harmonised(match, pairs, left, right)


def _match(one: Variable, second: Survey) -> ProposedMatch | None:
    """The likeliest variable of one kind: by instrument, by wording without its dates, by label, by likeness of both."""
    alike = [v for v in second.variables.values() if v.source != "derived" and v.kind == one.kind]
    for other in alike:
        if one.instrument and one.instrument == other.instrument:
            return ProposedMatch(one, other, f"同じ尺度 {one.instrument}")
    for other in alike:
        if one.question and other.question and plain(one.question) == plain(other.question):
            return ProposedMatch(one, other, "設問文が日付・記号を除いて同じ")
    for other in alike:
        if plain(one.label) == plain(other.label) and one.source == other.source:
            return ProposedMatch(one, other, f"短い名が同じ（{one.label}）。設問文を確かめること")
    scored = [(_likeness(one, other), other) for other in alike if one.source == other.source]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, one))
    return (
        ProposedMatch(one, best[1], f"設問文が似ている（{best[0]:.0%}）。よく確かめること")
        if best[0] >= SAME_WORDING
        else None
    )


def _likeness(one: Variable, other: Variable) -> float:
    words = SequenceMatcher(None, plain(one.question or one.label), plain(other.question or other.label)).ratio()
    if one.kind == "number":
        return words
    pairs, left, right = answers_of(one.options, other.options)
    return (words + len(pairs) / max(len(pairs) + len(left) + len(right), 1)) / 2


def _harmonised(
    match: ProposedMatch, pairs: list[tuple[Code, Code]], left: list[Code], right: list[Code]
) -> Iterator[str]:
    """A variable of the answers both have; what is «other» in its wording goes together, the rest is left to be decided."""
    rest = [*left, *right]
    if all(OTHERS.match(plain(code.label)) for code in rest):  # every kind of «other» in one
        others = [(a, b) for a, b in pairs if OTHERS.match(plain(a.label))]
        pairs = [pair for pair in pairs if pair not in others]
        left, right = [*(a for a, _ in others), *left], [*(b for _, b in others), *right]
    codes: list[dict[str, object]] = [
        {"code": k, "label": a.text, "first": [a.code], "second": [b.code]} for k, (a, b) in enumerate(pairs, start=1)
    ]
    head = {
        "name": f"{match.first.name}_common", "label": match.first.label, "first": match.first.name,
        "second": match.second.name, "reason": f"{match.why}。選択肢の数が違うので、共通のものにまとめる",
    }  # fmt: skip
    if all(OTHERS.match(plain(code.label)) for code in (*left, *right)) and left and right:
        last: dict[str, object] = {"code": len(codes) + 1, "label": left[0].text}
        last |= {"first": [c.code for c in left], "second": [c.code for c in right]}
        yield from written_entry("harmonised", head, [*codes, last])
        return
    out = {"left_out_first": [c.code for c in left], "left_out_second": [c.code for c in right]}
    told = "、".join(code.text for code in rest)
    yield f"# 次は、対応のない選択肢（{told}）をどうするか決めてから、# を外してください。"
    for line in written_entry("harmonised", head | {key: codes_ for key, codes_ in out.items() if codes_}, codes):
        yield f"# {line}"


def _bands(first: Survey, second: Survey) -> list[str]:
    """Common classes of the ages both surveys hold, at the limits both have."""
    found = []
    for survey in (first, second):
        declared = survey.settings.population.age
        name = (
            declared.of
            if declared and declared.of
            else next(
                (
                    v.name
                    for v in survey.variables.values()
                    if v.kind == "number" and v.source == "form" and v.label == "年齢"
                ),
                "",
            )
        )
        own = [d for d in survey.measures.definitions if isinstance(d, Classes) and d.of == name] if name else []
        found.append((name, own))
    (ours, bands), (theirs, others) = found
    if not bands or not others or bands[0].bands == others[0].bands:
        return []
    limits = [
        {-math.inf if band.minimum is None else band.minimum for band in one.bands} for one in (bands[0], others[0])
    ]
    start = max(min(limits[0]), min(limits[1]))
    lows = sorted(limit for limit in limits[0] & limits[1] if limit > start)
    if not lows:
        return ["", "# 年齢階級：共通の区切りがない / the age classes have no limit in common"]
    codes = [year_band(k, low, high) for k, (low, high) in enumerate(pairwise([start, *lows, math.inf]), start=1)]
    head = {
        "name": "age_common", "label": "年齢階級（共通）", "first": ours, "second": theirs,
        "reason": "どちらの年齢階級にもある区切りで分けた", "replaces": [bands[0].name],
    }  # fmt: skip
    return ["", *written_entry("harmonised", head, codes)]
