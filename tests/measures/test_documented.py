"""The page for experts names every instrument and definition as the data have them."""

from __future__ import annotations

import pytest

import kodoku_survey as ks
from kodoku_survey.measures import instruments


@pytest.fixture(scope="module")
def page(project):
    return (project / "docs" / "measures.md").read_text(encoding="utf-8")


def row_of(page, name):
    return next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))


@pytest.mark.parametrize("known", list(instruments().values()), ids=lambda one: one.id)
def test_every_instrument_stands_in_the_table_with_its_range_key_and_source(page, known):
    row = row_of(page, known.id)
    assert known.source in row
    if known.kind != "name":
        low, high = known.range
        assert f"| {low:g}–{high:g} |" in row
        assert f"| {len(known.items)}" in row
        turned = ", ".join(map(str, known.reversed))
        assert (f"turned: {turned} |" in row) == bool(known.reversed)
        assert all(f"`{cut.name}`" in row for cut in known.cuts)


def test_every_definition_of_the_national_folder_stands_in_the_table_with_its_source(project, page):
    measures = ks.load_survey(project / "data" / "sample" / "national_2024").measures
    page = page[page.index("## 3. ") :]  # a definition and an instrument may share a name
    composed = {d.name for composite in measures.composites for d in composite.definitions()}
    for definition in measures.definitions:
        if definition.name not in composed:
            row = row_of(page, definition.name)
            assert definition.label in row
            assert definition.source
            assert definition.source in row
    for composite in measures.composites:
        assert all(f"`{name}`" in row_of(page, composite.name) for name in composite.indicators)
