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
# # 生のファイルから報告書まで
#
# 郵送とオンラインの回収票を読み、整備し、得点をつけ、ウエイトを作り、標準誤差つきで集計するまでを、一段ずつたどります。
# データは**擬似データ**で、実在の個人の回答ではありません。

# %%
from pathlib import Path

import kodoku_survey as ks

ROOT = next(p for p in [Path.cwd(), *Path.cwd().parents] if (p / "data" / "sample").is_dir())
survey = ks.load_survey(ROOT / "data" / "sample" / "national_2024")
survey.settings.identity.title, len(survey.codebook), len(survey.plan.tables)

# %% [markdown]
# ## 1. 納品のまま読む
# 文字コードは自動で見分け、何で読んだかを残します。

# %%
returns = ks.read_returns(survey)
[(file.layout.name, file.encoding, len(file.cells)) for file in returns.files]

# %% [markdown]
# ## 2. 整備する
# 読んだ行はすべて、採用したか、どの理由で除いたかが回収簿に残ります。値の変更はすべて修正記録に残ります。

# %%
responses = ks.clean(returns)
responses.ledger.frame()

# %%
responses.edits.groupby("rule").size().sort_values(ascending=False)

# %%
ks.item_nonresponse(responses).query("mode == ''").nlargest(5, "share")[["number", "label", "asked", "share"]]

# %% [markdown]
# ## 3. 得点と指標
# 定義は `measures.toml` にあり、しきい値はプログラムに書かれていません。

# %%
responses = ks.score(responses)
responses.frame(labels=True)[["age_class", "ucla_score", "ucla_class", "contact_class", "participation"]].head()

# %% [markdown]
# ## 4. 公表値と同じ集計（ウエイトなし）

# %%
unweighted = ks.weighted(responses, basis="unweighted")
ks.crosstab(unweighted, "q28", by=["age_class"])

# %% [markdown]
# ## 5. ウエイト付きの推計
# 抽出ウエイト → 無回答補正 → レイキング。段階ごとに記録があります。

# %%
import pandas as pd

sample = ks.weighted(responses, basis="design")
pd.DataFrame([step.summary() for step in sample.steps]).round(3)

# %%
tab = ks.crosstab(sample, "ucla_class", by=["q2", "age_class"])
tab.frame().head(10).round(3)

# %% [markdown]
# ## 6. 差と独立性
# 20代と70代の差を、標本設計を反映した共分散で検定します。

# %%
gap = ks.difference(tab, ("age_class", "20～29歳"), ("age_class", "70～79歳"))
gap.frame()[["answer", "points", "se", "low", "high", "t", "p"]].round(3)

# %%
ks.independence(sample, "ucla_class", "age_class")

# %% [markdown]
# 論文の表１のように、いくつもの項目を一つの表で比べます（検定、調整済みp値、標準化差つき）。

# %%
ks.summary_table(sample, ["ucla_class", "ucla_score"], by="q2")

# %% [markdown]
# ## 7. 図

# %%
ks.plot(ks.crosstab(unweighted, "q28", by=["age_class"]))

# %% [markdown]
# ## 8. 報告書
# 端末では `kodoku report data/sample/national_2024 -o reports/national_2024` のひとつのコマンドです。

# %%
report = ks.make_report(unweighted, only=["1-1", "1-3"])
for table in report.tables:
    print(table.title, *table.sentences, sep="\n  ")
