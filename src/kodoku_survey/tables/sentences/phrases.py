"""Turns of phrase: quotation marks inside quotation marks, lists, what a division and a wave are called."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from kodoku_survey.survey.codebook import Variable
from kodoku_survey.tables.words import Said

_AFTER = re.compile(r"[（(][^（）()]*[）)]$")  # what a label explains in brackets at its end
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
_PREDICATE = re.compile(r"[るいたん]$")  # 同居人がいる, いない, 参加した
_HIRAGANA = re.compile(r"[ぁ-ん]$")
FULL_WIDTH_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")


def quoted(text: str, said: Said) -> str:
    """A wording in quotation marks, those within it one rank lower: 「『直接会って話す』頻度」."""
    opening, closing, inner_opening, inner_closing = tuple(said["quotes"])
    if opening in text:  # a closing mark alone may be an apostrophe
        text = text.replace(opening, inner_opening).replace(closing, inner_closing)
    return opening + text + closing


def listed(parts: Sequence[str], said: Said) -> str:
    """A、B及びC; "A, B and C"."""
    if len(parts) < 2:
        return "".join(parts)
    return said["listing_and"].format(first=said["listing"].join(parts[:-1]), last=parts[-1])


def answer_label(variable: Variable, code: int) -> str:
    """An answer as a sentence quotes it: of a multiple answer its wording in full, without what follows in brackets."""
    own = variable.code(code)
    if variable.kind != "multiple":
        return own.text
    short = _AFTER.sub("", own.label).strip()
    others = [_AFTER.sub("", one.label).strip() for one in variable.options if one.code != code]
    return short if short and short not in others else own.label


def label_by(variable: Variable | None, label: str, said: Said) -> str:
    """What a division by a variable is called: 年齢階級別, or as its definition says; 性別 is one already."""
    if variable is not None and variable.label_by:
        return variable.label_by
    ending = said["label_by"].format(label="")
    return label if ending and label.endswith(ending) else said["label_by"].format(label=label)


def lowered(label: str) -> str:
    """A label inside a sentence: "by age group", but "by UCLA score" and "by De Jong Gierveld score"."""
    first, *rest = label.split(" ")
    named = any(word[:1].isupper() for word in rest)
    return label if named or not first[1:].islower() else label[:1].lower() + label[1:]


def people(label: str, said: Said, *, quotes: bool = True) -> str:
    """Those a group is made of: 「男性」, but 「同居人がいる」人."""
    ending = "人" if _PREDICATE.search(label) else "の人" if _HIRAGANA.search(label) else ""
    if quotes or not _JAPANESE.search(label):
        return quoted(label, said) + ending
    return label.replace(" ", "・") + ending


def wave_name(wave: int, reference: dt.date | None, said: Said) -> str:
    """An earlier wave as a text speaks of it: 令和５年調査, or the year."""
    day = f"{wave}-{reference.month:02d}-{reference.day:02d}" if reference else f"{wave}-12-31"
    begun, era = max(part.split(" ", 1) for part in said["eras"].split("; ") if part[:10] <= day)
    year = wave - int(begun[:4]) + 1
    number = str(year) if year > 9 else str(year).translate(FULL_WIDTH_DIGITS)
    return said["wave_name"].format(wave=wave, era=era, year=number if year > 1 else said["first_year"])
