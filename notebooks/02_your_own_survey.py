# ---
# jupyter:
#   jupytext:
#     formats: py:percent,ipynb
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 空のフォルダから、自分の調査を
#
# 手もとの回収票ひとつから調査フォルダを下書きし、確かめ、直し、集計表を出すまで。プログラムは一行も書き足しません。
# 調査の定義はすべてテキストのファイルにあります。ここで使う 240 人の回答は**その場で乱数から作った架空のもの**です。

# %%
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd

import kodoku_survey as ks

WORK = Path(mkdtemp())

# %% [markdown]
# ## 1. 回収票
# フォームから書き出した表のつもりです。見出しは設問文、回答は選択肢の文言です。

# %%
draw = np.random.default_rng(7)
often = ["決してない", "ほとんどない", "時々ある", "常にある"]
people = pd.DataFrame(
    {
        "受付番号": np.arange(1, 241),
        "性別": draw.choice(["男性", "女性"], 240),
        "年齢": draw.integers(16, 90, 240),
        "自分には人とのつきあいがないと感じることがありますか": draw.choice(often, 240, p=[0.25, 0.4, 0.25, 0.1]),
        "自分は取り残されていると感じることがありますか": draw.choice(often, 240, p=[0.3, 0.4, 0.22, 0.08]),
        "自分は他の人たちから孤立していると感じることはありますか": draw.choice(often, 240, p=[0.35, 0.4, 0.18, 0.07]),
        "参加している活動": [
            ";".join(draw.choice(["町内会", "趣味の会", "ボランティア"], k, replace=False)) for k in draw.integers(0, 3, 240)
        ],
    }
)
people.to_csv(WORK / "回答.csv", index=False, encoding="utf-8-sig")
people.head(3)


# %% [markdown]
# ## 2. 下書き
# 端末で `kodoku new FOLDER --from 回答.csv`。読み取れたことはファイルに書かれ、人が決めることには「確認」の印がつきます。

# %%
def kodoku(*words: object) -> None:
    """The command line, as in a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "kodoku_survey", *map(str, words)], capture_output=True, text=True, cwd=WORK, check=False
    )
    print(done.stdout + done.stderr, "終了コード", done.returncode)


kodoku("new", "つながり調査", "--from", "回答.csv", "--quiet")

# %%
folder = WORK / "つながり調査"
print((folder / "codebook.toml").read_text(encoding="utf-8")[:640])

# %% [markdown]
# ## 3. 下書きを直す
# 「確認」の印は `check` が一つずつ挙げます。ここでは四つを直します：選択肢の順、調査の名前、集め方（抽出していない）、孤独感スコアの定義。

# %%
kodoku("check", "つながり調査")

# %%
import re

codebook = (folder / "codebook.toml").read_text(encoding="utf-8")
order = ",\n  ".join(f'{{ code = {code}, label = "{label}" }}' for code, label in enumerate(often, start=1))
scale = f'codes = [\n  {order},\n  {{ code = 99, label = "無回答" }},\n]'
codebook = re.sub(r"codes = \[(?:(?!\]).)*?ほとんどない(?:(?!\]).)*\]", scale, codebook, flags=re.DOTALL)
(folder / "codebook.toml").write_text(re.sub("# 確認.*\n", "", codebook), encoding="utf-8")

settings = (folder / "survey.toml").read_text(encoding="utf-8")
settings = settings.replace("（調査の名前）", "つながり調査").replace("（報告書の表題）", "つながり調査 報告書（架空の回答）")
settings = settings.replace('sample = "probability"', 'sample = "volunteer"')  # 抽出していない
(folder / "survey.toml").write_text(re.sub(" *# 確認.*", "", settings), encoding="utf-8")

# %% [markdown]
# UCLA 孤独感尺度３項目は、`instrument` の一語で、点数・向き・範囲が決まります。文言や選択肢が尺度と違えば `check` が言います。

# %%
(folder / "measures.toml").write_text(
    """
[[score]]
name = "ucla_score"
label = "孤独感スコア"
section = "孤独"
source = "UCLA孤独感尺度 第３版の日本語版３項目短縮版"
unit = "点"
instrument = "ucla3_jp_gov"
items = ["q3", "q4", "q5"]
missing = "complete"
range = [3, 12]

[[classes]]
name = "age_class"
of = "q2"
label = "年齢階級"
section = "属性"
source = "この調査の区分"
codes = [
  { code = 1, label = "16～39歳", min = 16, max = 39 },
  { code = 2, label = "40～64歳", min = 40, max = 64 },
  { code = 3, label = "65歳以上", min = 65 },
]
""",
    encoding="utf-8",
)
kodoku("check", "つながり調査")

# %% [markdown]
# ## 4. 最初の表
# 読む・整備する・得点をつける・ウエイトをつける、を続けて呼びます。抽出していない人たちなので、標準誤差も検定も出ません。

# %%
sample = ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(folder)))))
ks.crosstab(sample, "q4", by=["q1", "age_class"])

# %%
ks.cell_means(sample, "ucla_score", by=["q1", "age_class"])

# %% [markdown]
# ## 5. 報告書
# 表を一つ足して、PDF・Excel・HTML・データを一度に書き出します。

# %%
plan = (folder / "tables.toml").read_text(encoding="utf-8")
plan += """
[[table]]
id = "1-9"
section = "1"
title = "男女・年齢階級別孤独感スコア"
question = "ucla_score"
by = ["q1", "age_class"]
statistic = "mean"
figure = "dots"
"""
(folder / "tables.toml").write_text(plan, encoding="utf-8")
kodoku("report", "つながり調査", "-o", "報告書", "--quiet")
sorted(path.name for path in (WORK / "報告書").iterdir())

# %% [markdown]
# ## ここから
# - フォルダのすべての項目は `docs/folder.md`、派生変数は `docs/measures.md`。
# - 回収票がまだなければ `kodoku synthesize` で架空の回収票を作り、この手順を実査の前に練習できます。
# - 名簿から抽出した調査なら、標本名簿と `[weighting]` を書くと、抽出ウエイト・回収率・母集団への調整がつきます（次のノートブック）。
