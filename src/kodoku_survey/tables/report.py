"""The report: tables in order under their sections, sentences, and the account of how they were made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import pandas as pd

from kodoku_survey.design import Sample
from kodoku_survey.errors import DidYouMean, UsageError, named
from kodoku_survey.intake.responses import Responses
from kodoku_survey.media import Result
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.plan import Section
from kodoku_survey.tables.protected import Protection
from kodoku_survey.tables.sentences.statement import Statement, sentence_cells
from kodoku_survey.tables.table import Table
from kodoku_survey.tables.words import words_of

Progress = Callable[[str, int, int], None]  # stage, steps done, steps in all


@dataclass(frozen=True, eq=False, repr=False)
class Report(Result):
    """Everything the publish room needs; nothing in it is drawn or written yet.

    only : ids of an excerpt; () = the whole plan. moved : sentences that stand in a section, last of its
    text, not beside a table. protection : what it hides, and by which profile.

    >>> made = ks.make_report(sample, only=["1"])
    >>> [table.id for table in made.tables]
    ['1']
    """

    MADE_BY: ClassVar[str] = "ks.make_report(sample)"

    survey: Survey
    responses: Responses
    sample: Sample
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    only: tuple[str, ...] = ()
    moved: tuple[Statement, ...] = ()
    protection: Protection = field(default_factory=lambda: Protection("official", 0))

    def table(self, name: str) -> Table:
        """One of its tables, by its id. Raises UsageError for one it has not."""
        known = tuple(one.id for one in self.tables)
        if name not in known:
            hint = DidYouMean(name, known)
            raise UsageError("tables.no_table", "table", value=name, hint=hint, known=named(known))
        return self.tables[known.index(name)]

    def frame(self) -> pd.DataFrame:
        """Every cell of every table: table, title, question, then as `Table.frame`."""
        each = [one.frame() for one in self.tables]
        for place, (one, frame) in enumerate(zip(self.tables, each, strict=True)):
            for name, told in (("question", one.question), ("title", one.title), ("table", one.id)):
                frame.insert(0, name, told)
            each[place] = frame
        return pd.concat(each, ignore_index=True) if each else pd.DataFrame()

    @property
    def banners(self) -> tuple[str, ...]:
        """What every page and sheet must say: that it stays in the office, that its answers are nobody's."""
        said = words_of(self.survey)
        stays = (said["onsite"],) if self.protection.profile == "onsite" else ()
        return (*stays, *((said["synthetic"],) if self.survey.settings.identity.synthetic == "yes" else ()))

    @property
    def few(self) -> int:
        """Fewer persons than these are told of nowhere: 0 where nothing is hidden."""
        return self.protection.threshold if self.protection.protective else 0

    @property
    def hides(self) -> bool:
        """Whether any figure is hidden, so that the mark of it is explained."""
        return any(row.hidden or any(c.hidden for c in row.cells) for table in self.tables for row in table.rows)

    @property
    def for_machines(self) -> bool:
        """Whether it is written for machines as well (data/, charts.xlsx): what stays in the office (庁内限り) is not."""
        return self.protection.profile != "onsite"

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Every sentence, in the order of the report."""
        return (*self.moved, *(one for table in self.tables for one in table.statements))

    def sentence_cells(self) -> pd.DataFrame:
        """A row a cell of each sentence: which sentence it is, the test that made it, the cell and its part in it."""
        return sentence_cells(self.statements)
