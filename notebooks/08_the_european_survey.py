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
# # ヨーロッパの調査：ほかの国の本物のデータで
#
# EU Loneliness Survey 2022 の四か国標本（フランス・イタリア・ポーランド・スウェーデン、4,029 人）。本物の回答です。
# **データはこのプロジェクトに含まれません。** 欧州委員会の共同研究センターから入手し、ファイルの場所を環境変数 `KODOKU_EU_FILE` に書いてください。
# ここにある出力は、ファイルのある所で実行した集計結果です。
#
# Source: EU Loneliness Survey 2022, European Commission, Joint Research Centre. © European Union, 2023 (CC BY 4.0). Own tabulations; not endorsed by the Commission.

# %%
import os
from pathlib import Path

import kodoku_survey as ks

ROOT = next(p for p in [Path.cwd(), *Path.cwd().parents] if (p / "data" / "sample").is_dir())
FILE = Path(
    os.environ.get("KODOKU_EU_FILE", ROOT.parent / "shared" / "realdata" / "eu_loneliness_survey_eu4.dta")
)
if not FILE.exists():
    raise FileNotFoundError("KODOKU_EU_FILE に eu_loneliness_survey_eu4.dta の場所を書いてください。")

# %% [markdown]
# ## 1. 定義は四つのテキストファイル
# 調査はこちらのものではないので、変数名も符号もあちらのものです。プログラムは一行も書きません。英語の調査なので、英語で表示します。

# %%
ks.set_language("en")
survey = ks.load_survey(ROOT / "examples" / "eu_loneliness_2022", inputs={"responses": FILE}, lang="en")
sample = ks.weighted(ks.score(ks.clean(ks.read_returns(survey))), basis="design")
sample

# %% [markdown]
# ## 2. Loneliness by country, gender and age

# %%
tab = ks.crosstab(sample, "ucla_class", by=["country", "gender", "age_class"])
tab

# %%
tab.plot()

# %% [markdown]
# ## 3. Two scales on one sample
# UCLA 3–9 and De Jong Gierveld 0–6.

# %%
ks.correlations(sample, ["ucla_score", "djg_score"])

# %%
ks.cell_means(sample, "djg_score", by=["country", "age_class"])

# %% [markdown]
# ## 4. Differences between countries

# %%
ks.pairwise(ks.crosstab(sample, "ucla_class", by=["country"])).frame().head(12).round(3)

# %% [markdown]
# ## 気をつけること
# - ウエイトは国ごとの事後層化で、四か国の合計は国民の合計ではありません。
# - UCLA の 3～9 点は、日本の 3～12 点と比べられません（`ks.compare` は止まります）。
# - 標準誤差はウエイトをそのまま与えられたものとし、国を層としています。
