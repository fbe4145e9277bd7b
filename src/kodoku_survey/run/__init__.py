"""The line of work, one call a stage; what the commands call."""

from kodoku_survey.run.again import diff, verify
from kodoku_survey.run.benchmarks import adjust, beside_benchmark, is_rates, many_beside
from kodoku_survey.run.demonstration import REPORT, SURVEY, demonstrate
from kodoku_survey.run.doctor import Finding, examine
from kodoku_survey.run.examined import Check, check
from kodoku_survey.run.folders import codebook, draft, new, synthesize
from kodoku_survey.run.line import compare, draft_of_crosswalk, prepare, report, respond, silent, weigh
from kodoku_survey.run.looking import screen, tabulate, write_looked

__all__ = [
    "REPORT",
    "SURVEY",
    "Check",
    "Finding",
    "adjust",
    "beside_benchmark",
    "check",
    "codebook",
    "compare",
    "demonstrate",
    "diff",
    "draft",
    "draft_of_crosswalk",
    "examine",
    "is_rates",
    "many_beside",
    "new",
    "prepare",
    "report",
    "respond",
    "screen",
    "silent",
    "synthesize",
    "tabulate",
    "verify",
    "weigh",
    "write_looked",
]  # fmt: skip
