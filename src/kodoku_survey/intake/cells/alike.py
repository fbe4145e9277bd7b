"""Text made even for comparison: what looks alike on paper is one text, whatever machine wrote it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Beyond NFKC: marks that stand for one another between JIS tables or are keyed for one another (dashes, double bars,
# middle dots, circles, quotation marks), and the characters of cp932 that NFKC leaves apart (髙, 﨑).
_TWINS = str.maketrans(
    {
        **dict.fromkeys("〜∼˜", "~"),
        **dict.fromkeys("−―‐‑‒–—─━", "-"),
        **dict.fromkeys("•‧⋅∙", "・"),
        **dict.fromkeys("◯〇", "○"),
        **dict.fromkeys("‘’‛′`´", "'"),
        **dict.fromkeys("“”„‟″〝〟", '"'),
        **dict.fromkeys("✔☑", "✓"),
        "\u2016": "\u2225",
        "¦": "|",
        **dict(zip("髙﨑德瀨黑增橫濵塚", "高崎徳瀬黒増横濱塚", strict=True)),
    }
)


def twins(text: str) -> str:
    """Text with width, dashes, bars and old forms of characters made uniform; blanks stay."""
    # NFKC makes a blank and a combining mark of ￣ ´ and the like, so the twins go first and last.
    return unicodedata.normalize("NFKC", text.translate(_TWINS)).translate(_TWINS)


@lru_cache(maxsize=200_000)
def plain(text: str) -> str:
    """Text without blanks and line breaks, all else uniform: for labels, digits and headings."""
    return re.sub(r"[\s\u200b\ufeff]+", "", twins(text))


def spaced(text: str) -> str:
    """As `plain`, but words stay apart by one blank: where blanks separate several answers."""
    return re.sub(r"[\s\u200b\ufeff]+", " ", twins(text)).strip()
