"""What respondents wrote in words of their own, on request and apart from everything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from kodoku_survey.intake.files import read_file
from kodoku_survey.intake.headings import Headings
from kodoku_survey.intake.placing import Search
from kodoku_survey.intake.responses import Responses
from kodoku_survey.intake.returns import column_of
from kodoku_survey.survey.layouts import FileLayout


def own_words(responses: Responses) -> pd.DataFrame:
    """id, variable, text: the questions of `kind = "text"` that respondents answered, read from the files again.

    Nothing else holds them: they may name people. Raises FileError.
    """
    rows = [row for layout in responses.survey.settings.files for row in _of_file(responses, layout)]
    return pd.DataFrame(rows, columns=["id", "variable", "text"], dtype=object)


def _of_file(responses: Responses, layout: FileLayout) -> Iterator[tuple[str, str, str]]:
    if layout.role != "returns":
        return
    path = responses.survey.path(layout.name)
    places: dict[str, int] = {}

    def wanted(heads: Headings) -> Iterable[int]:
        search = Search(path.name, layout, heads)
        for variable in responses.survey.codebook.texts:
            given = layout.columns.get(variable.name)
            found = given - 1 if isinstance(given, int) else search.quietly(str(column_of(layout, variable)))
            if found is not None and 0 <= found < len(heads):
                places[variable.name] = found
        return sorted(set(places.values()))

    opened = read_file(path, layout, wanted)
    own = responses.file == layout.name
    people = dict(zip(responses.line[own].tolist(), responses.id[own], strict=True))
    for name, column in places.items():
        for line, text in zip(opened.lines.tolist(), opened.columns[column], strict=True):
            if line in people and str(text).strip() and str(text) != "nan":
                yield str(people[line]), name, str(text)
