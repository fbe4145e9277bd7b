"""Every Python block of the pages a reader starts from runs as written, in order, from the project's folder."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

PROJECT = Path(__file__).parents[1]
CLASSES = """axis,category,code,share
cat01,男,1,
cat01,女,2,
cat02,15～19歳,1,0.8
cat02,20～24歳,2,1
cat02,不詳,,
"""


def blocks(page: str) -> list[str]:
    """The blocks of a page, each on the line it has there so that a traceback names it."""
    text = (PROJECT / page).read_text(encoding="utf-8")
    return [
        "\n" * text[: m.start(1)].count("\n") + m[1] for m in re.finditer(r"^```python\n(.*?)^```", text, re.M | re.S)
    ]


@pytest.fixture
def at_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the project's data and the files of e-Stat a page supposes."""
    (tmp_path / "data").symlink_to(PROJECT / "data")
    shutil.copy(PROJECT / "tests" / "weighting" / "estat_constructed.csv", tmp_path / "estat.csv")
    (tmp_path / "classes.csv").write_text(CLASSES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("at_the_project")
@pytest.mark.parametrize(
    ("page", "count"),
    [
        ("README.md", 1),
        ("docs/models.md", 1),
        ("docs/plots.md", 1),
        ("docs/comparisons.md", 1),
        ("docs/scales.md", 1),
        ("docs/weighting.md", 1),
        ("docs/tutorials/analyst.md", 6),
        ("docs/howto/recode-and-nets.md", 1),
    ],
)
def test_the_python_of_a_page_runs_as_written(page, count):
    """Of the README the first block: the next is about anyone's own data."""
    found = blocks(page)[:count] if page == "README.md" else blocks(page)
    assert len(found) >= count
    names: dict[str, object] = {}
    for block in found:
        exec(compile(block, page, "exec"), names)
    plt.close("all")
