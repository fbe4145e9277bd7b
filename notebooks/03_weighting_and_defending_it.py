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
# # ウエイトを作り、説明する
#
# ウエイトは「なぜこの数値か」と必ず問われます。段階ごとに作り、効きめと代償を数え、答えられる形にします。
# 全国調査の名簿・層・抽出確率は公表されていないので、**擬似データの標本設計は架空**です。

# %%
from pathlib import Path

import kodoku_survey as ks

ROOT = next(p for p in [Path.cwd(), *Path.cwd().parents] if (p / "data" / "sample").is_dir())
survey = ks.load_survey(ROOT / "data" / "sample" / "national_2024")
responses = ks.score(ks.clean(ks.read_returns(survey)))

# %% [markdown]
# ## 1. 三つの段階
# 抽出ウエイト（抽出確率の逆数）→ 無回答の補正 → 人口への調整（レイキング）。段階は `survey.toml` の `[weighting]` に書かれています。

# %%
sample = ks.weighted(responses, basis="design")
account = ks.weighting_report(sample)
account

# %%
account.plot()

# %% [markdown]
# ## 2. 人口に合ったか
# 調整前と調整後の構成を、人口と並べます。

# %%
account.margins

# %% [markdown]
# ## 3. 何が変わり、何を払ったか
# ウエイトは偏りを減らす代わりに誤差を増やします。デザイン効果 1.3 なら、回答者数は 1.3 分の 1 の価値になります。

# %%
unweighted = ks.weighted(responses, basis="unweighted")
ks.prevalence(unweighted, "q28", yes=5)

# %%
ks.prevalence(sample, "q28", yes=5)

# %% [markdown]
# ## 4. 切り詰めると
# 大きなウエイトを中央値の４倍で切り、もう一度人口に合わせます（３倍では両立せず、そう言って止まります）。推定がほとんど動かないなら、極端なウエイトに頼っていません。

# %%
cut = ks.trim(sample, multiple_of_median=4.0, recalibrate=True)
ks.prevalence(cut, "q28", yes=5)

# %% [markdown]
# ## 5. 誤差を別の道で
# 線形化による標準誤差を、反復ウエイト（SDR）で確かめます。レイキングも反復ごとにやり直します。

# %%
again = ks.replicates(sample, method="sdr", count=80)
ks.prevalence(again, "q28", yes=5)

# %% [markdown]
# ## 言ってよいこと・よくないこと
# - **言ってよい**：人口の性・年齢・地域の構成に合わせた、設計を反映した誤差がこれだけある。
# - **よくない**：ウエイトで無回答の偏りがなくなった。孤独な人ほど答えないなら、属性で合わせても残ります。
# - 公表された報告書はウエイトなしです。数値を並べるときは、基準（`basis`）をそろえてください。
