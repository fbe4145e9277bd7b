"""results.csv as a page: ratios first, seconds second."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import numpy as np
import pandas as pd
import scipy

TASKS = {
    "tables": "300 cross-tabs (30 questions × 10 attributes): shares, SE, interval, counts, Rao–Scott F and p",
    "table": "one cross-tab (8 groups × 5 answers), the same figures",
    "raking": "raking to 4 margins at 1e-12",
    "bootstrap": "500 Rao–Wu replicates, 100 proportions with SE",
}


def write(rows: list[dict[str, str]], path: Path) -> None:
    reports = [row for row in rows if row["task"].startswith("report")]
    rows = [row for row in rows if row not in reports]
    sizes = list(dict.fromkeys(int(row["n"]) for row in rows))
    found = {(row["task"], int(row["n"])): row for row in rows}
    head = [f"| | {' | '.join(f'n = {n:,}' for n in sizes)} |", "|---" * (len(sizes) + 1) + "|"]

    def table(cell) -> list[str]:
        lines = [
            f"| {label} | {' | '.join(cell(found.get((task, n))) for n in sizes)} |" for task, label in TASKS.items()
        ]
        return [*head, *lines]

    def ratio(row: dict[str, str] | None) -> str:
        return f"**{float(row['ratio']):.2f}** ({float(row['least']):.2f}–{float(row['most']):.2f})" if row else ""

    def seconds(row: dict[str, str] | None) -> str:
        return f"{shown(float(row['package_s']))} / {shown(float(row['floor_s']))}" if row else ""

    def megabytes(row: dict[str, str] | None, name: str) -> str:
        return f"{int(row[name]) / 1e6:,.0f} MB" if row else ""

    def multiple(row: dict[str, str] | None) -> str:
        return f"**{float(row['ratio']):.2f}**" if row else ""

    held = [found.get(("memory", n)) for n in sizes]
    worst = max(float(row["difference"]) for row in rows if row["difference"])
    lines = [
        "# Speed, measured against the floor",
        "",
        "Written by `benchmarks/run.py`; how to run it and what the floor is: `README.md` beside this page.",
        "",
        "## Time as a multiple of the floor",
        "",
        "Below 1 the package is faster than plain numpy doing only the arithmetic. Median of the turns (least–most).",
        "",
        *table(ratio),
        "",
        "## Memory",
        "",
        "Peak of the 300 tables on top of the loaded DataFrame, as a multiple of it.",
        "",
        *head,
        f"| DataFrame | {' | '.join(megabytes(row, 'floor_s') for row in held)} |",
        f"| on top | {' | '.join(megabytes(row, 'package_s') for row in held)} |",
        f"| multiple | {' | '.join(map(multiple, held))} |",
        "",
        "## Seconds, package / floor",
        "",
        *table(seconds),
        "",
        "## All tables of the report",
        "",
        "What `kodoku report data/sample/national_2024` does between weights and ink: counted in one pass, tested, laid out.",
        "",
        "| basis | respondents | tables | seconds |",
        "|---|---|---|---|",
        *(
            f"| {r['task'].split()[1]} | {int(r['n']):,} | {r['turns']} | {shown(float(r['package_s']))} |"
            for r in reports
        ),
        "",
        f"Figures agree with the floor's to {worst:.0e}, relative.",
        "",
        "## Machine",
        "",
        f"{os.cpu_count()} processors, {memory_of_machine():.0f} GB, {platform.system()}; Python {platform.python_version()}, "
        f"numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}; one BLAS thread.",
        "",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")


def shown(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms" if seconds < 0.1 else f"{seconds:.2f} s"


def memory_of_machine() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
