"""Opening a file in a process of its own, with bounded memory and time: a bomb or a damaged file ends that process, not ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from kodoku_survey.errors import FileError

PATIENCE = 60  # seconds a file may take to be opened …
PER_MEGABYTE = 1  # … and so many more for each megabyte it has
MEMORY = 2 << 30  # bytes a process may take to open a file …
TIMES_THE_FILE = 30  # … or so many times its size, where that is more

# Set within the new process: a limit set between fork and exec is not safe where threads run.
_LIMITS = """
import json, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass  # Windows and macOS know no such limit; the time is bounded there too
"""


def probe(path: Path, program: str, *arguments: Any) -> Any:
    """What `program` prints (JSON) of the file, its path in sys.argv[2] and the arguments in sys.argv[3]; None if it fails.

    Raises FileError where it takes more memory or time than a file of a survey does.
    """
    seconds = PATIENCE + PER_MEGABYTE * (path.stat().st_size >> 20)
    memory = max(MEMORY, TIMES_THE_FILE * path.stat().st_size)
    command = [sys.executable, "-c", _LIMITS + program, str(memory), str(path), json.dumps(arguments)]
    env = os.environ | {"OPENBLAS_NUM_THREADS": "1"}  # threads take address space, not memory
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False, env=env)
    except subprocess.TimeoutExpired:
        raise FileError("intake.too_much", path.name, memory=memory >> 30, seconds=seconds) from None
    if b"MemoryError" in done.stderr or b"memory allocation" in done.stderr:
        raise FileError("intake.too_much", path.name, memory=memory >> 30, seconds=seconds)
    return json.loads(done.stdout) if done.returncode == 0 else None
