"""What each call of the reference is in this project's terms: {(quantity, key): value}."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from r_designs import Library, NotOffered
from r_language import call_of, evaluate, split, terms_of, value_of
from r_rules import profile_limits

import kodoku_survey as ks

Answers = dict[tuple[str, str], float]
INTERVALS = {"asin": "arcsine", "xlogit": "logit"}
STATISTICS = {"Chisq": "chisq", "Wald": "wald", "adjWald": "adjusted_wald", "lincom": "exact"}
SCORES = {"vanderWaerden": "van_der_waerden", "KruskalWallis": "wilcoxon"}
FAMILIES = {"quasibinomial()": "logistic", "quasipoisson()": "poisson"}
TESTS = {"Wald": "wald", "WorkingWald": "working_wald", "LRT": "likelihood_ratio"}
LONELY = {"adjust": "centre", "certainty": "certainty", "remove": "remove", "average": "average", "fail": "fail"}


class Case:
    """One case of the reference and what this project answers."""

    def __init__(self, library: Library, case: dict[str, Any]) -> None:
        self.library, self.case = library, case
        given = case.get("df_used")
        self.df = float(given) if isinstance(given, (int, float)) else np.inf

    def answers(self) -> Answers:
        code = self.case["r_code"]
        if code.startswith("{ w <- weights("):
            return self.kish(code)
        if code.startswith("c(full = degf"):
            return self.degrees(code)
        if not re.match(r"[\w.]+\(", code):  # a column the script made, no call
            raise NotOffered("weights that are no estimate")
        return getattr(self, call_of(code).name.replace(".", "_"))(call_of(code))

    # designs and columns -------------------------------------------------------------------------------------------

    def sample(self, text: str) -> ks.Sample:
        if not text.startswith("subset("):
            sample = self.library[text]
            lonely = (self.case["options"] or {}).get("survey.lonely.psu")
            return replace(sample, lonely_psu=LONELY[lonely]) if lonely else sample
        call = call_of(text)
        sample = self.sample(call.args[0])
        rows = evaluate(call.args[1], sample.frame)
        return ks.domain(sample, rows.fillna(False).to_numpy(bool))

    @staticmethod
    def with_columns(sample: ks.Sample, columns: dict[str, Any]) -> ks.Sample:
        return replace(sample, frame=sample.frame.assign(**columns))

    def blocks(self, sample: ks.Sample, formula: str) -> dict[str, np.ndarray]:
        """Every column of the model frame, factors as a 0/1 column a level; nan where any variable is missing."""
        columns: dict[str, np.ndarray] = {}
        missing = np.zeros(len(sample), dtype=bool)
        for term in terms_of(formula):
            values = evaluate(term, sample.frame)
            missing |= values.isna().to_numpy()
            if isinstance(values.dtype, pd.CategoricalDtype):
                for level in values.cat.categories:
                    columns[f"{term}{level}"] = (values == level).to_numpy(float)
            elif term.startswith("I(") and values.dropna().map(lambda v: isinstance(v, (bool, np.bool_))).all():
                columns[f"{term}FALSE"] = 1.0 - values.fillna(False).to_numpy(float)
                columns[f"{term}TRUE"] = values.fillna(False).to_numpy(float)
            else:
                columns[term] = values.to_numpy(float)
        return {name: np.where(missing, np.nan, column) for name, column in columns.items()}

    # what an estimate prints ---------------------------------------------------------------------------------------

    def told(
        self, estimate: ks.Estimate, names: list[str], *, deff: str | None = None, intervals: bool = True
    ) -> Answers:
        out: Answers = {}
        given = {"estimate": estimate.value, "se": estimate.se, "cv": estimate.cv}
        if intervals:
            plain = replace(estimate, kind="mean")
            printed = plain.interval(convention="r_survey"), plain.interval(degrees_of_freedom=self.df)
            for suffix, limits in zip(("", "_t"), printed, strict=True):
                given |= {f"ci95_low{suffix}": limits[0], f"ci95_high{suffix}": limits[1]}
        if deff:
            given["deff"] = estimate.design_effect(deff)
        for quantity, values in given.items():
            out |= {(quantity, name): float(v) for name, v in zip(names, values, strict=True)}
        covariance = estimate.covariance
        for i, a in enumerate(names):
            for j, b in enumerate(names[: i + 1]):
                out["vcov", f"{a} : {b}"] = out["vcov", f"{b} : {a}"] = float(covariance[i, j])
        return out

    def _deff(self, call) -> str | None:
        asked = value_of(call.named.get("deff"), False)
        return {False: None, True: "without_replacement", "replace": "with_replacement"}[asked]

    def svymean(self, call) -> Answers:
        sample = self.sample(call.args[1])
        columns = self.blocks(sample, call.args[0])
        return self.told(
            ks.means(self.with_columns(sample, columns), list(columns)), list(columns), deff=self._deff(call)
        )

    def svytotal(self, call) -> Answers:
        sample = self.sample(call.args[1])
        columns = self.blocks(sample, call.args[0])
        return self.told(
            ks.totals(self.with_columns(sample, columns), list(columns)), list(columns), deff=self._deff(call)
        )

    def svyvar(self, call) -> Answers:
        return self.told(ks.variances(self.sample(call.args[1]), call.args[0].strip("~ ")), [call.args[0].strip("~ ")])

    def svyratio(self, call) -> Answers:
        if call.named.get("separate"):
            return self.separate(call)
        sample = self.sample(call.args[2])
        denominator = terms_of(call.args[1])[0]
        sample = self.with_columns(sample, {denominator: evaluate(denominator, sample.frame).astype(float)})
        out: Answers = {}
        names = terms_of(call.args[0])
        complete = sample.frame[[*names, denominator]].notna().all(axis=1)
        for name in names:
            held = self.with_columns(sample, {name: sample.frame[name].where(complete)})
            out |= self.told(ks.ratio(held, name, denominator), [f"{name}/{denominator}"])
        return out

    def separate(self, call) -> Answers:
        sample = self.sample(call.args[2])
        names = terms_of(call.args[0])[0], terms_of(call.args[1])[0]
        found = ks.ratio(sample, *names, by="stype")
        return {("value", str(level)): v for level, v in zip("EHM", found.value, strict=True)}

    def svyby(self, call) -> Answers:
        what, by, sample = call.args[0], terms_of(call.args[1]), self.sample(call.args[2])
        function = call.args[3]
        # R has a row for each combination that occurs, the first variable running fastest.
        inside = sample.frame if sample.within is None else sample.frame[sample.within]
        present = {tuple(map(str, row)) for row in inside[by].dropna().astype("object").itertuples(index=False)}
        combined = sample.frame[by[0]].astype("str")
        for name in by[1:]:
            combined = combined + "." + sample.frame[name].astype("str")
        missing = sample.frame[by].isna().any(axis=1)
        levels = [[str(v) for v in _levels(sample.frame[name])] for name in reversed(by)]
        grid = (
            [tuple(reversed(row)) for row in pd.MultiIndex.from_product(levels)]
            if len(by) > 1
            else [(v,) for v in levels[0]]
        )
        order = [".".join(row) for row in grid if row in present]
        combined = pd.Categorical(combined.where(~missing), categories=order)
        if function == "svyquantile":
            return self.quantile_by(sample, what, combined, order, value_of(call.named["quantiles"]))
        columns = self.blocks(sample, what)
        sample = self.with_columns(sample, {**columns, "_by": combined})
        if function == "svyratio":
            found = ks.ratio(sample, what.strip("~ "), call.named["denominator"].strip("~ "), by="_by")
            names = order
        else:
            estimator = {"svymean": ks.means, "svytotal": ks.totals}[function]
            found = estimator(sample, list(columns), by="_by")
            names = [f"{level}:{column}" if len(columns) > 1 else level for column in columns for level in order]
        return self.told(found, names, deff="without_replacement" if value_of(call.named.get("deff"), False) else None)

    def quantile_by(self, sample, what, combined, order, p) -> Answers:
        sample = self.with_columns(sample, {"_by": combined})
        found = ks.quantiles(sample, what.strip("~ "), [p], by="_by")
        return self.told(replace(found, limits=None, make_factor=lambda: np.zeros((1, len(found)))), order)

    # shares, quantiles, tests --------------------------------------------------------------------------------------

    def svyciprop(self, call) -> Answers:
        sample = self.sample(call.args[1])
        term = call.args[0].strip("~ ")
        values = evaluate(term, sample.frame)
        sample = self.with_columns(
            sample, {term: pd.Categorical(values.map({True: "yes", False: "no"}), categories=["no", "yes"])}
        )
        found = ks.proportions(sample, term)
        method = value_of(call.named.get("method"), "logit")
        level = value_of(call.named.get("level"), 0.95)
        df = value_of(call.named.get("df"), _df(sample))  # R counts PSUs of the domain that gave no answer as well
        low, high = found.interval(level, INTERVALS.get(method, method), degrees_of_freedom=df, convention="r_survey")
        given = {"estimate": found.value, "se": found.se, "ci95_low": low, "ci95_high": high}
        return {(quantity, term): float(values[1]) for quantity, values in given.items()}

    def profile(self) -> tuple[float, float]:
        """The limits of a share by R's profile and spline."""
        call = call_of(self.case["r_code"])
        sample, term = self.sample(call.args[1]), call.args[0].strip("~ ")
        values = evaluate(term, sample.frame).map({True: 1.0, False: 0.0}).astype(float)
        inside = np.ones(len(sample), dtype=bool) if sample.within is None else sample.within
        scaled = sample.weight / sample.weight[inside].mean()
        rows = inside & values.notna().to_numpy()

        def error_of(p: float) -> float:
            total = ks.totals(self.with_columns(sample, {term: values - p}), term)
            return float(total.se[0] / sample.weight[rows].sum())

        return profile_limits(values[rows].to_numpy(), scaled[rows], error_of, float(_df(sample)))

    def svyquantile(self, call) -> Answers:
        sample, name = self.sample(call.args[1]), call.args[0].strip("~ ")
        ps = value_of(call.args[2])
        ps = ps if isinstance(ps, list) else [ps]
        kind = value_of(call.named.get("interval.type"), "mean")
        found = ks.quantiles(
            sample, name, ps, rule=value_of(call.named.get("qrule"), "math"), interval=INTERVALS.get(kind, kind)
        )  # fmt: skip
        low, high = found.interval(0.95)
        out: Answers = {}
        for p, value, se, a, b in zip(ps, found.value, found.se, low, high, strict=True):
            key = f"{name}.{p:g}"
            out |= {("estimate", key): value, ("se", key): se, ("ci95_low", key): a, ("ci95_high", key): b}
        return out

    def svychisq(self, call) -> Answers:
        a, b = terms_of(call.args[0])
        statistic = value_of(call.named.get("statistic"), "F")
        test = ks.independence(self.sample(call.args[1]), a, b, statistic=STATISTICS.get(statistic, statistic))
        name = "X-squared" if statistic in ("Chisq", "lincom", "saddlepoint") else "F"
        out = {("statistic", name): test.statistic, ("p_value", ""): test.p_value}
        return out | {
            ("parameter", "ndf"): test.df[0],
            ("parameter", "ddf"): test.df[1],
            ("parameter", "df"): test.df[0],
        }

    def svyttest(self, call) -> Answers:
        left, right = (part.strip() for part in split(call.args[0], "~"))
        sample = self.sample(call.args[1])
        sample = self.with_columns(sample, {left: evaluate(left, sample.frame).astype(float)})
        gap, test = ks.t_test(sample, left, None if right == "0" else right, convention="r_survey")
        (low,), (high,) = gap.interval(0.95)
        name = "mean" if right == "0" else "difference in mean"
        return {
            ("statistic", "t"): test.statistic, ("parameter", "df"): test.df[1], ("p_value", ""): test.p_value,
            ("estimate", name): float(gap), ("ci95_low", ""): low, ("ci95_high", ""): high,
        }  # fmt: skip

    def svyranktest(self, call) -> Answers:
        left, right = (part.strip() for part in split(call.args[0], "~"))
        asked = value_of(call.named["test"])
        gap, test = ks.rank_test(self.sample(call.args[1]), left, right, scores=SCORES.get(asked, asked))
        p = {("p_value", ""): test.p_value}
        if (
            asked == "KruskalWallis"
        ):  # R prints the statistic as a parameter, and its degrees of freedom as the statistic
            return p | {("statistic", "df"): test.df[0], ("parameter", "Chisq"): test.statistic * test.df[0]}
        gaps = {("estimate", "difference in mean rank score"): float(gap)}
        return p | gaps | {("statistic", "t"): test.statistic, ("parameter", "df"): test.df[1]}

    def svytable(self, call) -> Answers:
        a, b = terms_of(call.args[0])
        sample = self.sample(call.args[1])
        sample = self.with_columns(sample, {n: pd.Categorical(sample.frame[n]) for n in (a, b)})
        found = ks.totals(sample, a, by=b)
        rows, columns = sample.categorical(a).answers, sample.categorical(b).answers
        rows, columns = ([str(v).removesuffix(".0") for v in names] for names in (rows, columns))
        cells = {
            ("cell", f"{x} | {y}"): found.value[j * len(rows) + i]
            for j, y in enumerate(columns)
            for i, x in enumerate(rows)
        }
        scale = float(call.named["Ntotal"]) / found.value.sum() if "Ntotal" in call.named else 1.0
        return {key: float(value * scale) for key, value in cells.items()}

    # contrasts and models ------------------------------------------------------------------------------------------

    def svycontrast(self, call) -> Answers:
        inner = call_of(call.args[0])
        sample = self.sample(inner.args[2] if inner.name == "svyby" else inner.args[1])
        estimator = {"svymean": ks.means, "svytotal": ks.totals}[inner.args[3] if inner.name == "svyby" else inner.name]
        names = terms_of(inner.args[0])
        estimate = estimator(
            sample,
            names if len(names) > 1 else names[0],
            by=inner.args[1].strip("~ ") if inner.name == "svyby" else None,
        )
        if call.args[1].startswith("list("):
            ((label, text),) = call_of(call.args[1]).named.items()
            coefficients = {
                k: -float(v[1:]) if str(v).startswith("-") else float(v) for k, v in call_of(text).named.items()
            }
            return self.told(ks.contrast(estimate, {label: coefficients}), [label])
        text = call_of(call.args[1]).args[0]
        readable = re.sub(
            r"`(\w+)`|(?<![\w.])([A-Za-z][\w.]*)(?!\()(?![\w.])", lambda m: f"v[{(m[1] or m[2])!r}]", text
        )
        function: Callable[[Any], Any] = lambda v: eval(readable, {"log": np.log, "v": v})  # noqa: E731
        return self.told(ks.contrast(estimate, {"contrast": function}), ["contrast"])

    def model(self, call):
        sample = self.sample(call.args[1])
        formula, offset = call.args[0], None
        found = re.search(r"\s*\+\s*offset\((.*)\)", formula)
        if found:
            formula, offset = formula.replace(found[0], ""), found[1]
        columns, readable = {}, formula
        for name in re.findall(r"[A-Za-z][\w.]*", re.sub(r'"[^"]*"', "", formula)):
            if name in sample.frame:
                columns[name.replace(".", "_")] = sample.frame[name]
                readable = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w.])", name.replace(".", "_"), readable)
        left = split(formula, "~")[0].strip()
        response = evaluate(left, sample.frame)
        if isinstance(response.dtype, pd.CategoricalDtype):  # R models the second level
            response = response.cat.codes
        columns["_y"] = response.astype(float)
        readable = "_y ~ " + split(readable, "~")[1]
        if offset:
            columns["_offset"] = evaluate(offset, sample.frame)
        family = FAMILIES.get(call.named.get("family", ""), "linear")
        found = ks.regression(
            self.with_columns(sample, columns), readable, family=family, offset="_offset" if offset else None
        )
        return found, lambda term: term.replace(".", "_")

    def svyglm(self, call) -> Answers:
        model, _ = self.model(call)
        frame, estimate = model.frame(), model.coefficients
        names = [_r_name(term) for term in frame["term"]]
        # The names R gives have dots where patsy needs underscores.
        known = {key.split(" : ")[0].replace(".", "_"): key.split(" : ")[0] for _, key, _ in self.case["values"]}
        names = [known.get(name, name) for name in names]
        out = self.told(estimate, names, intervals=False)
        for quantity, column in (("ci95_low", "low"), ("ci95_high", "high"), ("t", "t"), ("p", "p")):
            out |= {(quantity, name): float(v) for name, v in zip(names, frame[column], strict=True)}
        out["df_residual", ""] = float(frame["df"].iloc[0])
        return out

    def regTermTest(self, call) -> Answers:
        model, named = self.model(call_of(call.args[0]))
        asked = value_of(call.named["method"])
        test = model.test(" + ".join(map(named, terms_of(call.args[1]))), statistic=TESTS[asked])
        given = {
            "Ftest": test.statistic,
            "chisq": test.statistic,
            "df": test.df[0],
            "ddf": test.df[1],
            "p": test.p_value,
        }
        return {(q, key): v for q, v in given.items() for key in ("", "1")}

    # weights -------------------------------------------------------------------------------------------------------

    def weights(self, call) -> Answers:
        name = call.args[0]
        if "type" in call.named:
            return self.replicate_weights(name)
        return _of_weights(self.library[name].weight)

    def replicate_weights(self, name: str) -> Answers:
        made = self.library[name].replicates
        out: Answers = {("scale", ""): made.scale}
        # The order of the replicates is each package's own.
        theirs = [(key, float(value)) for quantity, key, value in self.case["values"] if quantity == "rscales"]
        keys = [key for key, _ in sorted(theirs, key=lambda pair: pair[1])]
        return out | {("rscales", key): float(v) for key, v in zip(keys, np.sort(made.rscales), strict=True)}

    def kish(self, code: str) -> Answers:
        w = self.library[re.search(r"weights\(([\w.]+)\)", code)[1]].weight
        n = len(w)
        return {
            ("value", "cv2"): w.var(ddof=1) / w.mean() ** 2, ("value", "kish_deff"): n * (w**2).sum() / w.sum() ** 2,
            ("value", "n_eff"): w.sum() ** 2 / (w**2).sum(), ("value", "min"): w.min(), ("value", "max"): w.max(),
        }  # fmt: skip

    def degf(self, call) -> Answers:
        sample = self.sample(call.args[0])
        return {("value", "1"): float(_df(sample))}

    def degrees(self, code: str) -> Answers:
        call = call_of(code)
        return {("value", key): _df(self.sample(call_of(text).args[0])) for key, text in call.named.items()}


def _df(sample: ks.Sample) -> float:
    one = replace(sample, frame=sample.frame.assign(_one=1.0))
    return float(ks.means(one, "_one").degrees_of_freedom[0])


def _of_weights(w: np.ndarray) -> Answers:
    return {
        ("sum", ""): w.sum(),
        ("min", ""): w.min(),
        ("max", ""): w.max(),
        ("kish_deff", ""): len(w) * (w**2).sum() / w.sum() ** 2,
    }


def _levels(column: pd.Series) -> list[Any]:
    return (
        list(column.cat.categories)
        if isinstance(column.dtype, pd.CategoricalDtype)
        else sorted(column.dropna().unique())
    )


def _r_name(term: str) -> str:
    """patsy's name of a coefficient as R would write it: "stype[T.H]" → "stypeH"."""
    return "(Intercept)" if term == "Intercept" else re.sub(r"(\w+)\[T\.(.*)\]", r"\1\2", term)
