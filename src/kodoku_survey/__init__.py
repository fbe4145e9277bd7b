"""kodoku_survey: from the raw returns of a survey on loneliness and isolation to the report an official reads.

    import kodoku_survey as ks

The public names below are loaded when first used, so that `kodoku --help` need not wait for pandas.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from kodoku_survey.media import loaded_by
from kodoku_survey.version import __version__

# In the order one uses them: the folder, the returns, the measures, the weights, the estimates, the page.
_ROOMS = {
    "survey.folder": ("Survey", "load_survey"),
    "intake": ("Responses", "Returns", "clean", "item_nonresponse", "read_returns"),
    "measures": ("instrument", "score", "score_items"),
    "design": ("Sample", "domain", "replicates"),
    "weighting": ("adjust_nonresponse", "calibrate", "poststratify", "trim", "weighted"),
    "estimation": (
        "Estimate",
        "Pooled",
        "contrast",
        "correlations",
        "covariances",
        "degrees_of_freedom",
        "independence",
        "means",
        "pool",
        "prevalence",
        "proportions",
        "quantiles",
        "rank_test",
        "ratio",
        "side_by_side",
        "t_test",
        "totals",
        "variances",
    ),
    "crosstabs": (
        "CrossTab",
        "CrossTabs",
        "cell_means",
        "cell_quantiles",
        "crosstab",
        "crosstabs",
        "difference",
        "official",
        "pairwise",
        "wave_difference",
    ),
    "crosstabs.screening": ("Screening", "screen"),
    "crosstabs.weighting_report": ("WeightingReport", "weighting_report"),
    "models": ("Regression", "regression"),
    "scales": ("counting_index", "invariance", "item_bias", "reliability", "response_quality"),
    "survey.waves": ("wave_matrix",),
    "tables": (
        "Benchmark",
        "Comparison",
        "Measured",
        "Published",
        "ReferenceAdjusted",
        "Report",
        "SummaryTable",
        "Table",
        "adjust_to_reference",
        "benchmark",
        "compare",
        "make_report",
        "make_table",
        "read_rates",
        "summary_table",
    ),
    "protection.protect": ("protect",),
    "publish": (
        "load_sample",
        "plot",
        "plot_style",
        "save_sample",
        "write_comparison",
        "write_prepared",
        "write_report",
    ),
    "errors": ("SurveyError", "set_language"),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}
__all__ = ["__version__", *_HOME]

if TYPE_CHECKING:
    from kodoku_survey.crosstabs import (
        CrossTab,
        CrossTabs,
        cell_means,
        cell_quantiles,
        crosstab,
        crosstabs,
        difference,
        official,
        pairwise,
        wave_difference,
    )
    from kodoku_survey.crosstabs.screening import Screening, screen
    from kodoku_survey.crosstabs.weighting_report import WeightingReport, weighting_report
    from kodoku_survey.design import Sample, domain, replicates
    from kodoku_survey.errors import SurveyError, set_language
    from kodoku_survey.estimation import (
        Estimate,
        Pooled,
        contrast,
        correlations,
        covariances,
        degrees_of_freedom,
        independence,
        means,
        pool,
        prevalence,
        proportions,
        quantiles,
        rank_test,
        ratio,
        side_by_side,
        t_test,
        totals,
        variances,
    )
    from kodoku_survey.intake import Responses, Returns, clean, item_nonresponse, read_returns
    from kodoku_survey.measures import instrument, score, score_items
    from kodoku_survey.models import Regression, regression
    from kodoku_survey.protection.protect import protect
    from kodoku_survey.publish import (
        load_sample,
        plot,
        plot_style,
        save_sample,
        write_comparison,
        write_prepared,
        write_report,
    )
    from kodoku_survey.scales import counting_index, invariance, item_bias, reliability, response_quality
    from kodoku_survey.survey.folder import Survey, load_survey
    from kodoku_survey.survey.waves import wave_matrix
    from kodoku_survey.tables import (
        Benchmark,
        Comparison,
        Measured,
        Published,
        ReferenceAdjusted,
        Report,
        SummaryTable,
        Table,
        adjust_to_reference,
        benchmark,
        compare,
        make_report,
        make_table,
        read_rates,
        summary_table,
    )
    from kodoku_survey.weighting import adjust_nonresponse, calibrate, poststratify, trim, weighted


class _Package(ModuleType):
    """A room may bear the name of what it makes (`crosstabs`): importing the room must not put it in the function's place."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
# What prints, and what draws and writes, when a result is first asked to.
loaded_by(
    lambda: import_module("kodoku_survey.tables.shown"),
    "to_text",
    "to_html",
    "to_markdown",
    "to_latex",
    "printed",
    "parts",
)
loaded_by(lambda: import_module("kodoku_survey.publish"), "plot", "to_csv", "to_excel")


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'kodoku_survey' has no attribute {name!r}")
    value = getattr(import_module(f"kodoku_survey.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
