"""Small changes to a module that a test should notice, each one as a tree of its own."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.Div, ast.Div: ast.Mult, ast.And: ast.Or, ast.Or: ast.And, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.Pow: ast.Mult,
}  # fmt: skip
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "minimum": "maximum", "maximum": "minimum"}


@dataclass(frozen=True)
class Mutant:
    """Where and what: the line, the change in words and which of its kind in the function; `make` changes the module."""

    line: int
    change: str
    function: str
    number: int
    make: Callable[[], ast.Module]


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    tree = ast.parse(source)
    seen = Counter[tuple[str, str]]()
    for function, path in _places(tree, "", ()):
        node = _at(tree, path)
        for change, mutate in _changes(node):
            seen[function, change] += 1
            yield Mutant(node.lineno, change, function, seen[function, change], partial(_made, tree, path, mutate))


def _made(tree: ast.Module, path: tuple, mutate: Callable[[ast.AST], None]) -> ast.Module:
    made = copy.deepcopy(tree)
    mutate(_at(made, path))
    return ast.fix_missing_locations(made)


def _places(node: ast.AST, function: str, path: tuple, *, within: bool = False) -> Iterator[tuple[str, tuple]]:
    """Nodes that may be changed: in the bodies of functions, no annotations, no defaults, no messages of errors.

    What stands outside a body (constants, defaults, decorators) is settled when a module is imported, once.
    """
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "type_comment", "bases", "args") and not isinstance(
            node, ast.Call | ast.Lambda
        ):
            continue
        for number, child in enumerate(value) if isinstance(value, list) else ((None, value),):
            if not isinstance(child, ast.AST) or isinstance(child, ast.Raise | ast.Assert):
                continue
            if isinstance(child, ast.keyword) and child.arg == "strict":  # a guard, as an assertion is
                continue
            inner = function
            if isinstance(child, ast.FunctionDef | ast.ClassDef) and not within:
                inner = f"{function}.{child.name}".lstrip(".")
            if inner.endswith(("__repr__", "_repr_html_")):
                continue
            here = (*path, (field, number))
            if within and hasattr(child, "lineno"):
                yield inner, here
            yield from _places(child, inner, here, within=within or isinstance(child, ast.FunctionDef))


def _at(tree: ast.AST, path: tuple):
    for field, number in path:
        value = getattr(tree, field)
        tree = value if number is None else value[number]
    return tree


def _changes(node: ast.AST):
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        new = SWAPS[type(node.ops[0])]
        yield f"{type(node.ops[0]).__name__} → {new.__name__}", lambda n: n.ops.__setitem__(0, new())
    if isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in SWAPS:
        other = SWAPS[type(node.op)]
        yield f"{type(node.op).__name__} → {other.__name__}", lambda n: setattr(n, "op", other())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert | ast.USub):
        yield (
            f"{type(node.op).__name__} dropped",
            lambda n: (
                setattr(n, "op", ast.UAdd())
                if isinstance(n.op, ast.USub)
                else n.__dict__.update(op=ast.Not(), operand=ast.UnaryOp(ast.Not(), n.operand))
            ),
        )
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "condition turned", lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} → {not node.value}", lambda n: setattr(n, "value", not n.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield f"{node.value} → {node.value + 1}", lambda n: setattr(n, "value", n.value + 1)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in NAMES:
        yield f"{node.id} → {NAMES[node.id]}", lambda n: setattr(n, "id", NAMES[n.id])
    if isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield f".{node.attr} → .{NAMES[node.attr]}", lambda n: setattr(n, "attr", NAMES[n.attr])
    if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield "returns None", lambda n: setattr(n, "value", ast.Constant(None))
