"""A survey of four questions, to be delivered in any way."""

from __future__ import annotations

from pathlib import Path

import pytest

import kodoku_survey as ks

CODEBOOK = """
nonanswer = 9
[[variable]]
name = "frame_age"
kind = "number"
label = "年齢（名簿）"
section = "名簿"
source = "selection"
[[variable]]
name = "sex"
number = "F1"
kind = "single"
label = "性別"
section = "属性"
codes = [{ code = 1, label = "男性" }, { code = 2, label = "女性" }]
[[variable]]
name = "age"
number = "F2"
kind = "number"
label = "年齢"
section = "属性"
minimum = 16
maximum = 110
unit = "歳"
complete_from = "frame_age"
[[variable]]
name = "lonely"
number = "問1"
kind = "single"
label = "孤独感"
section = "孤独"
codes = [{ code = 1, label = "ある" }, { code = 2, label = "ない" }]
[[variable]]
name = "when"
number = "問2"
kind = "multiple"
label = "孤独を感じるとき"
section = "孤独"
asked_if = { lonely = [1] }
codes = [{ code = 1, label = "夜" }, { code = 2, label = "休日" }, { code = 3, label = "特にない" }]
exclusive = [3]
"""

SURVEY = """
[survey]
name = "小さな調査"
title = "小さな調査"
wave = 2026
accepted_until = 2026-01-31
[[file]]
name = "postal"
role = "returns"
path = "postal.csv"
mode = "郵送"
id = "番号"
received = "受付日"
unreadable = ["●"]
columns = { }
{postal}
[[file]]
name = "web"
role = "returns"
path = "web.csv"
mode = "オンライン"
id = "番号"
received = "受付日"
answers = "labels"
multiple = "cell"
complete = { column = "状態", values = ["完了"] }
[[file]]
name = "selection"
role = "selection"
path = "selection.csv"
id = "番号"
columns = { frame_age = "年齢" }
[cleaning]
both_modes = "most_answers"
valid_sections = ["孤独"]
tolerance = {tolerance}
exclusion_tolerance = {tolerance}
"""
POSTAL = "番号,受付日,sex,age,lonely,when_1,when_2,when_3\r\n"
WEB = "番号,受付日,状態,sex,age,lonely,when\r\n"


@pytest.fixture
def delivered(tmp_path: Path):
    """Write the files of the little survey; rows are text. Gives its cleaned responses."""

    def deliver(
        postal: str = "",
        web: str = "",
        *,
        encoding="cp932",
        settings: str = "",
        tolerance=0.9,
        strict=False,
        read=ks.clean,
    ):
        (tmp_path / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
        text = (
            SURVEY.replace("{postal}", settings).replace("{tolerance}", str(tolerance)).replace("columns = { }\n", "")
        )
        (tmp_path / "survey.toml").write_text(text, encoding="utf-8")
        (tmp_path / "postal.csv").write_bytes((POSTAL + postal).encode(encoding))
        (tmp_path / "web.csv").write_bytes((WEB + (web or "900,,未完了,,,,\r\n")).encode("utf-8-sig"))
        register = "".join(f"{number},{30 + number}\r\n" for number in range(1, 30))
        (tmp_path / "selection.csv").write_text("番号,年齢\r\n" + register, encoding="utf-8", newline="")
        returns = ks.read_returns(ks.load_survey(tmp_path))
        return read(returns, strict=strict) if read is ks.clean else returns

    return deliver
