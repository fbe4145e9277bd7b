"""The table plan (集計事項一覧): figures and tables in the order of the report.

[[section]]
id = "1"
title = "孤独の状況"
text = ["…"]                       # paragraphs before its tables, optional
bullets = ["…"]                    # and a list of points
facts = ["調査の対象：満16歳以上の個人"]   # and pairs, parted at the first ：or ": "
form = "results"                   # results | outline (第１) | returns (in it: what came back) | questionnaire (wording and
                                   # options with their figures) | before (unnumbered, ahead) | notes (more of them) | terms
                                   # | digest (its bullets are the tables whose charts and sentences point.pdf shows)
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
statistic = "share"                # share of each answer | mean | median of a number (score, age …) in each group
figure = "band"                    # band (帯グラフ) | bars (multiple answers) | dots (intervals) | columns (縦棒, of waves
                                   # side by side) | none
magnified = 10                     # of a band: the first so many per cent once more, drawn large; optional
number = "2-1"                     # as it is printed, where several tables share one; without it the id
total = "全体"                      # label of the first row; "" for none
answers = [5, 4]                   # only these codes shown (all stay in the base); optional
nonanswer = "shown"                # shown | hidden (in the base, not printed) | excluded (out of the base)
history = "yes"                    # rows of earlier waves from history.csv
focus = [5]                        # codes the sentences speak of (of a multiple answer without it: all but その他)
compare = "within"                 # nested axes: each group within its outer group (ages within a sex), against that group's
                                   # own line, which another axis of `by` must give; all (default): all against everybody
levels = "alone"                   # ranking and levels in words: alone (where nothing runs down), told, counted, silent
across = "waves"                   # one answer of each wave side by side instead of the answers; needs history = "yes"
notes = ["…"]

[[sentence]]
id = "1-17/by/cohabitant/*"        # one of data/sentences.csv; with * at its end, all that begin so
show = "no"                        # turned off
text = "…"                         # instead of the sentence made; it stands only where that one would
place = "1-15"                     # the table or section it is moved to
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from kodoku_survey.survey.codebook import Variable, check_condition
from kodoku_survey.survey.conditions import Condition
from kodoku_survey.survey.reading import Place, records, unique
from kodoku_survey.survey.reading.limits import DISTINCT, FILLED, Within

Figure = Literal["band", "bars", "dots", "columns", "none"]
PlannedStatistic = Literal["share", "mean", "median"]
Compare = Literal["all", "within"]
Form = Literal["results", "outline", "returns", "questionnaire", "before", "notes", "terms", "digest"]


@dataclass(frozen=True)
class Section:
    """A part of the report; "1-2" stands within "1"."""

    id: Annotated[str, FILLED]
    title: Annotated[str, FILLED]
    text: tuple[str, ...] = ()
    bullets: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    form: Form = "results"

    @property
    def level(self) -> int:
        """How deep it stands: 1 for a part."""
        return self.id.count("-") + 1

    @property
    def speaks(self) -> bool:
        """Whether it says something without a table."""
        return bool(self.text or self.bullets or self.facts or self.form == "returns")


@dataclass(frozen=True)
class TablePlan:
    """One table to make; an entry of `by` with several names is a nested banner."""

    id: Annotated[str, FILLED]
    section: Annotated[str, FILLED]
    title: Annotated[str, FILLED]
    question: Annotated[str, FILLED]
    by: Annotated[tuple[Annotated[tuple[str, ...], FILLED, DISTINCT], ...], DISTINCT] = ()
    base: Condition | None = None
    base_note: str = ""
    statistic: PlannedStatistic = "share"
    figure: Figure = "band"
    total: str | None = None  # the word for everybody in the folder's language
    answers: Annotated[tuple[int, ...], DISTINCT] = ()
    nonanswer: Literal["shown", "hidden", "excluded"] = "shown"
    history: Literal["yes", "no"] = "no"
    focus: Annotated[tuple[int, ...], DISTINCT] = ()
    notes: tuple[str, ...] = ()
    compare: Compare = "all"
    levels: Literal["alone", "told", "counted", "silent"] = "alone"
    across: Literal["answers", "waves"] = "answers"
    magnified: Annotated[int, Within(0, 50)] = 0
    number: str = ""


@dataclass(frozen=True)
class SentencePlan:
    """What becomes of a sentence, or of all whose ids begin alike: turned off, said otherwise, or moved."""

    id: Annotated[str, FILLED]
    show: Literal["yes", "no"] = "yes"
    text: str = ""
    place: str = ""

    def meets(self, id: str) -> bool:
        """Whether a sentence is meant."""
        return id.startswith(self.id[:-1]) if self.id.endswith("*") else id == self.id


@dataclass(frozen=True)
class Plan:
    """The sections and tables of a report, in order, and what becomes of its sentences."""

    sections: tuple[Section, ...] = ()
    tables: tuple[TablePlan, ...] = ()
    sentences: tuple[SentencePlan, ...] = ()


def read_plan(table: Mapping[str, Any], known: Mapping[str, Variable], place: Place) -> Plan:
    """tables.toml as a plan; every question, axis and code resolved against the `known` variables."""
    for key in table:
        if key not in ("section", "table", "sentence"):
            place.unknown("unknown_key", key, ("section", "table", "sentence"))
    found = tuple(records(Section, table.get("section", []), place.at("section"), "section"))
    unique([section.id for section in found], place)
    tables = tuple(records(TablePlan, table.get("table", []), place, "table"))
    for planned in tables:
        _check(planned, {section.id for section in found}, known, place.at(f"[{planned.id}]"))
    unique([planned.id for planned in tables], place)
    sentences = tuple(records(SentencePlan, table.get("sentence", []), place, "sentence"))
    unique([one.id for one in sentences], place)
    for one in sentences:
        _check_sentence(one, found, tables, place.at(f"[{one.id}]"))
    return Plan(found, tables, sentences)


def _check_sentence(one: SentencePlan, sections: Sequence[Section], tables: Sequence[TablePlan], place: Place) -> None:
    """The id begins with a table's; a place is a table or a section; a text is of one sentence."""
    ids = [planned.id for planned in tables]
    if not any(one.id.startswith(f"{id}/") for id in ids):
        place.at("id").unknown("unknown_table", one.id.partition("/")[0], ids)
    if one.place and one.place not in (where := [*ids, *(section.id for section in sections)]):
        place.at("place").unknown("unknown_table", one.place, where)
    if one.text and one.id.endswith("*"):
        place.at("text").fault("text_of_many", value=one.id)


