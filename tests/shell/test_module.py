"""`python -m kodoku_survey` is the command line, and progress is drawn on terminals alone."""

from __future__ import annotations

import subprocess
import sys


def test_the_module_is_the_command_line_and_draws_no_progress_in_a_file(project, tmp_path):
    folder = project / "examples" / "npo_clients"
    forced = {
        "FORCE_COLOR": "1",
        "PATH": "",
        "HOME": str(tmp_path),
        "PYTHONPATH": str(project / "src"),
        "LANG": "C.UTF-8",
    }
    done = subprocess.run(
        [sys.executable, "-m", "kodoku_survey", "--lang", "en", "check", str(folder)],
        capture_output=True,
        text=True,
        env=forced,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "━" not in done.stderr
    assert "%" not in done.stderr
