"""Ages two surveys have as a number and as classes, or as classes of other limits: the classes they have in common, drafted."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.crosswalk.likeness import plain

AGES = frozenset({"年齢", "年齢階級", "年代", "年齢層", "age", "agegroup", "ageclass"})  # labels, as `plain` has them
BETWEEN = re.compile(r"^(\d+)歳?[~～\-–—－から]+(\d+)歳?$")
DECADE, OPEN_ABOVE, OPEN_BELOW = (
    re.compile(pattern) for pattern in (r"^(\d+)(歳代|代)$", r"^(\d+)(歳?以上|\+|andover)$", r"^(\d+)歳?(以下|未満)$")
)


def age_range(label: str) -> tuple[float, float] | None:
    """The ages a class is of, as its label says (20～29歳, 20代, 75歳以上, 19歳以下); None where it says none."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", label)).lower()
    if found := BETWEEN.match(text):
        return float(found[1]), float(found[2])
    if found := DECADE.match(text):
        return float(found[1]), float(found[1]) + 9
    if found := OPEN_ABOVE.match(text):
        return float(found[1]), math.inf
    if found := OPEN_BELOW.match(text):
        return -math.inf, float(found[1]) - (found[2] == "未満")
    return None


def common_ages(one: Variable, other: Variable) -> tuple[str, ...]:
    """A variable of ages common to classes and a number, or to classes of other limits; nothing where these are no ages."""
    if (
        one.source != other.source
        or {one.kind, other.kind} - {"number", "single"}
        or one.kind == other.kind == "number"
    ):
        return ()
    if not all(plain(variable.label) in AGES for variable in (one, other)):
        return ()
    sides = [[(code, age_range(code.label)) for code in v.options] for v in (one, other)]
    known = [[(code, ages) for code, ages in side if ages is not None] for side in sides]
    labels = [[plain(code.label) for code, _ in side] for side in known]
    if (
        any(v.kind == "single" and len(held) < 2 for v, held in zip((one, other), known, strict=True))
        or labels[0] == labels[1]
    ):
        return ()
    limits = [{ages[0] for _, ages in held} for held in known if held]
    lows = sorted(set.intersection(*limits))
    if lows and all(any(ages[0] < lows[0] for _, ages in held) for held in known if held):
        lows = [-math.inf, *lows]  # what lies below the first common limit is one class in both
    if len(lows) < 2:
        return (f"# {one.name} ↔ {other.name}: 共通の区切りがない / the age classes have no limit in common",)
    codes = []
    for k, (low, high) in enumerate(pairwise([*lows, math.inf]), start=1):
        within = [[c.code for c, ages in held if low <= ages[0] < high] for held in known]
        ranged = year_band(k, low, high)
        row: dict[str, object] = {"code": k, "label": ranged["label"]}
        row |= {key: ranged[key] for key in ("min", "max") if key in ranged} if len(limits) < 2 else {}
        codes.append(row | {name: own for name, own in zip(("first", "second"), within, strict=True) if own})
    rest = [[c.code for c, ages in side if ages is None or ages[0] < lows[0]] for side in sides]
    head: dict[str, object] = {
        "name": f"{one.name}_common", "label": f"{one.label}（共通）", "first": one.name, "second": other.name,
        "reason": "どちらの年齢階級にもある区切りで分けた",
    }  # fmt: skip
    head |= {f"left_out_{name}": own for name, own in zip(("first", "second"), rest, strict=True) if own}
    return tuple(written_entry("harmonised", head, codes))


def year_band(code: int, low: float, high: float) -> dict[str, object]:
    """A class of whole years from `low` to below `high`, either of which may be open."""
    last = high - 1
    if low == -math.inf:
        return {"code": code, "label": f"{last:g}歳以下", "max": int(last)}
    if high == math.inf:
        return {"code": code, "label": f"{low:g}歳以上", "min": int(low)}
    return {"code": code, "label": f"{low:g}～{last:g}歳", "min": int(low), "max": int(last)}


def written_entry(kind: str, head: Mapping[str, object], codes: Sequence[Mapping[str, object]] = ()) -> Iterator[str]:
    """An entry of crosswalk.toml, line by line."""
    yield f"[[{kind}]]"
    for key, value in head.items():
        yield f"{key} = {toml_value(value)}"
    if codes:
        yield "codes = ["
        for code in codes:
            yield "  { " + ", ".join(f"{key} = {toml_value(value)}" for key, value in code.items()) + " },"
        yield "]"


def toml_value(value: object) -> str:
    """A text, number or list as TOML writes it."""
    return json.dumps(value, ensure_ascii=False)
