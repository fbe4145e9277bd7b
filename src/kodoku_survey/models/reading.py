"""Formulas as they are written: names with dots or blanks, and nothing but terms and the functions of a model."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
from patsy import EvalEnvironment

from kodoku_survey.errors import DesignError

FUNCTIONS = {
    name: getattr(np, name)
    for name in ("log", "log2", "log10", "log1p", "exp", "expm1", "sqrt", "abs", "sign", "minimum", "maximum")
}
CODED = (
    "C",
    "I",
    "Q",
    "Treatment",
    "Poly",
    "Sum",
    "Helmert",
    "Diff",
    "center",
    "standardize",
    "scale",
    "bs",
    "cr",
    "cc",
    "te",
)
FORMULA_CALLS = frozenset((*CODED, *FUNCTIONS))
STATEMENTS = frozenset(("lambda", "for", "await", "yield", "async", "import"))
OURS = re.compile(r"Q\('([^'\\]*)'\)")


def environment() -> EvalEnvironment:
    """What a formula knows beside the columns: functions of numbers, bare or as np.…"""
    return EvalEnvironment([{**FUNCTIONS, "np": SimpleNamespace(**FUNCTIONS)}])


def readable(formula: str, columns: Sequence[str]) -> str:
    """The formula as patsy reads it: `a b` and names with dots as Q('…'). Raises DesignError where it would run code."""
    dotted = [name for name in columns if "." in name and re.fullmatch(r"[^\W\d][\w.]*", name)]
    pattern = "|".join(rf"(?<![\w.]){re.escape(name)}(?![\w.]|\s*\()" for name in sorted(dotted, key=len, reverse=True))
    parts = re.split(r"(`[^`]*`|\"[^\"]*\"|'[^']*')", formula)

    def quoted(part: str) -> str:
        if part.startswith("`") and len(part) > 1:
            return f"Q({part[1:-1]!r})"
        return re.sub(pattern, lambda m: f"Q({m[0]!r})", part) if pattern and part[:1] not in "\"'" else part

    text = "".join(quoted(part) if part else "" for part in parts)
    _refuse_code(text, formula)
    return text


def shown(name: str) -> str:
    """A term or coefficient as the formula had it, without the Q('…') put there by `readable`."""
    return OURS.sub(lambda quoted: quoted[1], name)


def _refuse_code(text: str, formula: str) -> None:
    """Raises DesignError for a call of anything else: patsy evaluates what stands in a formula as Python."""
    before = ["", ""]
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in (tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER):
                continue
            word = token.string
            called = word == "(" and before[-1] and (before[-1][-1] in ")]}\"'" or re.fullmatch(r"\w+", before[-1]))
            if (
                called
                and before[-1] not in FORMULA_CALLS
                and before[-1] not in ("and", "or", "not", "in", "is", "if", "else")
            ):
                raise _code(formula, before[-1])
            reached = before[-1] == "." and re.fullmatch(r"\w+", word)
            if reached and not (before[-2] == "np" and word in FUNCTIONS):
                raise _code(formula, word)
            in_text = tokenize.tok_name[token.type].startswith("FSTRING") or (
                token.type == tokenize.STRING and "f" in word[: len(word) - len(word.lstrip("rRbBuUfF"))].lower()
            )
            if in_text or word in STATEMENTS or word in ("@", ":=") or word.startswith("__"):
                raise _code(formula, word)
            before.append(word)
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return  # patsy says what it cannot read; what cannot be read is not run


def _code(formula: str, word: str) -> DesignError:
    return DesignError("estimation.code_in_formula", formula, value=word, known=", ".join(sorted(FORMULA_CALLS)))
