"""Means and medians as tables: the same numbers as the estimators', in their own unit, never called a percentage."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

import kodoku_survey as ks
from kodoku_survey.cli.terminal import table_records
from kodoku_survey.errors import UsageError
from kodoku_survey.publish.sheets.datafiles import tidy
from kodoku_survey.survey.codebook import Code, Variable
from kodoku_survey.survey.plan import TablePlan, read_plan
from kodoku_survey.survey.reading import Place

KNOWN = {
    "age": Variable("age", "number", "年齢"),
    "sex": Variable("sex", "single", "性", codes=(Code(1, "男"), Code(2, "女"))),
}


def faults(**entry: object) -> list[str]:
    place = Place("tables.toml")
    table = {"id": "1", "section": "1", "title": "t", "question": "age", **entry}
    read_plan({"section": [{"id": "1", "title": "s"}], "table": [table]}, KNOWN, place)
    return [fault.key for fault in place.faults]


@pytest.mark.parametrize("basis", ["design", "unweighted"])
def test_a_table_of_means_has_the_estimators_numbers(prefecture_sample, basis):
    sample = prefecture_sample.on(basis)
    table = ks.make_table(sample, "age", by=["sex"], statistic="mean")
    means = [ks.means(sample, "age"), ks.means(sample, "age", by="sex")]
    cells = [row.cells[0] for row in table.rows]
    np.testing.assert_allclose([cell.value for cell in cells], np.concatenate([m.value for m in means]), rtol=1e-10)
    np.testing.assert_allclose(
        [cell.low for cell in cells], np.concatenate([m.interval()[0] for m in means]), rtol=1e-9
    )
    assert "平均" in table.head_note
    assert "％" not in table.head_note
    assert table.figure == "dots"
    assert table.sentences == ()


def test_a_table_of_medians_has_the_estimators_numbers_and_intervals(prefecture_sample):
    table = ks.make_table(prefecture_sample, "age", by=["sex"], statistic="median")
    medians = [ks.quantiles(prefecture_sample, "age", [0.5]), ks.quantiles(prefecture_sample, "age", [0.5], by="sex")]
    cells = [row.cells[0] for row in table.rows]
    assert [cell.value for cell in cells] == list(np.concatenate([m.value for m in medians]))
    assert [cell.high for cell in cells] == list(np.concatenate([m.interval()[1] for m in medians]))


def test_quantiles_in_cells_keep_to_their_base(prefecture_sample):
    base = np.arange(len(prefecture_sample)) % 2 == 0
    tab = ks.cell_quantiles(prefecture_sample, "age", 0.25, by="sex", base=base)
    alone = ks.quantiles(ks.domain(prefecture_sample, base), "age", [0.25], by="sex")
    np.testing.assert_array_equal(tab.value[1:, 0], alone.value)
    np.testing.assert_array_equal(tab.n[1:], alone.n)
    assert ks.cell_quantiles(prefecture_sample, "age", by="sex", total="").shape == (len(alone), 1)


def test_a_record_says_what_it_is_of(prefecture_sample):
    record = table_records(ks.make_table(prefecture_sample, "age", statistic="mean"))[0]
    assert record["statistic"] == "mean"
    assert record["value"] == pytest.approx(ks.means(prefecture_sample, "age").value[0])
    assert "percent" not in record


def test_a_report_with_means_says_so_in_its_data_and_one_without_is_as_before(prefecture_sample):
    report = ks.make_report(prefecture_sample, only=[prefecture_sample.responses.survey.plan.tables[0].id])
    assert "statistic" not in tidy(report).columns
    of_means = ks.make_table(prefecture_sample, "age", by=["sex"], statistic="mean")
    told = tidy(replace(report, tables=(*report.tables, of_means)))
    rows = told[told["statistic"] == "mean"]
    assert rows["percent"].isna().all()
    np.testing.assert_allclose(rows["value"], [row.cells[0].value for row in of_means.rows])
    assert told.loc[told["statistic"] == "share", "value"].isna().all()


def test_the_chart_of_means_has_no_percent(prefecture_sample):
    for made in (
        ks.make_table(prefecture_sample, "age", by=["sex"], statistic="median"),
        ks.cell_means(prefecture_sample, "age", by="sex"),
    ):
        told = [text.get_text() for text in ks.plot(made).axes[0].texts]
        assert any(text.startswith("男性") for text in told)
        assert not any("%" in text for text in told)


def test_the_plan_checks_what_goes_with_a_statistic():
    assert faults(statistic="mean", by=["sex"]) == []
    assert faults(statistic="mean", question="sex") == ["survey.statistic_of_number"]
    for key, value in (("answers", [1]), ("focus", [1]), ("history", "yes"), ("figure", "bars")):
        assert "survey.of_shares_only" in faults(statistic="median", **{key: value})
    assert faults(statistic="mode") != []
    assert TablePlan("1", "1", "t", "age").statistic == "share"


def test_an_unknown_statistic_is_refused(prefecture_sample):
    with pytest.raises(UsageError):
        ks.make_table(prefecture_sample, "age", statistic="mode")


def test_the_command_takes_a_statistic():
    from kodoku_survey.cli.demonstrating import app

    told = CliRunner().invoke(app, ["tab", "--help"])
    assert "--statistic" in told.output
