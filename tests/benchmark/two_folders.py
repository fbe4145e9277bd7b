"""Two tiny surveys to set beside each other: ages, sexes and a question of loneliness, in whatever codes and words one likes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import kodoku_survey as ks

CODEBOOK = """
nonanswer = 9
[[variable]]
name = "{age}"
kind = "number"
label = "年齢"
question = "{day}現在のあなたの年齢を記入してください。"
section = "属性"
[[variable]]
name = "sex"
kind = "single"
label = "性別"
section = "属性"
codes = [{sexes}]
[[variable]]
name = "lonely"
kind = "single"
label = "孤独感"
section = "孤独"
codes = [{{ code = 1, label = "ある" }}, {{ code = 2, label = "ない" }}]
{more}
"""
SURVEY = """
[survey]
name = "{name}"
title = "{name}"
wave = 2026
[[file]]
name = "web"
role = "returns"
path = "web.csv"
mode = "オンライン"
id = "番号"
[cleaning]
valid_sections = ["孤独"]
tolerance = 0.5
{weighting}
{settings}
"""
MEASURES = """
nonanswer = 9
[[classes]]
name = "age_class"
of = "{age}"
label = "年齢階級"
codes = [{bands}]
"""
TABLES = """
[[section]]
id = "1"
title = "孤独"
[[table]]
id = "1"
section = "1"
title = "孤独感"
question = "lonely"
by = ["sex", "age_class"]
"""
SEXES = '{ code = 1, label = "男性" }, { code = 2, label = "女性" }'
SWAPPED = '{ code = 1, label = "女性" }, { code = 2, label = "男性" }'
BANDS = '{ code = 1, label = "39歳以下", max = 39 }, { code = 2, label = "40歳以上", min = 40 }'


def make(
    folder: Path,
    *,
    name: str = "調査",
    people: int = 200,
    seed: int = 1,
    ages: tuple[int, int] = (16, 89),
    age: str = "age",
    day: str = "令和６年12月１日",
    sexes: str = SEXES,
    bands: str = BANDS,
    settings: str = "",
    more: str = "",
    prefix: str = "",
    rate: tuple[float, float] = (0.6, 0.3),
    weights: bool = False,
) -> Path:
    """Write a folder. rate : of those lonely, below 40 and from 40 on. The first sex is coded 1, whoever that is."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    old = rng.integers(ages[0], ages[1] + 1, size=people)
    sex = rng.integers(1, 3, size=people)
    lonely = np.where(rng.random(people) < np.where(old < 40, *rate), 1, 2)
    head = f"番号,{age},sex,lonely" + (",w" if weights else "")
    w = rng.uniform(1, 3, size=people).round(3)
    rows = [f"{prefix}{k},{old[k]},{sex[k]},{lonely[k]}" + (f",{w[k]}" if weights else "") for k in range(people)]
    (folder / "web.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    if "[publication]" not in settings:
        settings += "\n[publication]"
    settings = settings.replace("[publication]", '[publication]\nprotection = "official"')
    weighting = '[weighting]\ngiven = "w"' if weights else ""
    texts = {
        "codebook.toml": CODEBOOK.format(age=age, day=day, sexes=sexes, more=more),
        "survey.toml": SURVEY.format(name=name, settings=settings, weighting=weighting),
        "measures.toml": MEASURES.format(age=age, bands=bands),
        "tables.toml": TABLES,
    }
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")
    return folder


def side(folder: Path) -> ks.Measured:
    """A folder's returns, ready to be compared."""
    responses = ks.score(ks.clean(ks.read_returns(ks.load_survey(folder))))
    known = responses.survey.settings.weighting.known
    return ks.Measured(
        ks.weighted(responses, basis="unweighted"), ks.weighted(responses, basis="design") if known else None
    )
