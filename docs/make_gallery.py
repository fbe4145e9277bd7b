"""Make docs/gallery.md and its pictures: what results look like at the prompt, in a notebook and drawn.

    python docs/make_gallery.py

Everything is made from the sample folders and a made-up DataFrame, so that the same code makes the same page.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread

import kodoku_survey as ks

PROJECT = Path(__file__).parents[1]
FOLDER = PROJECT / "docs" / "gallery"
DOTS = 84  # an inch, so that all pictures together stay under 1.5 MB


def prepared(name: str) -> ks.Sample:
    """A sample folder, weighted."""
    survey = ks.load_survey(PROJECT / "data" / "sample" / name)
    return ks.weighted(ks.score(ks.clean(ks.read_returns(survey))), basis="design")


def waves() -> ks.Sample:
    """Four made-up waves of a question whose wording changed before the third."""
    rng = np.random.default_rng(16)
    rows = []
    for wave, shares in {
        "2021": (0.05, 0.33),
        "2022": (0.05, 0.35),
        "2023": (0.08, 0.42),
        "2024": (0.07, 0.41),
    }.items():
        answers = rng.choice(["常にある", "時々ある", "ない"], 900, p=[*shares, 1 - sum(shares)])
        rows += [(wave, answer) for answer in answers]
    frame = pd.DataFrame(rows, columns=["回", "孤独感"]).assign(w=1.0)
    frame["孤独感"] = pd.Categorical(frame["孤独感"], ["常にある", "時々ある", "ない"])
    return ks.Sample.from_frame(frame, weight="w")


def pictures(nation: ks.Sample, prefecture: ks.Sample) -> dict[str, tuple[str, str, Callable[[], Figure]]]:
    """File → title, the call as one writes it, and the figure."""
    tab = ks.crosstab(nation, "q28", by=["age_class"])
    report = ks.weighting_report(nation)
    own = ks.make_report(nation.on("unweighted"), only=["1-1"])
    series = waves()
    return {
        "band": ("帯グラフ", 'ks.crosstab(sample, "q28", by=["age_class"]).plot()', lambda: tab.plot()),
        "several": ("複数回答の棒", 'ks.plot(ks.crosstab(sample, "q17", by="q2"))', lambda: ks.plot(ks.crosstab(nation, "q17", by="q2"))),
        "dots": (
            "区間つきの点", 'tab.plot(kind="dots", answers=["しばしばある・常にある"])',
            lambda: tab.plot(kind="dots", answers=[tab.answers[0]]),
        ),
        "column": (
            "各回答の中の割合（share=\"column\"）", 'ks.crosstab(sample, "q28", by="q2", share="column").plot()',
            lambda: ks.crosstab(nation, "q28", by=["age_class"], share="column").plot(),
        ),
        "count": (
            "推計人数（share=\"count\"）", 'ks.crosstab(sample, "q28", by="q2", share="count").plot()',
            lambda: ks.crosstab(nation, "q28", by="q2", share="count").plot(),
        ),
        "means": (
            "平均", 'ks.cell_means(sample, "ucla_score", by=["q2", "age_class"]).plot()',
            lambda: ks.cell_means(nation, "ucla_score", by=["q2", "age_class"]).plot(),
        ),
        "estimate": (
            "推定値", 'ks.means(sample, "ucla_score", by=["q2", "age_class"]).plot()',
            lambda: ks.means(nation, "ucla_score", by=["q2", "age_class"]).plot(),
        ),
        "difference": (
            "差", 'ks.difference(tab, ("age_class", "20～29歳"), ("age_class", "70～79歳")).plot()',
            lambda: ks.difference(tab, ("age_class", "20～29歳"), ("age_class", "70～79歳")).plot(),
        ),
        "letters": ("列の文字", "ks.pairwise(tab).plot()", lambda: ks.pairwise(ks.crosstab(nation, "ucla_class", by="age_class")).plot()),
        "forest": (
            "回帰の森", 'ks.regression(sample, "ucla_class ~ q2 + age_class", family="ordered").plot()',
            lambda: ks.regression(nation, "ucla_class ~ q2 + age_class", family="ordered").plot(),
        ),
        "trend": (
            "推移（比較できない所で切れる）", 'ks.crosstab(sample, "孤独感", by="回").plot(kind="trend", breaks=["2023"])',
            lambda: ks.crosstab(series, "孤独感", by="回").plot(kind="trend", breaks=["2023"]),
        ),
        "waves": (
            "報告書の表の推移", 'ks.make_report(sample, only=["1-1"]).table("1-1").plot(kind="trend")',
            lambda: own.table("1-1").plot(kind="trend"),
        ),
        "margins": ("周辺分布の前と後", "ks.weighting_report(sample).plot()", lambda: report.plot()),
        "pyramid": ("ウエイトの人口ピラミッド", 'ks.weighting_report(sample).plot(kind="pyramid")', lambda: report.plot(kind="pyramid")),
        "funnel": ("回収の流れ", 'ks.weighting_report(sample).plot(kind="funnel")', lambda: ks.weighting_report(prefecture).plot(kind="funnel")),
        "nonresponse": (
            "項目無回答", 'ks.plot(responses, kind="nonresponse", most=15)',
            lambda: ks.plot(prefecture.responses, kind="nonresponse", most=15),
        ),
        "score": ("得点の分布", 'ks.plot(sample, of="ucla_score")', lambda: ks.plot(nation, of="ucla_score")),
    }  # fmt: skip


def own_figure(nation: ks.Sample) -> Figure:
    """An analyst's own figure in our style."""
    shares = ks.means(nation, "ucla_score", by="age_class").frame()
    with ks.plot_style() as colours:
        figure = Figure(figsize=(6.0, 2.6), layout="constrained")
        axes = figure.add_subplot()
        axes.errorbar(
            shares["group"], shares["value"], shares["value"] - shares["low"], fmt="o", color=colours[1], capsize=2
        )
        axes.set_title("年齢階級別の孤独感（UCLA）")
        axes.set_ylabel("平均点")
        FigureCanvasAgg(figure).draw()
    return figure


