"""Plan the faults, run them, count what went wrong.

    python tests/faults/campaign.py            the whole campaign (some 560 injections, ten minutes)

writes tests/faults/results.json, from which docs/make_reliability.py makes its page.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KINDS = ("ENOSPC", "EIO", "EACCES", "short", "KILL", "TERM", "INT")
SITUATIONS = tuple((command, fresh) for command in ("prepare", "report") for fresh in (True, False))
EACH = 20  # injections of a kind in a situation


def missing() -> str:
    """What this machine lacks for the harness; empty where it can run."""
    if not sys.platform.startswith("linux"):
        return "faults are injected into the system's calls on Linux only"
    return "" if shutil.which("gcc") else "gcc is needed to build the shim that makes system calls fail"


def inject(plan: list[dict[str, Any]], root: Path) -> list[dict[str, Any]]:
    """Run every fault of a plan, each in a process of its own; the plan's lines with what was found."""
    shim = root / "shim.so"
    subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "-o", shim, HERE / "shim.c", "-ldl"], check=True)
    (root / "work").mkdir()
    env = os.environ | {"LD_PRELOAD": str(shim), "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg"}
    done = subprocess.run(
        [sys.executable, HERE / "injecting.py", root / "work"],
        input="".join(json.dumps(line) + "\n" for line in plan),
        stdout=subprocess.PIPE,
        text=True,
        env=env,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def spread(calls: int, count: int) -> list[int]:
    """`count` of the calls 1 … `calls`, the first and the last among them."""
    return sorted({1 + round(i * (calls - 1) / max(count - 1, 1)) for i in range(count)})


def plan(calls: dict[tuple[str, bool], int], each: int) -> list[dict[str, Any]]:
    """Every kind of fault at `each` calls of each situation: half at the many writes, half at the last twenty calls."""
    lines = []
    for (command, fresh), seen in calls.items():
        late = max(seen - 24, 1)
        at = sorted({*spread(late, each - each // 2), *(late + k - 1 for k in spread(seen - late + 1, each // 2))})
        lines += [{"command": command, "fresh": fresh, "kind": kind, "k": k} for kind in KINDS for k in at]
    return lines


def counting() -> list[dict[str, Any]]:
    """A run without a fault of each situation, to learn how many calls it makes."""
    return [{"command": command, "fresh": fresh, "kind": "none", "k": -1} for command, fresh in SITUATIONS]


def main() -> None:
    """The whole campaign."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        calls = {(line["command"], line["fresh"]): line["seen"] for line in inject(counting(), Path(one))}
        found = inject(plan(calls, EACH), Path(two))
    made = Counter((line["kind"], line["command"]) for line in found)
    bad = [line for line in found if line["wrong"]]
    told = {
        "injections": len(found),
        "violations": len(bad),
        "by_kind": [{"kind": k, "command": c, "injections": n} for (k, c), n in sorted(made.items())],
        "codes": {str(code): n for code, n in sorted(Counter(line["code"] for line in found).items())},
        "calls": [{"command": c, "fresh": f, "calls": n} for (c, f), n in calls.items()],
    }
    (HERE / "results.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    for line in bad:
        print(line)
    print(f"{len(found)} injections, {len(bad)} violations")


if __name__ == "__main__":
    main()
