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
# # だれが孤独を感じているか
#
# 表、区間、検定、回帰。どの数値も、標本設計を反映した誤差とともに読みます。**擬似データ**です。

# %%
from pathlib import Path

import kodoku_survey as ks

ROOT = next(p for p in [Path.cwd(), *Path.cwd().parents] if (p / "data" / "sample").is_dir())
survey = ks.load_survey(ROOT / "data" / "sample" / "national_2024")
sample = ks.weighted(ks.score(ks.clean(ks.read_returns(survey))), basis="design")

# %% [markdown]
# ## 1. 表
# 問28「孤独であると感じることがあるか」（直接質問）を、男女と年齢階級で。`*` は回答者 50 人未満の参考値です。

# %%
tab = ks.crosstab(sample, "q28", by=["q2", "age_class"])
tab

# %%
tab.plot()

# %% [markdown]
# ## 2. 区間
# 「しばしばある・常にある」の割合と 95％ 信頼区間。区間が重なるかどうかは差の検定ではありません。

# %%
often = ks.prevalence(sample, "q28", yes=5, by="age_class")
often.frame()[["group", "percent", "se", "low", "high", "n"]].round(2)

# %% [markdown]
# ## 3. 差の検定
# 報告書の規則（公表と同じ）と、すべての組の検定（Holm で調整）。

# %%
ks.official(tab).query("mentioned")[["attribute", "group", "answer", "percent", "total"]].round(1)

# %%
ks.pairwise(ks.crosstab(sample, "q28", by=["age_class"])).plot()

# %% [markdown]
# ## 4. 得点の平均
# 3～12点の孤独感スコア。平均の差は点のまま読みます。

# %%
ks.cell_means(sample, "ucla_score", by=["q2", "age_class"])

# %% [markdown]
# ## 5. 年齢のせいか、暮らし向きのせいか
# ロジスティック回帰。オッズ比は割合の比ではないので、平均予測（周辺効果）を添えます。

# %%
model = ks.regression(sample, "I(q28 == 'しばしばある・常にある') ~ q2 + age_class + q12", family="logistic")
model.frame(scale="ratio").round(3)

# %%
model.plot()

# %%
model.margins("q12").frame().round(2)

# %% [markdown]
# ## 気をつけること
# - 回帰の係数は因果ではありません。暮らし向きが苦しいから孤独なのか、その逆かは、この調査では分かりません。
# - 「無回答」は表では分母に入り、回帰では入りません。数値が少し違うのはそのためです。
# - たくさん比べれば、どれかは偶然に有意になります。`pairwise` の調整済み p を見てください。
