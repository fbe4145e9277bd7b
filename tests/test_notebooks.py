"""Every notebook runs from top to bottom, and the rendered one has the cells of its source and no failed output."""

from __future__ import annotations

from pathlib import Path

import jupytext
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("[0-9]*.py"))


@pytest.mark.parametrize("source", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_the_rendered_notebook_has_the_cells_of_its_source(source):
    written, rendered = jupytext.read(source), jupytext.read(source.with_suffix(".ipynb"))
    assert [cell["source"] for cell in written.cells] == [cell["source"] for cell in rendered.cells]
    outputs = [output for cell in rendered.cells for output in cell.get("outputs", [])]
    assert outputs, "the committed notebook shows no results: execute it"
    assert not any(output.output_type == "error" for output in outputs)


@pytest.mark.filterwarnings("ignore")  # what Jupyter's own libraries warn of is not ours
@pytest.mark.parametrize("source", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_the_notebook_runs(source, request):
    if source.stem == "08_the_european_survey":
        request.getfixturevalue("shared")  # skips with a message where the European file cannot be had
    notebook = jupytext.read(source)
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(source.parent)}}
    ).execute()
    assert all(output.output_type != "error" for cell in notebook.cells for output in cell.get("outputs", []))
