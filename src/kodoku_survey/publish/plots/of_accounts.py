"""Pictures of accounts: margins before and after, the pyramid of the weights, the way from those selected, sensitivity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kodoku_survey.crosstabs.weighting_report import WeightingReport
from kodoku_survey.errors import UsageError
from kodoku_survey.intake.responses import Responses
from kodoku_survey.intake.unanswered import item_nonresponse
from kodoku_survey.publish.charts.notebook_figures import Chart
from kodoku_survey.publish.plots.dot_rows import DotRow, DotScale, draw_dot_rows
from kodoku_survey.publish.plots.drawn_kinds import draws, one_of, titled
from kodoku_survey.publish.plots.lengths import Length, draw_lengths
from kodoku_survey.publish.plots.pyramid import PyramidSide, draw_pyramid
from kodoku_survey.tables import Comparison
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.shown.printed import spoken
from kodoku_survey.tables.words import Said, words

WEIGHTING_KINDS = ("margins", "pyramid", "funnel", "sensitivity")
_LOST = ("no_answer", "undeliverable", "refused", "ineligible", "invalid")  # on the way to a valid response


@draws("WeightingReport")
def plot_weighting(report: WeightingReport, kind: str = "margins", margin: str = "") -> Chart:
    """kind : "margins" before and after beside their targets; "pyramid" of a margin by two variables, one of two codes;
    "funnel" from those selected to the valid responses; "sensitivity" of the headline figures to the weight.

    margin : one of the margins; default all of them, and for the pyramid the first that can be drawn as one.
    """
    one_of("kind", kind, WEIGHTING_KINDS)
    said = words(spoken())
    drawn = {"margins": _margins, "pyramid": _pyramid, "funnel": _funnel, "sensitivity": _sensitivity}
    needed = {"margins": report.margins, "pyramid": report.margins, "funnel": report.dispositions}
    if not len(needed.get(kind, report.sensitivity)):
        raise UsageError("publish.nothing_to_draw", kind)
    if margin:
        one_of("margin", margin, tuple(dict.fromkeys(report.margins["margin"])))
        return _margins(report, said, margin) if kind != "pyramid" else _pyramid(report, said, margin)
    return drawn[kind](report, said, margin)


def _margins(report: WeightingReport, said: Said, margin: str) -> Chart:
    frame = report.margins if not margin else report.margins[report.margins["margin"] == margin]
    rows = []
    for name, block in frame.groupby("margin", sort=False):
        whole = block[["after", "before", "target"]].sum()
        for row in block.itertuples():
            shares = [
                100 * getattr(row, one) / whole[one] if whole[one] else np.nan for one in ("after", "before", "target")
            ]
            text = f"{half_up(shares[1], 1)} → {half_up(shares[0], 1)}" if np.isfinite(shares[:2]).all() else ""
            rows.append(DotRow(str(name), str(row.label), tuple(map(float, shares)), text=text))
    scale = DotScale("%", None, tuple(said[f"shown_{one}"] for one in ("after", "before", "target")))
    return titled(draw_dot_rows(rows, scale), said["shown_margins"])


def _pyramid(report: WeightingReport, said: Said, margin: str) -> Chart:
    found = [
        (str(name), block) for name, block in report.margins.groupby("margin", sort=False)
        if (not margin or name == margin) and _two_sided(block)
    ]  # fmt: skip
    if not found:
        raise UsageError("publish.no_pyramid", margin or "margins")
    name, block = found[0]
    codes = block["code"].astype(str).str.split(":", expand=True)
    across, down = (0, 1) if codes[0].nunique() == 2 else (1, 0)
    sides = list(dict.fromkeys(codes[across]))
    ages = list(dict.fromkeys(codes[down]))
    called = _names(block["label"].tolist(), codes[across].tolist(), across)
    of_age = _names(block["label"].tolist(), codes[down].tolist(), down)
    place = {(a, b): k for k, (a, b) in enumerate(zip(codes[across], codes[down], strict=True))}
    shares = {of: 100 * block[of].to_numpy(float) / block[of].sum() for of in ("after", "respondents")}

    def side(one: str) -> PyramidSide:
        at = [place.get((one, age)) for age in ages]
        filled, outline = (
            tuple(float(shares[of][k]) if k is not None else np.nan for k in at) for of in ("after", "respondents")
        )
        return PyramidSide(called[one], filled, outline)

    picture = draw_pyramid([of_age[age] for age in ages], side(sides[0]), side(sides[1]),
                           (said["shown_weighted"], said["shown_respondents"]))  # fmt: skip
    return titled(picture, f"{said['shown_pyramid']} ({name})")


def _two_sided(block: pd.DataFrame) -> bool:
    codes = block["code"].astype(str).str.split(":", expand=True)
    return codes.shape[1] == 2 and 2 in (codes[0].nunique(), codes[1].nunique()) and len(block) > 2


def _names(labels: Sequence[str], codes: Sequence[str], part: int) -> Mapping[str, str]:
    """What a code is called: its part of labels as 女性・18～34歳; the code itself where labels have no such parts."""
    found: dict[str, str] = {}
    for label, code in zip(labels, codes, strict=True):
        for between in ("・", ", ", "、", " × ", "×", " "):
            pieces = label.split(between)
            if len(pieces) == 2:
                found.setdefault(code, pieces[part])
                break
        found.setdefault(code, code)
    return found


def _funnel(report: WeightingReport, said: Said, _margin: str) -> Chart:
    row = report.dispositions.iloc[0]
    whole = int(row["selected"])
    rows = [Length(said["selected"], whole, f"{whole:,}")]
    rows += [_step(f"− {said[name]}", int(row[name]), whole, light=True) for name in _LOST if int(row.get(name, 0))]
    if int(row.get("partial", 0)):
        rows.append(_step(said["partial"], int(row["partial"]), whole))
    rows.append(_step(said["valid"], int(row["valid"]), whole))
    return titled(draw_lengths(rows, whole), said["shown_funnel"])


def _step(label: str, count: int, whole: int, *, light: bool = False) -> Length:
    return Length(label, count, f"{count:,} ({half_up(100 * count / whole, 1)}%)", light)


def _sensitivity(report: WeightingReport, said: Said, _margin: str) -> Chart:
    rows = []
    for row in report.sensitivity.itertuples():
        spread = 1.96 * row.se
        rows.append(DotRow(f"{row.label}：{row.answer}", str(row.weight), (row.value,), row.value - spread, row.value + spread,
                           half_up(row.value, 1)))  # fmt: skip
    return titled(draw_dot_rows(rows, DotScale("%")), said["weighting_sensitivity"])


@draws("Responses")
def plot_responses(responses: Responses, kind: str = "nonresponse", most: int = 40, mode: str = "") -> Chart:
    """kind : "nonresponse" the share of 無回答 of each question, the largest first; "funnel" what became of the rows read.

    most : questions shown. mode : of those who answered so; default everybody.
    """
    one_of("kind", kind, ("nonresponse", "funnel"))
    said = words(spoken(responses.survey.settings.identity.lang))
    if kind == "funnel":
        read = responses.ledger.frame().groupby("outcome", sort=False)["rows"].sum()
        whole = int(read.sum())
        rows = [Length(said["shown_read"], whole, f"{whole:,}")]
        rows += [
            _step(f"− {said.get(name, name)}", int(n), whole, light=True) for name, n in read.items() if name != "kept"
        ]
        rows.append(_step(said["shown_kept"], int(read.get("kept", 0)), whole))
        return titled(draw_lengths(rows, whole), said["shown_funnel"])
    frame = item_nonresponse(responses)
    if mode:
        one_of("mode", mode, tuple(name for name in dict.fromkeys(frame["mode"]) if name))
    frame = frame[frame["mode"] == mode].nlargest(max(int(most), 1), "share")
    lengths = [
        Length(f"{row.number} {row.label}".strip(), 100 * row.share, _of_asked(row.share, row.nonanswer, row.asked))
        for row in frame.itertuples()
    ]  # fmt: skip
    return titled(draw_lengths(lengths), f"{said['shown_nonresponse']}{f' · {mode}' if mode else ''}")


def _of_asked(share: float, blank: int, asked: int) -> str:
    return f"{half_up(100 * share, 1)} ({blank:,}/{asked:,})"


@draws("Comparison")
def plot_comparison(made: Comparison, most: int = 40) -> Chart:
    """The differences of shares that the published rule tells apart, the largest first, with their limits, about 0."""
    said = words(spoken(made.first.survey.settings.identity.lang))
    frame = made.frame
    told = frame[frame["difference"].notna() & (frame.get("statistic", "share") == "share")] if len(frame) else frame
    apart = told[~told["verdict"].isin(["", "none", "same"])] if len(told) else told
    shown = (apart if len(apart) else told).copy()
    if not len(shown):
        raise UsageError("publish.nothing_to_draw", "Comparison")
    shown = shown.reindex(shown["difference"].abs().sort_values(ascending=False).index).head(max(int(most), 1))
    rows = [
        DotRow(row.title, f"{row.group} {row.answer}", (float(row.difference),), float(row.low), float(row.high),
               half_up(float(row.difference), 1))
        for row in shown.sort_values("title", kind="stable").itertuples()
    ]  # fmt: skip
    return titled(draw_dot_rows(rows, DotScale("", 0.0)), said["shown_differences"])
