"""Small releases made at random, and an attacker who shares nothing with the program and has the data file alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import linprog

SURVEY = """
[survey]
name = "小さな調査"
title = "小さな調査"
wave = 2026
[[file]]
name = "postal"
role = "returns"
path = "postal.csv"
mode = "郵送"
id = "番号"
[cleaning]
valid_sections = ["孤独"]
tolerance = 0.5
[publication]
protection = "protected"
threshold = {threshold}
"""
SINGLE = {"sex": ("属性", 3), "fine": ("属性", 4), "coarse": ("属性", 2), "area": ("属性", 3), "lonely": ("孤独", 3)}
PLAN = (
    ("1", "lonely", ("sex", "fine", "coarse", "area")),
    ("2", "lonely", ("sex:fine",)),
    ("3", "act", ("sex", "area")),
    ("4", "fine", ("lonely", "sex")),
    ("5", "lonely", ("area:sex", "fine")),
)


def write_plan(folder: Path, plan: Sequence[tuple[str, str, tuple[str, ...]]]) -> None:
    """tables.toml of some tables: id, question, banners (nested with a colon)."""
    tables = '[[section]]\nid = "1"\ntitle = "孤独"\n'
    for name, question, by in plan:
        axes = ", ".join(
            f'["{axis.replace(":", chr(34) + ", " + chr(34))}"]' if ":" in axis else f'"{axis}"' for axis in by
        )
        tables += f'[[table]]\nid = "{name}"\nsection = "1"\ntitle = "{question}{name}"\nquestion = "{question}"\n'
        tables += f'by = [{axes}]\nfigure = "none"\n'
    (folder / "tables.toml").write_text(tables, encoding="utf-8")


def make_release(folder: Path, seed: int, *, threshold: int = 3) -> pd.DataFrame:
    """Write the folder of a random survey: attributes, fine classes and coarse, an area, a scale, several answers a person."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(60, 220))
    frame = pd.DataFrame({"番号": np.arange(1, n + 1)})
    frame["sex"] = rng.choice([1, 2, 3, 9], n, p=[0.48, 0.47, 0.03, 0.02])
    frame["fine"] = rng.choice([1, 2, 3, 4], n, p=rng.dirichlet(np.full(4, 0.7)) * 0.9 + 0.025)
    frame["coarse"] = (frame["fine"] + 1) // 2
    frame["area"] = rng.choice([1, 2, 3], n, p=[0.6, 0.35, 0.05])
    frame["lonely"] = rng.choice([1, 2, 3, 9], n, p=[0.06, 0.3, 0.6, 0.04])
    ticks = rng.random((n, 3)) < [0.5, 0.1, 0.03]
    for k in range(3):
        frame[f"act_{k + 1}"] = ticks[:, k].astype(int)
    frame["act_4"] = (~ticks.any(axis=1) & (rng.random(n) < 0.9)).astype(int)
    book = "nonanswer = 9\n"
    for number, (name, (section, codes)) in enumerate(SINGLE.items(), start=1):
        listed = ", ".join(f'{{ code = {c}, label = "{name}{c}" }}' for c in range(1, codes + 1))
        hidden = "hidden_as_group = [3]\n" if name == "sex" else ""
        head = f'name = "{name}"\nnumber = "問{number}"\nkind = "single"\nlabel = "{name}"\nsection = "{section}"\n'
        book += f"[[variable]]\n{head}{hidden}codes = [{listed}]\n"
    listed = ", ".join(f'{{ code = {c}, label = "act{c}" }}' for c in range(1, 5))
    head = 'name = "act"\nnumber = "問9"\nkind = "multiple"\nlabel = "act"\nsection = "孤独"\nexclusive = [4]\n'
    book += f"[[variable]]\n{head}codes = [{listed}]\n"
    folder.mkdir(parents=True, exist_ok=True)
    write_plan(folder, PLAN)
    for name, text in {
        "codebook": book,
        "survey": SURVEY.replace("{threshold}", str(threshold)),
    }.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    frame.to_csv(folder / "postal.csv", index=False)
    frame["act_9"] = (frame[["act_1", "act_2", "act_3", "act_4"]].sum(axis=1) == 0).astype(int)
    return frame[(frame["lonely"] != 9) | ticks.any(axis=1) | (frame["act_4"] == 1)]


