"""Options in the order of a scale, where their wordings tell it: numbers of one unit, or words of a scale that is known.

An export tells which options were chosen, never in which order the form printed them.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Literal

OptionOrder = Literal["numbers", "words", "found"]
StepPlace = tuple[float, int]  # a place on a scale; below, at or above its number
FEWEST_WORDS = 3  # steps of a scale of words; of two nobody needs to know the order

_NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*([^\d\s～〜~\-－ー–—・、,。以未超より()（）+/:：]*)")
_LESS = re.compile(
    r"未満|以下|まで|より少な[いく]|より下|\b(?:under|below|less than|fewer than|up to|or less)\b", re.IGNORECASE
)
_MORE = re.compile(
    r"以上|超|より多[いく]|\+|\b(?:over|above|more than|and over|and above|or more|or older|and older)\b", re.IGNORECASE
)
_BETWEEN = re.compile(r"[～〜~－–—から\-]|\b(?:to|and)\b")
_ALIKE = {
    "代": "歳",
    "才": "歳",
    "歳代": "歳",
    "才代": "歳",
    "ヶ月": "か月",
    "カ月": "か月",
    "ケ月": "か月",
    "ヵ月": "か月",
}
_NONE = re.compile(
    r"(一人も|まったく|全く|1度も|一度も)?(い|し(てい)?|行か|使わ)?(ない|なし|ません)|none|never|no one|nobody",
    re.IGNORECASE,
)
_BESIDE = re.compile(  # no step of any scale: it stands behind them
    "その他.*|other.*|(よく|まだ)?(わからない|わかりません|分からない)|(答え|回答し)たくない|無回答|不明|覚えていない"
    "|(あてはまらない|当てはまらない|該当しない|該当なし)|don'?t know|not sure|unsure|prefer not.*|n/?a|not applicable",
    re.IGNORECASE,
)


def in_order(options: Sequence[str]) -> tuple[tuple[str, ...], OptionOrder]:
    """The options, and what their order is by. Numbers of several units, or words of no one scale, are left as they were."""
    even = {option: unicodedata.normalize("NFKC", option).strip() for option in options}
    steps = [option for option in options if not _BESIDE.fullmatch(even[option])]
    beside = [option for option in options if option not in steps]
    by_number = _by_number([even[option] for option in steps])
    by_word = None if by_number else _by_word([even[option] for option in steps])
    places = by_number or by_word
    if places is None:
        return tuple(options), "found"
    ordered = [option for _, option in sorted(zip(places, steps, strict=True), key=lambda one: one[0])]
    return (*ordered, *beside), "numbers" if by_number else "words"


def _by_number(steps: Sequence[str]) -> list[StepPlace] | None:
    """A place for each, or None where they do not count one thing in one unit."""
    nothing = [step for step in steps if _NONE.fullmatch(step)]
    counted = [step for step in steps if step not in nothing]
    found = {step: _NUMBER.findall(step) for step in counted}
    if len(counted) < 2 or len(nothing) > 1 or not all(found.values()):
        return None
    units = {_ALIKE.get(unit, unit) for numbers in found.values() for _, unit in numbers} - {""}
    fronts = {_bare(step[: step.index(found[step][0][0])]) for step in counted}
    if len(units) > 1 or len(fronts) > 1:
        return None
    places = {step: _place(step, [float(number.replace(",", "")) for number, _ in found[step]]) for step in counted}
    if nothing:
        if min(places.values()) <= (0.0, 0):
            return None
        places[nothing[0]] = (0.0, -1)
    return [places[step] for step in steps] if len(set(places.values())) == len(steps) else None


def _place(step: str, numbers: Sequence[float]) -> StepPlace:
    if len(numbers) > 1:
        return numbers[0], 0
    if _LESS.search(step) or re.match(_BETWEEN, step):  # «～29歳» has no lower end
        return numbers[0], -1
    return numbers[0], 1 if _MORE.search(step) or re.search(r"[～〜~]$", step) else 0


def _bare(front: str) -> str:
    """What stands before the first number, without words of more and less."""
    return re.sub(r"[\s～〜~]", "", _MORE.sub("", _LESS.sub("", front))).casefold()


def _by_word(steps: Sequence[str]) -> list[StepPlace] | None:
    """A place for each on the one scale that has them all, or None."""
    if len(steps) < FEWEST_WORDS:
        return None
    plain = [_plain(step) for step in steps]
    for scale in _scales():
        if all(word in scale for word in plain):
            places = [(float(scale[word]), 0) for word in plain]
            return places if len(set(places)) == len(places) else None
    return None


def _plain(step: str) -> str:
    text = re.sub(r"[\s、。,.・]", "", step).casefold()
    for old, new in (
        ("全く", "まったく"),
        ("時々", "ときどき"),
        ("良", "よ"),
        ("無い", "ない"),
        ("感じる", "感じる"),
        ("言え", "いえ"),
    ):
        text = text.replace(old, new)
    return re.sub("どちらかと(いう|言う|言え|いえ)(と|ば)", "どちらかといえば", text)


@cache
def _scales() -> tuple[Mapping[str, int], ...]:
    """Every scale known, wording → place; wordings of one place are the same step in other words."""
    text = resources.files("kodoku_survey.intake.draft").joinpath("known_scales.toml").read_text(encoding="utf-8")
    return tuple(
        {_plain(word): place for place, words in enumerate(scale["steps"]) for word in words}
        for scale in tomllib.loads(text)["scale"]
    )
