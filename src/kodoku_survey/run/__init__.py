"""The line of work, one call a stage; what the commands call."""

from kodoku_survey.run.again import diff, verify
from kodoku_survey.run.benchmarks import adjust, beside_benchmark, is_rates, many_beside
from kodoku_survey.run.examined import Check, check
from kodoku_survey.run.folders import codebook, draft, new, synthesize
from kodoku_survey.run.line import compare, draft_of_crosswalk, prepare, report, respond, silent, weigh

__all__ = [
    "Check",
    "adjust",
    "beside_benchmark",
    "check",
    "codebook",
    "compare",
    "diff",
    "draft",
    "draft_of_crosswalk",
    "is_rates",
    "many_beside",
    "new",
    "prepare",
    "report",
    "respond",
    "silent",
    "synthesize",
    "verify",
    "weigh",
]  # fmt: skip
