"""A template of this room set by typst, in a process of its own so that its memory ends with it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from kodoku_survey.errors import OutputError
from kodoku_survey.publish.charts.fonts import font_folders
from kodoku_survey.publish.charts.glyphs import legible_throughout
from kodoku_survey.publish.typesetting.row_heads import with_row_heads

STANDARDS = ("a-2a", "ua-1")  # archival and accessible; the exporter refuses what does not conform
SCRIPT = "typeset_apart.py"


class Typesetter:
    """A template in a folder of its own, filled from data.json. name : of the file it makes, for errors."""

    def __init__(self, folder: Path, template: str, name: str) -> None:
        text = resources.files("kodoku_survey.publish.pages").joinpath(template).read_text(encoding="utf-8")
        (folder / template).write_text(text, encoding="utf-8")
        self.folder, self.template, self.name = folder, template, name

    def say(self, content: Mapping[str, Any]) -> None:
        """What the template is filled with."""
        told = json.dumps(legible_throughout(content), ensure_ascii=False)
        (self.folder / "data.json").write_text(told, encoding="utf-8")

    def asked(self, label: str) -> Any:
        """What the document says of itself under a label, set on pages without an end. Raises OutputError."""
        (told,) = set_apart(self.folder / self.template, self.name, query=label, inputs={"measuring": "yes"})
        return json.loads(told)

    def pdf(self, moment: int) -> bytes:
        """The bytes of the document as of a moment. Raises OutputError."""
        options = {"timestamp": moment, "pdf_standards": list(STANDARDS)}
        (made,) = set_apart(self.folder / self.template, self.name, options=options)
        return with_row_heads(made)


def set_apart(
    template: Path, name: str, *, query: str = "", inputs: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None, pages: int = 1,
) -> list[bytes]:  # fmt: skip
    """What typst makes of a template: the answer to a query, a document, or a picture a page. Raises OSError, OutputError."""
    files = [template.parent / f"made-{number}" for number in range(pages)]
    job = {
        "template": str(template), "root": str(template.parent), "fonts": font_folders(), "inputs": dict(inputs or {}),
        "query": query, "options": dict(options or {}), "files": [str(file) for file in files],
    }  # fmt: skip
    script = str(resources.files("kodoku_survey.publish.typesetting").joinpath(SCRIPT))
    ran = subprocess.run(
        [sys.executable, "-I", script],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    try:
        error = json.loads(ran.stdout).get("error", "")
    except ValueError:  # it was ended from outside, or ran out of memory
        raise OutputError("publish.typesetting", name, reason=f"typst: {ran.returncode}") from None
    if error:
        key = "publish.missing_glyph" if "font" in error or "glyph" in error else "publish.typesetting"
        raise OutputError(key, name, reason=error)
    return [file.read_bytes() for file in files]
