"""A sample in one file, with its design, calibration, replicates, steps and survey: written and read without running anything.

A zip of `sample.json` (format, version, the tree of values) and the arrays as .npy. `encoding` says what it can hold.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from kodoku_survey.design import Sample
from kodoku_survey.errors import FileError, OutputError, expected
from kodoku_survey.publish.microdata.encoding import Decoder, Encoder

FORMAT, VERSION = "kodoku_survey sample", 2  # 2: a step of weighting holds its table and margins, 1: its details
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the same sample makes the same bytes


def save_sample(sample: Sample, path: str | Path) -> Path:
    """Write a sample to one file: answers or columns, weights, design, calibration, replicates, the chain of its weights.

    The file holds what respondents answered: it is microdata. Written whole or not at all.
    Raises OutputError for a path that cannot be written, or a column no file can hold (it is named).

    >>> path = ks.save_sample(own, "own.zip")
    >>> ks.means(ks.load_sample(path), "hours").value.round(3).tolist()
    [8.817]
    """
    expected(sample, Sample)
    path, encoder = Path(path), Encoder()
    tree = encoder.encoded(sample, "sample")
    head = {"format": FORMAT, "version": VERSION, "sample": tree}
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
                _add(made, "sample.json", json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode())
                for number, array in enumerate(encoder.arrays):
                    buffer = io.BytesIO()
                    np.save(buffer, array, allow_pickle=False)
                    _add(made, f"arrays/{number}.npy", buffer.getvalue())
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as fault:
        raise OutputError("publish.cannot_write", path.name, reason=fault.strerror or str(fault)) from fault
    return path


def load_sample(path: str | Path) -> Sample:
    """The sample of a file `save_sample` wrote.

    Raises FileError for a file that is missing, no such file, damaged, or of another version.

    >>> again = ks.load_sample(ks.save_sample(own, "own.zip"))
    >>> again
    <Sample: n=48, basis design, 2 strata, 12 PSUs, weights sum to 573, steps: none>
    """
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as held:
            head = json.loads(held.read("sample.json"))
            if not isinstance(head, dict) or head.get("format") != FORMAT:
                raise FileError("publish.not_a_sample", path.name)
            if (version := head.get("version")) in range(1, VERSION):
                raise FileError("publish.older_version", path.name, value=version, known=VERSION)
            if version != VERSION:
                raise FileError("publish.other_version", path.name, value=version, known=VERSION)
            names = sorted((n for n in held.namelist() if n.startswith("arrays/")), key=lambda n: int(Path(n).stem))
            arrays = [np.load(io.BytesIO(held.read(name)), allow_pickle=False) for name in names]
        found = Decoder(arrays, path.name).decoded(head["sample"])
    except FileNotFoundError as fault:
        raise FileError("publish.no_sample", path.name) from fault
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError) as fault:
        raise FileError("publish.not_a_sample", path.name) from fault
    if not isinstance(found, Sample):
        raise FileError("publish.not_a_sample", path.name)
    return found


def _add(made: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, FIRST_DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    made.writestr(entry, content)
