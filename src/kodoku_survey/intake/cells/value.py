"""What a cell was read as, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass

NOTATION = "notation"
UNREADABLE = "unreadable"
NOT_A_CODE = "not_a_code"
NOT_A_NUMBER = "not_a_number"
OUT_OF_RANGE = "out_of_range"
DOUBLE_ANSWER = "double_answer"
OTHER_TEXT = "other_text"  # words of one's own where the option その他 stands
COMMON_OTHER = "common_other"  # the same words from so many that they are the form's, not theirs
AMBIGUOUS = "ambiguous_label"
TOKEN_IS_CODE = "token_is_code"
NO_VALUE = "formula_without_value"

# Answers lost: they count against the tolerance, since a file read wrongly produces them by the thousand.
INADMISSIBLE = (
    NOT_A_CODE,
    NOT_A_NUMBER,
    OUT_OF_RANGE,
    DOUBLE_ANSWER,
    COMMON_OTHER,
    AMBIGUOUS,
    TOKEN_IS_CODE,
    NO_VALUE,
)

# Marks the readers put before a cell: declared missing in the file itself (SPSS, Stata), a formula nobody computed.
DECLARED_MISSING = "\ue0f0"
UNCOMPUTED = "\ue0f1"


@dataclass(frozen=True)
class Value:
    """An admissible value: its codes (several for a multiple answer; none = blank), and the rule that changed it.

    applies : False where the file says 非該当. unknown : parts no option has, evened, for counting the form's wordings.
    """

    codes: tuple[int, ...] = ()
    rule: str = ""
    applies: bool = True
    unknown: tuple[str, ...] = ()
