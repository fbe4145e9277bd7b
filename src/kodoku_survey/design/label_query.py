"""A query on a survey's answers may name them by label, as a reader does: `sex == '女性'` for `sex == 1`."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from kodoku_survey.errors import DesignError, DidYouMean, named


def by_codes(query: str, answers: Mapping[str, Mapping[str, Any]]) -> str:
    """The query with the labels it compares a variable with as codes; a query that cannot be parsed as it was.

    answers : label → code of each variable that has codes. Raises DesignError for a text that is no label of the variable: no
    code equals it, so that the comparison would find nobody in silence.
    """
    try:
        tree = ast.parse(query.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return query  # what is wrong with it is told by who reads queries
    told = _Labels(answers)
    changed = told.visit(tree)
    return ast.unparse(changed) if told.replaced else query


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
