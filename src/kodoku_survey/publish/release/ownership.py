"""What stands where a result is to go: only what an earlier run made, and nobody changed since, may be replaced."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from kodoku_survey.errors import OutputError, Spoken

MARK = "manifest.json"  # lists every output with its hash; what it does not list is somebody's own
DROPPINGS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})  # file managers leave them in any folder they show
SURVEY = ("survey.toml", "codebook.toml", "measures.toml", "tables.toml")
NAMES_SHOWN = 5  # names in a refusal

STRANGER = Spoken("一覧にない", "not listed")
CHANGED = Spoken("変更された", "changed")
LINK = Spoken("シンボリックリンク", "a symbolic link")


def refuse_others_work(out: Path, *, force: bool = False) -> None:
    """Raises OutputError where `out` holds anything but what its manifest lists, as it was written.

    force : replace files the manifest of `out` does not list or that were changed since; never a survey folder, a
        symbolic link or a folder without a manifest of ours.
    """
    if out.is_symlink():
        raise OutputError("publish.a_link", out.name)
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    listed = _listed(out) if out.is_dir() else None
    if listed is None and not (force and _is_ours(out)):
        raise OutputError("publish.not_a_report", out.name)
    found = sorted(out.rglob("*"))
    definitions = [path for path in found if path.name.casefold() in SURVEY]
    if definitions:
        raise OutputError("publish.holds_a_survey", out.name, value=definitions[0].relative_to(out).as_posix())
    links = [(path, LINK) for path in found if path.is_symlink()]
    others = [] if force else list(_others(out, found, listed or {}))
    if links or others:
        raise OutputError("publish.not_only_ours", out.name, **_told(out, [*links, *others]))


def _others(out: Path, found: list[Path], listed: Mapping[str, str]) -> Iterator[tuple[Path, Spoken]]:
    for path in found:
        if path.is_symlink() or path.is_dir() or path == out / MARK or path.name in DROPPINGS:
            continue
        wanted = listed.get(path.relative_to(out).as_posix())
        if wanted is None or not path.is_file():  # a pipe or a device is nobody's output
            yield path, STRANGER
        elif hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
            yield path, CHANGED


def _told(out: Path, problems: list[tuple[Path, Spoken]]) -> dict[str, object]:
    shown = [(path.relative_to(out).as_posix(), why) for path, why in problems[:NAMES_SHOWN]]
    more = len(problems) - len(shown)
    ja = "、".join(f"{name}（{why.ja}）" for name, why in shown) + (f" ほか{more}件" if more else "")
    en = ", ".join(f"{name} ({why.en})" for name, why in shown) + (f" and {more} more" if more else "")
    return {"count": len(problems), "files": Spoken(ja, en)}


def _told_by(out: Path) -> dict[str, object]:
    try:
        told = json.loads((out / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _is_ours(out: Path) -> bool:
    """A manifest that names this program, of whatever version."""
    return out.is_dir() and "kodoku_survey" in _told_by(out)


def _listed(out: Path) -> Mapping[str, str] | None:
    """Outputs and their hashes as our manifest tells them; None where there is no such manifest."""
    outputs = _told_by(out).get("outputs")
    if (
        not _is_ours(out)
        or not isinstance(outputs, dict)
        or not all(isinstance(digest, str) for digest in outputs.values())
    ):
        return None
    return outputs
