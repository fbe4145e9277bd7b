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
# # 孤立を測る：指標、合成、感度
#
# 孤独（感じ方）と孤立（つながりの状態）は別のものです。接触・支援・参加の指標と、その合成を、しきい値の選び方とともに見ます。

# %%
from pathlib import Path

import kodoku_survey as ks

ROOT = next(p for p in [Path.cwd(), *Path.cwd().parents] if (p / "data" / "sample").is_dir())
survey = ks.load_survey(ROOT / "data" / "sample" / "national_2024")
sample = ks.weighted(ks.score(ks.clean(ks.read_returns(survey))), basis="design")

# %% [markdown]
# ## 1. 三つの側面

# %%
ks.crosstab(sample, "contact_class", by=["age_class"])

# %%
ks.crosstab(sample, "participation", by=["age_class"])

# %% [markdown]
# ## 2. 頼れる人・相談相手・気軽に話せる人
# いずれも「いない」は符号 2 です。三つのうちいくつ欠けているかを数えます（Alkire–Foster）。H は欠けている人の割合、A はその人たちの欠けの深さ、M0 = H × A。

# %%
lacking = {"q18": 2, "q19": 2, "q20": 2}
index = ks.counting_index(sample, lacking, cutoff=2, by="q2")
index

# %% [markdown]
# ## 3. しきい値を変えると
# 「２つ以上」でなく「１つ以上」「３つ」なら、順位は変わるでしょうか。変わるなら、結論はしきい値の選び方に依存しています。

# %%
index.sensitivity()

# %% [markdown]
# ## 4. 順位は変わるか
# 年齢階級の順が、しきい値の選び方によらないかを、ケンドールの順位相関で見ます（1 なら同じ順）。

# %%
ks.counting_index(sample, lacking, cutoff=2, by="age_class").agreement()

# %% [markdown]
# ## 5. 無回答の幅
# 答えなかった人がみな「いる」か、みな「いない」か。その間のどこかに真の値があります。

# %%
index.bounds()

# %% [markdown]
# ## 6. 孤独 × 孤立
# 孤立していて孤独でない人も、孤立していないのに孤独な人もいます。二つは別々に数えてください。

# %%
ks.crosstab(sample, "ucla_class", by=["contact_class"]).plot()

# %%
ks.independence(sample, "ucla_class", "contact_class")
