"""Forty-seven made folders of the national form set beside the nation at once, and how long that takes.

    python benchmarks/prefectures.py OUT            writes OUT/01 … OUT/47, OUT/report, and prints the seconds of each stage
    python benchmarks/prefectures.py OUT --folders  the folders alone

Respondents are drawn again from the invented national sample, 180 to 1,500 a prefecture, some prefectures lonelier and some older
than the nation; nobody in them is a real person.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT / "examples"))

from kodoku_survey import run  # noqa: E402
from kodoku_survey.survey.folder import load_survey  # noqa: E402
from make import NATION, cells, write  # noqa: E402

FORM = PROJECT / "examples" / "saitama_2023"
REFERENCE = PROJECT / "examples" / "national_series"
SKIPPED = ("plaza",)  # the question that is Saitama's own


def main(out: Path, *, only_folders: bool) -> None:
    """Make the folders; then the comparison, timed."""
    started = time.perf_counter()
    folders = make_folders(out)
    print(f"folders made: {time.perf_counter() - started:.1f} s")
    if only_folders:
        return
    for options, name in (({}, "report"), ({"standardize": ["age_class"], "where": "q1 >= 20"}, "standardised")):
        started = time.perf_counter()
        made = run.many_beside([*map(str, folders), str(REFERENCE)], out / name, force=True, **options)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{name}: {len(made.frame)} rows, {time.perf_counter() - started:.1f} s, peak {peak:.0f} MB")


def make_folders(out: Path, most: int = 47) -> list[Path]:
    """A folder a prefecture, its survey called by the prefecture's name."""
    nation, rng = run.respond(NATION), np.random.default_rng(47)
    survey = load_survey(FORM)
    asked = [v for v in survey.codebook if v.source == "form" and v.name not in SKIPPED]
    named = nation.variables["prefecture"].options
    lonely, age = nation.answers["q28"], nation.answers["q1"]
    folders = []
    for prefecture in named[:most]:
        n, tilt, old = int(rng.integers(180, 1500)), rng.normal(0, 0.25), rng.normal(0, 0.3)
        weight = np.exp(tilt * (np.where(lonely > 5, 2, lonely) - 2.5) + old * (age >= 65))
        people = rng.choice(len(nation), size=n, p=weight / weight.sum())
        folder = out / f"{prefecture.code:02d}"
        lines = []
        for k, person in enumerate(people):
            row = {"番号": f"{prefecture.code:02d}-{k + 1:04d}"}
            for variable in asked:
                row |= cells(variable, nation.answers[variable.name][person], as_labels=True)
            lines.append(row)
        write(folder / "web.csv", lines)
        _definitions(folder, prefecture.label)
        folders.append(folder)
    return folders


def _definitions(folder: Path, name: str) -> None:
    """The files of the form without Saitama's own question and without the postal file."""
    for file in ("codebook.toml", "measures.toml", "tables.toml"):
        text = (FORM / file).read_text(encoding="utf-8")
        blocks = text.split("[[")
        kept = [block for block in blocks if '"plaza"' not in block]
        (folder / file).write_text("[[".join(kept), encoding="utf-8")
    text = (FORM / "survey.toml").read_text(encoding="utf-8")
    before, _, rest = text.partition('[[file]]\nname = "postal"')
    text = before + "[cleaning]" + rest.partition("[cleaning]")[2]
    text = text.replace("埼玉県人々のつながりに関する基礎調査（架空の回収票）", f"{name}の調査（架空）")
    text = text.replace('area = "埼玉県"', f'area = "{name}"').replace('area_code = "11000"\n', "")
    (folder / "survey.toml").write_text(text.replace("drawn = 1500", "drawn = 3000"), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), only_folders="--folders" in sys.argv)
