"""Ten thousand changes of files: of each, the folder is refused by a fault of ours or read, and no table changes in silence.

    python tests/malformed/mutator.py [COUNT [FIRST]]     10,000 from seed 0; writes changes.json (ten minutes a core)

Six in ten change rows, fields, headings and encodings of a CSV as tests/intake/test_mutations.py does (200 of them in CI): what
is read otherwise must be told. The rest change bytes: of the CSV, of the definitions, the register and the margins, and, one
in a hundred, of a workbook and of SPSS and Stata files, which a process of its own opens. A byte may make another admissible
answer of one, so there only a fault that is none of ours, a wrong account of the rows or a minute's silence is a violation.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "intake"))
sys.path.insert(0, str(Path(__file__).parents[1] / "promises"))
import pandas as pd
import pyreadstat
from little import HEAD, Little, _excel
from test_mutations import IN_ROWS, LAYOUT, REGISTER, book, delivered, in_bytes, tables, text_of

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.errors import SurveyError

HERE = Path(__file__).parent
DEFINITIONS = ("survey.toml", "codebook.toml", "tables.toml", "margins.csv", "selection.csv")
LONGEST = 60.0  # seconds a folder may take


@dataclass(frozen=True)
class Found:
    """What became of one change: refused or read, and what was wrong with that."""

    kind: str
    outcome: str
    wrong: str = ""


def changed_bytes(rng: random.Random, content: bytes) -> bytes:
    """One to four bytes flipped, dropped, put in, or a stretch doubled or cut out."""
    made = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(made) + 1)
        match rng.randrange(6):
            case 0 if at < len(made):
                made[at] = rng.randrange(256)
            case 1 if at < len(made):
                made[at] ^= 1 << rng.randrange(8)
            case 2:
                del made[at : at + rng.randint(1, 3)]
            case 3:
                made[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 3)))
            case 4:
                made[at:at] = made[at : at + rng.randint(1, 200)]
            case _:
                made[at:at] = rng.choice([b'"', b",", b"\n", b"\r", b"\0", b"=", b"[", b"'", "　".encode(), b"9" * 40])
    return bytes(made)


PIECES = (
    "0", "1", "9", "-1", "0.5", "１", "nan", "inf", "1e400", "true", '"', "'", "[", "]", "{", "}", "=", ",", ":", ".", "\n", "\t",
    "　", "#", "\\", "男性", "sex", "lonely", "age", "code", "kind", "number", "multiple", "\u202e", "\u200b", "\0",
    "2147483648", "𠮷", "$x$",
)  # fmt: skip


def changed_text(rng: random.Random, text: str) -> str:
    """One to three characters, pieces, words or lines of a text dropped, put in, replaced, doubled or exchanged."""
    for _ in range(rng.randint(1, 3)):
        at, lines = rng.randrange(len(text) + 1), text.split("\n")
        one, other = (rng.randrange(len(lines)) for _ in range(2))
        match rng.randrange(6):
            case 0:
                text = text[:at] + text[at + rng.randint(1, 4) :]
            case 1:
                text = text[:at] + rng.choice(PIECES) + text[at:]
            case 2:
                text = text[:at] + rng.choice(PIECES) + text[at + 1 :]
            case 3:
                lines[one], lines[other] = lines[other], lines[one]
                text = "\n".join(lines)
            case 4:
                text = "\n".join([*lines[:one], lines[other], *lines[one:]])
            case _:
                text = "\n".join([*lines[:one], *lines[one + 1 :]])
    return text


class OfRows:
    """A delivery by labels whose tables are known: a change that alters one must be told."""

    def __init__(self, place: Path) -> None:
        place.mkdir()
        numbers = "番号\r\n" + "".join(f"{1000 + n}\r\n" for n in range(80))
        settings = '[survey]\nname = "t"\ntitle = "t"\nwave = 2026\n'
        settings += '[[file]]\nname = "a"\nrole = "returns"\npath = "a.csv"\nmode = "郵送"\n'
        settings += LAYOUT + "\n" + REGISTER + "[cleaning]\ntolerance = 0.5\nexclusion_tolerance = 0.5\n"
        texts = {"survey.toml": settings, "codebook.toml": book(), "s.csv": numbers}
        for name, text in texts.items():
            (place / name).write_text(text, encoding="utf-8")
        self.place, self.whole = place, delivered(random.Random(1))
        (place / "a.csv").write_bytes(text_of(self.whole).encode())
        self.survey = ks.load_survey(place)
        self.right = tables(ks.clean(ks.read_returns(self.survey)))

    def change(self, rng: random.Random) -> Found:
        kind = rng.choice([*IN_ROWS, None])
        rows = [list(row) for row in self.whole]
        for _ in range(rng.choice([1, 1, 2])) if kind is not None else ():
            kind(rng, rows)
        content = in_bytes(rng, text_of(rows)) if kind is None else text_of(rows).encode()
        (self.place / "a.csv").write_bytes(content)
        name = getattr(kind, "__name__", "bytes")
        try:
            responses = ks.clean(ks.read_returns(self.survey))
        except SurveyError:
            return Found(name, "refused")
        issues = responses.issues
        people = issues["variable"].eq("") & issues["column"].ne("受付日")
        named = set(issues["variable"])
        silent = [
            variable for variable, counted in tables(responses).items()
            if counted != self.right[variable] and variable not in named and not people.any()
        ]  # fmt: skip
        return Found(name, "read", f"{', '.join(silent)} changed in silence" if silent else "")


class OfBytes:
    """The little survey with bytes of one of its files changed."""

    def __init__(self, place: Path) -> None:
        self.place = Little().write(place)
        frame = pd.DataFrame(Little().rows, columns=list(HEAD)).replace("", None)
        numbers = frame.drop(columns=["番号", "受付"]).astype(float)
        frame = pd.concat([frame[["番号", "受付"]], numbers], axis=1)
        pyreadstat.write_sav(frame, str(place / "part0.sav"))
        pyreadstat.write_dta(frame.rename(columns={"番号": "no", "受付": "day"}), str(place / "part0.dta"))
        (place / "part0.xlsx").write_bytes(_excel([HEAD, *Little().rows]))
        self.kept = {path.name: path.read_bytes() for path in place.iterdir()}

    def change(self, rng: random.Random, name: str) -> Found:
        for file, content in self.kept.items():
            (self.place / file).write_bytes(content)
        whole = self.kept[name]
        in_text = name in (*DEFINITIONS, "part0.csv") and rng.random() < 0.8
        changed = changed_text(rng, whole.decode()).encode() if in_text else changed_bytes(rng, whole)
        (self.place / name).write_bytes(changed)
        inputs = {"part0": self.place / name} if name.startswith("part0.") and name != "part0.csv" else None
        told = run.check(self.place, inputs=inputs)
        said = "\n".join(fault.text(lang) for fault in told.faults for lang in ("ja", "en"))
        if told.faults and (not said.strip() or not all(2 <= fault.exit_code <= 9 for fault in told.faults)):
            return Found(name, "refused", "a fault without words or of no kind")
        if told.responses is not None:
            ledger = told.responses.ledger
            if ledger.rows != ledger.kept + len(ledger.exclusions):
                return Found(name, "read", "rows unaccounted for")
        return Found(name, "refused" if told.faults else "read")


def one(seed: int, rows: OfRows, binary: OfBytes) -> Found:
    """The change of a seed."""
    rng = random.Random(seed)
    began = time.monotonic()
    if seed % 100 == 99:
        name = rng.choice(["part0.xlsx", "part0.sav", "part0.dta"])
    else:
        name = "rows" if seed % 10 < 6 else "part0.csv" if seed % 10 < 8 else rng.choice(DEFINITIONS)
    try:
        found = rows.change(rng) if name == "rows" else binary.change(rng, name)
    except Exception:
        return Found(name, "crashed", traceback.format_exc(limit=-2).strip().replace("\n", " | "))
    took = time.monotonic() - began
    return Found(found.kind, found.outcome, found.wrong or (f"{took:.0f} seconds" if took > LONGEST else ""))


def main(count: int, first: int) -> None:
    """So many changes; the result so far is kept every hundred."""
    kinds = Counter[tuple[str, str]]()
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        rows, binary = OfRows(Path(name) / "rows"), OfBytes(Path(name) / "bytes")
        for seed in range(first, first + count):
            found = one(seed, rows, binary)
            kinds[found.kind, found.outcome] += 1
            if found.wrong:
                wrong.append({"seed": seed, "kind": found.kind, "wrong": found.wrong})
                print(seed, found, flush=True)
            if seed % 100 == 99 or seed == first + count - 1:
                told = {
                    "first": first, "changes": seed - first + 1, "violations": wrong,
                    "kinds": [{"kind": k, "outcome": o, "changes": n} for (k, o), n in sorted(kinds.items())],
                }  # fmt: skip
                (HERE / "changes.json").write_text(
                    json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
                )
    print(f"{sum(kinds.values())} changes, {len(wrong)} violations")


if __name__ == "__main__":
    main(*(int(text) for text in [*sys.argv[1:], *("10000", "0")[len(sys.argv) - 1 :]]))
