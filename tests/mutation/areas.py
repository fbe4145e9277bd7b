"""What is mutated: area → files of the house, by pattern. The first six must be noticed in nine of ten, all in eight."""

from __future__ import annotations

from pathlib import Path

from changed_source import HOUSE

AREAS: dict[str, tuple[str, ...]] = {
    "accounting": (
        "intake/admission.py", "intake/clean.py", "intake/ledger.py", "intake/routing.py", "intake/coding.py", "intake/rows.py",
        "intake/correcting.py", "intake/issues.py", "intake/returns.py", "intake/doubts.py", "intake/responses.py",
    ),
    "weights": (
        "design/calibration.py", "design/trimming.py", "design/trimmed_calibration.py", "design/auxiliary.py",
        "design/stages.py", "design/chain.py", "design/steps.py", "weighting/*.py",
    ),
    "estimates": (
        "estimation/tally.py", "estimation/counting/*.py", "estimation/summaries.py", "estimation/estimate.py",
        "estimation/prevalence.py", "estimation/contrasts.py", "estimation/hypotheses/independence.py",
        "crosstabs/crosstab.py", "crosstabs/batch.py", "crosstabs/comparisons.py", "crosstabs/publication.py",
    ),
    "intervals": ("estimation/intervals.py",),
    "rounding": ("tables/rounding.py", "tables/cells.py", "tables/marks.py"),
    "escaping": (
        "publish/release/spreadsheets.py", "publish/release/ownership.py", "publish/release/whole.py",
        "publish/release/swapping.py", "publish/release/writing.py", "publish/pages/html.py",
    ),
    "reading": (
        "intake/cells/*.py", "intake/readers/*.py", "intake/headings.py", "intake/placing.py", "intake/register.py",
        "intake/drawn.py",
    ),
    "tables": ("tables/*.py",),
    "publish": ("publish/release/*.py", "publish/sheets/*.py", "publish/pages/*.py", "publish/output.py"),
}  # fmt: skip


def files(area: str) -> list[Path]:
    """The files of an area that no area before it holds."""
    taken: set[Path] = set()
    for name, patterns in AREAS.items():
        own = [path for pattern in patterns for path in sorted(HOUSE.glob(pattern)) if path not in taken]
        if name == area:
            return own
        taken.update(own)
    raise KeyError(area)
