"""The table plan (集計事項一覧): figures and tables in the order of the report.

    [[section]]
    id = "1"
    title = "孤独の状況"
    text = ["…"]                       # paragraphs before its tables, optional
    [[section]]
    id = "1-2"                         # nested by its id
    title = "年齢階級別孤独の状況"

    [[table]]
    id = "1-3"
    section = "1-2"
    title = "年齢階級別孤独の状況（直接質問）"
    question = "q28"                   # whose answers run across
    by = ["age_class", "age_again"]    # whose codes run down, stacked under 全体; ["sex", "age_class"] inside a list: nested
    base = { q22 = [1] }               # 集計対象, beyond who was asked; optional
    base_note = "集計対象：不安や悩みがある人"
    figure = "band"                    # band (帯グラフ) | bars (multiple answers) | dots (intervals) | none
    total = "全体"                      # label of the first row; "" for none
    answers = [5, 4]                   # only these codes shown (all stay in the base); optional
    nonanswer = "shown"                # shown | hidden (in the base, not printed) | excluded (out of the base)
    history = "yes"                    # rows of earlier waves from history.csv
    focus = [5]                        # codes the sentences speak of
    notes = ["…"]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kodoku_survey.survey.conditions import Condition

Figure = Literal["band", "bars", "dots", "none"]


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    text: tuple[str, ...] = ()


@dataclass(frozen=True)
class TablePlan:
    """One table to make; an entry of `by` with several names is a nested banner."""

    id: str
    section: str
    title: str
    question: str
    by: tuple[tuple[str, ...], ...] = ()
    base: Condition | None = None
    base_note: str = ""
    figure: Figure = "band"
    total: str = "全体"
    answers: tuple[int, ...] = ()
    nonanswer: Literal["shown", "hidden", "excluded"] = "shown"
    history: Literal["yes", "no"] = "no"
    focus: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    sections: tuple[Section, ...] = ()
    tables: tuple[TablePlan, ...] = ()
