"""The codebook (符号表): every variable with its codes, as text and as tables, and which way its answers run."""

from kodoku_survey.survey.codebook.codebook import Codebook, NonanswerCode, read_codebook
from kodoku_survey.survey.codebook.variables import (
    NOT_ASKED,
    SOURCES,
    Code,
    Kind,
    Order,
    Scale,
    Variable,
    check_codes,
    check_condition,
)

__all__ = [
    "NOT_ASKED", "SOURCES", "Code", "Codebook", "Kind", "NonanswerCode", "Order", "Scale", "Variable",
    "check_codes", "check_condition", "read_codebook",
]  # fmt: skip
