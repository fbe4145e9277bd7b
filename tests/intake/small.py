"""Surveys of a few questions, written into a folder with any layout and any file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import kodoku_survey as ks

QUESTIONS = """
nonanswer = 99
[[variable]]
name = "sex"
kind = "single"
label = "性別"
question = "あなたの性別"
codes = [{ code = 1, label = "男性", aliases = ["男"] }, { code = 2, label = "女性" }]
[[variable]]
name = "age"
kind = "number"
label = "年齢"
question = "あなたの年齢"
minimum = 16
maximum = 115
unit = "歳"
[[variable]]
name = "act"
kind = "multiple"
label = "活動"
question = "活動をすべて"
codes = [
  { code = 1, label = "自治会, 町内会" }, { code = 2, label = "趣味" },
  { code = 3, label = "特にない" }, { code = 9, label = "その他" },
]
exclusive = [3]
"""


def folder(
    place: Path,
    layout: str,
    files: Mapping[str, str | bytes],
    *,
    codebook: str = QUESTIONS,
    more: str = "",
    survey: str = "",
) -> Path:
    """A survey of one file of returns, a.csv unless `layout` names another."""
    path = "" if "path =" in layout else 'path = "a.csv"\n'
    head = f'[survey]\nname = "小"\ntitle = "小"\nwave = 2026\n{survey}\n[[file]]\nname = "a"\nrole = "returns"\nmode = "郵送"\n'
    (place / "survey.toml").write_text(head + path + layout + "\n" + more, encoding="utf-8")
    (place / "codebook.toml").write_text(codebook, encoding="utf-8")
    for name, content in files.items():
        (place / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return place


def read(place: Path, **options: bool) -> ks.Responses:
    """The cleaned responses of a folder."""
    return ks.clean(ks.read_returns(ks.load_survey(place)), **options)


def kinds(responses: ks.Responses) -> dict[str, int]:
    """How much was lost or left out, by kind."""
    return responses.issues.groupby("kind")["count"].sum().to_dict()
