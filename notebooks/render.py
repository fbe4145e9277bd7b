"""Execute the notebooks (NAME.py) and keep them with their results (NAME.ipynb): python notebooks/render.py [NAME…]"""

from __future__ import annotations

import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent


def render(source: Path) -> None:
    """Write the executed notebook; without the times of its run, so that the same results are the same file."""
    notebook = jupytext.read(source)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    where = {"metadata": {"path": str(HERE)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=where, record_timing=False).execute()
    nbformat.write(notebook, source.with_suffix(".ipynb"))


if __name__ == "__main__":
    for name in sys.argv[1:] or sorted(path.stem for path in HERE.glob("[0-9]*.py")):
        print(name, flush=True)
        render(HERE / f"{name}.py")
