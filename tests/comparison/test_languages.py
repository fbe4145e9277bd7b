"""What is compared is the same in every language; what is told of it is in the reader's."""

from __future__ import annotations

import json
import subprocess
import sys

import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.survey.sharing import Shared

NATION = "data/sample/national_2024"


@pytest.fixture
def english():
    ks.set_language("en")
    yield
    ks.set_language(None)


def side(folder) -> ks.Measured:
    survey = ks.load_survey(folder)
    return ks.Measured(ks.weighted(ks.score(ks.clean(ks.read_returns(survey))), basis="unweighted"))


def kodoku(*arguments):
    command = [sys.executable, "-m", "kodoku_survey", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def translated(project, tmp_path):
    """A tiny second survey, in English too, with a crosswalk to the nation that names both as their folders write them."""
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / "survey.toml").write_text(
        '[survey]\nname = "町の調査"\nname_en = "Town survey"\ntitle = "町の調査"\nwave = 2024\nsynthetic = "yes"\n[[file]]\n'
        'name = "web"\nrole = "returns"\npath = "web.csv"\nmode = "web"\nid = "番号"\n[cleaning]\nvalid_sections = ["孤独"]\n',
        encoding="utf-8",
    )
    (folder / "codebook.toml").write_text(
        '[[variable]]\nname = "lonely"\nkind = "single"\nlabel = "寂しさ"\nlabel_en = "Loneliness of the town"\n'
        'section = "孤独"\ncodes = [{ code = 1, label = "決してない", label_en = "Not once" }, { code = 2, label = "ある" }]\n',
        encoding="utf-8",
    )
    (folder / "measures.toml").write_text("", encoding="utf-8")
    (folder / "tables.toml").write_text(
        '[[section]]\nid = "1"\ntitle = "孤独"\n[[table]]\nid = "1"\ntitle = "孤独"\nquestion = "lonely"\nsection = "1"\n',
        encoding="utf-8",
    )
    rows = "".join(f"{k},{1 + k % 2}\n" for k in range(40))
    (folder / "web.csv").write_text("番号,lonely\n" + rows, encoding="utf-8")
    nation = ks.load_survey(project / NATION).settings.identity.name
    (folder / "crosswalk.toml").write_text(
        f'first = "町の調査"\nsecond = "{nation}"\n[[question]]\nfirst = "lonely"\nsecond = "q28"\nreason = "同じ"\n'
        "codes = [{ first = 1, second = 1 }]\n",
        encoding="utf-8",
    )
    return folder


def test_a_crosswalk_is_of_the_surveys_it_names_whatever_language_is_spoken(translated, project, english):
    made = ks.compare(side(translated), side(project / NATION))
    assert made.first.survey.settings.identity.name == "Town survey"
    assert set(made.frame["answer"]) == {"Not once", "No answer"}
    assert set(made.frame["word"]) <= {"higher", "lower", "no difference found"}


def test_what_two_surveys_share_does_not_hang_on_which_of_them_is_in_english(project):
    nation, saitama = project / NATION, project / "examples" / "saitama_2023"
    own = Shared(ks.load_survey(nation), ks.load_survey(saitama))
    told = [ks.load_survey(nation, lang="en").english, ks.load_survey(saitama)]
    mixed, back = Shared(*told), Shared(*told[::-1])
    for name, variable in own.first.variables.items():
        found = own.find(name)
        item = found if isinstance(found, str) else found.reason
        for other in (mixed, back):
            again = other.find(name) if name in other.first.variables else found
            assert (again if isinstance(again, str) else again.reason) == item
        if not isinstance(found, str):
            assert mixed.find(name).label == told[0].variables[name].label
        elif variable.kind == "single":
            assert mixed.codes(name) == own.codes(name)


def test_a_comparison_of_waves_speaks_of_increase_though_one_side_is_in_english(national_sample, project):
    english = ks.load_survey(project / NATION, lang="en").english
    made = ks.compare(ks.Measured(national_sample.on("unweighted")), ks.Published(english, 2023), only=["1-1"])
    assert made.in_time
    assert not made.of_two_surveys


def test_the_command_writes_the_comparison_in_the_language_asked_for(project, tmp_path):
    out = tmp_path / "out"
    told = kodoku(
        "compare", project / NATION, project / "examples" / "saitama_2023", "--only", "1-1", "--lang", "en", "-o", out
    )
    assert told.returncode == 0, told.stderr
    frame = pd.read_csv(out / "comparison.csv", encoding="utf-8-sig")
    assert set(frame["word"]) <= {"higher", "lower", "no difference found", "widened", "narrowed"}
    assert "Often or always" in set(frame["answer"])
    assert (
        json.loads((out / "manifest.json").read_text(encoding="utf-8"))["first"]["survey"]
        == "Basic Survey on Social Ties"
    )
    assert "has no English" not in told.stderr


def test_a_folder_without_english_is_named_in_the_users_language(translated, project, tmp_path):
    for name in ("survey.toml", "codebook.toml"):
        path = translated / name
        lines = path.read_text(encoding="utf-8").replace(', label_en = "Not once"', "").splitlines()
        path.write_text("\n".join(line for line in lines if "_en" not in line), encoding="utf-8")
    told = kodoku("compare", translated, project / NATION, "--lang", "en")
    assert told.returncode == 0, told.stderr
    assert f"{translated} has no English words" in told.stderr
