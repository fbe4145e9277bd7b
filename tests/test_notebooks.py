"""The notebook runs from top to bottom, and the rendered one has the same cells as its source."""

from __future__ import annotations

from pathlib import Path

import jupytext
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.py"))


@pytest.mark.parametrize("source", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_the_rendered_notebook_has_the_cells_of_its_source(source):
    written, rendered = jupytext.read(source), jupytext.read(source.with_suffix(".ipynb"))
    assert [cell["source"] for cell in written.cells] == [cell["source"] for cell in rendered.cells]


@pytest.mark.filterwarnings("ignore")  # what Jupyter's own libraries warn of is not ours
@pytest.mark.parametrize("source", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_the_notebook_runs(source):
    notebook = jupytext.read(source)
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(source.parent)}}
    ).execute()
    assert all(output.output_type != "error" for cell in notebook.cells for output in cell.get("outputs", []))
