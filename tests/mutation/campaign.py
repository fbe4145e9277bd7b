"""Two campaigns: bugs planted for the relations of tests/promises, and mutants sampled from every area.

python tests/mutation/campaign.py planted          writes planted.json
python tests/mutation/campaign.py mutants [N]      writes mutants.json: N of each area (default 20)
"""

from __future__ import annotations

import ast
import json
import random
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as Tree
from pathlib import Path

from changed_source import HOUSE, ROOT, prepare, run
from mutants import mutants

HERE = Path(__file__).parent
RELATIONS = "tests/promises/test_relations.py"
SEED = 20261126
PROMISES = "tests/promises"
# Area → the files mutants are taken from, and the quick tests that should notice.
AREAS = {
    "accounting": (
        ["intake/admission.py", "intake/clean.py", "intake/ledger.py", "intake/routing.py", "intake/coding.py"],
        ["tests/intake/test_cleaning.py", PROMISES],
    ),
    "weights": (
        ["design/calibration.py", "design/trimming.py", "weighting/base_weights.py"],
        ["tests/weighting/test_conservation.py", PROMISES],
    ),
    "estimates": (
        ["estimation/tally.py", "estimation/summaries.py", "crosstabs/crosstab.py"],
        ["tests/estimation/test_summaries.py", PROMISES],
    ),
    "intervals": (["estimation/intervals.py"], ["tests/estimation/test_intervals.py", PROMISES]),
    "rounding": (
        ["tables/rounding.py", "tables/cells.py", "tables/marks.py"],
        ["tests/tables/test_printing.py", PROMISES],
    ),
    "escaping": (
        [
            "publish/release/spreadsheets.py",
            "publish/release/ownership.py",
            "publish/release/whole.py",
            "publish/release/swapping.py",
            "publish/release/writing.py",
        ],
        ["tests/publish/test_spreadsheets.py", "tests/publish/test_placing.py", PROMISES],
    ),
    "sentences": (
        ["tables/sentences.py", "tables/sides.py", "tables/make.py"],
        ["tests/tables/test_printing.py", PROMISES],
    ),
}


def failed(report: Path) -> list[str]:
    """Names of the tests that failed, by pytest's own report."""
    if not report.is_file():
        return []
    cases = Tree.parse(report).iter("testcase")
    return [case.attrib["name"] for case in cases if case.find("failure") is not None or case.find("error") is not None]


def planted() -> None:
    """Every planted bug on every relation."""
    plants = tomllib.loads((HERE / "plants.toml").read_text(encoding="utf-8"))["plant"]
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "report.xml"
        nothing = HOUSE / "errors.py"
        assert run(nothing, None, [RELATIONS], patience=600, report=report, first=False) == "passed"
        relations = {case.attrib["name"]: [] for case in Tree.parse(report).iter("testcase")}
        told = []
        for plant in plants:
            path = _where(plant["room"], plant["old"])
            source = path.read_text(encoding="utf-8").replace(plant["old"], plant["new"], 1)
            run(path, ast.parse(source), [RELATIONS], patience=300, report=report, first=False)
            names = failed(report)
            for name in names:
                relations.setdefault(name, []).append(plant["what"])
            told.append({"what": plant["what"], "file": path.relative_to(HOUSE).as_posix(), "failed": names})
            print(plant["what"], len(names), flush=True)
            _keep("planted.json", {"relations": relations, "plants": told})


def _where(room: str, old: str) -> Path:
    found = [path for path in sorted((HOUSE / room).rglob("*.py")) if old in path.read_text(encoding="utf-8")]
    if len(found) != 1:
        raise SystemExit(f"'{old}' stands in {len(found)} files of {room}: mend plants.toml")
    return found[0]


def sampled(count: int) -> None:
    """So many mutants of each area, taken in turn, so that a campaign that is stopped is a smaller one."""
    reasons = tomllib.loads((HERE / "reasons.toml").read_text(encoding="utf-8"))
    draw = random.Random(SEED)
    chosen = []
    for area, (files, tests) in AREAS.items():
        every = [(area, HOUSE / f, m, tests) for f in files for m in mutants((HOUSE / f).read_text(encoding="utf-8"))]
        chosen.append(draw.sample(every, min(count, len(every))))
    told = []
    with tempfile.TemporaryDirectory() as place:
        for area, (_, tests) in AREAS.items():
            outcome = run(HOUSE / "errors.py", None, tests, patience=600, report=Path(place) / "r.xml", first=True)
            if outcome != "passed":
                raise SystemExit(f"the tests of {area} fail on the house as it is: {failed(Path(place) / 'r.xml')}")
        for turn in range(count):
            for area, path, mutant, tests in (own[turn] for own in chosen if turn < len(own)):
                outcome = run(path, mutant.tree, tests, patience=180, report=Path(place) / "r.xml", first=True)
                name = path.relative_to(HOUSE).as_posix()
                key = f"{name} {mutant.function} {mutant.change}"
                reason = reasons.get(key, "この領域の速いテストは気づかない") if outcome == "passed" else ""
                told.append(
                    {"area": area, "file": name, "line": mutant.line, "function": mutant.function, "change": mutant.change,
                     "outcome": outcome, "reason": reason}
                )  # fmt: skip
                print(len(told), key, outcome, flush=True)
                _keep("mutants.json", {"seed": SEED, "mutants": told})


def _keep(name: str, told: dict) -> None:
    (HERE / name).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    assert ROOT.is_dir()
    prepare()
    if sys.argv[1] == "planted":
        planted()
    else:
        sampled(int(sys.argv[2]) if len(sys.argv) > 2 else 20)
