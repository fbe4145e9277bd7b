"""What a shell proposes: folders of surveys, and the names of the questions, attributes and tables of the one named before."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import typer


def survey_folders(incomplete: str) -> list[str]:
    """Folders that begin so; those that hold a survey alone, where there are any."""
    base, _, start = incomplete.rpartition("/")
    place = Path(base or ("/" if incomplete.startswith("/") else "."))
    try:
        found = [one for one in place.iterdir() if one.is_dir() and one.name.startswith(start)]
    except OSError:
        return []
    head = f"{base}/" if base or incomplete.startswith("/") else ""
    surveys = [f"{head}{one.name}" for one in sorted(found) if (one / "survey.toml").is_file()]
    return surveys or [f"{head}{one.name}/" for one in sorted(found) if not one.name.startswith(".")]


def questions(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Names of the folder's questions and of what is made of them, with their labels."""
    return _named(ctx, incomplete, ("codebook.toml", "measures.toml"))


def attributes(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The same behind the last colon of a nested banner."""
    head, colon, start = incomplete.rpartition(":")
    return [(f"{head}{colon}{name}", label) for name, label in _named(ctx, start, ("codebook.toml", "measures.toml"))]


def table_ids(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Ids of the table plan behind the last comma, with their titles."""
    head, comma, start = incomplete.rpartition(",")
    return [(f"{head}{comma}{name}", title) for name, title in _named(ctx, start, ("tables.toml",))]


def _named(ctx: typer.Context, start: str, files: tuple[str, ...]) -> list[tuple[str, str]]:
    """Entries of the folder's files whose name begins so. Read as TOML alone, unchecked: a shell waits for it."""
    found: list[tuple[str, str]] = []
    for file in files:
        for kind, entries in _toml(ctx, file).items():
            key, label = ("id", "title") if file == "tables.toml" else ("name", "label")
            if isinstance(entries, list) and kind not in ("section", "sentence"):
                told = [(str(one.get(key, "")), str(one.get(label, ""))) for one in entries if isinstance(one, dict)]
                found += [(name, text) for name, text in told if name and name.startswith(start)]
    return found


def _toml(ctx: typer.Context, file: str) -> dict[str, Any]:
    """A file of the folder named before the cursor; nothing where it cannot be read, since a proposal has no place for errors."""
    # Where the cursor stands behind an option, typer has not told arguments apart yet: the first that is a folder is it.
    places = [Path(str(one)) for one in (ctx.params.get("folder"), *ctx.args) if one]
    folder = next((place for place in places if place.is_dir()), Path())
    try:
        return tomllib.loads((folder / file).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
