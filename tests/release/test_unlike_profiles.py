"""A protected and an open release beside each other: compared in the digits of the page, and what is kept told of neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from kodoku_survey import run
from kodoku_survey.cli.releases import show_differences
from kodoku_survey.cli.speaking import say
from kodoku_survey.publish.release.erratum import erratum
from small_folder import make_folder


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """The folder, and it open and protected. One woman alone said 「ある」."""
    above = tmp_path_factory.mktemp("profiles")
    folder = make_folder(above / "folder")
    rows = [line.split(",") for line in (folder / "postal.csv").read_text(encoding="utf-8").splitlines()]
    women = [row for row in rows[1:] if row[1] == "2"]
    for row in women:
        row[2] = "2"
    women[0][2] = "1"
    (folder / "postal.csv").write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")
    for profile in ("official", "protected"):
        run.report(folder, above / profile, protection=profile)
    return folder, above / "official", above / "protected"


def test_the_rounding_of_a_page_is_no_change_and_no_answer_is_blamed(releases) -> None:
    found = run.diff(*releases[1:]).frame
    assert set(found["kind"]) == {"setting", "cell"}
    cells = found[found["kind"] == "cell"]
    assert set(cells["item"]) == {"flag"}, "no figure differs in the digits of the page"
    assert set(cells["why"]) == {"--protection"}


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_no_figure_the_protected_release_keeps_is_told(releases, order, tmp_path, capsys) -> None:
    found = run.diff(releases[order[0]], releases[order[1]], tmp_path / "erratum")
    kept = found.frame[(found.frame["kind"] == "cell") & (found.frame["place"].str.startswith("1-1 | 女性"))]
    assert len(kept) == 2
    assert set(kept["old"]) | set(kept["new"]) == {"flag=", "flag=suppressed"}
    assert not any(kept["difference"])
    assert "sentence" not in set(found.frame["kind"]), "those of the open release speak of what the other keeps"
    show_differences(found, say, verbose=True)
    told = "".join(capsys.readouterr())
    assert "印刷の桁" in told
    assert "公表の区分の違い" in told
    assert "印刷の桁" in erratum(found)["summary"]


def test_a_return_that_changed_is_told_by_its_file(releases, tmp_path) -> None:
    folder, before, kept = releases
    text = (folder / "postal.csv").read_text(encoding="utf-8").splitlines()
    men = [k for k, line in enumerate(text) if line.split(",")[1] == "1"]
    for k in men[:6]:
        cells = text[k].split(",")
        cells[3:] = ["0", "0", "1"]
        text[k] = ",".join(cells)
    changed = tmp_path / "folder"
    make_folder(changed)
    (changed / "postal.csv").write_text("\n".join(text) + "\n", encoding="utf-8")
    run.report(changed, tmp_path / "new", protection="protected")
    for old in (before, kept):
        found = run.diff(old, tmp_path / "new").frame
        cells = found[(found["kind"] == "cell") & found["item"].str.contains("count")]
        assert len(cells)
        assert all("file postal" in why for why in cells["why"])
