"""What a file's own value labels say of an option's column, against how the column is read."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from kodoku_survey.intake.cells.alike import plain
from kodoku_survey.intake.cells.ticks import read_tick
from kodoku_survey.intake.cells.value import NOT_A_CODE
from kodoku_survey.intake.cells.wording import Wording
from kodoku_survey.survey.codebook import Code

# Alone, or beside the option's own words («自治会：非選択»).
_CHOSEN = frozenset(
    plain(word).casefold()
    for word in (
        "選択", "選択あり", "選択した", "選択する", "選択済", "選択済み", "選んだ", "該当", "該当する", "該当した", "該当あり",
        "はい", "あり", "ある", "有", "チェック", "チェックあり", "回答あり", "○", "✓", "1", "yes", "y", "true", "on",
        "selected", "chosen", "checked", "ticked", "marked", "mentioned", "quoted",
    )
)  # fmt: skip
_LEFT = frozenset(
    plain(word).casefold()
    for word in (
        "非選択", "未選択", "不選択", "選択なし", "選択しない", "選択せず", "選択していない", "選択しなかった",
        "選ばなかった", "選ばない",
        "非該当", "該当しない", "該当せず", "該当しなかった", "該当なし", "いいえ", "なし", "ない", "無", "でない", "ではない",
        "チェックなし", "未チェック", "×", "0", "no", "n", "not", "false", "off", "not selected", "unselected", "deselected",
        "not chosen", "unchecked", "not checked", "unticked", "not ticked", "not marked", "not mentioned", "not quoted",
    )
)  # fmt: skip
_NONE = frozenset(
    plain(word) for word in ("なし", "ない", "無", "いいえ", "no", "not")
)  # what «特にない» may be called for short
_BETWEEN = "・:;,、。.=-_/|()[]「」『』<>\"'をにはがの"


def contradicted(
    option: Code, labels: Mapping[str, str], present: Container[str], words: Wording
) -> Iterator[tuple[str, str, bool | int]]:
    """Value, label and what the label says where that is not what is read: chosen, not chosen, or the code of another option.

    labels : what the file calls the values of the option's column. present : the column's distinct cells; a value nobody
    has does no harm (one list of labels may stand for all columns of a question).
    """
    for value, label in labels.items():
        if value not in present:
            continue
        read = read_tick(value, option.code, words)
        said = _said(label, option, words)
        ticked = option.code in read.codes
        if (said is True and not ticked and read.rule != NOT_A_CODE) or (
            said is not True and said is not None and ticked
        ):
            yield value, label, said


def _said(label: str, option: Code, words: Wording) -> bool | int | None:
    """Chosen, not chosen, the code of another option, or nothing that can be told."""
    even = plain(label).casefold()
    own = sorted((plain(text).casefold() for text in (option.label, option.short, *option.aliases) if text), key=len)
    if even in own:
        return True
    if even in _NONE and option.code in words.variable.exclusive:
        return None
    for text in ("", *reversed(own)):
        rest = even.replace(text, "", 1).strip(_BETWEEN) if text else even
        if rest in _CHOSEN or rest in _LEFT:
            return rest in _CHOSEN
    other = words.labels.get(plain(label))
    return other if other not in (None, option.code, words.variable.nonanswer) else None
