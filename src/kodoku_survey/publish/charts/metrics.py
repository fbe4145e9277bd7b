"""How wide a text is, by the faces themselves; and where a Japanese text may be broken."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from fontTools.ttLib import TTFont

from kodoku_survey.publish.charts.fonts import Face, fallback_file, font_file

_MISSING = 0.6  # ems: of a character no face has


@cache
def _advances(face: Face | None) -> dict[int, float]:
    """Ems by character of a face; None is the one that stands in."""
    with TTFont(str(font_file(face) if face else fallback_file()), lazy=True) as font:
        widths, per_em = font["hmtx"].metrics, font["head"].unitsPerEm
        return {code: widths[name][0] / per_em for code, name in font.getBestCmap().items()}


@lru_cache(maxsize=1 << 16)
def width(text: str, size: float = 1.0, face: Face = "sans") -> float:
    """Width of a text set at `size`, in the unit of `size`; of its widest line where it has several."""
    known = _advances(face)
    return size * max(sum(known.get(ord(c)) or _stand_in(c) for c in line) for line in text.split("\n"))


def _stand_in(character: str) -> float:
    return 0.0 if character in "\n\t" else _advances(None).get(ord(character), _MISSING)


def _kind(character: str) -> str:
    code = ord(character)
    if 0x3041 <= code <= 0x309F:
        return "hiragana"
    if 0x30A0 <= code <= 0x30FF:
        return "katakana"
    return "han" if 0x3400 <= code <= 0x9FFF or character in "々〇ヶ" else "latin" if character.isalnum() else "mark"


_CLOSING = frozenset("」』）)】］］〉》、。，．・：；！？％%～〜ー…")
_OPENING = frozenset("「『（(【［〈《")


def chunks(text: str) -> list[str]:
    """A label in parts that must not be broken, so that what belongs together in a word stays together."""
    return list(_chunks(text))


@lru_cache(maxsize=1 << 14)
def _chunks(text: str) -> tuple[str, ...]:
    """As `chunks`: a line may end after a hiragana before another script, after 、 ・ 」 ）,
    before （ 「, after / and the hyphen of a word, and at a blank. What belongs together in a word stays together."""
    parts, part = [], ""
    for before, after in zip(text, [*text[1:], ""], strict=False):
        part += before
        if after and _may_break(before, after):
            parts.append(part)
            part = ""
    return (*parts, part) if part else tuple(parts)


def _may_break(before: str, after: str) -> bool:
    if after in _CLOSING or after.isspace() or before in _OPENING:
        return False
    if before.isspace() or before in "、。・」』）)】：；/／" or after in _OPENING:
        return True
    if before == "-" and after.isalpha():
        return True
    return _kind(before) == "hiragana" and _kind(after) in ("han", "katakana", "latin")


def lines(text: str, room: float, size: float, face: Face = "sans") -> list[str]:
    """A label in as few lines of at most `room` as may be, of like length; a part that is wider has a line of its own."""
    return list(_lines(text, round(room, 1), size, face))


@lru_cache(maxsize=1 << 14)
def _lines(text: str, room: float, size: float, face: Face) -> tuple[str, ...]:
    parts = _chunks(text)
    greedy = _filled(parts, room, size, face)
    if len(greedy) < 2:
        return tuple(greedy)
    low, high = max(width(part.strip(), size, face) for part in parts), room
    while high - low > 0.5:  # the narrowest room that needs no further line
        middle = (low + high) / 2
        low, high = (low, middle) if len(_filled(parts, middle, size, face)) <= len(greedy) else (middle, high)
    return tuple(_filled(parts, max(high, low), size, face))


def _filled(parts: Sequence[str], room: float, size: float, face: Face) -> list[str]:
    made: list[str] = []
    for part in parts:
        if made and width((made[-1] + part).rstrip(), size, face) <= room:
            made[-1] += part
        else:
            made.append(part)
    return [line.strip() for line in made] or [""]


def widest_part(text: str, size: float, face: Face = "sans") -> float:
    """The room a label needs at least, if it is not broken inside a word."""
    return max((width(part.strip(), size, face) for part in chunks(text)), default=0.0)
