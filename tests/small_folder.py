"""A survey of a few dozen people, with a register, strata, weights and replicates: small, so that a run takes no time."""

from __future__ import annotations

from pathlib import Path

CODEBOOK = """
nonanswer = 9
[[variable]]
name = "sex"
number = "F1"
kind = "single"
label = "性別"
section = "属性"
codes = [{ code = 1, label = "男性" }, { code = 2, label = "女性" }]
[[variable]]
name = "lonely"
number = "問1"
kind = "single"
label = "孤独感"
section = "孤独"
codes = [{ code = 1, label = "ある" }, { code = 2, label = "ない" }]
[[variable]]
name = "act"
number = "問2"
kind = "multiple"
label = "活動"
section = "孤独"
codes = [{ code = 1, label = "自治会" }, { code = 2, label = "趣味" }, { code = 3, label = "特にない" }]
exclusive = [3]
"""
SURVEY = """
[survey]
name = "小さな調査"
title = "小さな調査"
wave = 2026
[[file]]
name = "postal"
role = "returns"
path = "postal.csv"
mode = "郵送"
id = "番号"
[[file]]
name = "selection"
role = "selection"
path = "selection.csv"
id = "番号"
[cleaning]
valid_sections = ["孤独"]
tolerance = 0.5
[design]
stratum = "層"
psu = "地点"
[weighting]
base = "ウエイト"
[[weighting.step]]
kind = "raking"
margins = ["sex"]
[weighting.replicates]
method = "jkn"
[estimation]
basis = "design"
[publication]
protection = "official"
"""
TABLES = """
[[section]]
id = "1"
title = "孤独"
[[table]]
id = "1-1"
section = "1"
title = "孤独感"
question = "lonely"
by = ["sex"]
[[table]]
id = "1-2"
section = "1"
title = "活動"
question = "act"
"""


def make_folder(folder: Path, *, people: int = 50) -> Path:
    """Write the folder; one cell is a formula, one code is none."""
    folder.mkdir(parents=True, exist_ok=True)
    returns = ["番号,sex,lonely,act_1,act_2,act_3", '0,1,"=1+1",1,0,0']
    register = ["番号,層,地点,ウエイト", "0,1,1,100.5"]
    for n in range(1, people):
        returns.append(f"{n},{1 + n % 2},{1 + n % 3 // 2},{n % 2},{n % 5 == 0:d},{(n % 2 == 0 and n % 5 != 0):d}")
        register.append(f"{n},{1 + n % 2},{1 + n % 6},{100 + n}")
    margins = "variable,code,value,unit,source\nsex,1,3000,persons,t\nsex,2,3100,persons,t\n"
    files = {"codebook.toml": CODEBOOK, "survey.toml": SURVEY, "tables.toml": TABLES, "margins.csv": margins}
    files |= {"postal.csv": "\n".join(returns) + "\n", "selection.csv": "\n".join(register) + "\n"}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
