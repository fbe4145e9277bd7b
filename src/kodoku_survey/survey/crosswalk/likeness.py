"""How alike two questions are in wording, label and answers: what a crosswalk proposes, and what a refusal names as nearest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from kodoku_survey.survey.codebook import Code, Variable

NEAR_WORDING = (
    0.7  # similarity of two wordings, without their courtesies, from which one is named as the nearest to the other
)
# Dates and years are restated every time a question is asked, and change nothing of what is asked.
DATES = re.compile(
    r"(令和|平成|R|H)?\d{0,4}(年度?|[.／/-])?([（(]\d{4}年?[)）])?\d{1,2}月(\d{1,2}日)?|(令和|平成)?\d{1,4}年(度)?([（(]\d{4}年?[)）])?"
)
OTHERS = re.compile(
    r"^(その他|そのほか|答えたくない|わからない|分からない|other|prefernot|don'?tknow|inanotherway)", re.IGNORECASE
)
# What every question says and none is told apart by.
COURTESIES = re.compile(
    r"(あなた(自身)?(の|は|には|にとって|と)?|について|(全て|すべて)?(お?答え|記入|選んで|選び|教えて)(して)?(ください|下さい)|ください|下さい"
    r"|現在の?|です(か)?|ます(か)?|いかが|次の(中|うち)から|please|doyou|areyou|whatisyour|howoftendoyou)"
)


def plain(text: str) -> str:
    """A wording without dates, widths, brackets' contents and punctuation: what is asked."""
    text = DATES.sub("", unicodedata.normalize("NFKC", text))
    text = re.sub(r"[（(\[［][^）)\]］]*[）)\]］]", "", text)
    return re.sub(r"[\s、。，．,.・:：;；?？!！「」『』~～\-－]", "", text).lower()


def answers_of(ours: Sequence[Code], theirs: Sequence[Code]) -> tuple[list[tuple[Code, Code]], list[Code], list[Code]]:
    """Answers of one label in both, and those alone in either."""
    known = {plain(code.label): code for code in theirs}
    pairs = [(code, known[plain(code.label)]) for code in ours if plain(code.label) in known]
    taken = {b.code for _, b in pairs}
    held = {a.code for a, _ in pairs}
    return pairs, [c for c in ours if c.code not in held], [c for c in theirs if c.code not in taken]


def nearest_of(one: Variable, others: Iterable[Variable]) -> Variable | None:
    """The variable that asks what `one` asks, under another name or with other answers; None where none comes near.

    By label or wording without dates, else the likeliest wording without its courtesies. Only among variables of one source.
    """
    alike = [other for other in others if other.source == one.source and other.kind != "text"]
    for other in alike:
        if plain(one.label) == plain(other.label) or (one.question and plain(one.question) == plain(other.question)):
            return other
    if one.source == "derived":
        return None
    best = max(alike, key=lambda other: _wording(one, other), default=None)
    return best if best is not None and _wording(one, best) >= NEAR_WORDING else None


def _wording(one: Variable, other: Variable) -> float:
    texts = [COURTESIES.sub("", plain(variable.question or variable.label)) for variable in (one, other)]
    if min(map(len, texts)) < 3:  # nothing is left to be told apart by
        return 0.0
    return SequenceMatcher(None, texts[0], texts[1]).ratio()


def few_labels(codes: Sequence[Code], most: int = 4, longest: int = 20) -> str:
    """Labels of some answers, cut to a length; the rest of them as …."""
    cut = [code.label if len(code.label) <= longest else f"{code.label[: longest - 1]}…" for code in codes[:most]]
    return " / ".join([*cut, *(["…"] if len(codes) > most else [])])
