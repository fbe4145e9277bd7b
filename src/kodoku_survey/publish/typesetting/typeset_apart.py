"""Run by itself, in a process of its own: typst keeps what it has set in memory, which a long run would never get back.

Reads a job as JSON from its input; writes what was made to the files named, or a line on what was wrong to its output.
Nothing of this package is imported here.
"""

import json
import sys
from pathlib import Path


def main() -> None:
    """Do the job: a query, whose answer is the first file's content, or a document as one file or one a page."""
    import typst

    job = json.loads(sys.stdin.read())
    fonts = typst.Fonts(include_system_fonts=False, font_paths=job["fonts"])
    try:
        setter = typst.Compiler(job["template"], root=job["root"], font_paths=fonts, sys_inputs=job["inputs"])
        if job["query"]:
            made = [setter.query(job["query"], field="value", one=True).encode("utf-8")]
        else:
            told = setter.compile(**job["options"])
            made = told if isinstance(told, list) else [told or b""]
    except typst.TypstError as error:
        sys.stdout.write(json.dumps({"error": str(error).splitlines()[0]}))
        return
    for path, content in zip(job["files"], made, strict=True):
        Path(path).write_bytes(content)
    sys.stdout.write("{}")


if __name__ == "__main__":
    main()