def _check(planned: TablePlan, sections: set[str], known: Mapping[str, Variable], place: Place) -> None:
    if planned.section not in sections:
        place.at("section").unknown("unknown_section", planned.section, sections)
    if planned.question not in known:
        place.at("question").unknown("unknown_variable", planned.question, known)
    else:
        if known[planned.question].kind == "number" and planned.statistic == "share":
            place.at("question").fault("table_of_number", value=planned.question)
        keys = known[planned.question].keys
        for code in (*planned.answers, *planned.focus):
            if code not in keys:
                place.unknown("unknown_code", code, keys, variable=planned.question)
        if planned.across == "waves" and (planned.history == "no" or len(planned.answers) != 1):
            place.at("across").fault("across_waves")
        if planned.figure == "columns" and planned.across != "waves":
            place.at("figure").fault("columns_of_waves")
        if planned.magnified and planned.figure != "band":
            place.at("magnified").fault("magnified_band", value=planned.magnified)
        _check_statistic(planned, known[planned.question], place)
    for name in (name for banner in planned.by for name in banner):
        if name not in known:
            place.at("by").unknown("unknown_variable", name, known)
        elif known[name].kind != "single":
            place.at("by").fault("not_single", value=name)
    if planned.base is not None:
        check_condition(planned.base, known, place.at("base"))


def _check_statistic(planned: TablePlan, variable: Variable, place: Place) -> None:
    """Means and medians are of numbers, which have no answers to choose, no published history, and are drawn as dots."""
    if planned.statistic == "share":
        return
    if variable.kind != "number":
        place.at("statistic").fault("statistic_of_number", value=planned.question)
    for key in ("answers", "focus"):
        if getattr(planned, key):
            place.at(key).fault("of_shares_only", value=planned.statistic)
    if planned.history == "yes":
        place.at("history").fault("of_shares_only", value=planned.statistic)
    if planned.figure == "bars":
        place.at("figure").fault("of_shares_only", value=planned.statistic)
