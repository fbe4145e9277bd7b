"""`kodoku tab`: a table otherwise taken is the one the definition says, in the order asked for, on the terminal and in files."""

from __future__ import annotations

import json
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

import kodoku_survey as ks
from kodoku_survey.cli.demonstrating import app
from kodoku_survey.cli.tabulating import nets_of_line
from kodoku_survey.errors import DesignError, OutputError, UsageError

sys.path.insert(0, str(Path(__file__).parents[1]))
from small_folder import make_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("small") / "survey")


@pytest.fixture(scope="module")
def sample(folder: Path) -> ks.Sample:
    return ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(folder)))))


def told(folder: Path, *arguments: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    app(["tab", str(folder), *arguments, "--json"], standalone_mode=False)
    return json.loads(capsys.readouterr().out)


def people(sample: ks.Sample) -> pd.DataFrame:
    return sample.responses.frame().assign(w=sample.weight)


@pytest.mark.parametrize("share", ["row", "column", "total", "count"])
def test_shares_are_of_what_they_are_said_to_be(folder, sample, share, capsys):
    frame = people(sample)
    frame = frame[frame["lonely"] != 9]
    cell = frame.groupby(["sex", "lonely"])["w"].sum().unstack()
    everyone = people(sample)["w"].sum()
    below = {"row": people(sample).groupby("sex")["w"].sum().to_numpy()[:, None], "column": cell.sum().to_numpy(),
             "total": everyone, "count": 1.0}[share]  # fmt: skip
    wanted = cell / below * (1 if share == "count" else 100)
    records = told(folder, "lonely", "--by", "sex", "--share", share, capsys=capsys)
    found = {(r["group"], r["code"]): r["value" if share == "count" else "percent"] for r in records}
    for sex, label in ((1, "男性"), (2, "女性")):
        for code in (1, 2):
            assert found[label, code] == pytest.approx(wanted.loc[sex, code]), (label, code)


def test_a_condition_counts_whom_it_names_by_code_or_by_label(folder, capsys):
    plain = told(folder, "lonely", "--where", "sex == 2", capsys=capsys)
    assert plain == told(folder, "lonely", "--where", "sex == '女性'", capsys=capsys)
    whole = told(folder, "lonely", "--by", "sex", capsys=capsys)
    assert [r["percent"] for r in plain] == pytest.approx(
        [r["percent"] for r in whole if r["group"] == "女性" and r["count"]]
    )


def test_a_label_nobody_has_is_refused_and_finds_nobody_in_silence(sample):
    for query in ("sex == '女'", "sex != 'おんな'", "sex in ['女性', '男']", "'女' == sex", "sex.isin(['女'])"):
        with pytest.raises(DesignError) as fault:
            ks.domain(sample, query)
        assert fault.value.key == "design.no_label"
    assert np.array_equal(ks.domain(sample, "sex in ['女性'] and lonely != '無回答'").within,
                          ks.domain(sample, "sex == 2 and lonely != 9").within)  # fmt: skip


def test_nets_are_the_sum_of_their_answers_and_of_their_groups(folder, capsys):
    records = told(folder, "lonely", "--by", "sex", "--nets", "すべて=1,2", "--nets", "sex:男女=1,女性", capsys=capsys)
    at = {(r["group"], r["answer"]): r["percent"] for r in records}
    assert at["男性", "すべて"] == pytest.approx(at["男性", "ある"] + at["男性", "ない"])
    assert at["男女", "ある"] == pytest.approx(at["全体", "ある"])


@pytest.mark.parametrize("net", ["often", "=1", "x=", "x=,", "sex:=1"])
def test_a_net_of_another_form_is_refused(net):
    with pytest.raises(UsageError):
        nets_of_line([net], ["sex"])


def test_a_label_with_a_colon_is_a_net_of_answers_unless_it_names_an_attribute():
    assert nets_of_line(["a:b=1,x"], ["sex"]) == {"a:b": [1, "x"]}
    assert nets_of_line(["sex:b=1"], ["sex"]) == {"sex": {"b": [1]}}


def test_groups_fall_and_rise_by_an_answer_and_everybody_stays_first(folder, capsys):
    def groups(order: str) -> list[str]:
        return list(
            dict.fromkeys(r["group"] for r in told(folder, "lonely", "--by", "sex", "--sort", order, capsys=capsys))
        )

    high = {
        r["group"]: r["percent"] for r in told(folder, "lonely", "--by", "sex", capsys=capsys) if r["answer"] == "ある"
    }
    falling = sorted(("男性", "女性"), key=high.get, reverse=True)
    assert groups("ある") == groups("1") == ["全体", *falling]
    assert groups("ある:up") == ["全体", *falling[::-1]]
    with pytest.raises(UsageError):
        groups("あれ")
    answers = [r["answer"] for r in told(folder, "act", "--sort", "answers", capsys=capsys)]
    shares = [r["percent"] for r in told(folder, "act", "--sort", "answers", capsys=capsys)]
    known = [s for a, s in zip(answers, shares, strict=True) if a != "無回答"]
    assert known == sorted(known, reverse=True)


def test_an_interval_is_made_by_the_method_asked_for(folder, sample, capsys):
    records = told(folder, "lonely", "--interval", "wilson", capsys=capsys)
    low, high = ks.crosstab(sample, "lonely", interval="wilson").interval()
    assert [records[k]["low"] for k in (0, 1)] == pytest.approx(100 * low[0, :2])
    assert [records[k]["high"] for k in (0, 1)] == pytest.approx(100 * high[0, :2])


def test_a_table_in_a_workbook_has_the_figures_of_the_page_and_those_in_full(folder, tmp_path, capsys):
    out = tmp_path / "t.xlsx"
    line = ["tab", str(folder), "lonely", "--by", "sex", "-o", str(out)]
    app(line, standalone_mode=False)
    capsys.readouterr()
    book = CalamineWorkbook.from_filelike(BytesIO(out.read_bytes()))
    printed, figures = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert "孤独感" in printed[0][0]
    records = told(folder, "lonely", "--by", "sex", capsys=capsys)
    head = next(k for k, row in enumerate(figures) if "percent" in row)
    place = figures[head].index("percent")
    assert [row[place] for row in figures[head + 1 :]] == pytest.approx([r["percent"] for r in records])
    with pytest.raises(OutputError):
        app(line, standalone_mode=False)  # a file that is there is left alone
    app([*line, "--force"], standalone_mode=False)
    csv = tmp_path / "t.csv"
    app([*line[:-1], str(csv), "--share", "count"], standalone_mode=False)
    assert pd.read_csv(csv)["value"].max() > 1000
    with pytest.raises(OutputError):
        app([*line[:-1], str(tmp_path / "t.pdf")], standalone_mode=False)


def test_a_mean_has_no_shares_to_take_otherwise(sample):
    with pytest.raises(UsageError):
        ks.make_table(sample, "lonely", statistic="mean", share="column")
