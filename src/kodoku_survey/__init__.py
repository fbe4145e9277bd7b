"""kodoku_survey: from the raw returns of a survey on loneliness and isolation to the report an official reads.

    import kodoku_survey as ks

The public names below are loaded when first used, so that `kodoku --help` need not wait for pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# In the order one uses them: the folder, the returns, the measures, the weights, the estimates, the page.
_ROOMS = {
    "survey.folder": ("Survey", "load_survey"),
    "intake": ("Responses", "Returns", "clean", "item_nonresponse", "read_returns"),
    "measures": ("instrument", "score", "score_items"),
    "design": (
        "Sample",
        "adjust_nonresponse",
        "calibrate",
        "domain",
        "poststratify",
        "replicates",
        "trim",
        "weighted",
    ),
    "estimation": (
        "CrossTab",
        "CrossTabs",
        "Estimate",
        "cell_means",
        "contrast",
        "correlations",
        "counting_index",
        "crosstab",
        "crosstabs",
        "difference",
        "independence",
        "invariance",
        "item_bias",
        "means",
        "official",
        "pairwise",
        "prevalence",
        "proportions",
        "quantiles",
        "rank_test",
        "ratio",
        "reliability",
        "response_quality",
        "side_by_side",
        "t_test",
        "totals",
        "variances",
        "wave_difference",
    ),
    "estimation.weighting_report": ("WeightingReport", "weighting_report"),
    "estimation.regression": ("Regression", "regression"),
    "survey.waves": ("wave_matrix",),
    "tables": ("Comparison", "Measured", "Published", "Report", "Table", "compare", "make_report", "make_table"),
    "publish": ("plot", "write_comparison", "write_prepared", "write_report"),
    "errors": ("SurveyError",),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}
__all__ = ["__version__", *_HOME]

if TYPE_CHECKING:
    from kodoku_survey.design import (
        Sample,
        adjust_nonresponse,
        calibrate,
        domain,
        poststratify,
        replicates,
        trim,
        weighted,
    )
    from kodoku_survey.errors import SurveyError
    from kodoku_survey.estimation import (
        CrossTab,
        CrossTabs,
        Estimate,
        cell_means,
        contrast,
        correlations,
        counting_index,
        crosstab,
        crosstabs,
        difference,
        independence,
        invariance,
        item_bias,
        means,
        official,
        pairwise,
        prevalence,
        proportions,
        quantiles,
        rank_test,
        ratio,
        reliability,
        response_quality,
        side_by_side,
        t_test,
        totals,
        variances,
        wave_difference,
    )
    from kodoku_survey.estimation.regression import Regression, regression
    from kodoku_survey.estimation.weighting_report import WeightingReport, weighting_report
    from kodoku_survey.intake import Responses, Returns, clean, item_nonresponse, read_returns
    from kodoku_survey.measures import instrument, score, score_items
    from kodoku_survey.publish import plot, write_comparison, write_prepared, write_report
    from kodoku_survey.survey.folder import Survey, load_survey
    from kodoku_survey.survey.waves import wave_matrix
    from kodoku_survey.tables import (
        Comparison,
        Measured,
        Published,
        Report,
        Table,
        compare,
        make_report,
        make_table,
    )


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'kodoku_survey' has no attribute {name!r}")
    value = getattr(import_module(f"kodoku_survey.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
