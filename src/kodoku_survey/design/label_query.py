"""A query on a survey's answers: labels for codes, as a reader writes them, and no answer is no code to be counted with.

`sex == '女性'` is `sex == 1`, and `q4 >= 3` is not true of those who gave no answer, whatever their code (99).
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Collection, Mapping
from typing import Any

from kodoku_survey.errors import DesignError, DidYouMean, named
from kodoku_survey.survey.codebook.variables import Variable


def in_codes(query: str, variables: Mapping[str, Variable]) -> str:
    """A query on a survey's variables as one on their codes, of those who answered. Raises DesignError."""
    coded = {name: one for name, one in variables.items() if one.kind == "single"}
    told = by_codes(query, {name: {code.label: code.code for code in one.codes} for name, one in coded.items()})
    nonanswers = {name: one.nonanswer for name, one in coded.items() if one.nonanswer is not None}
    return among_answers(told, nonanswers, [name for name, one in variables.items() if one.kind == "number"])


def expression(text: str) -> ast.Expression:
    """A condition as a tree, without Python's own warnings. Raises SyntaxError, ValueError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return ast.parse(text, mode="eval")


def by_codes(query: str, answers: Mapping[str, Mapping[str, Any]]) -> str:
    """The query with the labels it compares a variable with as codes; a query that cannot be parsed as it was.

    answers : label → code of each variable that has codes. Raises DesignError for a text that is no label of the variable: no
    code equals it, so that the comparison would find nobody in silence.
    """
    try:
        tree = expression(query.strip())
    except (SyntaxError, ValueError):
        return query  # what is wrong with it is told by who reads queries
    told = _Labels(answers)
    changed = told.visit(tree)
    return ast.unparse(changed) if told.replaced else query


def among_answers(query: str, nonanswers: Mapping[str, int], numbers: Collection[str] = ()) -> str:
    """The query with every ordering, sum or range of coded variables true only of those who answered them.

    nonanswers : variable → its code of no answer. numbers : variables that are numbers. Equality is as written: `q4 == 99` asks
    for those who did not answer. Raises DesignError for a number compared with a text, which would find nobody in silence.
    """
    joined = re.sub(r"""('[^']*'|"[^"]*"|`[^`]*`)|&&?|\|\|?""", _as_words, query.strip())
    try:
        tree = expression(joined)
    except (SyntaxError, ValueError):
        return query
    told = _Answers(nonanswers, frozenset(numbers))
    changed = ast.fix_missing_locations(told.visit(tree))
    return ast.unparse(changed) if told.replaced else query


def _as_words(sign: re.Match[str]) -> str:
    return sign[1] or (" and " if sign[0][0] == "&" else " or ")


class _Answers(ast.NodeTransformer):
    def __init__(self, nonanswers: Mapping[str, int], numbers: frozenset[str]) -> None:
        self.nonanswers, self.numbers, self.replaced = nonanswers, numbers, False

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """An ordering, or anything reckoned with codes; equality with the variable itself stays as it is."""
        sides = [node.left, *node.comparators]
        texts = [side.value for side in sides if isinstance(side, ast.Constant) and isinstance(side.value, str)]
        number = next((side.id for side in sides if isinstance(side, ast.Name) and side.id in self.numbers), None)
        if texts and number is not None:
            raise DesignError("design.text_for_number", value=texts[0], name=number)
        ordered = any(isinstance(sign, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for sign in node.ops)
        reckoned = [side for side in sides if ordered or isinstance(side, ast.BinOp)]
        return self._answered(node, reckoned)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """`q4.between(3, 5)`."""
        between = isinstance(node.func, ast.Attribute) and node.func.attr == "between"
        return self._answered(node, [node] if between else [])

    def _answered(self, node: ast.expr, reckoned: list[ast.expr]) -> ast.expr:
        found = {one.id for side in reckoned for one in ast.walk(side) if isinstance(one, ast.Name)}
        names = sorted(found & set(self.nonanswers))
        if not names:
            return node
        self.replaced = True
        others = [
            ast.Compare(ast.Name(name, ast.Load()), [ast.NotEq()], [ast.Constant(self.nonanswers[name])])
            for name in names
        ]
        return ast.BoolOp(ast.And(), [node, *others])


class _Labels(ast.NodeTransformer):
    def __init__(self, answers: Mapping[str, Mapping[str, Any]]) -> None:
        self.answers, self.replaced = answers, False

    def visit_Compare(self, node: ast.Compare) -> ast.Compare:
        """Both sides of a comparison with a variable that has codes."""
        sides = [node.left, *node.comparators]
        known = [side.id for side in sides if isinstance(side, ast.Name) and side.id in self.answers]
        if known:
            node.left, *node.comparators = [self._coded(side, known[0]) for side in sides]
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """`sex.isin(['女性'])`."""
        of = node.func.value if isinstance(node.func, ast.Attribute) else None
        if isinstance(of, ast.Name) and of.id in self.answers:
            node.args = [self._coded(one, of.id) for one in node.args]
        return node

    def _coded(self, side: ast.expr, name: str) -> ast.expr:
        if isinstance(side, (ast.List, ast.Tuple)):
            side.elts = [self._coded(one, name) for one in side.elts]
        if not (isinstance(side, ast.Constant) and isinstance(side.value, str)):
            return side
        own = self.answers[name]
        if side.value not in own:
            hint = DidYouMean(side.value, tuple(own))
            raise DesignError("design.no_label", value=side.value, name=name, hint=hint, known=named(tuple(own)))
        self.replaced = True
        return ast.copy_location(ast.Constant(own[side.value]), side)
