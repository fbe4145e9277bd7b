"""The site builds offline without a warning; every public name has its place and an example; commands it names exist."""

from __future__ import annotations

import doctest
import inspect
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import typer

import kodoku_survey as ks
from kodoku_survey.cli.demonstrating import app

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
sys.path.insert(0, str(DOCS))

from make_reference import CHAPTERS, docstring_as_markdown, links_out, names_left  # noqa: E402

NAMES = [name for name in ks.__all__ if name != "__version__"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-E", "-d", str(out / "trees"), "-b", "html",
               str(DOCS), str(out / "html")]  # fmt: skip
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return out / "html"


def test_the_site_builds_without_a_warning_and_asks_the_network_for_nothing(site):
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r'<(?:script|link|img)[^>]*(?:src|href)="https?:', text), page.name
    for sheet in site.rglob("*.css"):
        assert not re.search(r"@import|url\(['\"]?https?:", sheet.read_text(encoding="utf-8")), sheet.name


def test_every_link_within_the_site_leads_to_a_place_there_is(site):
    anchors: dict[Path, set[str]] = {}
    for page in site.rglob("*.html"):
        anchors[page] = set(re.findall(r'\bid="([^"]+)"', page.read_text(encoding="utf-8")))
    lost = []
    for page in anchors:
        for target in re.findall(r'<a[^>]*\bhref="([^"]+)"', page.read_text(encoding="utf-8")):
            file, _, anchor = target.partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            place = (page.parent / file).resolve() if file else page
            if not place.is_file() or (anchor and place in anchors and anchor not in anchors[place]):
                lost.append(f"{page.name}: {target}")
    assert lost == []


def test_a_link_that_leads_nowhere_is_found():
    told, broken = links_out("[a](nowhere.md) [b](../README.md) [c](folder.md)", DOCS / "index.md", [])
    assert broken == ["nowhere.md"]
    assert "b（`README.md`）" in told
    assert "[c](folder.md)" in told


def test_the_site_has_what_each_reader_needs(site):
    for page in ("tutorials/statistician", "tutorials/analyst", "tutorials/official", "howto/index", "method", "glossary",
                 "checks", "limits", "reference/api", "reference/keys", "reference/messages", "reference/commands",
                 "reference/licences"):  # fmt: skip
        assert (site / f"{page}.html").is_file(), page
    keys = (site / "reference" / "keys.html").read_text(encoding="utf-8")
    assert "weighting.step" in keys
    messages = (site / "reference" / "messages.html").read_text(encoding="utf-8")
    assert messages.count("<dt>") > 200
    assert "kodoku screen" in (site / "reference" / "commands.html").read_text(encoding="utf-8")


def test_every_public_name_has_its_place_in_the_reference():
    placed = [name for names in CHAPTERS.values() for name in names]
    assert sorted([*placed, *names_left()]) == sorted(NAMES), "a name of a chapter that is gone, or told twice"


def test_a_docstring_is_told_whole():
    """Nothing of a docstring is lost on its way to the page but its marks."""
    for name in NAMES:
        text = getattr(ks, name).__doc__
        shown = re.sub(r"[^\w]", "", "".join(docstring_as_markdown(text)))
        wanted = re.sub(r"[^\w]", "", text)
        assert set(re.findall(r"\w{4,}", text)) <= set(
            re.findall(r"\w{4,}", "\n".join(docstring_as_markdown(text)))
        ) or (len(shown) >= 0.95 * len(wanted)), name


def lines_of_shell() -> list[tuple[str, str]]:
    """Every line of a shell block of the pages that calls kodoku."""
    found = []
    for page in (ROOT / "README.md", *sorted(DOCS.rglob("*.md"))):
        if "reference" in page.parts:
            continue
        for block in re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S):
            calls = re.findall(r"(?:^|&& |/)kodoku ([^&\n]*)", block, re.M)
            found += [(page.name, call) for call in calls]
    return found


@pytest.mark.parametrize(("page", "line"), lines_of_shell())
def test_a_command_a_page_names_exists_with_its_options(page, line):
    words = shlex.split(line, comments=True)
    group = typer.main.get_command(app)
    with group.make_context("kodoku", [], resilient_parsing=True) as ctx:
        if words[0].startswith("--"):
            assert words[0] in {name for one in group.get_params(ctx) for name in one.opts}
            return
        command = group.get_command(ctx, words[0])
        assert command is not None, words[0]
        known = {name for one in command.get_params(ctx) for name in (*one.opts, *one.secondary_opts)}
        assert {word.partition("=")[0] for word in words[1:] if word.startswith("-")} <= known


@pytest.fixture(scope="module")
def supposed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What the examples suppose, in a folder of their own that has the project's data."""
    place = tmp_path_factory.mktemp("examples")
    (place / "data").symlink_to(ROOT / "data")
    before = Path.cwd()
    os.chdir(place)
    names: dict[str, object] = {}
    try:
        exec(compile((DOCS / "example_data.py").read_text(encoding="utf-8"), "example_data.py", "exec"), names)
        yield names
    finally:
        os.chdir(before)
        plt.close("all")


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_has_an_example_that_runs(name, supposed):
    text = inspect.getdoc(getattr(ks, name))
    example = doctest.DocTestParser().get_doctest(text, dict(supposed), name, None, 0)
    assert example.examples, f"ks.{name} has no example"
    told: list[str] = []
    options = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KODOKU_LANG", "ja")
        assert doctest.DocTestRunner(optionflags=options).run(example, out=told.append).failed == 0, "".join(told)