Atom = tuple[tuple[str, int], ...]


def attack(cells: pd.DataFrame, frame: pd.DataFrame, threshold: int) -> tuple[int, list[Atom]]:
    """How many small counts there were to find, and those a reader of the file places within fewer than three values.

    A count is that of the persons who fulfil conditions (attribute or question, code). The reader knows what adds up to what:
    attributes to everybody and a rest of those in no group shown, fine classes to coarse, answers to their base.
    """
    told: dict[Atom, int | None] = {}
    for row in cells.itertuples():
        names, keys = (row.attribute.split(":"), row.group_code.split(":")) if row.attribute != "total" else ([], [])
        line = tuple(zip(names, map(int, keys), strict=True))
        multiple = row.question == "act"
        answer = ((f"act_{row.answer_code}", 1),) if multiple else ((row.question, int(row.answer_code)),)
        for atom, number in ((line, row.n_unweighted), ((*line, *answer), row.count)):
            known = None if number == "" else int(number)
            key = tuple(sorted(atom))
            if told.get(key) is None:
                told[key] = known
    unknown: dict[Atom, int] = {}
    rows: list[dict[int, float]] = []
    right: list[float] = []

    def relate(whole: Atom, parts: list[Atom]) -> None:
        terms: dict[int, float] = {}
        known = 0.0
        for atom, sign in ((whole, 1.0), *((part, -1.0) for part in parts)):
            if told.get(atom) is not None:
                known += sign * told[atom]  # type: ignore[operator]
            else:
                place = unknown.setdefault(atom, len(unknown))
                terms[place] = terms.get(place, 0.0) + sign
        rows.append(terms)
        right.append(-known)

    lines = {tuple(a for a in atom if not a[0].startswith("act")) for atom in told}
    codes = {"sex": (1, 2, 0), "fine": (1, 2, 3, 4), "coarse": (1, 2), "area": (1, 2, 3), "lonely": (1, 2, 3, 9)}
    for atom in sorted(lines | set(told)):
        for name, values in codes.items():
            parts = [tuple(sorted((*atom, (name, value)))) for value in values]
            if name not in dict(atom) and sum(part in told for part in parts) >= 2:
                relate(atom, parts)
        if "coarse" in dict(atom):
            rest = tuple(a for a in atom if a[0] != "coarse")
            within = (2 * dict(atom)["coarse"] - 1, 2 * dict(atom)["coarse"])
            parts = [tuple(sorted((*rest, ("fine", value)))) for value in within]
            if all(part in told for part in parts):
                relate(atom, parts)
    return _narrow(unknown, rows, right, told, frame, threshold)


def true_count(frame: pd.DataFrame, atom: Atom) -> int:
    """How many there are."""
    held = np.ones(len(frame), dtype=bool)
    for name, value in atom:
        held &= frame["sex"].isin([3, 9]) if (name, value) == ("sex", 0) else frame[name] == value
    return int(held.sum())


def _narrow(unknown, rows, right, told, frame, threshold):  # type: ignore[no-untyped-def]
    size = len(unknown)
    matrix = np.zeros((len(rows), size))
    for line, terms in enumerate(rows):
        for place, sign in terms.items():
            matrix[line, place] = sign
    low = np.array([1.0 if atom in told and true_count(frame, atom) else 0.0 for atom in unknown])
    small, found = 0, []
    for atom in {*told, *unknown}:
        count = true_count(frame, atom)
        only_silent = any(pair in (("lonely", 9), ("act_9", 1)) for pair in atom)
        attributes_alone = atom not in told and not any(
            name in ("lonely",) or name.startswith("act") for name, _ in atom
        )
        if not 0 < count < threshold or only_silent or attributes_alone:
            continue
        small += 1
        if told.get(atom) is not None:
            found.append(atom)
            continue
        ends = []
        for way in (1.0, -1.0):
            goal = np.zeros(size)
            goal[unknown[atom]] = way
            solved = linprog(goal, A_eq=matrix, b_eq=right, bounds=[(a, None) for a in low], method="highs")
            ends.append(solved.x[unknown[atom]] if solved.status == 0 else np.inf * -way)
        if not (np.floor(ends[1] + 1e-6) >= threshold and np.floor(ends[1] + 1e-6) - np.ceil(ends[0] - 1e-6) >= 2):
            found.append(atom)
    return small, found
