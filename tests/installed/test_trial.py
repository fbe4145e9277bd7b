"""The wheel, built from the sdist and installed apart from the working folder, holds what it needs and makes a report."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import trial

ROOT = Path(__file__).parents[2]


def test_the_wheel_is_installed_and_makes_a_report():
    script = Path(__file__).with_name("trial.py")
    done = subprocess.run([sys.executable, str(script), "--quick"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.match(r"kodoku_survey-[\d.]+\S*-py3-none-any\.whl: [\d.]+", done.stdout)


def test_the_version_has_one_source():
    """pyproject.toml takes it from version.py; the citation and the changelog say the same."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["version"]
    from kodoku_survey.version import __version__

    assert f"version: {__version__}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_changelog_says_what_a_reader_of_numbers_sees_change():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = text.split("\n## ")[1]
    assert "### 数字の変わるところ" in newest


def test_a_wheel_that_lacks_a_file_is_told(tmp_path):
    import io
    import tarfile
    import zipfile

    wheel, sdist = tmp_path / "a.whl", tmp_path / "a.tar.gz"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("kodoku_survey-0.1.0.dist-info/METADATA", "Name: kodoku_survey\nVersion: 9.9\n\n")
        archive.writestr("stray.txt", "")
    with tarfile.open(sdist, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("a/LICENSE"), io.BytesIO())
    faults = trial.contents(wheel, sdist)
    assert any("the wheel lacks cli/sentences.toml" in one for one in faults)
    assert any("stray.txt" in one for one in faults)
    assert any("version" in one for one in faults)
    assert any("the sdist lacks README.md" in one for one in faults)


@pytest.mark.parametrize("name", ["pandas", "numpy"])
def test_the_lowest_versions_are_those_the_project_names(name):
    assert any(one.startswith(f"{name}==") for one in trial.lowest())
    assert all(re.fullmatch(r"[\w.-]+==[\d.]+(\.\*)?", one) for one in trial.lowest())
