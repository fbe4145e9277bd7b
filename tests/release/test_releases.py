"""`kodoku verify` and `kodoku diff`: a release is what its manifest says; every change is listed and traced, and nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from kodoku_survey import run
from kodoku_survey.cli.demonstrating import app
from kodoku_survey.errors import FileError, OutputError, SurveyError
from kodoku_survey.publish.release.erratum import erratum
from kodoku_survey.publish.release.erratum_words import cell_told, why_told
from kodoku_survey.publish.release.tracing import settings_of
from kodoku_survey.tables.marks import MARKS
from kodoku_survey.tables.words import words

SURVEY = """
[survey]
name = "t"
title = "t"
wave = 2026
synthetic = "yes"
[[file]]
name = "web"
role = "returns"
path = "web.csv"
mode = "web"
id = "id"
[estimation]
basis = "unweighted"
"""
BOOK = """
[[variable]]
name = "sex"
kind = "single"
label = "sex"
codes = [{ code = 1, label = "male" }, { code = 2, label = "female" }]
[[variable]]
name = "lonely"
kind = "single"
label = "lonely"
codes = [{ code = 1, label = "often" }, { code = 2, label = "never" }]
[[variable]]
name = "days"
kind = "number"
label = "days"
minimum = 0
maximum = 30
"""
MEASURES = """
[[classes]]
name = "seldom"
of = "days"
label = "how often"
codes = [{ code = 1, label = "seldom", max = 9 }, { code = 2, label = "often", min = 10 }]
"""
TABLES = """
[[section]]
id = "1"
title = "s"
[[table]]
id = "T1"
section = "1"
title = "lonely"
question = "lonely"
by = ["sex"]
[[table]]
id = "T2"
section = "1"
title = "seldom"
question = "seldom"
"""


def survey_folder(folder: Path) -> Path:
    folder.mkdir()
    texts = {"survey.toml": SURVEY, "codebook.toml": BOOK, "measures.toml": MEASURES, "tables.toml": TABLES}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    rows = [f"{100 + i},{i % 2 + 1},{i % 3 % 2 + 1},{i % 20}" for i in range(60)]
    (folder / "web.csv").write_text("\n".join(["id,sex,lonely,days", *rows]) + "\n", encoding="utf-8")
    return folder


def changed(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, Path]:
    """A folder and its report."""
    here = tmp_path_factory.mktemp("releases")
    folder = survey_folder(here / "survey")
    run.report(folder, here / "old")
    return folder, here / "old"


@pytest.fixture
def folder(made, tmp_path) -> Path:
    """A copy to be changed."""
    shutil.copytree(made[0], tmp_path / "survey")
    return tmp_path / "survey"


def test_a_report_is_what_its_manifest_says_and_comes_out_again(made):
    found, inputs, difference = run.verify(made[1], made[0])
    assert found.problems == ()
    assert found.files > 5
    assert inputs == ()
    assert difference.frame.empty


def test_every_file_that_is_not_as_written_is_named_and_ends_with_8(made, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(made[1], out)
    (out / "data" / "tables.csv").write_bytes(
        (out / "data" / "tables.csv").read_bytes().replace(b"often", b"seldom", 1)
    )
    (out / "quality.html").unlink()
    (out / "note.txt").write_text("mine", encoding="utf-8")
    found, _, _ = run.verify(out)
    assert dict(found.problems) == {"data/tables.csv": "changed", "quality.html": "missing", "note.txt": "added"}
    told = CliRunner().invoke(app, ["verify", str(out)])
    assert told.exit_code == 8
    assert all(name in told.output for name in ("data/tables.csv", "quality.html", "note.txt"))
    assert CliRunner().invoke(app, ["verify", str(made[1])]).exit_code == 0


def manifest(out: Path, change) -> None:
    path = out / "manifest.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    change(told)
    path.write_text(json.dumps(told), encoding="utf-8")


DAMAGED = {
    "a table changed by hand": lambda out: (out / "data" / "tables.csv").write_text("a,b\n1,2,3\n"),
    "a table that is gone": lambda out: (out / "data" / "tables.csv").unlink(),
    "no basis": lambda out: manifest(out, lambda told: told.pop("basis")),
    "outputs that are a list": lambda out: manifest(out, lambda told: told.update(outputs=[1])),
    "a trace without tables": lambda out: manifest(out, lambda told: told["trace"].pop("tables")),
    "returns without rows": lambda out: manifest(out, lambda told: told["trace"]["returns"].update(web={})),
    "weights of words": lambda out: manifest(out, lambda told: told["trace"].update(weights={"digest": "x"})),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_release_is_told_and_not_compared(damage, made, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(made[1], out)
    DAMAGED[damage](out)
    with pytest.raises(FileError) as told:
        run.diff(made[1], out)
    assert "out" in told.value.text("en")


@pytest.mark.parametrize("inside", [".", "changes"])
def test_what_changed_is_never_written_over_what_is_compared(inside, made, tmp_path):
    shutil.copytree(made[1], tmp_path / "out")
    with pytest.raises(OutputError, match=r"-o|out"):
        run.diff(tmp_path / "out", made[1], tmp_path / "out" / inside)
    assert run.verify(tmp_path / "out")[0].problems == ()


def test_a_run_on_other_inputs_is_told_by_the_input_and_by_the_file(made, folder):
    changed(folder, "web.csv", "100,1,1,0", "100,1,2,0")
    found, inputs, difference = run.verify(made[1], folder)
    assert inputs == ("web",)
    assert ("data/tables.csv", "rerun") in found.problems
    assert set(difference.frame["kind"]) >= {"input", "answers", "cell"}


def test_the_same_input_is_no_change(made, tmp_path):
    run.report(made[0], tmp_path / "new")
    found = run.diff(made[1], tmp_path / "new", tmp_path / "diff")
    assert found.frame.empty
    told = CliRunner().invoke(app, ["diff", str(made[1]), str(tmp_path / "new"), "--json"])
    assert told.exit_code == 0
    assert json.loads(told.output) == {"changes": {}, "rows": []}
    assert pd.read_csv(tmp_path / "diff" / "changes.csv", encoding="utf-8-sig").empty


def test_a_changed_return_is_traced_to_the_cells_it_touches_and_only_those(made, folder, tmp_path):
    changed(folder, "web.csv", "100,1,1,0", "100,1,2,0")  # a man is never lonely now
    run.report(folder, tmp_path / "new")
    frame = run.diff(made[1], tmp_path / "new").frame
    cells = frame[frame["kind"] == "cell"]
    assert sorted(cells["place"].str.split(" | ", regex=False).str[:3].map(" ".join)) == sorted(
        ["T1 全体 often", "T1 全体 never", "T1 male often", "T1 male never"]
    )
    assert set(cells["why"]) == {"answers lonely"}
    assert frame.loc[frame["kind"] == "answers", "place"].tolist() == ["lonely"]
    assert set(frame["kind"]) <= {"input", "answers", "cell", "sentence"}
    before = (20 + 20) / 60  # 40 of 60 were often lonely
    often = cells[cells["place"].str.startswith("T1 | 全体 | often")].iloc[0]
    assert float(often["difference"]) == pytest.approx(-100 / 60, abs=1e-4)
    assert float(often["old"].split(" ")[0]) == pytest.approx(100 * before, abs=1e-9)
    assert often["printed"] == "yes"


def test_a_changed_threshold_is_traced_to_the_setting(made, folder, tmp_path):
    changed(folder, "measures.toml", 'label = "seldom", max = 9', 'label = "seldom", max = 10')
    changed(folder, "measures.toml", "min = 10", "min = 11")
    run.report(folder, tmp_path / "new")
    frame = run.diff(made[1], tmp_path / "new", tmp_path / "diff").frame
    cells = frame[frame["kind"] == "cell"]
    assert set(cells["place"].str.split(" | ", regex=False).str[0]) == {"T2"}
    assert set(cells["why"]) == {"measures.toml [seldom] codes 1; measures.toml [seldom] codes 2"}
    settings = frame[frame["kind"] == "setting"].set_index("item")
    assert '"max": 9' in settings.loc["[seldom] codes 1", "old"]
    assert '"max": 10' in settings.loc["[seldom] codes 1", "new"]
    assert (tmp_path / "diff" / "erratum.pdf").read_bytes().startswith(b"%PDF")
    assert run.verify(tmp_path / "diff")[0].problems == ()


def test_the_terminal_tells_the_place_of_a_setting_and_the_figures_to_two_digits(made, folder, tmp_path):
    changed(folder, "measures.toml", 'label = "seldom", max = 9', 'label = "seldom", max = 10')
    changed(folder, "measures.toml", "min = 10", "min = 11")
    run.report(folder, tmp_path / "new")
    told = CliRunner().invoke(app, ["diff", str(made[1]), str(tmp_path / "new")]).output
    assert "[seldom]" in told
    assert "50.00" in told
    assert "standard_error" not in told


def test_a_return_more_changes_who_responded_and_is_told_as_that(made, folder, tmp_path):
    (folder / "web.csv").write_text((folder / "web.csv").read_text(encoding="utf-8") + "900,2,1,5\n", encoding="utf-8")
    run.report(folder, tmp_path / "new")
    frame = run.diff(made[1], tmp_path / "new").frame
    told = frame[frame["kind"] == "respondents"].iloc[0]
    assert (told["old"], told["new"], told["difference"], told["why"]) == ("60", "61", "+1", "file web")
    assert frame.loc[frame["kind"] == "cell", "why"].str.contains("respondents").all()
    assert "unexplained" not in " ".join(frame["why"])


def test_a_table_that_is_gone_and_a_change_of_words_are_told(made, folder, tmp_path):
    changed(folder, "tables.toml", 'id = "T2"', 'id = "T3"')
    changed(folder, "codebook.toml", 'label = "female"', 'label = "women"')
    run.report(folder, tmp_path / "new")
    frame = run.diff(made[1], tmp_path / "new").frame
    assert frame.loc[frame["kind"] == "table", "place"].tolist() == ["T2", "T3"]
    words = frame[(frame["kind"] == "cell") & frame["place"].str.startswith("T1")]
    assert set(words["item"]) == {"group"}
    assert words["why"].str.contains("codebook.toml [sex] codes 2", regex=False).all()


def test_lines_that_are_new_in_a_table_have_nothing_before_them(made, folder, tmp_path):
    changed(folder, "tables.toml", 'by = ["sex"]', 'by = ["sex", "seldom"]')
    run.report(folder, tmp_path / "new")
    found = run.diff(made[1], tmp_path / "new", tmp_path / "diff").frame
    cells = found[found["kind"] == "cell"]
    assert len(cells) > 0
    assert set(cells["old"]) == {""}


def test_weights_that_changed_are_traced_to_their_setting_and_named_at_the_cells(project, tmp_path):
    folder = tmp_path / "prefecture"
    shutil.copytree(project / "data/sample/prefecture_2025", folder)
    run.prepare(folder, tmp_path / "old", formats=("csv",))
    changed(folder, "survey.toml", 'margins = ["sex:age_class", "area"]', 'margins = ["sex:age_class"]')
    run.prepare(folder, tmp_path / "new", formats=("csv",))
    frame = run.diff(tmp_path / "old", tmp_path / "new").frame
    assert set(frame["kind"]) == {"setting", "weight"}
    assert set(frame.loc[frame["kind"] == "weight", "why"]) == {"survey.toml [weighting] step 2"}


def test_prepared_microdata_tell_how_many_persons_changed(made, folder, tmp_path):
    run.prepare(made[0], tmp_path / "old", formats=("csv",))
    changed(folder, "web.csv", "100,1,1,0", "100,1,2,0")
    changed(folder, "web.csv", "101,2,2,1\n", "101,2,1,1\n")
    run.prepare(folder, tmp_path / "new", formats=("csv",))
    frame = run.diff(tmp_path / "old", tmp_path / "new").frame
    assert frame.loc[frame["kind"] == "answers", ["place", "item"]].to_numpy().tolist() == [["lonely", "2 persons"]]


def test_the_manifest_holds_no_number_and_no_answer_of_a_person(made):
    trace = json.loads((made[1] / "manifest.json").read_text(encoding="utf-8"))["trace"]
    text = json.dumps({key: value for key, value in trace.items() if key not in ("settings", "tables")})
    assert not any(f'"{number}"' in text for number in range(100, 160))
    assert trace["answers"]["lonely"].keys() == {"asked", "answered", "digest"}
    assert trace["needs"] == {"seldom": ["days"]}


def test_settings_are_told_one_by_one(tmp_path):
    (tmp_path / "measures.toml").write_text(MEASURES, encoding="utf-8")
    (tmp_path / "margins.csv").write_text("variable,code,value,unit,source\nsex,1,10,persons,s\n", encoding="utf-8")
    told = settings_of(tmp_path / "measures.toml")
    assert set(told) == {f"[seldom] {key}" for key in ("name", "of", "label", "codes 1", "codes 2")}
    assert settings_of(tmp_path / "margins.csv")["[sex 1]"] == '["10", "persons", "s"]'


def test_corrections_are_told_as_a_file_and_never_as_settings(made, folder, tmp_path):
    text = "id,variable,value,reason,by,on\n100,lonely,2,asked back,someone,2026-11-02\n"
    (folder / "corrections.csv").write_text(text, encoding="utf-8")
    run.report(folder, tmp_path / "new")
    frame = run.diff(made[1], tmp_path / "new").frame
    assert frame.loc[frame["kind"] == "answers", "why"].tolist() == ["file corrections.csv"]
    assert set(frame.loc[frame["kind"] == "cell", "why"]) == {"answers lonely"}
    manifest = (tmp_path / "new" / "manifest.json").read_text(encoding="utf-8")
    assert "asked back" not in manifest
    assert "someone" not in manifest


def test_a_folder_without_a_manifest_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    for refused in (lambda: run.diff(tmp_path / "empty", tmp_path / "empty"), lambda: run.verify(tmp_path / "empty")):
        with pytest.raises(FileError):
            refused()
    with pytest.raises(SurveyError):
        run.verify(tmp_path / "nowhere")


TOLD = [
    ("12.3456 n_unweighted=30 flag=reference", "12.35、回答者数 30、参考値", "12.35, n = 30, for reference only"),
    (" n_unweighted=0 flag=nil", "回答者数 0、該当なし（‐）", "n = 0, no such answer (‐)"),
    ("7.0 flag= standard_error=0.2", "7.00、記号なし", "7.00, no mark"),
    ("7 group=一人 高齢 flag=suppressed", "7.00、区分「一人 高齢」、秘匿（x）", "7.00, group '一人 高齢', suppressed (x)"),
    ("0.5 standard_error=0.1 interval_low=0.2", "0.50", "0.50"),
    ("", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "ja", "en"), TOLD)
def test_a_changed_cell_is_told_in_the_words_of_the_page(text, ja, en):
    assert cell_told(text, words("ja")) == ja
    assert cell_told(text, words("en")) == en


@pytest.mark.parametrize(
    ("why", "ja", "en"),
    [("respondents; weights (answers sex); survey.toml [design] psu",
      "回答者の出入り、ウエイト（回答（sex））、survey.toml [design] psu",
      "who responded, weights (answers to sex), survey.toml [design] psu"),
     ("file web", "ファイル web", "file web"), ("weights (respondents)", "ウエイト（回答者の出入り）", "weights (who responded)"),
     ("unexplained", "説明のつかない変化", "nothing that explains it"),
     ("software", "ソフトウェアの版", "the version of the software")],
)  # fmt: skip
def test_what_a_change_is_traced_to_is_told_in_the_words_of_the_page(why, ja, en):
    assert why_told(why, words("ja")) == ja
    assert why_told(why, words("en")) == en


def test_every_mark_of_a_cell_has_its_word_on_the_page():
    for lang in ("ja", "en"):
        for flag in MARKS:
            assert cell_told(f"1.0 flag={flag}", words(lang)) not in ("1.00", f"1.00 {flag}")


def test_no_name_of_a_column_or_a_flag_stands_on_the_page(made, folder, tmp_path):
    changed(folder, "survey.toml", "synthetic", "lang = 'ja'\nsynthetic")
    changed(folder, "web.csv", "100,1,1,0", "100,1,2,0")
    lines = (folder / "web.csv").read_text(encoding="utf-8").splitlines()
    (folder / "web.csv").write_text("\n".join(lines[:-12]) + "\n", encoding="utf-8")
    run.report(folder, tmp_path / "new")
    told = erratum(run.diff(made[1], tmp_path / "new"))
    page = json.dumps(told, ensure_ascii=False)
    assert told["lines"]
    assert told["reasons"]
    for raw in (
        "flag=",
        "n_unweighted",
        "reference",
        "unexplained",
        "respondents",
        " of ",
        "answers",
        "smallest",
        "kept",
        "rows",
    ):
        assert raw not in page, raw
    assert "参考値" in page
    assert "48人中" in page
