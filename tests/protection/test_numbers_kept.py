"""Means are sums: with printed bases, other means and classes they must not tell what few persons answered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from release import make_release, write_plan

HOURS = """
[[variable]]
name = "hours"
number = "問10"
kind = "number"
label = "時間"
section = "孤独"
unit = "時間"
minimum = 0
maximum = 24
places = 1
"""


def reported(folder: Path, by: str, *, others: int = 2, alike: bool = False, more: str = "") -> ks.Report:
    """40 men, 30 women and a few others, with a mean of hours."""
    make_release(folder, 3)
    sex = np.repeat([1, 2, 3], [40, 30, others])
    frame = pd.DataFrame({"番号": np.arange(len(sex)), "sex": sex, "fine": 1, "coarse": 1, "area": 1})
    frame["lonely"] = 1 + np.arange(len(sex)) % 3
    for k in range(1, 5):
        frame[f"act_{k}"] = int(k == 1)
    frame["hours"] = np.where(alike & (sex == 2), 7.5, (np.arange(len(sex)) * 7 % 23) + 0.5)
    frame.to_csv(folder / "postal.csv", index=False)
    book = folder / "codebook.toml"
    book.write_text(book.read_text(encoding="utf-8") + HOURS, encoding="utf-8")
    write_plan(folder, [("1", "hours", (by,))])
    plan = folder / "tables.toml"
    plan.write_text(plan.read_text(encoding="utf-8") + 'statistic = "mean"\n', encoding="utf-8")
    settings = folder / "survey.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + more, encoding="utf-8")
    return ks.make_report(ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(folder))))))


def printed(report: ks.Report) -> dict[str, str]:
    return {row.group: row.cells[0].text for row in report.tables[0].rows}


def test_the_mean_of_two_others_does_not_follow_by_subtraction(tmp_path: Path) -> None:
    report = reported(tmp_path, "sex")
    whole, told = report.tables[0].rows, printed(ks.protect(report))
    sums = {row.group: float(row.cells[0].text) * row.n for row in whole}
    exact = 2 * np.mean([(k * 7 % 23) + 0.5 for k in (70, 71)])
    assert sums["全体"] - sums["sex1"] - sums["sex2"] == pytest.approx(exact, abs=8), "unprotected, it does"
    assert list(told.values()).count("x") == 1
    assert told["sex2"] == "x", "the smaller of what it would follow from"


def test_many_others_are_no_small_group(tmp_path: Path) -> None:
    assert "x" not in printed(ks.protect(reported(tmp_path, "sex", others=12))).values()


def test_a_group_of_one_number_is_kept_where_the_folder_asks(tmp_path: Path) -> None:
    told = reported(tmp_path / "told", "sex", others=0, alike=True)
    assert printed(ks.protect(told))["sex2"] == "7.5"
    kept = reported(tmp_path / "kept", "sex", others=0, alike=True, more="group_disclosure = true\n")
    shown = printed(ks.protect(kept))
    assert shown["sex2"] == "x"
    assert shown["sex1"] == "x" or shown["全体"] == "x", "else it follows from the others"


CLASSES = """
[[classes]]
name = "hours_class"
label = "時間の区分"
of = "hours"
codes = [{ code = 1, label = "短い", max = 21 }, { code = 2, label = "長い", min = 21.1 }]
"""


def test_a_mean_does_not_narrow_a_hidden_class(tmp_path: Path) -> None:
    """One woman alone is in the upper class: it is hidden, and so are the means from which it could be bounded."""
    reported(tmp_path, "sex", others=0)
    frame = pd.read_csv(tmp_path / "postal.csv")
    women = frame["sex"] == 2
    frame.loc[women, "hours"] = frame.loc[women, "hours"].clip(upper=20)
    frame.loc[frame.index[women][0], "hours"] = 23.5
    frame.to_csv(tmp_path / "postal.csv", index=False)
    (tmp_path / "measures.toml").write_text(CLASSES, encoding="utf-8")
    plan = tmp_path / "tables.toml"
    plan.write_text(
        plan.read_text(encoding="utf-8")
        + '[[table]]\nid = "2"\nsection = "1"\ntitle = "区分"\nquestion = "hours_class"\nby = ["sex"]\n',
        encoding="utf-8",
    )
    report = ks.protect(ks.make_report(ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(tmp_path)))))))
    hidden = {row.group for row in report.tables[1].rows if any(cell.hidden for cell in row.cells)}
    assert "sex2" in hidden
    told = printed(report)
    assert all(told[group] == "x" for group in hidden)
    assert list(told.values()).count("x") >= 2


def one_long(folder: Path, by: str, classes: str) -> ks.Report:
    """As above: one woman alone is in the upper class. by, classes : the banners of the mean, and the table of classes."""
    reported(folder, by, others=0)
    frame = pd.read_csv(folder / "postal.csv")
    women = frame["sex"] == 2
    frame["fine"] = 1 + np.arange(len(frame)) % 4
    frame["area"] = 1 + np.arange(len(frame)) % 2
    frame.loc[women, "hours"] = frame.loc[women, "hours"].clip(upper=20)
    frame.loc[frame.index[women][0], "hours"] = 23.5
    frame.to_csv(folder / "postal.csv", index=False)
    (folder / "measures.toml").write_text(CLASSES, encoding="utf-8")
    plan = folder / "tables.toml"
    own = f'[[table]]\nid = "2"\nsection = "1"\ntitle = "区分"\n{classes}\n'
    plan.write_text(plan.read_text(encoding="utf-8") + own, encoding="utf-8")
    return ks.protect(ks.make_report(ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(folder)))))))


def sums_of_women(report: ks.Report) -> list[str]:
    return [row.cells[0].text for row in report.tables[0].rows if row.axis and row.keys[0] == 2 and row.n != 0]


def test_a_hidden_class_is_not_narrowed_by_means_of_finer_groups(tmp_path: Path) -> None:
    """The means of women in each area add up to the sum of women, of whom another table hides a class."""
    report = one_long(tmp_path, "sex:area", 'question = "hours_class"\nby = ["sex"]')
    assert any(cell.hidden for row in report.tables[1].rows if row.keys == (2,) for cell in row.cells)
    told = sums_of_women(report)
    assert len(told) == 2
    assert "x" in told


def test_a_hidden_class_is_kept_where_classes_run_down_too(tmp_path: Path) -> None:
    report = one_long(tmp_path, "sex", 'question = "sex"\nby = ["hours_class"]')
    assert any(cell.hidden for row in report.tables[1].rows if row.axis for cell in row.cells)
    assert printed(report)["sex2"] == "x"


def test_a_mean_near_the_least_does_not_tell_that_few_gave_another_answer(tmp_path: Path) -> None:
    """Two women say an hour, all other women none: a mean of 0.1 of 30 tells that it is few."""
    reported(tmp_path, "sex", others=0)
    frame = pd.read_csv(tmp_path / "postal.csv")
    women = frame.index[frame["sex"] == 2]
    frame["hours"] = (frame["hours"] - 0.5).round()
    frame.loc[women, "hours"] = 0
    frame.loc[women[:2], "hours"] = 1
    frame.to_csv(tmp_path / "postal.csv", index=False)
    report = ks.make_report(ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(tmp_path))))))
    assert printed(report)["sex2"] == "0.1"
    told = printed(ks.protect(report))
    assert told["sex2"] == "x"
    men, whole = float(told["sex1"]), float(told["全体"])
    assert 70 * (whole + 0.05) - 40 * (men - 0.05) >= 3, "nor do the others tell that it is few"
