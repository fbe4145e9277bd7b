"""The returns of the invented examples, made again byte by byte: python examples/make.py [FOLDER].

saitama_2023 and national_series take respondents of data/sample/national_2024, who are invented too, and keep the questions
their own codebook has; npo_clients are drawn from the shares written here. Nobody in them is a real person.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

from kodoku_survey import run
from kodoku_survey.intake import Responses
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.folder import load_survey

HERE = Path(__file__).parent
NATION = HERE.parent / "data" / "sample" / "national_2024"
# Published: しばしばある・常にある 4.2, 時々ある 9.6, たまにある 19.1, ほとんどない 42.1, 決してない 24.4 %.
# The number of replies is not in what was found; 622 is one of which these are whole persons.
SAITAMA = {5: 26, 4: 60, 3: 119, 2: 262, 1: 152, 99: 3}
PLAZA = {1: 71, 2: 169, 3: 214, 4: 161, 99: 7}  # ぜひ + まあ利用したい: 240 of 622, 38.6% as published
ORGANISATIONS = {1: 130, 2: 95, 3: 75}
SEXES = {1: (0.55, 0.41, 0.04), 2: (0.42, 0.56, 0.02), 3: (0.48, 0.47, 0.05)}


def main(out: Path) -> None:
    """Write the returns of every invented example below `out`."""
    nation = run.respond(NATION)
    saitama(nation, out / "saitama_2023")
    national_series(nation, out / "national_series")
    npo_clients(out / "npo_clients")


def saitama(nation: Responses, folder: Path) -> None:
    """622 people as the published answers to the direct question have them, younger than the nation; online or by post."""
    survey, rng = load_survey(HERE / "saitama_2023"), np.random.default_rng(20230117)
    lonely, age = nation.answers["q28"], nation.answers["q1"]
    chosen = []
    for code, count in SAITAMA.items():
        rows = np.flatnonzero(lonely == code)
        weight = np.where(age[rows] < 65, 1.35, 1.0)
        chosen.append(rng.choice(rows, size=count, replace=False, p=weight / weight.sum()))
    people = rng.permutation(np.concatenate(chosen))
    plaza = rng.permutation(np.repeat(list(PLAZA), list(PLAZA.values())))
    asked = [v for v in survey.codebook if v.source == "form"]
    online = rng.random(len(people)) < np.where(age[people] < 65, 0.62, 0.33)
    for name, rows in (("web", online), ("postal", ~online)):
        as_labels = name == "web"
        lines = []
        for k in np.flatnonzero(rows):
            row = {"番号": f"S{k + 1:04d}"}
            for variable in asked:
                own = np.array([plaza[k]]) if variable.name == "plaza" else nation.answers[variable.name][people[k]]
                row |= cells(variable, own, as_labels=as_labels)
            lines.append(row)
        write(folder / f"{name}.csv", lines)


def cells(variable: Variable, answer: np.ndarray, *, as_labels: bool) -> dict[str, str]:
    """One person's answer in the layout of a file: labels with several in one cell, or codes with a column an option."""
    if variable.kind == "number":
        value = int(np.asarray(answer).item())
        return {variable.number: "" if value < 0 else str(value)}
    if variable.kind == "single":
        code = int(np.asarray(answer).item())
        blank = code == variable.nonanswer or code < 0
        return {variable.number: "" if blank else variable.code(code).label if as_labels else str(code)}
    ticked = [code for code, one in zip(variable.keys, answer, strict=True) if one == 1 and code != variable.nonanswer]
    if as_labels:
        return {variable.number: ";".join(variable.code(code).label for code in ticked)}
    return {f"{variable.number}_{code.code}": str(int(code.code in ticked)) for code in variable.options}


def national_series(nation: Responses, folder: Path) -> None:
    """The whole national sample, of a few questions, in codes."""
    survey = load_survey(HERE / "national_series")
    asked = [v for v in survey.codebook if v.source == "form"]
    lines = []
    for k in range(len(nation)):
        row = {"番号": str(k + 1)}
        for variable in asked:
            row |= cells(variable, nation.answers[variable.name][k], as_labels=False)
        lines.append(row)
    write(folder / "returns.csv", lines)


def npo_clients(folder: Path) -> None:
    """300 clients of three organisations, lonelier than the nation: that is why they come."""
    survey, rng = load_survey(HERE / "npo_clients"), np.random.default_rng(7)
    known = survey.variables
    lines = []
    for k in range(sum(ORGANISATIONS.values())):
        organisation = int(np.searchsorted(np.cumsum(list(ORGANISATIONS.values())), k, side="right")) + 1
        age = int(np.clip(rng.normal((38, 57, 29)[organisation - 1], 13), 16, 92))
        sex = int(rng.choice([1, 2, 3], p=SEXES[organisation]))
        mood = rng.normal((0.3, 0.0, 0.5)[organisation - 1], 1.0)
        lonely = 1 + int(np.searchsorted([-1.6, -0.7, 0.1, 1.0], mood + rng.normal(0, 0.4)))
        items = [1 + int(np.searchsorted([-1.3, -0.1, 1.2], mood + rng.normal(0, 0.6))) for _ in range(3)]
        months = int(np.clip(rng.gamma(1.6, 9), 0, 120))
        needs = [int(rng.random() < p) for p in (0.62, 0.35, 0.28, 0.31, 0.12)]
        row = {"番号": f"N{k + 1:03d}", "団体": known["organisation"].code(organisation).label, "年齢": str(age)}
        row["性別"] = "" if rng.random() < 0.01 else known["sex"].code(sex).label
        row["利用月数"] = "" if rng.random() < 0.02 else str(months)
        row["孤独感"] = "" if rng.random() < 0.01 else known["q28"].code(lonely).label
        for name, item in zip(("q25", "q26", "q27"), items, strict=True):
            row[known[name].label] = "" if rng.random() < 0.01 else known[name].code(item).label
        chosen = [option.label for option, need in zip(known["needs"].options, needs, strict=True) if need]
        row["求めるもの"] = ";".join(chosen)
        lines.append(row)
    write(folder / "clients.csv", lines)


def write(path: Path, lines: list[dict[str, str]]) -> None:
    """UTF-8 with BOM, as a spreadsheet opens it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
