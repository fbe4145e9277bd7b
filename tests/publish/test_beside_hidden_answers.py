"""No sentence ranks answers beside one that may not be seen: what is hidden may be larger than what is named."""

from __future__ import annotations

import re
from dataclasses import replace

import kodoku_survey as ks
from kodoku_survey.intake import item_nonresponse
from kodoku_survey.publish.pages.quality import quality_page
from kodoku_survey.tables.protected import Protection
from kodoku_survey.tables.sentences.of_everybody import of_everybody
from kodoku_survey.tables.sentences.telling import Telling
from kodoku_survey.tables.table import HIDDEN, Cell


def telling_of(made, table):
    survey = made.survey
    entry = next(one for one in survey.plan.tables if one.id == table.id)
    return Telling(table, entry, survey, made.responses.variables)


def test_no_rank_is_told_beside_a_hidden_answer(prefecture_sample):
    made = ks.make_report(prefecture_sample)
    ranked = 0
    for table in made.tables:
        (sentence, *_) = of_everybody(telling_of(made, table)) or [None]
        if sentence is None or "最も高" not in sentence.text:
            continue
        ranked += 1
        total = table.rows[0]
        largest = max(range(len(total.cells)), key=lambda k: total.cells[k].value or 0.0)
        cells = tuple(Cell(HIDDEN, flag="suppressed") if k == largest else cell for k, cell in enumerate(total.cells))
        kept = replace(table, rows=(replace(total, cells=cells), *table.rows[1:]))
        assert not any("最も高" in one.text for one in of_everybody(telling_of(made, kept)))
    assert ranked


def line_of(page: str, label: str) -> str:
    return re.findall(rf"<tr>(?:(?!</tr>).)*{re.escape(label)}</t[hd]>(?:(?!</tr>).)*</tr>", page, re.DOTALL)[-1]


def test_the_quality_page_of_a_protected_release_tells_no_rest_of_few(prefecture_sample):
    made = ks.make_report(prefecture_sample)
    few = item_nonresponse(made.responses).query("mode == '' and 0 < nonanswer < 20")
    assert len(few)
    shown, kept = quality_page(made), quality_page(replace(made, protection=Protection("protected", 20)))
    asked = few[few["asked"] == len(made.responses)]
    for label in asked["label"]:
        assert HIDDEN in line_of(kept, label)
        assert HIDDEN not in line_of(shown, label)
