"""One offending file a rule, of both rule sets; files that keep every rule; our own outputs by all of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from offending import ABOUT, HEADS, OFFENDING, ROWS, csv_text, with_cell, with_head, write_book, write_csv, write_text
from typer.testing import CliRunner

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.errors import FileError
from kodoku_survey.lint import lint_files
from kodoku_survey.lint.registry import CHECKS, lint_rules
from kodoku_survey.publish.sheets.datafiles import write_data
from kodoku_survey.publish.sheets.workbook import write_workbook
from small_folder import SURVEY, make_folder


def broken(files: list[Path], **options: object) -> dict[str, str]:
    """The rules broken, each with its first place."""
    return {one.rule.id: one.offences[0][1].place for one in lint_files(files, **options).broken}  # type: ignore[arg-type]


def test_every_rule_has_a_function_a_text_and_an_offending_file():
    ids = [rule.id for rule in lint_rules("ja")]
    assert ids == [rule.id for rule in lint_rules("en")]
    assert set(ids) == set(CHECKS) == set(OFFENDING)
    assert sum(rule.startswith("L") for rule in ids) == 30
    assert len(ids) == 45


def test_files_that_keep_every_rule_are_told_so(tmp_path):
    for files in (write_csv(tmp_path), write_book(tmp_path)):
        found = lint_files(files)
        assert found.broken == ()
        assert {one.outcome for one in found.findings} == {"kept", "not_applicable"}


@pytest.mark.parametrize("rule", OFFENDING)
def test_a_file_that_breaks_a_rule_is_told_so_with_place_and_remedy(rule, tmp_path):
    files = OFFENDING[rule](tmp_path)
    options = {}
    if rule == "L3-07":  # what is not told of the layout is seen beside the release before
        earlier = tmp_path / "before"
        earlier.mkdir()
        options = {"before": write_csv(earlier, with_head("unit", "tan_i"))[:1]}
    found = {one.rule.id: one for one in lint_files(files, **options).broken}
    assert rule in found
    assert found[rule].offences
    assert found[rule].rule.remedy


# What follows from a breach by nature: a title above the table is also outside it, one text in two columns is one name twice …
ALONE = {
    "L1-05",
    "L1-06",
    "L1-07",
    "L1-08",
    "L1-10",
    "L1-12",
    "L1-13",
    "L2-01",
    "L2-04",
    "L2-06",
    "L3-02",
    "L3-03",
    "L3-08",
}


@pytest.mark.parametrize("rule", sorted(ALONE))
def test_one_breach_is_told_once(rule, tmp_path):
    told = set(broken(OFFENDING[rule](tmp_path), rule_sets=("2026",)))
    assert told == {rule}


def test_a_place_is_the_cell_itself(tmp_path):
    assert broken(OFFENDING["L2-01"](tmp_path))["L2-01"] == "G2"
    assert broken(OFFENDING["L1-12"](tmp_path))["L1-12"] == "A2:A3"
    assert broken(OFFENDING["L1-15"](tmp_path))["L1-15"] == "3"


@pytest.mark.parametrize("text", ["12（34）", "4,300", "▲1.2", "12.3*", "12(注)", "４.３"])
def test_what_stands_with_a_number_is_found(text, tmp_path):
    assert "L2-01" in broken(write_csv(tmp_path, with_cell(0, "percent", text)))


@pytest.mark.parametrize("text", ["1,000～1,499万円", "しばしば・常に", "甲、乙、丙では、高くなっている。", "問16(2)"])
def test_what_looks_like_a_list_and_is_none_is_kept(text, tmp_path):
    assert not {"L1-07", "1-2"} & set(broken(write_csv(tmp_path, with_cell(0, "answer", text))))


def test_a_number_kept_as_text_is_found_in_excel_and_codes_are_not(tmp_path):
    rows = [list(row) for row in ROWS]
    rows[0][HEADS.index("percent")] = "4.3"
    assert broken(write_book(tmp_path, rows=rows))["L2-01"] == "G2"  # group_code and area_code are texts as well


def test_a_tilde_is_a_fault_in_shift_jis_alone(tmp_path):
    change = with_cell(0, "group", "16～19歳")
    assert "L1-08" not in broken(write_csv(tmp_path, change))
    assert "L1-08" in broken(write_csv(tmp_path, change, encoding="cp932"))


@pytest.mark.parametrize("value", ["令和6年", "R6", "平成30年度"])
def test_an_era_without_the_western_year_is_found(value, tmp_path):
    assert "1-11" in broken(write_csv(tmp_path, with_cell(0, "year", value)))


def test_a_table_marked_up_in_excel_is_taken_as_marked_up(tmp_path):
    def change(book, sheet):
        sheet.write(0, 0, "表1 孤独感（2024年）")
        sheet.add_table(2, 0, 2 + len(ROWS), len(HEADS) - 1, {"columns": [{"header": head} for head in HEADS]})

    files = write_book(tmp_path, change, top=2)
    assert {"L3-01", "L1-04"} <= set(broken(files))
    assert broken(files, rule_sets=("2020",)) == {}


def test_a_layout_that_changed_is_told_unless_the_change_is_written_of(tmp_path):
    earlier = tmp_path / "before"
    earlier.mkdir()
    before = write_csv(earlier)[:1]
    plain = ABOUT.replace("layout,列の並びは第1版である。\n", "")
    renamed = with_head("group", "cohort")(list(HEADS), [list(row) for row in ROWS])
    assert "L3-07" in broken(write_text(tmp_path, csv_text(*renamed), about=plain), before=before)
    assert "L3-07" not in broken(write_text(tmp_path, csv_text(HEADS, ROWS), about=plain), before=before)
    assert "L3-07" not in broken(write_text(tmp_path, csv_text(*renamed)), before=before)


def test_a_file_that_is_none_is_refused_by_name(tmp_path):
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 not a zip")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "blank.csv").write_text(",,\n,,\n")
    for name in ("broken.xlsx", "absent.csv", "empty.csv", "blank.csv"):
        with pytest.raises(FileError) as fault:
            lint_files([tmp_path / name])
        assert name in fault.value.text("en")


def test_the_command_tells_rule_place_and_remedy_and_leaves_with_five(tmp_path):
    from kodoku_survey.cli.demonstrating import app

    bad, good = tmp_path / "bad", tmp_path / "good"
    bad.mkdir()
    good.mkdir()
    told = CliRunner().invoke(app, ["lint", *map(str, OFFENDING["L2-01"](bad))])
    assert told.exit_code == 5
    for words in ("L2-01", "G2", "4.3%", "→", "figures.csv"):
        assert words in told.output
    kept = CliRunner().invoke(app, ["lint", "--json", *map(str, write_csv(good))])
    assert kept.exit_code == 0
    assert json.loads(kept.stdout)["kept"]["2020"][0] == json.loads(kept.stdout)["kept"]["2020"][1]


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Path:
    """Workbook and data files of a small survey."""
    folder = make_folder(tmp_path_factory.mktemp("small") / "survey")
    told = 'wave = 2026\narea = "全国"\narea_code = "00000"\n[[release]]\ndate = 2027-04-01\nnote = "公表"\n'
    (folder / "survey.toml").write_text(SURVEY.replace("wave = 2026\n", told), encoding="utf-8")
    report = ks.make_report(run.weigh(run.respond(folder)))
    write_workbook(report, folder / "tables.xlsx")
    write_data(report, folder / "data")
    return folder


def test_our_own_files_keep_every_rule_that_applies(own):
    of_files = lint_files(sorted((own / "data").glob("*.csv")), rule_sets=("2026",))
    of_book = lint_files([own / "data" / "data.xlsx"], rule_sets=("2026",))
    for found in (of_files, of_book):
        assert [(one.file, one.rule.id, one.offences[:3]) for one in found.broken] == []
        assert not [one.rule.id for one in found.findings if one.outcome == "untold"]
    kept = {one.rule.id for found in (of_files, of_book) for one in found.findings if one.outcome == "kept"}
    assert kept == {rule.id for rule in lint_rules("ja") if rule.rules == "2026"}


def test_our_workbook_keeps_all_fifteen_rules_of_2020(own):
    found = lint_files([own / "tables.xlsx"], rule_sets=("2020",))
    assert [(one.rule.id, one.offences[:3]) for one in found.broken] == []
    assert found.kept("2020") == (15, 15)
