"""What one column of a file seems to be: a number, one answer, several in a cell, or text of people that no draft may hold.

A wording is taken for an option only where at least three returns hold it: then it is the form's. What fewer hold is
somebody's own text and is never shown; where there is any, an option その他 is drafted for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from kodoku_survey.intake.draft.ordered_options import OptionOrder, in_order

FORMS = 3  # returns that must hold a wording
MOST_OPTIONS = 40  # more different wordings than that are no question with options
MOST_CODES = 15
MOST_PLACES = 6
OPTION_SEPARATORS = (";", "；", ", ", "、", "|", "\n", ",")
NUMBER = re.compile(r"\s*([+-]?[0-9][0-9,]*(?:\.[0-9]+)?)\s*([^\d\s.,:/\-]{0,4})\s*")
CLASS = re.compile(
    "以上|以下|未満|超|代|台|前後|程度|くらい|ぐらい|世帯|[位級番]"
)  # a unit so called makes a class of the number
QUANTITY = re.compile("年齢|何歳|何人|人数|何年|年数|何時間|時間|何分|何回|回数|金額|円")
OTHER = "その他"
# What is asked for in one's own words, whatever some people write alike («特になし»).
OWN_WORDS = re.compile(
    "意見|感想|要望|自由(記述|記入|回答)|コメント|具体的|お書き|ご記入|メッセージ|comments?$|opinion|free.?text|remarks",
    re.IGNORECASE,
)
NOTHING_TO_SAY = re.compile(
    "(特に|とくに|今のところ)?(なし|無し|無い|ない|ありません|ございません)[。.]?|ありがとう.*|わかりません|none|nothing"
)
FEW_ALIKE = 12  # different wordings up to which a question so called may have options, if nobody wrote another
UNITS = {
    "才": "歳",
    "ヶ月": "か月",
    "カ月": "か月",
    "ケ月": "か月",
    "ヵ月": "か月",
    "h": "時間",
    "名": "人",
}  # two words for one
NOTHING = ("", "N/A")  # cells without an answer
NO_CHANCE = 10  # pieces that never stand without another, as often as this, are no chance


@dataclass(frozen=True)
class Guess:
    """kind : of the question; options : their wordings, in an order by `order`; codes : where the cells are codes.

    others : cells that hold somebody's own wording, counted only.
    """

    kind: Literal["single", "multiple", "number", "text"]
    options: tuple[str, ...] = ()
    codes: tuple[int, ...] = ()
    separator: str = ""
    minimum: Decimal = Decimal(0)
    maximum: Decimal = Decimal(0)
    places: int = 0
    unit: str = ""
    others: int = 0
    order: OptionOrder = "found"


def guess(heading: str, cells: Sequence[str]) -> Guess:
    """The guess for one column, from its heading and its cells as delivered."""
    written = {_even(text): text.strip() for text in reversed(cells)}
    filled = Counter(even for text in cells if (even := _even(text)) not in NOTHING)
    found = _number(heading, filled) or _codes(filled)
    if found is not None:
        return found
    if OWN_WORDS.search(heading) and (len(filled) > FEW_ALIKE or min(filled.values(), default=0) < FORMS):
        return Guess("text")
    # Options as the form words them, in the width it has.
    plain = Counter({written[even]: count for even, count in filled.items()})
    several = _several(plain)
    if several is not None:
        return several
    single = _single(plain)
    options, order = in_order(single.options)
    return replace(single, options=options, order=order)


def _even(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _number(heading: str, filled: Counter[str]) -> Guess | None:
    """Numbers of something: with a unit, decimals, more values than a question has options, or so called."""
    read = {text: NUMBER.fullmatch(text) for text in filled}
    good = {text: found for text, found in read.items() if found is not None}
    held = sum(filled[text] for text in good)
    if not good or held < 0.95 * sum(filled.values()):
        return None
    units = Counter(found.group(2) for text, found in good.items() for _ in range(filled[text]))
    common = {UNITS.get(name, name) for name, count in units.items() if name and count >= FORMS}
    if len(common) > 1 or any(CLASS.search(name) for name in common):
        return None  # numbers of several things, or classes of numbers
    unit = next((name for name, _ in units.most_common() if name), "")
    values = [Decimal(found.group(1).replace(",", "")) for found in good.values()]
    # 7.5000000000 has one decimal; a number of more than six is a weight or a rate, and no answer.
    places = max(max(-int(value.normalize().as_tuple().exponent), 0) for value in values)
    if places > MOST_PLACES:
        return Guess("text")
    if not (places or unit or len(values) > MOST_CODES or QUANTITY.search(heading)):
        return None
    counts = Counter({Decimal(found.group(1).replace(",", "")): 0 for found in good.values()})
    for text, found in good.items():
        counts[Decimal(found.group(1).replace(",", ""))] += filled[text]
    low, high = _range(counts)
    return Guess("number", minimum=low, maximum=high, places=places, unit=unit)


def _range(counts: Counter[Decimal]) -> tuple[Decimal, Decimal]:
    """The least and the most, without a few values far beyond all others: a slip of the keyboard sets no range."""
    ordered = sorted(counts.elements())
    cut = len(ordered) // 200
    low, high = ordered[cut], ordered[-1 - cut]
    spread = max(high - low, Decimal(10))
    return max(ordered[0], low - spread), min(ordered[-1], high + spread) if ordered[-1] <= high + spread else high


def _codes(filled: Counter[str]) -> Guess | None:
    """Whole numbers of which there are few: codes whose wordings the file does not tell."""
    codes: Counter[int] = Counter()
    for text, count in filled.items():
        if re.fullmatch(r"[0-9]{1,4}(\.0)?", text):
            codes[int(float(text))] += count
    # A keyed file has its slips: two codes in a cell, a mark for what could not be read.
    if not codes or sum(codes.values()) < 0.95 * sum(filled.values()):
        return None
    kept = tuple(sorted(code for code, count in codes.items() if count >= FORMS or len(filled) < FORMS))
    if not kept or len(kept) > MOST_OPTIONS:
        return None
    if kept[0] == 0 and len(kept) > 5:  # from nought to ten is an amount
        return Guess("number", minimum=Decimal(0), maximum=Decimal(kept[-1]))
    if kept[0] >= 1 and kept[-1] <= MOST_CODES:
        # A code few chose is a code of the form all the same, and a number tells of nobody: up to the next above the last.
        rare = {code for code in codes if 1 <= code <= kept[-1] + 1}
        kept = tuple(sorted({*kept, *rare, *range(1, kept[0])}))
    return Guess("single", options=tuple(f"符号{code}" for code in kept), codes=kept)


def _single(filled: Counter[str]) -> Guess:
    kept = tuple(text for text, count in filled.items() if count >= FORMS)
    others = sum(count for count in filled.values() if count < FORMS)
    polite = bool(others) and all(NOTHING_TO_SAY.fullmatch(text) for text in kept)
    if not kept or len(kept) > MOST_OPTIONS or others > sum(filled.values()) / 2 or polite:
        return Guess("text")
    return Guess("single", options=kept, others=others)


def _several(filled: Counter[str]) -> Guess | None:
    """Several answers in one cell: the separator whose pieces are the fewest against the cells they make."""
    whole, best = _single(filled), None
    distinct = len(filled)
    for separator in OPTION_SEPARATORS:
        holding = sum(count for text, count in filled.items() if separator.strip(" ") in text.rstrip(separator))
        if holding < FORMS:
            continue
        pieces = _pieces(filled, separator)
        kept = tuple(text for text, count in pieces.items() if count >= FORMS)
        alone = [text for text in filled if len(_split(text, separator)) == 1 and filled[text] >= FORMS]
        # Pieces that occur in other company too: a label that merely contains the mark makes none.
        if (
            len(kept) < 2
            or len(kept) > MOST_OPTIONS
            or len(kept) >= distinct
            or not _recombined(filled, separator, kept)
        ):
            continue
        others = sum(count for text, count in pieces.items() if count < FORMS)
        if others > sum(pieces.values()) / 3 or (
            whole.kind == "single" and len(whole.options) <= len(kept) and alone == []
        ):
            continue
        if best is None or (others, len(kept)) < (best.others, len(best.options)):
            best = Guess("multiple", options=kept, separator=separator, others=others)
    return best


def _split(text: str, separator: str) -> list[str]:
    return [piece for piece in (part.strip() for part in text.split(separator)) if piece]


def _pieces(filled: Counter[str], separator: str) -> Counter[str]:
    """Counts of the pieces; neighbours that only ever stand together are one label that contains the separator."""
    single: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for text, count in filled.items():
        parts = _split(text, separator)
        for part in parts:
            single[part] += count
        for pair in pairwise(parts):
            pairs[pair] += count
    joined = {a: b for (a, b), count in pairs.items() if count >= FORMS and single[a] == count == single[b]}
    found: Counter[str] = Counter()
    for (a, b), count in pairs.items():
        # «居場所» and «居場所; 交流会»: the end, or the beginning, of the longer label never stands without the rest.
        if count >= NO_CHANCE and (single[a] == count) != (single[b] == count):
            found[_as_written([a, b], separator, filled)] = count
            single[a], single[b] = single[a] - count, single[b] - count
    for text, count in single.items():
        if text in joined.values() or not count:
            continue
        label = [text]
        while label[-1] in joined and joined[label[-1]] not in label:
            label.append(joined[label[-1]])
        found[_as_written(label, separator, filled)] += count
    return found


def _as_written(parts: Sequence[str], separator: str, filled: Counter[str]) -> str:
    """A label of several pieces, with the blanks it has around the separator."""
    if len(parts) == 1:
        return parts[0]
    gap = r"\s*" + re.escape(separator.strip() or separator) + r"\s*"
    pattern = re.compile(gap.join(map(re.escape, parts)))
    return next((found.group(0) for text in filled if (found := pattern.search(text))), separator.join(parts))


def _recombined(filled: Counter[str], separator: str, kept: Sequence[str]) -> bool:
    """Whether at least two pieces stand beside different others, or alone as well as in company."""
    company: dict[str, set[tuple[str, ...]]] = {}
    for text in filled:
        parts = _split(text, separator)
        for part in parts:
            company.setdefault(part, set()).add(tuple(sorted(set(parts) - {part})))
    return sum(len(company.get(part, ())) > 1 for part in kept) >= 2
