"""quality.html: how the figures came about, on one self-contained page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from kodoku_survey.intake import item_nonresponse
from kodoku_survey.publish.pages.accounts import ledger_rows, outcome, step_rows
from kodoku_survey.publish.pages.scales_page import scale_rows
from kodoku_survey.publish.pages.weighting_page import weighting_parts
from kodoku_survey.tables import Report
from kodoku_survey.tables.words import words

PAGE_STYLE = """
:root{--ink:#1f2933;--faint:#5d6975;--rule:#c9d1d9;--accent:#2f5d8a;--tint:#eef3f8}
body{font:15px/1.7 "BIZ UDGothic","Hiragino Sans","Yu Gothic",Meiryo,sans-serif;color:var(--ink);max-width:62rem;
margin:0 auto;padding:2.5rem 1.25rem}
h1{font-size:1.6rem;font-weight:500;color:var(--accent);border-bottom:2px solid var(--accent);padding-bottom:.5rem}
h2{font-size:1.2rem;font-weight:500;color:var(--accent);margin-top:3rem}
h3{font-size:1.02rem;font-weight:600;margin-top:2.2rem;border-left:3px solid var(--accent);padding-left:.6rem}
h4{font-size:.9rem;font-weight:600;margin:1.2rem 0 .3rem}
p{font-size:.88rem;color:var(--faint)}
summary{cursor:pointer;color:var(--accent);font-size:.88rem;margin:.6rem 0}
table{border-collapse:collapse;margin:1rem 0;font-size:.88rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--faint);padding:.3rem 0}
th{background:var(--tint);font-weight:500;text-align:right}
thead th{border-top:2px solid var(--accent);border-bottom:1px solid var(--accent)}
th,td{padding:.3rem .7rem;text-align:right}
tbody th,td:first-child,th:first-child{text-align:left}
tbody th{background:none;border:none}
td.word,th.word{text-align:left}
tbody tr{border-bottom:1px solid var(--rule)}
.banner{border:1px solid #a33b20;color:#a33b20;padding:.6rem 1rem}
.scroll{overflow-x:auto}
svg text{font:11.5px sans-serif;fill:var(--faint)}
"""


def quality_page(report: Report) -> str:
    """The whole page as HTML, in the survey's language."""
    identity = report.survey.settings.identity
    said = words(identity.lang)
    parts = [
        f"<h1>{escape(identity.title)}　{said['quality']}</h1>",
        f'<p class="banner">{said["synthetic"]}</p>' if identity.synthetic == "yes" else "",
        _section(said["annex_ledger"], _table(*ledger_rows(report.responses, said), words_in=3)),
        _section(said["edits"], _edits(report, said)),
        _section(said["annex_weights"], _weights(report, said)) if report.sample.steps else "",
        _section(said["nonresponse"], _nonresponse(report, said)),
        _scales(report, said),
    ]
    return (
        f'<!doctype html>\n<html lang="{identity.lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(identity.title)} {said["quality"]}</title>'
        f"<style>{PAGE_STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
    )


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{content}</section>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, words_in: int = 1, caption: str = "") -> str:
    """A table with row heads; the first `words_in` columns are text."""
    kind = lambda i: ' class="word"' if i < words_in else ""  # noqa: E731
    heads = "".join(f'<th scope="col"{kind(i)}>{escape(text)}</th>' for i, text in enumerate(head))
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td{kind(i)}>{escape(text)}</td>" for i, text in enumerate(row[1:], start=1))
        + "</tr>"
        for row in rows
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<div class="scroll"><table>{title}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _edits(report: Report, said: Mapping[str, str]) -> str:
    counted = report.responses.edits.groupby(["rule", "file"]).size().sort_values(ascending=False, kind="stable")
    if counted.empty:
        return f"<p>{escape(said['no_edits'])}</p>"
    rows = [[outcome(str(rule), said), str(file), f"{count:,}"] for (rule, file), count in counted.items()]
    return _table([said["rule"], said["file"], said["count"]], rows, words_in=2)


def _weights(report: Report, said: Mapping[str, str]) -> str:
    head, rows = step_rows(report.sample, said)
    parts = weighting_parts(report.sample, said, _table)
    return _table(head, rows) + "".join(f"<h3>{escape(title)}</h3>{content}" for title, content in parts)


def _scales(report: Report, said: Mapping[str, str]) -> str:
    head, rows = scale_rows(report.sample, said, report.survey.settings.identity.lang)
    if not rows:
        return ""
    return _section(said["scales"], f"<p>{escape(said['scales_note'])}</p>{_table(head, rows)}")


def _nonresponse(report: Report, said: Mapping[str, str]) -> str:
    frame = item_nonresponse(report.responses)
    modes = list(dict.fromkeys(frame["mode"]))
    rows = []
    for _, own in frame.groupby("variable", sort=False):
        first = own.iloc[0]
        shares = [
            f"{100 * share:.1f}" if asked else "" for share, asked in zip(own["share"], own["asked"], strict=True)
        ]
        rows.append(
            [
                f"{first['number']}　{first['label']}".strip("　"),
                f"{first['asked']:,}",
                f"{first['nonanswer']:,}",
                *shares,
            ]
        )
    heads = [f"{mode or said['all_modes']}（%）" for mode in modes]
    return _table([said["item"], said["asked"], said["blank"], *heads], rows)
