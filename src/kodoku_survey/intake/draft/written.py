"""The drafted survey.toml and tables.toml as text, each guess with its remark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kodoku_survey.survey.codebook import Codebook
from kodoku_survey.survey.codebook.as_text import toml_value

if TYPE_CHECKING:
    from kodoku_survey.intake.draft.drafting import DraftedFile

HEAD = """# {names} から `kodoku new --from` が作った下書き。「# 確認」とある所は推測です。見直したら印を消してください。
# A draft made from data files. Whatever is marked 確認 is a guess: see that it is right, then remove the mark.

[survey]
name = "（調査の名前）"            # 確認
title = "（報告書の表題）"          # 確認
wave = {year}                       # 確認：調査年（西暦）。{told}
lang = "ja"
# reference_date = {year}-10-01
# accepted_until = {year}-11-30     # これより後に届いた調査票は除外する
"""
PLAN = """# 集計計画の下書き：設問ごとの単純集計。表側は by に書く（docs/folder.md）。

[[section]]
id = "1"
title = "単純集計"
"""
FOOT = """
[cleaning]
tolerance = 0.02                  # 列ごと・ファイルごとに、読めない値の割合がこれを超えたら止める

[design]
sample = "probability"            # 確認：無作為に抽出したか（probability | quota | volunteer | service_users | census）
# drawn = 1500                    # 標本名簿がないとき：抽出数と母集団の人数（回収率・抽出ウエイト）
# frame_size = 52000

[estimation]
basis = "unweighted"
"""

UNKNOWN_YEAR = 1000  # no survey's: a draft that nobody has looked over cannot be taken for one of this year
PUBLISHED = """
# [publication]
# threshold = 10                  # 表に出す地域で抽出率が 2.5% を超えるとき：基準を 10 にし、集計計画の区分を粗くする
"""
OF_MANY = """
[publication]
protection = "protected"
threshold = 10                    # 確認：抽出率が{place} {percent}%（2.5% を超えると、誰が答えたかを知られやすい）
"""
FINEST = 10  # answers of a table of a coarser plan
COARSE = """
# 抽出率が 2.5% を超える地域があるので、粗い計画にした：選択肢が {finest} を超える設問の表は置かない。
# 区分をまとめた派生変数（measures.toml）を作り、その表にする。表側（by）も性別と粗い年齢までとし、地域と掛け合わせない。
"""


def survey_text(
    files: Sequence[DraftedFile], names: str, answered: tuple[int | None, str], many: tuple[str, float] | None
) -> str:
    """survey.toml of a draft.

    answered : the year of the returns, None where no date tells it, and which years there are. many : the area of which more
    than one in forty were drawn, and their fraction; "" the whole.
    """
    place = f"「{many[0]}」で" if many and many[0] else ""
    published = OF_MANY.format(place=place, percent=f"{100 * many[1]:.1f}") if many else PUBLISHED
    year, years = answered
    told = f"受付日（{years}年）による" if year is not None else "受付日のないファイルなので、仮の値"
    return (
        HEAD.format(names=names, year=year or UNKNOWN_YEAR, told=told) + "".join(map(_file, files)) + FOOT + published
    )


def _file(one: DraftedFile) -> str:
    lines = ["", *(f"# {comment}" for comment in one.comments), "[[file]]"]
    tables = {key: value for key, value in one.settings.items() if key in ("columns", "others")}
    for key, value in one.settings.items():
        if key not in tables:
            remark = one.remarks.get(key, "")
            lines.append(f"{key} = {toml_value(value)}" + (f"  # {remark}" if remark else ""))
    for key, table in tables.items():
        lines += [f"[file.{key}]", *(f"{name} = {toml_value(value)}" for name, value in table.items())]
    return "\n".join(lines) + "\n"


def plan_text(codebook: Codebook, *, coarse: bool = False) -> str:
    """tables.toml with a simple table a question in the order of the form: shares of answers, or the mean of a number.

    coarse : without questions of many answers, areas above all.
    """
    head = PLAN + (COARSE.format(finest=FINEST) if coarse else "")
    tables = []
    asked = [variable for variable in codebook if variable.source == "form" and variable.kind != "text"]
    if coarse:
        asked = [variable for variable in asked if len(variable.codes) <= FINEST]
    for number, variable in enumerate(asked, start=1):
        figure = {"multiple": "bars", "number": "dots"}.get(variable.kind, "band")
        statistic = ['statistic = "mean"'] if variable.kind == "number" else []
        lines = ["", "[[table]]", f'id = "1-{number}"', 'section = "1"', f"title = {toml_value(variable.label)}"]
        lines += [f"question = {toml_value(variable.name)}", *statistic, f'figure = "{figure}"']
        tables.append("\n".join(lines) + "\n")
    return head + "".join(tables)
