"""A newcomer's first hour: a demonstration from nothing, a doctor who names what is missing, names a shell proposes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from kodoku_survey import run
from kodoku_survey.cli.closing import WRITTEN, tell_files
from kodoku_survey.cli.demonstrating import app
from kodoku_survey.cli.speaking import say
from kodoku_survey.errors import OutputError, UsageError
from kodoku_survey.run import doctor

sys.path.insert(0, str(Path(__file__).parents[1]))
from small_folder import make_folder


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("demo") / "kodoku_demo"
    app(["demo", "-o", str(place), "--no-browser", "--size", "120", "--quiet"], standalone_mode=False)
    return place


def test_a_demonstration_is_a_report_of_invented_returns(demonstration):
    page = (demonstration / "report" / "report.html").read_text(encoding="utf-8")
    assert "孤独の状況" in page
    assert (demonstration / "report" / "report.pdf").read_bytes().startswith(b"%PDF")
    assert (demonstration / "survey" / "rehearsal.csv").is_file()


def test_a_demonstration_is_made_again_and_takes_no_other_folders_place(demonstration, tmp_path):
    run.demonstrate(demonstration, size=60)
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError):
        run.demonstrate(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


def test_what_was_written_is_told_file_by_file(demonstration, capsys):
    tell_files(demonstration / "report")
    told = capsys.readouterr().err
    for name in os.listdir(demonstration / "report"):
        assert f"  {name}" in told
        assert name in WRITTEN


def test_a_browser_is_opened_on_the_page_unless_it_is_told_not_to(demonstration, monkeypatch):
    opened = []
    monkeypatch.setattr("typer.launch", lambda address: opened.append(address) or 0)
    line = ["demo", "-o", str(demonstration), "--size", "60", "--quiet"]
    app(line, standalone_mode=False)
    assert opened == [(demonstration / "report" / "report.html").absolute().as_uri()]
    app([*line, "--no-browser"], standalone_mode=False)
    assert len(opened) == 1


def test_the_doctor_finds_nothing_missing_where_the_tests_run(capsys):
    app(["doctor", "--json"], standalone_mode=False)
    found = json.loads(capsys.readouterr().out)
    assert {one["kind"] for one in found} >= {"python", "package", "font", "typeset", "here", "temporary", "terminal"}
    assert [one for one in found if one["outcome"] == "missing"] == []
    for one in found:
        assert say(f"doctor_{one['kind']}")
        assert say(f"doctor_{one['outcome']}")


def missing(kind: str, place: Path | None = None) -> list[doctor.Finding]:
    return [one for one in run.examine(place) if one.kind == kind and one.outcome == "missing"]


def test_the_doctor_names_a_package_that_is_not_there_or_too_old(monkeypatch):
    monkeypatch.setattr(
        doctor.metadata, "requires", lambda _: ["no-such-package>=1", "numpy>=999", 'x>=1; extra == "dev"']
    )
    found = missing("package")
    assert [one.found for one in found] == ["no-such-package >=1", f"numpy {metadata.version('numpy')} (>=999)"]
    assert all(say(f"doctor_remedy_{one.remedy}") for one in found)


def test_the_doctor_names_a_missing_font_a_full_disk_and_a_folder_nobody_may_write(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "LEAST_SPACE", 1 << 60)
    assert [one.remedy for one in missing("here", tmp_path)] == ["space"]
    assert [one.remedy for one in missing("here", tmp_path / "nowhere")] == ["permission"]

    def nowhere(_face: str) -> Path:
        raise OutputError("publish.no_font", package="noto")

    monkeypatch.setattr(doctor, "font_file", nowhere)
    assert len(missing("font")) == 3


def test_the_doctor_leaves_with_a_code_of_its_own(monkeypatch, capsys):
    monkeypatch.setattr(run, "examine", lambda: (doctor.Finding("python", "3.9", "missing", "python"),))
    assert app(["doctor"], standalone_mode=False) == OutputError.exit_code
    assert "→" in capsys.readouterr().out


def completed(line: str) -> list[str]:
    """What bash is given where TAB is pressed at the end of a line."""
    words = line.split(" ")
    env = os.environ | {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1), "_KODOKU_COMPLETE": "complete_bash"}
    program = (
        "import sys; sys.argv[0] = 'kodoku'; from kodoku_survey.cli.demonstrating import app; app(prog_name='kodoku')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=env, check=False)
    return done.stdout.splitlines()


def test_a_shell_is_proposed_folders_questions_attributes_and_tables(tmp_path):
    make_folder(tmp_path / "one")
    (tmp_path / "other").mkdir()
    folder = tmp_path / "one"
    assert completed(f"kodoku tab {tmp_path}/o") == [str(folder)]
    assert "lonely" in completed(f"kodoku tab {folder} ")
    assert completed(f"kodoku tab {folder} lonely --by sex:ac") == ["sex:act"]
    assert completed(f"kodoku report {folder} --only 1-1,1-") == ["1-1,1-1", "1-1,1-2"]
    assert completed(f"kodoku tab {tmp_path}/other ") == [""]
    assert "--adjustment" in completed("kodoku screen --ad")


def test_no_colour_is_written_where_none_is_wanted(demonstration):
    command = [
        sys.executable,
        "-c",
        "from kodoku_survey.cli import main; main()",
        "tab",
        str(demonstration / "survey"),
        "lonely",
    ]
    env = os.environ | {"FORCE_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    plain = subprocess.run(command, capture_output=True, env=env | {"NO_COLOR": "1"}, check=True)
    assert b"\x1b[3" not in plain.stdout
    assert "全体".encode() in plain.stdout
