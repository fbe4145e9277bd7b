"""What the sentences of one table are made of, and the one place where they take its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kodoku_survey.crosstabs import CrossTab
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.nesting import Nesting, nesting_of
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.survey import Survey
from kodoku_survey.tables.sentences.phrases import answer_label, listed, quoted
from kodoku_survey.tables.sentences.statement import CitedCell, Role, StatementTest
from kodoku_survey.tables.table import Cell, Row, Table
from kodoku_survey.tables.words import Said, words


def spoken(row: Row, place: int) -> Cell | None:
    """The cell of a line a sentence may speak of or compare; None for one that is hidden or was never asked."""
    cell = row.cells[place]
    return None if cell.hidden or row.hidden or cell.flag in ("not_asked", "excluded") else cell


@dataclass(frozen=True, eq=False)
class Telling:
    """One table, with the entry of the plan it comes from and the folder's definitions and words."""

    table: Table
    entry: TablePlan
    survey: Survey
    variables: Mapping[str, Variable]

    @cached_property
    def said(self) -> Said:
        """The words of the folder's language."""
        return words(self.survey.settings.identity.lang)

    @cached_property
    def nesting(self) -> Nesting:
        """What crossed axes are made of."""
        return nesting_of(self.survey.measures, self.variables)

    @property
    def tab(self) -> CrossTab:
        """The figures of the table, unrounded."""
        assert self.table.crosstab is not None
        return self.table.crosstab

    @property
    def question(self) -> Variable:
        """What was asked."""
        return self.variables[self.entry.question]

    @property
    def called(self) -> str:
        """What the sentences call the question."""
        return self.question.subject or self.question.label

    @property
    def own_wave(self) -> int:
        """The wave of the folder."""
        return self.survey.settings.identity.wave

    @property
    def reference_base(self) -> int:
        """The base below which a group is for reference only."""
        return self.survey.settings.publication.reference_base

    @cached_property
    def position(self) -> Mapping[tuple[str, tuple[Any, ...]], int]:
        """Where the cross-tab has each line of this wave."""
        return {(group.attribute, group.keys): g for g, group in enumerate(self.tab.groups)}

    @cached_property
    def own_rows(self) -> tuple[Row, ...]:
        """The lines of this wave."""
        return tuple(row for row in self.table.rows if (row.wave or self.own_wave) == self.own_wave)

    @property
    def total(self) -> Row | None:
        """The line of everybody, where there is one."""
        return next((row for row in self.own_rows if not row.axis), None)

    @property
    def answers(self) -> tuple[int, ...]:
        """The codes shown that are answers, in printed order."""
        return tuple(code for code in self.table.codes if code != self.table.nonanswer)

    @property
    def focus(self) -> tuple[int, ...]:
        """The codes the sentences speak of."""
        if self.entry.focus or not self.table.multiple:
            return tuple(code for code in self.entry.focus if code in self.table.codes)
        return tuple(code for code in self.answers if code != self.question.other_code)

    def place(self, code: int) -> int:
        """Which column an answer is."""
        return self.table.codes.index(code)

    def name(self, code: int) -> str:
        """An answer in quotes, as a sentence says it."""
        return quoted(answer_label(self.question, code), self.said)

    def listed(self, parts: list[str]) -> str:
        """Several things as a list in words."""
        return listed(parts, self.said)

    def subject(self, code: int) -> str:
        """「…が「…」と回答した人の割合」."""
        kind = "multiple" if self.question.kind == "multiple" else "single"
        source = "derived" if self.question.source == "derived" else "given"
        key = f"subject_{kind}_{source}"
        return self.said[key].format(question=self.called, answer=self.name(code))

    def test(self, needed: int = 1) -> StatementTest:
        """The test of this basis."""
        if self.table.basis == "unweighted":
            return StatementTest("pooled_z", self.tab.rule.z, needed)
        return StatementTest("design_t", None, needed)

    def cite(self, row: Row, code: int, role: Role, higher_than: int | None = None) -> CitedCell:
        """A cell as what a sentence rests on."""
        cell = row.cells[self.place(code)]
        wave = row.wave or self.own_wave
        return CitedCell(self.table.id, wave, row.axis, row.keys, code, cell.text, row.n, role, higher_than)
