"""What protection hides, what it costs, and that nobody finds it: measured, and written into docs/protection.md.

python benchmarks/protection.py fixture | today | tables | releases     (minutes; one part of the page each)

fixture : both sample folders with the table plan kept in tests/protection/plans.
today : with the folders' own plans, told on the terminal alone.
tables : 200 random 6 × 5 tables. releases : 200 random linked releases, attacked by the reader of tests/protection/release.py.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

import kodoku_survey as ks
from kodoku_survey.protection.audit import intervals
from kodoku_survey.protection.grids import grid_of
from kodoku_survey.protection.hiding import proves, wide_enough
from kodoku_survey.protection.protect import grids_of
from kodoku_survey.protection.searching import hide
from kodoku_survey.protection.system import System, system_of
from kodoku_survey.publish.sheets.tidy import tidy

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "protection.md"
SEEDS = 200
sys.path.insert(0, str(ROOT / "tests" / "protection"))


def measured(system: System, threshold: int) -> tuple[str, int, int]:
    """A line of the page; how many unsafe counts there are, and how many of them can be computed."""
    began = time.process_time()
    hiding = hide(system, threshold)
    hidden = time.process_time()
    gaps, unsafe = hiding.hidden & (system.counts > 0), [int(k) for k in np.flatnonzero(hiding.unsafe)]
    held = intervals(system, hiding.hidden, [int(k) for k in np.flatnonzero(hiding.unsafe | gaps)])
    audited = time.process_time()
    found = [k for k in unsafe if not proves(system, hiding, k)]
    proved = time.process_time()
    found += [k for k in unsafe if not wide_enough(*held[k], threshold)]
    printed = int((hiding.unsafe & system.printed).sum())
    share = 100 * gaps.sum() / (system.printed & (system.counts > 0)).sum()
    beside = (gaps & ~hiding.unsafe).sum() / max(len(unsafe), 1)
    line = (
        f"{threshold} | {len(unsafe)}（{printed}＋{len(unsafe) - printed}） | {gaps.sum()}（{share:.1f}%） | {beside:.2f} | "
        f"{len(set(found))} | {hidden - began:.1f} ＋ {audited - hidden:.1f} | {proved - audited:.2f} |"
    )
    return line, len(unsafe), len(set(found))


def samples(*, kept_plan: bool) -> list[str]:
    """Both sample folders at three thresholds."""
    lines = [
        "| 公表物 | 基準 | 危ない数（印刷＋引き算） | 隠したセル | 補完／危ない数 | 計算できる数 | 秘匿＋検査（秒） |"
        " 証明（秒） |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in ("national_2024", "prefecture_2025"):
        with tempfile.TemporaryDirectory() as above:
            folder = Path(above) / name
            shutil.copytree(ROOT / "data" / "sample" / name, folder)
            if kept_plan:
                shutil.copy(ROOT / "tests" / "protection" / "plans" / f"{name}.toml", folder / "tables.toml")
                (folder / "history.csv").unlink(missing_ok=True)
            returns = ks.read_returns(ks.load_survey(folder))
            system = system_of(grids_of(ks.make_report(ks.weighted(ks.score(ks.clean(returns))))))
        for threshold in (3, 5, 10):
            lines.append(f"| {name} | {measured(system, threshold)[0]}")
            print(lines[-1], flush=True)
    return lines


def tables() -> list[str]:
    """Random 6 × 5 tables, every cell and margin printed."""
    unsafe = beside = found = 0
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        chances = np.outer(rng.dirichlet(np.full(6, 1.5)), rng.dirichlet(np.full(5, 1.0))).ravel()
        both = rng.choice(30, int(rng.integers(120, 300)), p=chances)
        frame = pd.DataFrame({"row": both // 5, "column": both % 5}).astype(str).assign(w=1.0)
        system = system_of([grid_of(ks.Sample.from_frame(frame, weight="w"), "1", "column", "row")])
        hiding = hide(system, 3)
        held = intervals(system, hiding.hidden, [int(k) for k in np.flatnonzero(hiding.unsafe)])
        unsafe += len(held)
        beside += int((hiding.hidden & (system.counts > 0) & ~hiding.unsafe).sum())
        found += sum(not wide_enough(*ends, 3) or not proves(system, hiding, k) for k, ends in held.items())
    return [
        f"6 × 5 の乱数の表 {SEEDS}（基準 3）：危ない数 {unsafe}、補完セル {beside}"
        f"（一つにつき {beside / unsafe:.2f}）、計算できる数 {found}。"
    ]


def attacked(seed: int) -> tuple[int, int, int, int, int]:
    """Of one random linked release: small counts a reader looks for, those found, unsafe counts, gaps, and gaps beside them."""
    from release import attack, make_release

    with tempfile.TemporaryDirectory() as above:
        frame = make_release(Path(above), seed)
        returns = ks.read_returns(ks.load_survey(Path(above)))
        report = ks.protect(ks.make_report(ks.weighted(ks.score(ks.clean(returns)))))
        tidy(report).to_csv(Path(above) / "tables.csv", index=False)
        cells = pd.read_csv(Path(above) / "tables.csv", dtype=str, keep_default_na=False)
    small, narrow = attack(cells, frame, 3)
    told = report.protection.intervals
    beside = int((told["hidden"] & ~told["unsafe"]).sum())
    return small, len(narrow), int(told["unsafe"].sum()), report.protection.gaps, beside


def told_of(each: list[tuple[int, int, int, int, int]]) -> list[str]:
    """The lines of the page about so many releases."""
    small, found, unsafe, gaps, beside = (sum(column) for column in zip(*each, strict=True))
    return [
        f"乱数の連結した公表物 {len(each)}（二重・三重クロス、組替え、複数回答。基準 3）："
        f"読者の知る関係で小さい数 {small} のうち、"
        f"三つより少ない値に絞れるか基準未満と示せるもの {found}。"
        f"系の危ない数 {unsafe}、隠したセル {gaps}（補完は一つにつき {beside / unsafe:.2f}）。"
    ]


def releases() -> list[str]:
    """Random linked releases and a reader who has the data file alone."""
    return told_of([attacked(seed) for seed in range(SEEDS)])


def write(part: str, lines: list[str]) -> None:
    """Put a part between its marks on the page."""
    marks = f"<!-- generated: {part} -->\n", "<!-- end -->"
    text = re.sub(
        re.escape(marks[0]) + ".*?" + re.escape(marks[1]),
        lambda _: marks[0] + "\n".join(lines) + "\n" + marks[1],
        PAGE.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    PAGE.write_text(text, encoding="utf-8")


PARTS = {
    "fixture": lambda: samples(kept_plan=True),
    "today": lambda: samples(kept_plan=False),
    "tables": tables,
    "releases": releases,
}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        made = PARTS[part]()
        print(*made, sep="\n")
        write(part, made)
