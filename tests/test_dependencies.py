"""What is installed with the package: declared, pinned with hashes, complete, and under licences that allow it. Offline."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
# Licences that ask for no more than their own text beside the package, as it is installed: none reaches the package itself.
# MPL-2.0 reaches the files that are under it, which nobody here changes.
ALLOWED = {
    "MIT", "MIT-CMU", "BSD", "BSD-2-CLAUSE", "BSD-3-CLAUSE", "0BSD", "APACHE-2.0", "ISC", "PSF", "PSF-2.0", "ZLIB",
    "CC0-1.0", "OFL-1.1", "MPL-2.0",
}  # fmt: skip
CLASSIFIERS = {
    "MIT License": "MIT", "BSD License": "BSD", "Python Software Foundation License": "PSF", "ISC License (ISCL)": "ISC",
    "Apache Software License": "APACHE-2.0", "SIL Open Font License 1.1 (OFL-1.1)": "OFL-1.1",
}  # fmt: skip
ELSEWHERE = {"colorama": "BSD-3-CLAUSE"}  # needed on Windows alone, so not installed everywhere


@cache
def lock() -> dict[str, list[tuple[Requirement, list[str]]]]:
    """Every package of requirements.lock: its pins, each with its hashes."""
    found: dict[str, list[tuple[Requirement, list[str]]]] = {}
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for line in text.replace("\\\n", " ").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        pin, *hashes = re.split(r"\s+--hash=", line.strip())
        requirement = Requirement(pin.strip())
        found.setdefault(canonicalize_name(requirement.name), []).append((requirement, hashes))
    return found


@cache
def declared() -> list[Requirement]:
    """The dependencies of the package itself."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(text) for text in project["dependencies"]]


def licences(name: str) -> set[str]:
    """What a package says it is under, by its expression, else its classifiers."""
    if name in ELSEWHERE:
        return {ELSEWHERE[name]}
    told = metadata.metadata(name)
    if told.get("License-Expression"):
        return {part.upper() for part in re.split(r"\s+(?:AND|OR|WITH)\s+|[()\s]+", told["License-Expression"]) if part}
    named = [text.split(" :: ")[-1] for text in told.get_all("Classifier", []) if text.startswith("License :: ")]
    plain = (told.get("License") or "").strip()
    named += [plain] if not named and len(plain) < 30 else []  # longer: the whole text of a licence
    return {CLASSIFIERS.get(text, text) if text in CLASSIFIERS else text.upper() for text in named if text}


def test_every_pin_is_one_version_with_hashes_and_no_address():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--index-url|--extra-index-url|--find-links|-e)\b", text, re.MULTILINE)
    assert len(lock()) > 20
    for name, pins in lock().items():
        for requirement, hashes in pins:
            assert re.fullmatch(r"==[^,*]+", str(requirement.specifier)), name
            assert requirement.url is None, name
            assert hashes, name
            assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in hashes), name


def test_every_dependency_is_pinned_within_what_is_declared():
    for requirement in declared():
        pins = lock()[canonicalize_name(requirement.name)]
        for pin, _ in pins:
            (version,) = [one.version for one in pin.specifier]
            assert requirement.specifier.contains(version, prereleases=True), f"{requirement}: {version}"


def needs(name: str) -> list[str]:
    """What an installed package needs on this machine, without its extras."""
    wanted = [Requirement(text) for text in metadata.requires(name) or ()]
    return [canonicalize_name(one.name) for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]


def test_whatever_the_dependencies_need_is_pinned_too():
    waiting, seen = [canonicalize_name(one.name) for one in declared()], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            assert name in lock(), f"{name} is installed without a pin"
            seen.add(name)
            waiting += needs(name)
    assert set(lock()) - seen <= {*ELSEWHERE, "tzdata"}, "pins nobody needs"


@pytest.mark.parametrize("name", sorted(lock()))
def test_the_licence_of_a_dependency_is_one_of_the_list(name):
    found = licences(name)
    assert found, f"{name} names no licence"
    assert found <= ALLOWED, f"{name}: {', '.join(sorted(found - ALLOWED))}"


def test_whatever_the_package_imports_is_declared():
    known = {canonicalize_name(one.name) for one in declared()} | {"kodoku-survey"}
    of_module = metadata.packages_distributions()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            for module in {name.partition(".")[0] for name in names if name} - {
                "kodoku_survey",
                *sys.stdlib_module_names,
            }:
                packages = {canonicalize_name(one) for one in of_module.get(module, [])}
                assert packages & known, f"{path.name} imports {module}, which pyproject.toml does not declare"


def test_the_package_opens_no_connection_and_reads_no_code_from_data():
    """Nothing of the network or of pickles is imported, and no text is evaluated."""
    refused = {
        "socket",
        "ssl",
        "http",
        "urllib",
        "ftplib",
        "smtplib",
        "requests",
        "httpx",
        "pickle",
        "marshal",
        "shelve",
        "webbrowser",
    }
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = (
                    [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
                )
                assert not {name.partition(".")[0] for name in names} & refused, path.name
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "compile", "__import__"), path.name
            if isinstance(node, ast.Call):
                assert not any(word.arg == "shell" for word in node.keywords), path.name
