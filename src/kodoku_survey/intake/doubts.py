"""What no file can show by itself, and a reader of the results should know: told by `kodoku check`, never stopping.

Each doubt is a sentence of messages.toml with where it stands, as a fault is; it is not raised.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

import numpy as np

from kodoku_survey.arrays import ByteArray
from kodoku_survey.errors import ContentError, DefinitionError, SurveyError, named
from kodoku_survey.intake.cells.alike import plain
from kodoku_survey.intake.cells.numbers import read_number
from kodoku_survey.intake.cells.wording import Wording, wording
from kodoku_survey.intake.issues import Issue
from kodoku_survey.intake.responses import ANSWERED, Responses
from kodoku_survey.intake.returns import ReturnFile, Returns, variables_in
from kodoku_survey.survey.codebook import NOT_ASKED, Variable
from kodoku_survey.survey.definitions import Classes
from kodoku_survey.survey.layouts import profiles

ENOUGH = 200  # people asked of whom nobody chose an option
ALIKE = 0.6  # from which a wording of the file resembles an option


def doubts(returns: Returns, responses: Responses) -> tuple[SurveyError, ...]:
    """Everything doubtful about how a folder was read; `responses` scored, so that classes of scores are looked at too."""
    found: list[SurveyError] = []
    for file in returns.files:
        found += _of_layout(returns, file)
    for variable in responses.survey.codebook:
        if variable.source == "form":
            found += _of_question(responses, variable)
    found += [doubt for issue in responses.found for doubt in _resembling(responses, issue)]
    for definition in responses.survey.measures.definitions:
        if isinstance(definition, Classes) and definition.of in responses.status:
            found += _gaps(responses, definition)
    return tuple(found)


def _of_layout(returns: Returns, file: ReturnFile) -> Iterator[SurveyError]:
    layout, where = file.layout, file.path.name
    if layout.profile and profiles()[layout.profile].known == "assumed":
        yield DefinitionError("intake.assumed_profile", where, value=layout.profile)
    if file.unread:
        yield ContentError("intake.unread", where, count=len(file.unread), columns=named(file.unread, 8))
    taken: dict[int, list[str]] = {}
    for variable in variables_in(returns.survey, layout):
        placed = file.placed[variable.name]
        for place, column in enumerate(placed.columns):
            several = len(placed.columns) > 1
            taken.setdefault(column, []).append(
                f"{variable.name}_{variable.options[place].code}" if several else variable.name
            )
        words = wording(variable, layout)
        for token in sorted(words.colliding):
            yield DefinitionError("intake.token_of_code", f"{where} {variable.name}", value=token)
        if variable.kind == "number":
            yield from _marks_read_as_numbers(file, variable, words)
        for text in sorted(words.doubtful):
            yield DefinitionError("intake.shared_wording", f"codebook.toml [{variable.name}]", value=text)
    for column, names in taken.items():
        if len(names) > 1:
            heading = file.headings.told[column]
            yield DefinitionError("intake.read_twice", where, value=heading, names=", ".join(names))


def _marks_read_as_numbers(file: ReturnFile, variable: Variable, words: Wording) -> Iterator[SurveyError]:
    """Marks of no answer that are admissible numbers, and that the file holds: they were read as the numbers they are."""
    marks = {plain(text) for text in (*file.layout.tokens(variable.name), *file.layout.not_applicable)}
    for column in file.placed[variable.name].columns:
        cells = file.cells[file.headings.told[column]]
        for text, count in cells.value_counts().items():
            if count and plain(str(text)) in marks and read_number(str(text), words).codes:
                where = f"{file.path.name} {variable.name}"
                yield ContentError("intake.token_of_number", where, value=plain(str(text)), count=int(count))


def _of_question(responses: Responses, variable: Variable) -> Iterator[SurveyError]:
    where = f"{variable.number} [{variable.name}]".strip()
    state = responses.given(variable.name).state
    asked, answered = int((state != NOT_ASKED).sum()), int((state == ANSWERED).sum())
    for name in dict.fromkeys(responses.file.astype(str)) if asked else ():
        own = state[responses.file == name]
        if (own != NOT_ASKED).sum() and not (own == ANSWERED).any():
            yield ContentError("intake.nobody_answered", f"{name} {where}", count=int((own != NOT_ASKED).sum()))
    if variable.kind == "number" or not answered:
        return
    values = responses.answers[variable.name]
    counts = [int(((values[:, k] if values.ndim == 2 else values) == (1 if values.ndim == 2 else code.code)).sum())
              for k, code in enumerate(variable.options)]  # fmt: skip
    never = [code.label for code, n in zip(variable.options, counts, strict=True) if n == 0]
    if answered >= ENOUGH and never:
        yield ContentError("intake.nobody_chose", where, count=answered, options="」「".join(never))
    if values.ndim == 2:
        yield from _identical(variable, values[:, :-1].astype(np.int8), where)


def _identical(variable: Variable, ticks: ByteArray, where: str) -> Iterator[SurveyError]:
    """Options ticked by the same people throughout: one column may have been read twice."""
    held = [(code, ticks[:, k] == 1) for k, code in enumerate(variable.options)]
    for k, (code, own) in enumerate(held):
        for other, others in held[:k]:
            if own.sum() >= 5 and np.array_equal(own, others):
                yield ContentError(
                    "intake.identical_options", where, first=other.label, second=code.label, count=int(own.sum())
                )


def _resembling(responses: Responses, issue: Issue) -> Iterator[SurveyError]:
    """A wording of the file that an option of the codebook resembles: a spelling, most likely."""
    if not issue.wordings or issue.variable not in responses.survey.codebook:
        return
    labels = [code.label for code in responses.survey.codebook[issue.variable].options]
    for text in issue.wordings:
        likeness = [(SequenceMatcher(None, text, plain(label)).ratio(), label) for label in labels]
        best, label = max(likeness, default=(0.0, ""))
        if best >= ALIKE or any(text in plain(one) or plain(one) in text for one in labels):
            yield DefinitionError("intake.resembling", f"{issue.file} {issue.column}", value=text, label=label)


def _gaps(responses: Responses, definition: Classes) -> Iterator[SurveyError]:
    """Values people gave that lie between two classes and in none."""
    values = responses.answers[definition.of][responses.status[definition.of] == ANSWERED]
    scale = responses.variables[definition.of].parts
    low = np.array([-np.inf if band.minimum is None else band.minimum for band in definition.bands], dtype=float)
    high = np.array([np.inf if band.maximum is None else band.maximum for band in definition.bands], dtype=float)
    distinct, counts = np.unique(values / scale, return_counts=True)
    inside = ((distinct[:, None] >= low) & (distinct[:, None] <= high)).any(axis=1)
    between = ~inside & (distinct > low.min(initial=np.inf)) & (distinct < high.max(initial=-np.inf))
    if between.any():
        told = named([f"{value:g}" for value in distinct[between]], 8)
        where = f"measures.toml [{definition.name}]"
        yield DefinitionError("intake.gap", where, values=told, count=int(counts[between].sum()))
