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
# # どんな DataFrame からでも：R・Stata・SPSS の人へ
#
# 調査フォルダがなくても、列のある表があれば推定できます。隣の言葉との対応表として読んでください。
# データは**その場で作った架空の** 800 人です。

# %%
import numpy as np
import pandas as pd

import kodoku_survey as ks

draw = np.random.default_rng(5)
stratum = draw.integers(1, 5, 800)
people = pd.DataFrame(
    {
        "stratum": stratum,
        "district": stratum * 100 + draw.integers(1, 9, 800),
        "weight": draw.uniform(500, 1500, 800).round(1),
        "sex": draw.choice(["female", "male"], 800),
        "age": draw.integers(18, 90, 800),
        "lonely": draw.choice(["never", "sometimes", "often"], 800, p=[0.6, 0.3, 0.1]),
        "score": draw.integers(3, 13, 800),
    }
)
people["lonely"] = pd.Categorical(people["lonely"], ["never", "sometimes", "often"], ordered=True)

# %% [markdown]
# ## 1. 設計を宣言する
#
# | | |
# |---|---|
# | R | `d <- svydesign(ids = ~district, strata = ~stratum, weights = ~weight, data = people)` |
# | Stata | `svyset district [pweight = weight], strata(stratum)` |
# | SPSS | `CSPLAN ANALYSIS … /DESIGN STRATA=stratum CLUSTER=district` |

# %%
d = ks.Sample.from_frame(people, weight="weight", stratum="stratum", psu="district")
d

# %% [markdown]
# ## 2. 平均と割合
#
# | | 平均 | 割合 |
# |---|---|---|
# | R | `svyby(~score, ~sex, d, svymean)` | `svymean(~lonely, d)` |
# | Stata | `svy: mean score, over(sex)` | `svy: proportion lonely` |
# | SPSS | `CSDESCRIPTIVES … /MEAN` | `CSTABULATE lonely` |

# %%
ks.means(d, "score", by="sex")

# %%
ks.proportions(d, "lonely")

# %% [markdown]
# ## 3. 部分集団
# 行を落としてはいけません（PSU が消え、誤差が狂います）。R の `subset(d, age >= 65)`、Stata の `subpop(if age >= 65)` にあたるのが `ks.domain` です。

# %%
ks.means(ks.domain(d, people["age"] >= 65), "score")

# %% [markdown]
# ## 4. クロス集計と検定
#
# | | |
# |---|---|
# | R | `svytable(~sex + lonely, d)`、`svychisq(~sex + lonely, d)` |
# | Stata | `svy: tabulate sex lonely, row` |
# | SPSS | `CSTABULATE sex BY lonely /CELLS ROWPCT` |

# %%
ks.crosstab(d, "lonely", by="sex")

# %%
ks.independence(d, "sex", "lonely")

# %% [markdown]
# ## 5. 分位数・比・検定
# R の `svyquantile`・`svyratio`・`svyttest`、Stata の `svy: ratio`・`lincom`。

# %%
ks.quantiles(d, "score", [0.25, 0.5, 0.75], by="sex")

# %%
ks.t_test(d, "score", "sex")

# %% [markdown]
# ## 6. 回帰
#
# | | |
# |---|---|
# | R | `svyglm(score ~ sex + age, d)`、`svyolr(lonely ~ sex + age, d)` |
# | Stata | `svy: regress score i.sex age`、`svy: ologit lonely i.sex age` |
# | SPSS | `CSGLM`、`CSORDINAL` |

# %%
ks.regression(d, "lonely ~ sex + age", family="ordered").frame()

# %% [markdown]
# ## 7. 人口に合わせる・反復ウエイト
# R の `calibrate`・`rake`・`as.svrepdesign`、Stata の `svycal`・`svyset …, jkrweight()`。

# %%
raked = ks.calibrate(d, {"sex": {"female": 410_000, "male": 390_000}})
ks.means(ks.replicates(raked, method="jkn"), "score")

# %% [markdown]
# ## 8. 尺度の得点だけを
# 項目の列から、尺度の定義どおりの得点を。R の `psych::scoreItems` にあたりますが、向きや範囲を確かめます。

# %%
answers = pd.DataFrame({name: draw.integers(1, 5, 6) for name in ["a", "b", "c"]})
ks.score_items(answers, "ucla3_jp_gov", items=["a", "b", "c"])

# %% [markdown]
# ## 9. 持ち出す
# どの結果も `.frame()`、`.to_excel(path)`、`.to_markdown()`、`.to_latex()`、`.plot()` を持ちます。

# %%
print(ks.crosstab(d, "lonely", by="sex").to_markdown())
