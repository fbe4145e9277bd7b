"""`kodoku` as a person runs it: exit codes, messages, and nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

PREFECTURE = Path(__file__).parents[1] / "data" / "sample" / "prefecture_2025"


def kodoku(*arguments: object, lang: str = "en", timeout: float = 120) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from kodoku_survey.cli import main; main()", *map(str, arguments)]
    env = {**os.environ, "KODOKU_LANG": lang, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=env, timeout=timeout, check=False
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the prefecture's folder, to be broken."""
    return Path(shutil.copytree(PREFECTURE, tmp_path / "survey"))


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def renumber(path: Path) -> None:
    """A register of other people: every serial number begins with another digit."""
    path.write_bytes(path.read_bytes().replace(b"\n5", b"\n7"))


def negative(path: Path) -> None:
    """A base weight below nothing."""
    path.write_bytes(path.read_bytes().replace(b",161.25,", b",-161.25,", 1))


def test_help_comes_in_under_a_second():
    started = time.perf_counter()
    told = kodoku("--help", lang="ja")
    assert told.returncode == 0
    assert "報告書" in told.stdout
    assert time.perf_counter() - started < 1.0


def test_help_speaks_english_when_asked():
    assert "raw returns" in kodoku("--help", "--lang", "en", lang="ja").stdout


def test_a_new_folder_can_be_checked_and_says_what_is_missing(tmp_path):
    assert kodoku("new", tmp_path / "own").returncode == 0
    told = kodoku("check", tmp_path / "own")
    assert told.returncode == 3
    assert "postal.csv" in told.stderr
    assert "selection.csv" in told.stderr


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path):
    (tmp_path / "kept.txt").write_text("mine")
    assert kodoku("new", tmp_path).returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_check_lists_faults_of_several_files_at_once(folder):
    replace(folder / "tables.toml", 'question = "lonely"', 'question = "lonly"')
    replace(folder / "measures.toml", "range = [3, 9]", "range = [3, 12]")
    replace(folder / "margins.csv", "area,5,39000", "area,7,39000")
    told = kodoku("check", folder)
    assert told.returncode == 4
    assert "Did you mean 'lonely'?" in told.stderr
    assert "measures.toml [ucla_score] range" in told.stderr
    assert "margins.csv [area=7]" in told.stderr
    assert "Faults found: 3" in told.stderr


def test_check_without_a_fault_says_what_it_read():
    told = kodoku("check", PREFECTURE, "--json")
    assert told.returncode == 0
    assert json.loads(told.stdout)["faults"] == []
    assert json.loads(told.stdout)["rows"] > json.loads(told.stdout)["kept"] > 2000


@pytest.mark.parametrize(
    ("break_it", "code", "words"),
    [
        (lambda f: (f / "postal.xlsx").unlink(), 3, ["postal.xlsx", "no such file"]),
        (lambda f: (f / "postal.xlsx").write_bytes(b"not a workbook"), 3, ["postal.xlsx", "Excel"]),
        (lambda f: replace(f / "codebook.toml", 'kind = "single"', "kind = single"), 4, ["codebook.toml:", "TOML"]),
        (lambda f: replace(f / "survey.toml", 'id = "ID"', 'id = "番号"'), 4, ["番号", "nearest"]),
        (lambda f: replace(f / "survey.toml", "tolerance = 0.03", "tolerance = 0.0"), 5, ["tolerance", "postal.xlsx"]),
        (lambda f: renumber(f / "selection.csv"), 5, ["valid", "not in the selection"]),
        (lambda f: replace(f / "margins.csv", "area,1,338000", "area,1,438000"), 6, ["area", "843,000", "share"]),
        (
            lambda f: replace(f / "survey.toml", 'kind = "raking"', 'kind = "rakin"'),
            4,
            ["rakin", "Did you mean 'raking'?"],
        ),
        (lambda f: replace(f / "survey.toml", "minimum_size = 15", "minimum_sise = 15"), 4, ["step 1", "minimum_size"]),
        (lambda f: replace(f / "survey.toml", "minimum_size = 15", "minimum_size = 9999"), 6, ["step 1", "respondent"]),
        (
            lambda f: replace(f / "survey.toml", '"sex:age_class", "area"]', '"area"]\nbounds = [0.5, 2]'),
            4,
            ["step 2", "bounds", "margins"],
        ),
        (
            lambda f: replace(f / "survey.toml", 'kind = "raking"', 'kind = "logit"\nbounds = [0.95, 1.05]'),
            6,
            ["[0.95, 1.05]", "Widen"],
        ),
        (lambda f: negative(f / "selection.csv"), 6, ["抽出ウエイト", "-161.25"]),
        (lambda f: replace(f / "survey.toml", 'fpc = "層の人口"', 'fpc = "抽出ウエイト"'), 6, ["fpc"]),
    ],
    ids=[
        "missing",
        "unreadable",
        "syntax",
        "column",
        "tolerance",
        "nobody",
        "margins",
        "step",
        "option",
        "class",
        "bounds of raking",
        "bounds",
        "weight",
        "fpc",
    ],
)
def test_a_fault_has_its_exit_code_and_one_clear_message(folder, tmp_path, break_it, code, words):
    break_it(folder)
    told = kodoku("report", folder, "-o", tmp_path / "out")
    assert told.returncode == code, told.stderr
    for word in words:
        assert word in told.stderr
    assert "Traceback" not in told.stderr
    assert not (tmp_path / "out").exists()


