"""Every result that has a picture draws it: seen in a fresh kernel, told in words, in colours and sizes anyone can read."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

import kodoku_survey as ks
from kodoku_survey.publish.charts.palette import contrast
from kodoku_survey.publish.charts.picture import Dot, Label, Stroke
from kodoku_survey.publish.plots.dot_rows import DotRow, DotScale, draw_dot_rows
from kodoku_survey.publish.plots.lengths import Length, draw_lengths
from kodoku_survey.publish.plots.pyramid import PyramidSide, draw_pyramid
from kodoku_survey.publish.plots.score_columns import draw_score
from kodoku_survey.publish.plots.trend_lines import LINE_COLOURS, TrendLine, draw_trend

PNG = b"\x89PNG"
RNG = np.random.default_rng(5)
FRAME = pd.DataFrame({"q": RNG.choice(list("abc"), 400), "sex": RNG.choice(["女", "男"], 400),
                      "age": RNG.choice(["若", "中", "老"], 400),
                      "t1": RNG.integers(0, 2, 400), "t2": RNG.integers(0, 2, 400), "y": RNG.normal(5, 2, 400).round(),
                      "z": RNG.normal(size=400), "w": RNG.uniform(1, 3, 400)})  # fmt: skip
SAMPLE = ks.Sample.from_frame(FRAME, weight="w")
TAB = ks.crosstab(SAMPLE, "q", by=["sex", "age"])


def texts(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


DRAWN = {
    "band": lambda: TAB.plot(),
    "bars": lambda: ks.crosstab(SAMPLE, ["t1", "t2"], by="sex").plot(),
    "dots": lambda: TAB.plot(kind="dots"),
    "means": lambda: ks.cell_means(SAMPLE, "y", by="age").plot(),
    "quantiles": lambda: ks.cell_quantiles(SAMPLE, "y", by="age").plot(),
    "column": lambda: ks.crosstab(SAMPLE, "q", by="age", share="column").plot(),
    "total": lambda: ks.crosstab(SAMPLE, "q", by="sex", share="total").plot(),
    "count": lambda: ks.crosstab(SAMPLE, "q", by="sex", share="count").plot(),
    "nets": lambda: ks.crosstab(SAMPLE, "q", by="sex", nets={"ab": ["a", "b"]}).plot(),
    "trend": lambda: TAB.plot(kind="trend", along="age", breaks=["老"]),
    "estimate": lambda: ks.means(SAMPLE, ["y", "z"], by="sex").plot(),
    "proportions": lambda: ks.proportions(SAMPLE, "q", by="sex").plot(),
    "contrast": lambda: ks.contrast(ks.means(SAMPLE, "y", by="sex"), {"gap": {"男": 1, "女": -1}}).plot(),
    "difference": lambda: ks.difference(TAB, ("sex", "男"), ("sex", "女")).plot(),
    "t test": lambda: ks.t_test(SAMPLE, "y", "sex").plot(),
    "prevalence": lambda: ks.prevalence(SAMPLE, "t1", by="age").plot(),
    "pairwise": lambda: ks.pairwise(TAB).plot(),
    "regression": lambda: ks.regression(SAMPLE, "t1 ~ y + sex", family="logistic").plot(),
    "margins": lambda: ks.regression(SAMPLE, "t1 ~ y + sex", family="logistic").margins("sex").plot(),
    "reliability": lambda: ks.reliability(SAMPLE.assign(a=lambda d: d["z"] + d["y"]), ["a", "y"]).plot(),
    "score": lambda: ks.plot(SAMPLE, of="y"),
    "many values": lambda: ks.plot(SAMPLE, of="z"),
    "pyramid": lambda: ks.plot(SAMPLE, kind="pyramid", sex="sex", age="age"),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_shows_itself_and_is_told_in_words(name):
    figure = DRAWN[name]()
    assert figure._repr_png_().startswith(PNG)
    bundle, told = figure._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]).startswith(PNG)
    assert told["image/png"]["alt"] == figure.alt != ""


def test_the_pictures_of_a_survey_are_drawn(prefecture_sample):
    report = ks.weighting_report(prefecture_sample)
    for kind in ("margins", "pyramid", "funnel", "sensitivity"):
        assert report.plot(kind=kind)._repr_png_().startswith(PNG)
    assert "女性" in texts(report.plot(kind="pyramid"))
    assert "75歳以上" in texts(report.plot(kind="pyramid"))
    assert "2,083 (52.1%)" in texts(report.plot(kind="funnel"))
    for kind in ("nonresponse", "funnel"):
        assert ks.plot(prefecture_sample.responses, kind=kind)._repr_png_().startswith(PNG)
    assert "3.6 (74/2,083)" in texts(ks.plot(prefecture_sample.responses, kind="nonresponse"))
    drawn = next(one.id for one in prefecture_sample.responses.survey.plan.tables if one.figure == "band")
    made = ks.make_report(prefecture_sample, only=[drawn])
    assert made.plot()._repr_png_().startswith(PNG)


def test_a_fresh_kernel_shows_the_picture_though_nobody_loaded_pyplot():
    program = """
