"""One process that has everything imported and forks for each fault: `kodoku` run as it is, one system call failing.

    LD_PRELOAD=shim.so python injecting.py PLACE < plan.jsonl > judged.jsonl

A line of the plan: {"command", "fresh", "kind", "k"}, k counted from the last call where it is below 0; a line of the answer:
the same with what was found.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import io
import json
import os
import shutil
import signal
import stat
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from small_folder import make_folder

KINDS = {
    "none": ("N", 0, False),
    "ENOSPC": ("E", errno.ENOSPC, True),  # a full disk stays full
    "EIO": ("E", errno.EIO, False),
    "EACCES": ("E", errno.EACCES, False),
    "short": ("S", 0, True),
    "KILL": ("K", 0, False),
    "TERM": ("G", int(signal.SIGTERM), False),
    "INT": ("G", int(signal.SIGINT), False),
}
COMMANDS = {"prepare": ["prepare"], "report": ["report"]}
shim = ctypes.CDLL(None)


def hashes(out: Path) -> dict[str, str]:
    """Every file of a folder with its hash."""
    files = sorted(path for path in out.rglob("*") if path.is_file())
    return {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def run(folder: Path, place: Path, command: str, kind: str, k: int, more: list[str]) -> tuple[int, str, int, int]:
    """Fork, arm, run. Gives the exit code (negative: a signal), stderr, calls counted, faults made."""
    told, counted = place.parent / "stderr", place.parent / "counted"
    counted.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        code = 70
        try:
            descriptor = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(descriptor, 2)
            os.dup2(descriptor, 1)
            sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb", closefd=False), encoding="utf-8", write_through=True)
            sys.stdout = sys.stderr
            what, value, stays = KINDS[kind]
            sys.argv = ["kodoku", *COMMANDS[command], str(folder), "-o", str(place / "out"), "--lang", "en", *more]
            from kodoku_survey import cli

            shim.fault_arm(ctypes.c_char(what.encode()), value, ctypes.c_long(k), int(stays), os.fsencode(place))
            try:
                cli.main()
            except SystemExit as left:
                code = left.code if isinstance(left.code, int) else 1
            except BaseException:
                traceback.print_exc()
                code = 1
            with open(counted, "w") as file:
                file.write(f"{shim.fault_seen()} {shim.fault_made()}")
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    seen, made = (int(n) for n in counted.read_text().split()) if counted.exists() else (-1, -1)
    return os.waitstatus_to_exitcode(status), told.read_text(encoding="utf-8", errors="replace"), seen, made


def judge(place: Path, kind: str, code: int, said: str, old: dict, new: dict) -> list[str]:
    """What is wrong with the outcome; empty where every promise was kept."""
    out, wrong = place / "out", []
    found = hashes(out) if out.is_dir() else {}
    if found not in (old, new):
        wrong.append("neither the old nor the new result")
    if code == 0 and found != new:
        wrong.append("exit 0 without the new result")
    allowed = {"KILL": (-9, 0), "TERM": (143, 0), "INT": (130, 0)}.get(kind, (0, 8))
    if code not in allowed:
        wrong.append(f"exit {code}")
    if "Traceback" in said:
        wrong.append("a traceback")
    for path in place.iterdir():
        mode = stat.S_IMODE(path.lstat().st_mode)
        if path.name != "out" and mode & 0o077:
            wrong.append(f"others may read {path.name}")
    return wrong


def clean_after(folder: Path, place: Path, command: str, new: dict) -> list[str]:
    """A run without a fault must put everything right."""
    code, said, _, _ = run(folder, place, command, "none", -1, [])
    names = sorted(os.listdir(place))
    wrong = [] if code == 0 else [f"the next run ends with {code}: {said.strip()[:200]}"]
    if names != ["out"]:
        wrong.append(f"the next run leaves {names}")
    elif hashes(place / "out") != new:
        wrong.append("the next run makes something else")
    return wrong


def main(root: Path) -> None:
    """Answer every line of stdin."""
    import typst  # noqa: F401

    from kodoku_survey.cli import commands, terminal  # noqa: F401

    folder = make_folder(root / "survey")
    kept: dict[tuple[str, bool], Path] = {}
    expected: dict[str, dict] = {}
    calls: dict[str, int] = {}
    for command in COMMANDS:
        for state in ("old", "new"):
            place = root / f"{command}_{state}"
            place.mkdir()
            make_folder(folder, people=40 if state == "old" else 50)
            code, said, calls[command], _ = run(folder, place, command, "none", -1, [])
            assert code == 0, said
            expected[f"{command}_{state}"] = hashes(place / "out")
            kept[command, state == "old"] = place / "out"
    for line in sys.stdin:
        plan = json.loads(line)
        command, place = plan["command"], root / "run" / "place"
        shutil.rmtree(place.parent, ignore_errors=True)
        place.mkdir(parents=True)
        if not plan["fresh"]:
            shutil.copytree(kept[command, True], place / "out")
        old = {} if plan["fresh"] else expected[f"{command}_old"]
        new = expected[f"{command}_new"]
        k = plan["k"] if plan["k"] > 0 else calls[command] + 1 + plan["k"]
        code, said, seen, made = run(folder, place, command, plan["kind"], k, [])
        wrong = judge(place, plan["kind"], code, said, old, new)
        left = sorted(set(os.listdir(place)) - {"out"})
        if plan["kind"] != "none" and (left or plan["kind"] == "KILL"):
            wrong += clean_after(folder, place, command, new)
        answer = plan | {"code": code, "seen": seen, "made": made, "left": left, "wrong": wrong}
        answer["said"] = said.strip()[-300:] if wrong else ""
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
