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
# # 時系列と、全国との比較
#
# 前の回と比べる。県を全国と比べる。支援団体の利用者を全国に並べる。どれも「同じ設問か」「どの人たちか」が先です。
# **回収票はすべて架空のもの**です（埼玉県の例は、県が公表した割合にだけ合わせてあります）。

# %%
from pathlib import Path

import kodoku_survey as ks

ROOT = next(p for p in [Path.cwd(), *Path.cwd().parents] if (p / "data" / "sample").is_dir())


def side(folder: str, basis: str = "unweighted") -> ks.Sample:
    survey = ks.load_survey(ROOT / folder)
    return ks.weighted(ks.score(ks.clean(ks.read_returns(survey))), basis=basis)


nation = side("data/sample/national_2024")

# %% [markdown]
# ## 1. 何が比べられるか
# 各回の調査票で何を尋ねたか（`waves.csv`）。`same` だけが、そのまま比べられます。

# %%
ks.wave_matrix(nation.responses.survey).head(12)

# %% [markdown]
# ## 2. 前の回と
# 令和５年は公表値だけです。独立な標本として差を検定し、公表の規則の言葉（増加・減少・差異はみられない）をつけます。

# %%
before = ks.Published(nation.responses.survey, 2023)
ks.compare(ks.Measured(nation), before, only=["1-1", "1-3"])

# %% [markdown]
# ## 3. 県を全国と
# 最初の行が、だれの調査かを言います。比べられない設問は `refusals` に理由とともに挙がります。

# %%
prefecture = side("examples/saitama_2023")
beside = ks.compare(ks.Measured(prefecture), ks.Measured(nation))
print(*beside.lines("ja"), sep="\n")
beside.frame.query("group == '全体'")[["question", "answer", "percent_first", "percent_second", "difference", "word"]].round(1).head(12)

# %%
beside.refusals()

# %% [markdown]
# ## 4. 年齢構成をそろえる
# 県が全国と違って見えるのは、年齢のせいかもしれません。全国の構成にそろえた値と、差のうち構成による部分を並べます。

# %%
level = ks.benchmark(prefecture, nation, standardize="age_class", only=["1-1"])
level

# %%
for sentence in level.sentences():
    print(sentence)

# %% [markdown]
# ## 5. 抽出していない人たち
# 三つの団体の利用者 300 人。孤独そのものが利用のきっかけなので、調整しても一つの値は出さず、仮定ごとの範囲を示します。

# %%
clients = side("examples/npo_clients")
ks.adjust_to_reference(clients, nation, on="sex_common:age_class", population=104_000_000)

# %% [markdown]
# ## 気をつけること
# - 文言・選択肢が違う設問は、人が対応表（`crosswalk.toml`）に書くまで比べません。
# - 標準化は「構成が同じだったら」という計算で、原因を示しません。
# - 47 都道府県を並べた順位には幅があります。`kodoku compare 県1 県2 … 全国` は、順位の範囲と縮小推定を添えます。
