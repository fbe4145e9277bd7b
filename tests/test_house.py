"""The house keeps its promises: sizes one can read, one meaning a name, a sentence for whatever is public."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "kodoku_survey"
FILES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}

# Functions a reader may find under the same file name in two rooms: none. Files of one name: each room's own door.
DOOR = "__init__.py"


def place(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def functions(tree: ast.AST, public: bool = True, owner: str = "") -> Iterator[tuple[ast.FunctionDef, bool, str]]:
    """Every function with whether it is public, and the class it stands in."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield node, public and not node.name.startswith("_"), owner
            yield from functions(node, public=False)
        elif isinstance(node, ast.ClassDef):
            yield from functions(node, public and not node.name.startswith("_"), node.name)


def own_lines(function: ast.FunctionDef) -> int:
    """Lines of the body, its docstring aside."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_a_room_has_about_twenty_files_at_the_most():
    sizes = {
        place(folder): len([f for f in folder.glob("*.py") if f.name != DOOR])
        for folder in [SOURCE, *(p for p in SOURCE.rglob("*") if p.is_dir() and (p / DOOR).is_file())]
    }
    assert {room: size for room, size in sizes.items() if size > 22} == {}


def test_a_file_is_read_in_a_sitting():
    assert {place(p): n for p in FILES if (n := len(p.read_text(encoding="utf-8").splitlines())) > 250} == {}


def test_a_function_has_forty_lines_at_the_most():
    found = {f"{place(p)}:{f.name}": own_lines(f) for p, tree in FILES.items() for f, _, _ in functions(tree)}
    assert {name: lines for name, lines in found.items() if lines > 40} == {}


def test_a_class_a_type_or_a_constant_has_a_name_of_its_own():
    homes = defaultdict(set)
    for path, tree in FILES.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                names = [node.name]
            elif isinstance(node, ast.Assign):
                names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            else:
                continue
            for name in names:
                if not name.startswith("_"):
                    homes[name].add(place(path))
    assert {name: sorted(where) for name, where in homes.items() if len(where) > 1} == {}


def test_a_file_has_a_name_of_its_own():
    homes = defaultdict(set)
    for path in FILES:
        if path.name != DOOR:
            homes[path.name].add(place(path))
    assert {name: sorted(where) for name, where in homes.items() if len(where) > 1} == {}


def bases() -> dict[str, list[tuple[list[str], set[str]]]]:
    """Of every class its bases by name, and the methods it tells of itself."""
    found = defaultdict(list)
    for tree in FILES.values():
        for node in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
            told = {m.name for m in node.body if isinstance(m, ast.FunctionDef) and ast.get_docstring(m)}
            found[node.name].append(([ast.unparse(base).split("[")[0].split(".")[-1] for base in node.bases], told))
    return found


def test_a_public_function_is_told_in_a_sentence():
    """What keeps the promise of a base class or of a protocol is told there, a command by its own --help."""
    classes = bases()
    promised = {name for kinds in classes.values() for of, told in kinds if "Protocol" in of for name in told}

    def inherited(owner: str, name: str) -> bool:
        return any(name in told or any(inherited(base, name) for base in of) for of, told in classes.get(owner, ()))

    silent = [
        f"{place(path)}:{owner + '.' if owner else ''}{function.name}"
        for path, tree in FILES.items()
        for function, public, owner in functions(tree)
        if public
        and not ast.get_docstring(function)
        and not (owner and (function.name in promised or inherited(owner, function.name)))
        and not any(ast.unparse(mark).startswith("app.command(help=") for mark in function.decorator_list)
    ]
    assert silent == []
