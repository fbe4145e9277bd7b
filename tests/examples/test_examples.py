"""The example folders: what they say is published they meet, they check, and every command of theirs and of benchmark.md runs."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.cli.demonstrating import app

PROJECT = Path(__file__).parents[2]
EXAMPLES = ("saitama_2023", "npo_clients", "national_series")
PAGES = ("docs/benchmark.md", *(f"examples/{name}/README.md" for name in EXAMPLES))
FEW = 4  # of the 47 prefectures


def script(path: str):
    """A script of the project as a module."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, PROJECT / path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """A place with the project's data, examples and a few made prefectures."""
    place = tmp_path_factory.mktemp("examples")
    for name in ("data", "examples"):
        (place / name).symlink_to(PROJECT / name)
    script("examples/make.py")
    script("benchmarks/prefectures.py").make_folders(place / "prefectures", most=FEW)
    return place


def commands(page: str) -> list[str]:
    """The commands of a page's sh blocks, without their comments."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (PROJECT / page).read_text(encoding="utf-8"), re.M | re.S)
    lines = [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("kodoku ")]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_runs_as_written(page, here, monkeypatch):
    monkeypatch.chdir(here)
    found = commands(page)
    assert len(found) >= 3
    for command in dict.fromkeys(found):
        words = []
        for word in shlex.split(command)[1:]:
            words += sorted(map(str, Path().glob(word))) if "*" in word and "/" in word else [word]
        told = CliRunner().invoke(
            app, [*words, *(["--force"] if "-o" in words and "--draft-crosswalk" not in words else [])]
        )
        assert told.exit_code == 0, f"{command}\n{told.output}\n{told.exception}"


def test_the_python_of_the_page_runs_as_written(here, monkeypatch):
    monkeypatch.chdir(here)
    text = (PROJECT / "docs" / "benchmark.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    for block in re.findall(r"^```python\n(.*?)^```", text, re.M | re.S):
        exec(compile(block, "docs/benchmark.md", "exec"), names)
    assert "全国と比べて" in names["found"].sentences("ja")[0]


def test_the_sentences_the_page_shows_are_those_of_the_program(here, monkeypatch):
    monkeypatch.chdir(here)
    text = (PROJECT / "docs" / "benchmark.md").read_text(encoding="utf-8")
    told = (
        CliRunner()
        .invoke(app, ["compare", "examples/saitama_2023", "examples/national_series", "--standardize", "age_class"])
        .output
    )
    shown = [
        line.strip()
        for line in text.splitlines()
        if (line.startswith("    ") and line.endswith("。")) or "点、95％" in line
    ]
    assert len(shown) >= 2
    assert [line for line in shown if line not in told] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_small_and_has_no_fault(name):
    folder = PROJECT / "examples" / name
    assert all(path.stat().st_size < 500_000 for path in folder.iterdir())
    found = run.check(folder)
    assert (found.faults, found.doubts, found.notices) == ((), (), ())
    assert (folder / "README.md").is_file()


def test_saitama_meets_what_is_published():
    sample = ks.weighted(run.respond(PROJECT / "examples" / "saitama_2023"))
    direct = ks.crosstab(sample, "q28").frame().set_index("answer")["percent"].round(1)
    published = {
        "しばしばある・常にある": 4.2,
        "時々ある": 9.6,
        "たまにある": 19.1,
        "ほとんどない": 42.1,
        "決してない": 24.4,
    }
    assert {answer: direct[answer] for answer in published} == published
    plaza = ks.crosstab(sample, "plaza").frame().set_index("answer")
    wanted = plaza.loc[["ぜひ利用したいと思う", "まあ利用したいと思う"], "percent"].sum()
    assert round(float(wanted), 1) == 38.6


def test_the_returns_are_those_of_the_script(tmp_path):
    script("examples/make.py").main(tmp_path)
    made = sorted(path for path in tmp_path.rglob("*.csv"))
    assert len(made) == 4
    for path in made:
        assert path.read_bytes() == (PROJECT / "examples" / path.relative_to(tmp_path)).read_bytes(), path.name


def test_the_series_are_the_published_ones_and_clients_claim_no_error():
    series = run.compare(
        *(str(PROJECT / "examples" / "national_series" / "").rstrip("/") + at for at in ("", "@2021")), None
    )
    row = series.frame[(series.frame["question"] == "q28") & (series.frame["code"] == 5)].iloc[0]
    assert (round(row["percent_first"], 1), round(row["percent_second"], 1)) == (4.3, 4.5)
    clients = run.compare(
        str(PROJECT / "examples" / "npo_clients"), str(PROJECT / "examples" / "national_series"), None
    )
    assert set(clients.frame["verdict"]) == {"untested"}
    assert "利用者" in clients.lines("ja")[1]


def test_european_countries_stand_beside_the_others_and_never_beside_themselves(shared, tmp_path):
    script("examples/eu_countries/make.py").main(shared / "realdata" / "eu_loneliness_survey_eu4.dta", tmp_path)
    france, others = (str(tmp_path / name) for name in ("france", "without_france"))
    made = run.beside_benchmark(france, others, None, standardize=["gender:age_class"], only=["1"])
    assert set(made.frame["question"]) == {"loneliness_direct"}
    countries = [str(tmp_path / name) for name in ("france", "italy", "poland", "sweden")]
    many = run.many_beside(countries, None, only=["1"])
    assert set(many.frame["area"]) == {"France", "Italy", "Poland"}
    with pytest.raises(ks.SurveyError) as caught:
        run.beside_benchmark(str(tmp_path / "italy"), others, None, standardize=["gender"], only=["1"])
    assert caught.value.key == "benchmark.paired"
