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
# # 尺度は信頼できるか
#
# UCLA ３項目の得点を、信頼性、項目の偏り、郵送とオンラインでの測り方の違い、回答のしかたから確かめます。**擬似データ**です。

# %%
from pathlib import Path

import kodoku_survey as ks

ROOT = next(p for p in [Path.cwd(), *Path.cwd().parents] if (p / "data" / "sample").is_dir())
survey = ks.load_survey(ROOT / "data" / "sample" / "national_2024")
sample = ks.weighted(ks.score(ks.clean(ks.read_returns(survey))), basis="design")
items = ["q25", "q26", "q27"]

# %% [markdown]
# ## 1. 得点の分布

# %%
ks.quantiles(sample, "ucla_score", by="age_class")

# %% [markdown]
# ## 2. 信頼性
# 四段階の回答には `categorical_omega` を報告してください。α は下限にすぎません。３項目のωはどんなデータにも当てはまるので、一次元の証拠ではありません。

# %%
scale = ks.reliability(sample, items)
scale

# %% [markdown]
# ## 3. 郵送とオンライン
# 信頼性が答え方で違うか。係数の差を、二つの群の共分散とともに検定します。

# %%
by_mode = ks.reliability(sample, items, by="mode")
ks.contrast(by_mode.omega, {"郵送 − オンライン": {"郵送": 1, "オンライン": -1}})

# %% [markdown]
# ## 4. 項目の偏り（DIF）
# 同じ程度に孤独な人が、答え方（モード）で違う答えをしていないか。３項目は自分自身では比べられないので、直接質問を支えにします。

# %%
ks.item_bias(sample, items, by="mode", anchor="q28")

# %% [markdown]
# ## 5. 測定の不変性
# 因子負荷、切片、分散が群で同じか。

# %%
ks.invariance(sample, items, by="mode")

# %% [markdown]
# ## 6. 回答のしかた
# 同じ番号だけを選ぶ人、無回答の多い人。

# %%
ks.response_quality(sample, [*items, "q28"], by="mode")

# %% [markdown]
# ## 言えないこと
# - 尺度の信頼性が高いことと、孤独を測っていること（妥当性）は別です。
# - 3～12点と 3～9点の UCLA は比べられません。`ks.compare` は止まります。
