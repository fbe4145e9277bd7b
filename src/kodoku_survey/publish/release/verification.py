"""Whether an output folder is what its manifest says: every file by its hash, none missing, none added."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from kodoku_survey.errors import FileError
from kodoku_survey.publish.release.ownership import DROPPINGS, MARK
from kodoku_survey.survey.folder import FILES, Survey


@dataclass(frozen=True)
class Verification:
    """problems : file and what is wrong with it (changed, missing, added, link), sorted. files : how many are listed."""

    files: int
    problems: tuple[tuple[str, str], ...]

    def frame(self) -> pd.DataFrame:
        """file, problem."""
        return pd.DataFrame(self.problems, columns=["file", "problem"])


def read_manifest(out: Path) -> Mapping[str, Any]:
    """The manifest of an output folder. Raises FileError."""
    path = out / MARK
    if not path.is_file():
        raise FileError("publish.no_manifest", str(out))
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("outputs"), dict):
        raise FileError("publish.manifest_broken", f"{out.name}/{MARK}")
    return told


def verify_files(out: Path) -> Verification:
    """Every file of an output folder against the manifest in it. Raises FileError where there is no manifest."""
    listed: Mapping[str, str] = read_manifest(out)["outputs"]
    found = {
        path.relative_to(out).as_posix(): path
        for path in sorted(out.rglob("*"))
        if (path.is_file() or path.is_symlink()) and path.name not in (*DROPPINGS, MARK)
    }
    problems = [(name, "missing") for name in listed if name not in found]
    for name, path in found.items():
        if path.is_symlink():
            problems.append((name, "link"))
        elif name not in listed:
            problems.append((name, "added"))
        elif hashlib.sha256(path.read_bytes()).hexdigest() != listed[name]:
            problems.append((name, "changed"))
    return Verification(len(listed), tuple(sorted(problems)))


def verify_inputs(out: Path, survey: Survey) -> tuple[str, ...]:
    """Inputs of a survey folder that are not those the output was made from, by name."""
    told = read_manifest(out).get("inputs", {})
    paths = {name: survey.folder / name for name in FILES}
    wanted = {**dict.fromkeys(FILES), **told.get("definitions", {})}
    for file in survey.settings.files:
        paths[file.name] = survey.path(file.name)
        wanted[file.name] = told.get("files", {}).get(file.name, {}).get("sha256")
    held = {
        name: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None for name, path in paths.items()
    }
    return tuple(name for name, digest in held.items() if digest != wanted[name])


def same_outputs(first: Path, second: Path) -> tuple[str, ...]:
    """Files of two output folders that differ or stand in one of them only, by the manifests."""
    one, other = read_manifest(first)["outputs"], read_manifest(second)["outputs"]
    return tuple(name for name in sorted({*one, *other}) if one.get(name) != other.get(name))