def prompts(nation: ks.Sample) -> list[tuple[str, object]]:
    """A call and its result, for what stands at the prompt."""
    tab = ks.crosstab(nation, "q28", by=["q2"])
    return [
        ('ks.crosstab(sample, "q28", by=["q2"])', tab),
        ('ks.proportions(sample, "q28", by="q2")', ks.proportions(nation, "q28", by="q2")),
        ('ks.means(sample, "ucla_score", by="q2")', ks.means(nation, "ucla_score", by="q2")),
        ("ks.pairwise(tab)", ks.pairwise(ks.crosstab(nation, "ucla_class", by="age_class"))),
        ('ks.independence(sample, "q28", "age_class")', ks.independence(nation, "q28", "age_class")),
        ('ks.t_test(sample, "ucla_score", "q2")', ks.t_test(nation, "ucla_score", "q2")),
        ('ks.regression(sample, "ucla_score ~ q2 + age_class")', ks.regression(nation, "ucla_score ~ q2 + age_class")),
        ("ks.weighting_report(sample)", ks.weighting_report(nation)),
    ]


def saved(figure: Figure, name: str) -> str:
    """The picture as a small PNG of few colours, the same for the same figure."""
    made = io.BytesIO()
    figure.set_dpi(DOTS)
    FigureCanvasAgg(figure).print_png(made, metadata={"Software": "kodoku_survey"})
    path = FOLDER / f"{name}.png"
    path.write_bytes(made.getvalue())
    assert imread(path).shape[1] > 300
    return f"gallery/{name}.png"


def page() -> str:
    """The text of docs/gallery.md."""
    nation, prefecture = prepared("national_2024"), prepared("prefecture_2025")
    lines = [
        "# 画廊：結果と図の見え方", "",
        "`python docs/make_gallery.py` が書く頁です。数値は擬似データ（`data/sample`）で、実在の個人の回答ではありません。",
        "", "*What results look like at the prompt and drawn. Made by a script from the made-up sample.*", "", "## 画面の文字", "",
    ]  # fmt: skip
    for call, result in prompts(nation):
        lines += ["```text", f">>> {call}", repr(result), "```", ""]
    tab = ks.crosstab(nation, "q28", by=["q2"])
    lines += [
        "## ノートブックの表",
        "",
        "セルに結果の名前を書くと出る HTML です（標準誤差などは折りたたまれています）。",
        "",
    ]
    lines += [tab.to_html().partition("<details>")[0], "", "## 図", ""]
    for name, (title, call, draw) in pictures(nation, prefecture).items():
        lines += [f"### {title}", "", "```python no-run", call, "```", "", f"![{title}]({saved(draw(), name)})", ""]
    figure = saved(own_figure(nation), "style")
    lines += ["### 自分の図を同じ書体と色で", "", "```python no-run", "with ks.plot_style() as colours:",
              "    figure, axes = plt.subplots()", "```", "", f"![自分の図]({figure})", ""]  # fmt: skip
    return "\n".join(lines)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    text = page()
    (PROJECT / "docs" / "gallery.md").write_text(text, encoding="utf-8")