import sys
from IPython.core.interactiveshell import InteractiveShell
import pandas as pd, kodoku_survey as ks
shell = InteractiveShell.instance()
frame = pd.DataFrame({"q": list("ab") * 20, "w": 1.0})
figure = ks.plot(ks.crosstab(ks.Sample.from_frame(frame, weight="w"), "q"))
assert "matplotlib.pyplot" not in sys.modules
bundle, told = shell.display_formatter.format(figure)
print("image/png" in bundle, told["image/png"]["alt"])
from IPython.core.pylabtools import select_figure_formats
select_figure_formats(shell, {"png"})  # as pyplot has it done in a kernel
bundle, told = shell.display_formatter.format(figure)
print("image/png" in bundle, told["image/png"]["alt"])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=Path(__file__).parent
    )
    assert done.stdout.split() == ["True", "q", "True", "q"], done.stderr


def test_shares_of_an_answer_and_persons_are_lengths_with_their_own_figures_not_bands_to_100():
    column = ks.crosstab(SAMPLE, "q", by="age", share="column")
    shown = texts(column.plot())
    assert not any("100" in text for text in shown)
    for value in column.frame().query("attribute == 'age'")["percent"]:
        assert f"{value:.1f}" in shown
    persons = ks.crosstab(SAMPLE, "q", by="sex", share="count")
    assert not any("%" in text for text in texts(persons.plot()))
    for value in persons.value.ravel():
        assert f"{value:,.0f}" in texts(persons.plot())
    for tab in (column, persons, ks.cell_means(SAMPLE, "y", by="sex"), ks.crosstab(SAMPLE, ["t1", "t2"], by="sex")):
        with pytest.raises(ks.SurveyError) as fault:
            tab.plot(kind="band")
        assert fault.value.key == "publish.no_whole"


def test_the_share_of_a_column_is_printed_as_the_share_it_is_on_either_basis():
    for sample in (SAMPLE, SAMPLE.on("unweighted")):
        tab = ks.crosstab(sample, "q", by="age", share="column", total="")
        for line, row in zip(repr(tab).splitlines()[2:], tab.value, strict=False):
            assert [float(x) for x in line.split()[1:4]] == pytest.approx(100 * row, abs=0.051)


def test_a_trend_is_not_drawn_across_a_break_and_says_so():
    trend = TrendLine("a", (10.0, 12.0, 30.0, 31.0))
    whole = draw_trend(["1", "2", "3", "4"], [trend], [], unit="%", mark="break")
    broken = draw_trend(["1", "2", "3", "4"], [trend], [2], unit="%", mark="break")

    def steps(picture) -> int:
        return sum(isinstance(m, Stroke) and m.colour == LINE_COLOURS[0] and m.x != m.to_x for m in picture.marks)

    assert (steps(whole), steps(broken)) == (3, 2)
    assert "break" in broken.texts
    assert "break" not in whole.texts


def test_a_wave_the_matrix_does_not_call_comparable_breaks_the_trend_of_a_table(national_sample):
    (table,) = ks.make_report(national_sample.on("unweighted"), only=["1-1"]).tables
    assert table.incomparable == ()
    assert "比較不可" not in texts(table.plot(kind="trend"))
    from dataclasses import replace

    apart = replace(table, incomparable=(2022,))
    assert texts(apart.plot(kind="trend")).count("比較不可") == 2  # before it and after it


def test_an_interval_and_a_reference_are_drawn_to_scale():
    rows = [DotRow("", "x", (2.0,), 1.0, 3.0), DotRow("", "y", (0.0,), -1.0, 1.0)]
    picture = draw_dot_rows(rows, DotScale(nothing=0.0))
    dots = [mark.x for mark in picture.marks if isinstance(mark, Dot)]
    (x,) = {mark.x for mark in picture.marks if isinstance(mark, Stroke) and mark.width == 0.9}
    assert dots[1] == pytest.approx(x)
    first = next(mark for mark in picture.marks if isinstance(mark, Stroke) and mark.width == 1.3)
    assert (first.x + first.to_x) / 2 == pytest.approx(dots[0])


