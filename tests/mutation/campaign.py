"""Bugs planted for the relations of tests/promises, and mutants sampled from every area.

python tests/mutation/campaign.py planted [WORD …]  writes planted.json (WORD: only plants with it in their name)
python tests/mutation/campaign.py record [TEST …]   first: which test runs which function
python tests/mutation/campaign.py mutants [N] [AREA …]  N (40) of each area: mutants.json; again goes on
python tests/mutation/campaign.py survivors [N] [AREA …]  the survivors once more, on more tests (AREA: of these areas only)
"""

from __future__ import annotations

import ast
import hashlib
import json
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from areas import AREAS, files
from changed_source import HOUSE, ROOT, change, changeable, forked, prepare
from mutants import Mutant, mutants
from recorded import Recorder, tests_of

HERE = Path(__file__).parent
RECORDED = Path(tempfile.gettempdir()) / "kodoku_recorded.json"  # of this machine's tests as they are: nothing to keep
RELATIONS = "tests/promises/test_relations.py"
SEED = 20261126
QUICK = [f"tests/{room}" for room in (
    "comparison", "design", "estimation", "intake", "measures", "promises", "publish", "release", "survey", "tables",
    "weighting", "synthetic", "platforms", "malformed",
)]  # fmt: skip
OPTIONS = ["-o", "addopts=--strict-markers", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:terminal"]
MINUTES = 9.0  # a campaign stops by itself, and goes on when it is called again


class Campaign:
    """A pytest plugin: tests are collected once, then each change meets those chosen for it, in a fork."""

    def __init__(self) -> None:
        self.items: dict[str, Any] = {}
        self._failed = False

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        return self.work()

    def work(self) -> bool:
        raise NotImplementedError

    def pytest_runtest_logreport(self, report: Any) -> None:
        self._failed = self._failed or report.failed

    def outcome(self, path: Path, tree: ast.Module, chosen: Iterable[str], patience: float) -> str:
        """What the tests chosen say of a change: stopped at the first that fails."""
        items = sorted((self.items[name] for name in chosen if name in self.items), key=lambda item: item.path)

        def run() -> int:
            change(path, tree)
            for item, after in zip(items, [*items[1:], None], strict=True):
                item.ihook.pytest_runtest_protocol(item=item, nextitem=after)
                if self._failed:
                    return 1
            return 0

        return forked(run, patience)


def _keep(name: str, told: dict[str, Any]) -> None:
    (HERE / name).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _kept(name: str) -> dict[str, Any]:
    path = HERE / name
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


class Planted(Campaign):
    """Every planted bug on every relation; or those whose words are given, beside what is kept of the others."""

    def __init__(self, only: list[str]) -> None:
        super().__init__()
        self.only = only

    def work(self) -> bool:
        kept = _kept("planted.json").get("plants", []) if self.only else []
        told = [line for line in kept if not any(word in line["what"] for word in self.only)]
        relations: dict[str, list[str]] = {item.name: [] for item in self.items.values()}
        for line in told:
            for name in line["failed"]:
                relations[name].append(line["what"])
        for plant in tomllib.loads((HERE / "plants.toml").read_text(encoding="utf-8"))["plant"]:
            if self.only and not any(word in plant["what"] for word in self.only):
                continue
            path = _where(plant["room"], plant["old"])
            tree = ast.parse(path.read_text(encoding="utf-8").replace(plant["old"], plant["new"], 1))
            failed = self.failures(path, tree)
            for name in failed:
                relations[name].append(plant["what"])
            told.append({"what": plant["what"], "file": path.relative_to(HOUSE).as_posix(), "failed": failed})
            print(plant["what"], len(failed), flush=True)
            _keep("planted.json", {"relations": relations, "plants": told})
        return True

    def failures(self, path: Path, tree: ast.Module) -> list[str]:
        """Names of the relations that fail with a file read as `tree`."""
        items = list(self.items.values())
        with tempfile.TemporaryDirectory() as place:
            report = Path(place) / "failed"

            def run() -> int:
                change(path, tree)
                for item, after in zip(items, [*items[1:], None], strict=True):
                    self._failed = False
                    item.ihook.pytest_runtest_protocol(item=item, nextitem=after)
                    if self._failed:
                        with report.open("a", encoding="utf-8") as file:
                            file.write(item.name + "\n")
                return 0

            forked(run, 300)
            return report.read_text(encoding="utf-8").split("\n")[:-1] if report.is_file() else []


def _where(room: str, old: str) -> Path:
    found = [path for path in sorted((HOUSE / room).rglob("*.py")) if old in path.read_text(encoding="utf-8")]
    if len(found) != 1:
        raise SystemExit(f"'{old}' stands in {len(found)} files of {room}: mend plants.toml")
    return found[0]


def key_of(path: Path, mutant: Mutant) -> str:
    """A mutant's name, which a change elsewhere in its file does not alter."""
    number = f" #{mutant.number}" if mutant.number > 1 else ""
    return f"{path.relative_to(HOUSE).as_posix()} {mutant.function} {mutant.change}{number}"


def drawn(count: int, seed: int) -> Iterator[tuple[str, Path, Mutant]]:
    """So many mutants of each area, in turn, so that a campaign that is stopped is a smaller one.

    By the hash of their names: mending one function changes nothing of the choice among the others.
    """

    def place(one: tuple[str, Path, Mutant]) -> str:
        return hashlib.sha256(f"{seed} {key_of(one[1], one[2])}".encode()).hexdigest()

    chosen = []
    for area in AREAS:
        every = [
            (area, path, mutant)
            for path in files(area)
            for within in [changeable(path)]
            for mutant in mutants(path.read_text(encoding="utf-8"))
            if mutant.function in within
        ]
        chosen.append(sorted(every, key=place)[:count])
    for turn in range(count):
        yield from (own[turn] for own in chosen if turn < len(own))


class Sampled(Campaign):
    """Mutants of every area; those that survived before once more, on more tests, where `again`."""

    def __init__(self, count: int, seed: int, name: str, only: list[str], *, again: bool) -> None:
        super().__init__()
        self.count, self.seed, self.name, self.only, self.again = count, seed, name, only, again

    def work(self) -> bool:
        recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
        chosen_now = [(area, path, m, key_of(path, m)) for area, path, m in drawn(self.count, self.seed)]
        names = {key for *_, key in chosen_now}
        # A change whose place is gone from the code is no longer in the sample: another is drawn instead.
        told = {line["key"]: line for line in _kept(self.name).get("mutants", []) if line["key"] in names}
        ends = time.monotonic() + 60 * MINUTES
        for area, path, mutant, key in chosen_now:
            before = told.get(key)
            if self.only and area not in self.only:
                continue
            if time.monotonic() > ends:
                print("stopped; call again to go on")
                break
            if (before is None) == self.again or (before and self.again and before["outcome"] != "passed"):
                continue
            file = path.relative_to(HOUSE).as_posix()
            chosen = tests_of(recorded, file, mutant.function, 60 if self.again else 12)
            outcome = self.outcome(path, mutant.make(), chosen, 150 if self.again else 60)
            told[key] = {
                "key": key, "area": area, "file": file, "line": mutant.line, "function": mutant.function,
                "change": mutant.change, "outcome": outcome, "tests": len(chosen),
            }  # fmt: skip
            print(len(told), key, outcome, len(chosen), flush=True)
            _keep(self.name, {"seed": self.seed, "mutants": list(told.values())})
        return True


def main() -> None:
    """The campaign asked for."""
    prepare()
    what, *more = sys.argv[1:]
    if what == "record":
        plugin = Recorder()
        pytest.main([*OPTIONS, *(more or QUICK)], plugins=[plugin])
        plugin.write(RECORDED)
    elif what == "planted":
        pytest.main([*OPTIONS, RELATIONS], plugins=[Planted(more)])
    else:
        numbers = [int(word) for word in more if word.isdigit()]
        count, seed = (*numbers, *(40, SEED)[len(numbers) :])
        only = [word for word in more if word in AREAS]
        name = "mutants.json" if seed == SEED else f"mutants_{seed}.json"
        pytest.main([*OPTIONS, *QUICK], plugins=[Sampled(count, seed, name, only, again=what == "survivors")])


if __name__ == "__main__":
    assert ROOT.is_dir()
    main()