def test_check_finds_what_would_stop_every_table(folder):
    """A stratum with one PSU has no variance: told by check, not only by the report."""
    settings = folder / "survey.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("stratum_size")]
    settings.write_text("\n".join(kept).replace('stratum = "層"', 'stratum = "ID"'), encoding="utf-8")
    told = kodoku("check", folder)
    assert told.returncode == 6, told.stderr
    assert "PSU" in told.stderr or "第１次抽出単位" in told.stderr


def test_an_excerpt_says_so_and_a_plan_without_tables_makes_no_report(folder, tmp_path):
    told = kodoku("report", folder, "-o", tmp_path / "part", "--only", "1")
    assert told.returncode == 0, told.stderr
    (folder / "tables.toml").unlink()
    told = kodoku("report", folder, "-o", tmp_path / "none")
    assert told.returncode == 4
    assert "tables.toml" in told.stderr
    assert not (tmp_path / "none").exists()


def test_a_wrong_option_is_a_usage_error():
    assert kodoku("report", PREFECTURE, "--basis", "guessed").returncode == 2
    assert kodoku("report", PREFECTURE, "--input", "postal").returncode == 2
    told = kodoku("report", PREFECTURE, "--only", "99")
    assert told.returncode == 2
    assert "99" in told.stderr


def test_a_table_is_printed_with_its_basis_named():
    told = kodoku("tab", PREFECTURE, "ucla_class", "--by", "age_class", "--basis", "unweighted", lang="ja")
    assert told.returncode == 0
    assert "ウエイトなし" in told.stdout
    assert "18～34" in told.stdout


def test_a_table_for_a_program_is_json_with_numbers():
    told = kodoku("tab", PREFECTURE, "lonely", "--by", "sex", "--json")
    records = json.loads(told.stdout)
    assert {"percent", "se", "low", "high", "n", "flag"} <= set(records[0])
    assert sum(record["percent"] for record in records if record["group"] == records[0]["group"]) == pytest.approx(100)


def test_prepare_writes_microdata_edits_and_ledger(tmp_path):
    told = kodoku("prepare", PREFECTURE, "-o", tmp_path / "out")
    assert told.returncode == 0, told.stderr
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"microdata.csv", "microdata.sav", "microdata.dta", "edits.csv", "ledger.csv", "manifest.json"} <= names


def test_a_report_has_every_part_and_a_second_one_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        told = kodoku("report", PREFECTURE, "-o", tmp_path / name, "--only", "1,5", "--only", "10", "-q")
        assert told.returncode == 0, told.stderr
        assert told.stderr == ""
    parts = (
        "report.pdf",
        "tables.xlsx",
        "data/tables.csv",
        "data/codes.csv",
        "data/datapackage.json",
        "data/data.xlsx",
    )
    charts = [path.relative_to(tmp_path / "one").as_posix() for path in (tmp_path / "one" / "charts").iterdir()]
    assert len(charts) == 6
    for part in (*parts, *charts, "quality.html", "manifest.json"):
        assert (tmp_path / "one" / part).read_bytes() == (tmp_path / "two" / part).read_bytes(), part


def test_an_earlier_report_is_replaced_and_other_files_are_not(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    told = kodoku("report", PREFECTURE, "-o", tmp_path / "mine", "--only", "24")
    assert told.returncode == 8
    assert (tmp_path / "mine" / "notes.txt").read_text() == "keep"


def test_the_readme_test_command_is_what_ci_runs():
    root = Path(__file__).parents[1]
    command = 'python3 -m venv .venv && .venv/bin/pip install --quiet --editable ".[dev]" && .venv/bin/python -m pytest'
    assert command in (root / "README.md").read_text(encoding="utf-8")
    assert command in (root / ".ci" / "run").read_text(encoding="utf-8")