PICTURES = {
    "dots": draw_dot_rows([DotRow("b", "x" * 60, (1.0, 2.0, np.nan), 0.5, 1.5, "1.0")], DotScale("%", 0.0, ("a", "b", "c"))),
    "lengths": draw_lengths([Length("長い名前" * 8, 5.0, "5"), Length("nothing", 0.0, "0"), Length("nan", np.nan, "")]),
    "trend": draw_trend(["1", "2"], [TrendLine(f"line {k}", (k, k + 0.1)) for k in range(8)], [1], unit="%", mark="x"),
    "one wave": draw_trend(["1"], [TrendLine("only", (np.nan,))], [], unit="", mark="x"),
    "pyramid": draw_pyramid(["a", "b"], PyramidSide("m", (1.0, np.nan), (2.0, 1.0)), PyramidSide("f", (0.0, 1.0), (2.0, 1.0)),
                            ("x", "y")),
    "score": draw_score([str(k) for k in range(40)], [2.5] * 40, [("low", 0, 19), ("high", 20, 39)], "score"),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_letters_are_legible_and_on_the_sheet(name):
    picture = PICTURES[name]
    for mark in picture.marks:
        if isinstance(mark, Label) and mark.text:
            assert mark.size >= 7.5
            assert contrast(mark.colour, "#ffffff") >= 4.5
            assert 0 <= mark.y <= picture.height + 1, mark.text
            assert -2 <= mark.x <= picture.width + 2, mark.text


def seen(colour: str, matrix: list[list[float]]) -> np.ndarray:
    """A colour in CIELAB as somebody sees it who lacks a kind of cones (Machado, Oliveira & Fernandes 2009, severity 1)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    rgb = np.clip(np.array(matrix) @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb
    x, y, z = np.where((t := xyz / [0.9505, 1.0, 1.089]) > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


SIGHTS = {
    "usual": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_first_colours_of_lines_are_told_apart_with_every_kind_of_colour_vision(sight):
    lab = [seen(colour, SIGHTS[sight]) for colour in LINE_COLOURS[:5]]
    gaps = [float(np.linalg.norm(a - b)) for k, a in enumerate(lab) for b in lab[k + 1 :]]
    assert min(gaps) > 15  # about ten times what a trained eye just sees
    assert all(contrast(colour, "#ffffff") >= 4.5 for colour in LINE_COLOURS)


def test_the_style_is_for_the_figures_made_within_and_leaves_nothing_behind():
    before = dict(mpl.rcParams)

    def fails_within() -> None:
        with ks.plot_style() as colours:
            assert mpl.rcParams["font.family"][0] == "Noto Sans JP"
            assert mpl.rcParams["axes.prop_cycle"].by_key()["color"] == list(colours)
            raise ValueError("own")

    with pytest.raises(ValueError, match="own"):
        fails_within()
    assert dict(mpl.rcParams) == before
    DRAWN["band"]()._repr_png_()
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: TAB.plot(kin="band"), "Did you mean 'kind'?"),
        (lambda: TAB.plot(kind="brands"), "band, bars, dots, trend"),
        (lambda: TAB.plot(answers=["d"]), "a, b, c"),
        (lambda: TAB.plot(kind="trend", along="ag"), "Did you mean 'age'?"),
        (lambda: TAB.plot(kind="trend", along="age", breaks=["2023"]), "2023"),
        (lambda: ks.crosstab(SAMPLE, "q").plot(kind="trend"), "two waves"),
        (lambda: ks.independence(SAMPLE, "q", "sex").plot(), "no picture"),
        (lambda: ks.plot(3), "no picture"),
        (lambda: ks.plot(SAMPLE), "of="),
        (lambda: ks.plot(SAMPLE, of="yy"), "Did you mean 'y'?"),
        (lambda: ks.plot(SAMPLE, of="q"), "number"),
        (lambda: ks.plot(SAMPLE, kind="pyramid", sex="age", age="zz"), "zz"),
        (lambda: ks.weighting_report(SAMPLE).plot(), "nothing to draw"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_name_and_the_remedy(call, told):
    with pytest.raises(ks.SurveyError) as fault:
        call()
    assert told in fault.value.text("en")


def test_the_gallery_is_small_and_shows_every_picture_it_names():
    folder = Path(__file__).parents[2] / "docs"
    page = (folder / "gallery.md").read_text(encoding="utf-8")
    files = {path.name for path in (folder / "gallery").glob("*.png")}
    assert {name for name in files if f"gallery/{name}" in page} == files
    assert sum(path.stat().st_size for path in (folder / "gallery").iterdir()) < 1_500_000
    assert len(files) >= 18
