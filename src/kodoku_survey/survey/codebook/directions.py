"""Which way the answers of an item run, by their words: a form printed 常にある … 決してない is no scale scored by its codes.

Words of frequency, agreement and truth have a place on a line; answers whose first and last words are of one line and run
against those of the instrument are the instrument's codes the wrong way round.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kodoku_survey.survey.codebook.variables import Variable, Worded
from kodoku_survey.survey.instruments import Instrument

# Lines of words from least to most; of two that fit, the longer match is meant (まったくない is not ない).
_LINES: tuple[tuple[str, ...], ...] = (
    (
        r"never|hardly ever|決してない|全く(感じ)?ない|まったく(感じ)?ない|ほとんどない",
        r"rarely|seldom|めったにない|あまりない",
        r"sometimes|some of the time|ときどき|時々|たまに",
        r"often|frequently|しばしば|よくある",
        r"always|常に|いつも",
    ),
    (
        r"strongly disagree|まったくそう思わない|全くそう思わない|そう思わない",
        r"disagree|あまりそう思わない|どちらかといえばそう思わない",
        r"neither|どちらともいえない",
        r"agree|まあそう思う|どちらかといえばそう思う",
        r"strongly agree|とてもそう思う|強くそう思う|^そう思う",
    ),
    (
        r"^no\b|いいえ|あてはまらない|当てはまらない",
        r"more or less|どちらともいえない|まあまあ",
        r"^yes\b|はい|^あてはまる|^当てはまる",
    ),
)


def rank(words: str) -> tuple[int, int] | None:
    """The line a wording belongs to and its place on it, or None."""
    found: tuple[int, int, int] | None = None
    for line, places in enumerate(_LINES):
        for place, pattern in enumerate(places):
            match = re.search(pattern, words.strip(), re.IGNORECASE)
            if match and (found is None or len(match[0]) > found[0]):
                found = (len(match[0]), line, place)
    return None if found is None else (found[1], found[2])


def direction(codes: Sequence[Worded]) -> tuple[int, int]:
    """The line of the first and last answers in the order of their codes, and which way it is run: 1, −1, or 0 unknown."""
    ordered = sorted(codes, key=lambda code: code.code)
    ends = [rank(ordered[0].label), rank(ordered[-1].label)] if ordered else [None, None]
    if ends[0] is None or ends[1] is None or ends[0][0] != ends[1][0]:
        return -1, 0
    return ends[0][0], (ends[1][1] > ends[0][1]) - (ends[1][1] < ends[0][1])


def runs_against(variable: Variable, instrument: Instrument) -> bool:
    """Whether the answers of an item run against those of the instrument, as far as their words tell."""
    line, own = direction(variable.options)
    other, wanted = direction([_Labelled(answer.code, answer.label) for answer in instrument.codes])
    return line == other and own * wanted == -1


class _Labelled:
    """An answer of an instrument as a code with a wording."""

    def __init__(self, code: int, label: str) -> None:
        self.code, self.label, self.text = code, label, label
