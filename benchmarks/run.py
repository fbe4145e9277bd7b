"""Measure the package against the floor, size by size, and write results.csv and results.md.

    python benchmarks/run.py 11000 100000 1000000
    python benchmarks/run.py 10000000

Each size runs in a process of its own. Floor and package take turns, so that what else the machine does falls on both, and a
ratio is taken turn by turn. An answer that does not agree with the floor's to 1e-9 stops the run: its time would mean nothing.
"""

from __future__ import annotations

import csv
import ctypes
import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two threads are slower on matrices of this size

import floor
import numpy as np
from adapter import Adapter, figures
from page import write

import kodoku_survey as ks
from kodoku_survey.design.sample import BASES
from kodoku_survey.run import respond, weigh
from survey import ATTRIBUTES, QUESTIONS, Survey, make

HERE = Path(__file__).parent
BOOTSTRAPPED = tuple(QUESTIONS)[:20]
TOLERANCE = 1e-9


def main(sizes: list[int]) -> None:
    if len(sizes) == 1 and os.environ.get("BENCHMARK_CHILD"):
        measure(sizes[0])
        return
    rows = list(csv.DictReader((HERE / "results.csv").open())) if (HERE / "results.csv").exists() else []
    for n in sizes:
        print(f"n = {n:,}", file=sys.stderr)
        child = subprocess.run(
            [sys.executable, __file__, str(n)],
            env={**os.environ, "BENCHMARK_CHILD": "1"},
            stdout=subprocess.PIPE,
            check=True,
        )
        found = list(csv.DictReader(child.stdout.decode().splitlines()))
        rows = [row for row in rows if int(row["n"]) != n] + found
    rows = [row for row in rows if not row["task"].startswith("report")] + reports(list(rows[0]))
    rows.sort(key=lambda row: int(row["n"]))
    with (HERE / "results.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    write(rows, HERE / "results.md")


def measure(n: int) -> None:
    """One size: times of floor and package in turns, agreement, memory; CSV on standard output."""
    survey = make(n)
    plan, sample = floor.design(survey), Adapter().design(survey.frame().rename(columns={"psu": "psuid"}))
    writer = csv.DictWriter(
        sys.stdout, ["n", "task", "turns", "ratio", "least", "most", "floor_s", "package_s", "difference"]
    )
    writer.writeheader()
    for task, (cheap, ours, compare) in tasks(survey, plan, sample).items():
        difference = compare(cheap(), ours())
        if not difference < TOLERANCE:
            raise SystemExit(f"{task}, n = {n:,}: figures differ by {difference:.1e}")
        turns = [(timed(cheap), timed(ours)) for _ in range(turns_of(n, task))]
        floors, own = np.array(turns).T
        ratios = own / floors
        writer.writerow(
            {
                "n": n, "task": task, "turns": len(turns), "ratio": f"{np.median(ratios):.3f}", "least": f"{ratios.min():.3f}",
                "most": f"{ratios.max():.3f}", "floor_s": f"{np.median(floors):.6f}", "package_s": f"{np.median(own):.6f}",
                "difference": f"{difference:.1e}",
            }
        )  # fmt: skip
        print(f"  {task}: {np.median(ratios):.2f} of the floor", file=sys.stderr)
    held, peak = memory(survey, sample)
    writer.writerow({"n": n, "task": "memory", "ratio": f"{peak / held:.3f}", "floor_s": held, "package_s": peak})


def reports(columns: list[str]) -> list[dict[str, str]]:
    """All tables of the national sample's report, counted, tested by its rule and laid out, as `kodoku report` does."""
    made = weigh(respond(HERE.parent / "data" / "sample" / "national_2024"))
    rows = []
    for basis in BASES:
        sample = made.on(basis)
        tables = len(ks.make_report(sample).tables)
        seconds = [timed(lambda sample=sample: ks.make_report(sample.on(sample.basis))) for _ in range(9)]
        told = {"n": len(sample), "task": f"report {basis}", "turns": tables, "package_s": f"{np.median(seconds):.6f}"}
        rows.append({name: str(told.get(name, "")) for name in columns})
        print(f"  {tables} tables, {basis}: {np.median(seconds):.2f} s", file=sys.stderr)
    return rows


def turns_of(n: int, task: str) -> int:
    often = 21 if n <= 11_000 else 9 if n <= 100_000 else 5 if n <= 1_000_000 else 3
    return often if task == "tables" or n > 100_000 else 5 * often


def timed(work: Callable[[], Any]) -> float:
    """Seconds of the processor: neither side uses a second thread, and what else the machine does is not theirs."""
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


Work = tuple[Callable[[], Any], Callable[[], Any], Callable[[Any, Any], float]]


def tasks(survey: Survey, plan: floor.Design, sample: ks.Sample) -> dict[str, Work]:
    one = (("q01",), ("a02",))
    margins = {name: dict(enumerate(totals, start=1)) for name, totals in survey.margins.items()}
    adapter = Adapter()
    return {
        "tables": (
            lambda: floor.tables(survey, plan),
            lambda: figures(ks.crosstabs(sample, list(QUESTIONS), by=list(ATTRIBUTES))),
            compare_tables,
        ),
        "table": (
            lambda: floor.tables(survey, plan, *one),
            lambda: figures(ks.crosstabs(sample, one[0], by=one[1])),
            compare_tables,
        ),
        "raking": (
            lambda: floor.rake(survey),
            lambda: adapter.rake(sample, margins),
            lambda theirs, ours: relative(ours, theirs),
        ),
        "bootstrap": (
            lambda: floor.bootstrap(survey, plan, BOOTSTRAPPED),
            lambda: adapter.bootstrap(sample, BOOTSTRAPPED, 500),
            compare_bootstrap,
        ),
    }


def compare_tables(theirs: list[tuple[Any, ...]], ours: dict[tuple[str, str], tuple[Any, ...]]) -> float:
    """Largest relative difference of shares, standard errors, F, its degrees of freedom and p.

    Limits are not: the package's t has the degrees of freedom of each group, and its rare answers another interval.
    """
    worst = 0.0
    for own, their in zip((ours[key] for key in sorted(ours)), theirs, strict=True):
        worst = max(worst, relative(own[0], their[0]), relative(own[1], their[1]))
        worst = max(worst, *(relative(mine, other) for mine, other in zip(own[4], their[4:], strict=True)))
    return worst


def compare_bootstrap(theirs: list[tuple[Any, ...]], ours: list[tuple[Any, ...]]) -> float:
    """Shares exactly; standard errors are drawn, and may differ by a fifth."""
    if max(relative(own[1], their[1]) for own, their in zip(ours, theirs, strict=True)) > 0.2:
        return np.inf
    return max(relative(own[0], their[0]) for own, their in zip(ours, theirs, strict=True))


def relative(ours: Any, theirs: Any) -> float:
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    differ = ours != theirs  # a p-value of 0 is one
    return float(np.max(np.abs(ours[differ] / theirs[differ] - 1), initial=0.0))


def memory(survey: Survey, sample: ks.Sample) -> tuple[int, int]:
    """Bytes of the DataFrame, and the most the 300 tables took on top of what was there before them (Linux)."""
    assert sample.frame is not None
    held = int(sample.frame.memory_usage(deep=True).sum())
    fresh = Adapter().design(sample.frame)
    survey.codes.clear()
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what earlier work has let go is not there before
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    before = resident("VmRSS")
    figures(ks.crosstabs(fresh, list(QUESTIONS), by=list(ATTRIBUTES)))
    return held, resident("VmHWM") - before


def resident(name: str) -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main([int(float(size)) for size in sys.argv[1:]] or [11_000, 100_000, 1_000_000])
