"""A folder that says things in two languages: beside `label`, `label_en`, and so of every wording of its definitions.

    [[variable]]
    label = "同居人の有無"
    label_en = "Living with others"
    codes = [{ code = 1, label = "同居人がいない", label_en = "Lives alone" }, …]

Files are read and answers taken by the folder's own wordings; the English ones are for what is made of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kodoku_survey.survey.figures import group_names
from kodoku_survey.survey.own_words import word
from kodoku_survey.survey.survey import Survey

SUFFIX = "_en"
# What may be said in English as well: wordings, never names by which something is found.
WORDINGS = (
    "label", "short", "question", "label_by", "subject", "unit", "nonanswer_label", "otherwise_label", "yes", "no", "title",
    "text", "bullets", "facts", "base_note", "total", "notes", "conductor", "population", "method", "citation", "mode",
    "number",
)  # fmt: skip
IDENTITY = (*WORDINGS, "name")  # of [survey], whose name is no reference


def divided(table: Mapping[str, Any], wordings: tuple[str, ...] = WORDINGS) -> tuple[dict[str, Any], dict[str, Any]]:
    """A file of definitions as the folder words it, and as it is in English (what has no English stays)."""
    own: dict[str, Any] = {}
    english: dict[str, Any] = {}
    told: dict[str, Any] = {}
    for key, value in table.items():
        if key.endswith(SUFFIX) and key.removesuffix(SUFFIX) in wordings and _in_words(value):
            told[key.removesuffix(SUFFIX)] = value
            continue
        own[key], english[key] = _inside(value, IDENTITY if key == "survey" else WORDINGS)
    if "label" in told:
        for name in ("short", "label_by", "subject"):
            english.pop(name, None)  # what the other language says shorter or otherwise would hide the English label
    if english.get("nonanswer_label") == word("nonanswer"):
        english.pop("nonanswer_label")  # the usual word has its English
    return own, english | told


def _inside(value: Any, wordings: tuple[str, ...]) -> tuple[Any, Any]:
    if isinstance(value, dict):
        return divided(value, wordings)
    if isinstance(value, list):
        pairs = [_inside(item, wordings) for item in value]
        return [own for own, _ in pairs], [english for _, english in pairs]
    return value, value


def _in_words(value: Any) -> bool:
    """A condition on a variable that happens to be called so has codes, not words."""
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value))


def with_modes(settings: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """survey.toml in English with its modes called in English wherever it names them."""
    pairs = zip(own.get("file", []), settings.get("file", []), strict=True)
    called = {a["mode"]: b["mode"] for a, b in pairs if isinstance(a, dict) and a.get("mode") != b.get("mode")}

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {called.get(key, key): turned(item) for key, item in value.items()}
        return value

    cleaning = dict(settings.get("cleaning", {}))
    if cleaning.get("both_modes") in called:
        cleaning["both_modes"] = called[cleaning["both_modes"]]
    changed = {"cleaning": cleaning} if cleaning else {}
    return {**settings, **changed, **({"weighting": turned(settings["weighting"])} if "weighting" in settings else {})}


def groups_by_code(survey: Survey) -> pd.DataFrame:
    """history.csv with its groups named by codes, whatever language their labels are in."""
    frame = survey.history.copy()
    called = {entry.id: group_names(entry, survey.variables) for entry in survey.plan.tables}
    named = []
    for table, group in zip(frame["table"], frame["group"], strict=True):
        axis, keys = called[table].get(" ".join(group.split()), ("", ()))
        named.append(f"{axis}={':'.join(map(str, keys))}" if axis else group)
    return frame.assign(group=named)
