"""How long the door takes: a CSV of returns → Responses, with the most memory used.

    python benchmarks/intake.py               # 1,000,000 × 60 and 11,000 × 100; with wide text nobody declared
    python benchmarks/intake.py 100000        # so many returns instead of a million

Targets on two cores: 1,000,000 × 60 within 40 s and 3 GB; 11,000 × 100 within 1.5 s.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

QUESTION = '[[variable]]\nname = "q{n}"\nkind = "single"\nlabel = "問{n}"\ncodes = [{codes}]\n'
CODES = ", ".join(f'{{ code = {c}, label = "答え{c}" }}' for c in range(1, 6))


def made(place: Path, people: int, columns: int, *, text: int = 0) -> Path:
    """A folder of so many returns and columns (the first the number, the second the day); text : bytes of a wide column."""
    rng = np.random.default_rng(1)
    questions = columns - 2
    (place / "codebook.toml").write_text("".join(QUESTION.format(n=n, codes=CODES) for n in range(questions)))
    survey = '[survey]\nname = "b"\ntitle = "b"\nwave = 2026\naccepted_until = 2026-01-31\n[[file]]\nname = "a"\n'
    survey += 'role = "returns"\nmode = "web"\npath = "a.csv"\nreceived = "day"\nignore = ["free"]\n'
    (place / "survey.toml").write_text(survey)
    wide = ",free" if text else ""
    with (place / "a.csv").open("w", encoding="utf-8") as file:
        file.write("id,day," + ",".join(f"q{n}" for n in range(questions)) + wide + "\n")
        for start in range(0, people, 50_000):
            count = min(50_000, people - start)
            cells = rng.integers(0, 6, (count, questions)).astype("<U1")
            cells[cells == "0"] = ""
            for k, row in enumerate(cells):
                free = f',"{start + k} {"字" * (text // 3)}"' if text else ""
                file.write(f"{start + k},2026-01-{1 + k % 28:02d}," + ",".join(row) + free + "\n")
    return place


def measured(place: Path) -> tuple[float, float]:
    """Seconds and gigabytes from the folder to Responses, in a process of its own."""
    said = subprocess.run([sys.executable, __file__, "--read", str(place)], capture_output=True, text=True, check=True)
    seconds, memory = said.stdout.split()[-2:]
    return float(seconds), float(memory)


def _read(place: str) -> None:
    import kodoku_survey as ks

    survey = ks.load_survey(place)
    started = time.perf_counter()
    responses = ks.clean(ks.read_returns(survey))
    seconds = time.perf_counter() - started
    assert len(responses) > 0
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)


def main() -> None:
    """Measure each size and print a line for it."""
    if sys.argv[1:2] == ["--read"]:
        _read(sys.argv[2])
        return
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    for people, columns, text in ((most, 60, 0), (most, 60, 100), (11_000, 100, 0)):
        with tempfile.TemporaryDirectory() as folder:
            place = made(Path(folder), people, columns, text=text)
            size = (place / "a.csv").stat().st_size / 1e6
            seconds, memory = measured(place)
        told = f"{people:>9,} × {columns}{' + wide text' if text else ''} ({size:,.0f} MB)"
        print(f"{told}: {seconds:.1f} s, {memory:.2f} GB", flush=True)


if __name__ == "__main__":
    main()
