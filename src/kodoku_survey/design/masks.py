"""Who is in a domain: masks by index, functions, and queries that compare and do nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray
from kodoku_survey.design.label_query import expression
from kodoku_survey.errors import DesignError, DidYouMean, Spoken, named

# What a query may call of a column. Anything else is Python, and a query is a condition.
MASK_CALLS = frozenset(
    ("isin", "isna", "isnull", "notna", "notnull", "between", "abs", "round", "startswith", "endswith", "contains", "len",
     "lower", "upper", "strip")
)  # fmt: skip
PLAIN_SYNTAX = (
    ast.Expression, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Name, ast.Constant, ast.List, ast.Tuple, ast.Load,
    ast.boolop, ast.operator, ast.unaryop, ast.cmpop, ast.keyword,
)  # fmt: skip


def mask_of(rows: Any, frame: Callable[[], pd.DataFrame], size: int) -> BoolArray:
    """(n,) who is meant by a mask, a query or a function of the DataFrame; missing is outside. Raises DesignError."""
    if isinstance(rows, str):
        rows = queried(frame(), rows)
    elif callable(rows):
        try:
            rows = rows(frame())
        except (KeyError, AttributeError, TypeError, ValueError) as fault:
            raise DesignError(
                "design.bad_query", value="function", reason=_reason("query_raised", fault=_first_line(fault))
            ) from fault
    if isinstance(rows, pd.Series):
        rows = _aligned(rows, frame().index, size)
    try:
        held = np.asarray(pd.Series(rows).astype("boolean").fillna(False), dtype=bool)
    except (TypeError, ValueError) as fault:
        raise DesignError("design.not_a_mask") from fault
    if len(held) != size:
        raise DesignError("design.bad_domain", value=len(held), n=size)
    return held


def _aligned(mask: pd.Series, index: pd.Index, size: int) -> pd.Series:
    """A mask in the order of the sample's rows. Raises DesignError where its index does not say which row is which."""
    if mask.index.equals(index):
        return mask
    if mask.index.is_unique and index.is_unique and index.isin(mask.index).all():
        return mask.reindex(index)
    if len(mask) != size:
        raise DesignError("design.bad_domain", value=len(mask), n=size)
    raise DesignError("design.mask_index")


def queried(frame: pd.DataFrame, query: str) -> Any:
    """A condition on the columns. Raises DesignError for one that cannot be read or that runs code."""
    check_query(query)
    try:
        return frame.eval(query)
    except NameError as fault:
        raise _unknown(query, fault, [str(name) for name in frame.columns]) from fault
    except SyntaxError as fault:
        raise DesignError("design.bad_query", value=query, reason=_misspelt(query)) from fault
    except (TypeError, ValueError, AttributeError, KeyError, NotImplementedError) as fault:
        raise DesignError("design.bad_query", value=query, reason=_reason("query_kinds")) from fault


def _unknown(query: str, fault: NameError, columns: list[str]) -> DesignError:
    """A name that is no column: of a question with several answers, the columns of its options."""
    quoted = re.search(r"'([^']*)'", str(fault))
    name = quoted[1] if quoted else query
    options = [column for column in columns if re.fullmatch(re.escape(name) + r"_\d+", column)]
    if options:
        return DesignError("design.multiple_in_query", value=query, name=name, known=named(options), first=options[0])
    hint = DidYouMean(name, tuple(columns))
    return DesignError("design.bad_query", value=query, reason=_reason("query_name", name=name, hint=hint))


def check_query(query: str, called: frozenset[str] = MASK_CALLS) -> None:
    """Raises DesignError for anything but comparisons, arithmetic and the calls listed: pandas would run it as Python."""
    names: list[str] = []

    def placeholder(quoted: re.Match[str]) -> str:
        names.append(quoted[0])
        return f"_column{len(names)}"

    text = re.sub(r"`[^`]*`", placeholder, query.strip())
    text = re.sub(r"&&?|\|\|?", lambda sign: f" {sign[0][0]} ", text) if "&&" in text or "||" in text else text
    try:
        tree = expression(text)
    except (SyntaxError, ValueError) as fault:
        if "@" in text:
            raise DesignError("design.code_in_query", value=query, known=", ".join(sorted(called))) from fault
        raise DesignError("design.bad_query", value=query, reason=_misspelt(query)) from fault
    if not _harmless(tree, called):
        raise DesignError("design.code_in_query", value=query, known=", ".join(sorted(called)))


def _harmless(node: ast.AST, called: frozenset[str]) -> bool:
    if isinstance(node, ast.Call):
        function = node.func
        named = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        if named not in called:
            return False
        held = [function.value] if isinstance(function, ast.Attribute) else []
        return all(_harmless(part, called) for part in (*held, *node.args, *(k.value for k in node.keywords)))
    if isinstance(node, ast.Attribute):  # text and dates of a column
        return node.attr in ("str", "dt", "year", "month", "day") and _harmless(node.value, called)
    if isinstance(node, ast.Name):
        return not node.id.startswith("__")
    if isinstance(node, ast.MatMult):
        return False
    return isinstance(node, PLAIN_SYNTAX) and all(_harmless(part, called) for part in ast.iter_child_nodes(node))


def _misspelt(query: str) -> Spoken:
    """Why a condition cannot be read, as far as its signs tell."""
    bare = re.sub(r"'[^']*'" + r'|"[^"]*"|`[^`]*`', "", query)
    if re.search(r"(?<![=<>!])=(?!=)", bare):
        return _reason("query_equals")
    if any(sign in bare for sign in "'\"`") or bare.count("(") != bare.count(")") or bare.count("[") != bare.count("]"):
        return _reason("query_unclosed")
    return _reason("query_syntax")


def _reason(key: str, **told: Any) -> Spoken:
    """A part of a message in both languages."""
    said = DesignError(f"design.{key}", **told)
    return Spoken(said.text("ja"), said.text("en"))


def _first_line(fault: Exception) -> str:
    return (str(fault).splitlines() or [type(fault).__name__])[0]
