"""The site: `python -m sphinx -W -b html docs dist/site`, offline, from the pages beside this file and from the code."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["KODOKU_LANG"] = "ja"
DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS), str(DOCS.parent / "src")]

from docutils.nodes import SkipNode  # noqa: E402
from docutils.utils.math.latex2mathml import tex2mathml  # noqa: E402
from make_reference import links_out, write  # noqa: E402

from kodoku_survey import __version__  # noqa: E402

project, release, version = "kodoku_survey", __version__, __version__
copyright = "kodoku_survey contributors"
language = "ja"
extensions = ["myst_parser"]
myst_enable_extensions = ["deflist", "dollarmath", "amsmath"]
myst_heading_anchors = 4
# Pages of the validation quote R and official reports as they are: what looks like a code to be coloured may be none.
suppress_warnings = ["misc.highlighting_failure"]
exclude_patterns = ["_build"]
nitpicky = True
html_theme = "furo"
html_title = f"kodoku_survey {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_last_updated_fmt = None
html_math_renderer = "mathml"  # formulas as MathML, which browsers draw themselves: no script from elsewhere
html_theme_options = {"navigation_with_keys": True}

GENERATED = ("api", "keys", "messages", "commands", "licences")


def _own_links(_app, name, content):
    """Links out of docs/ become text; one that leads nowhere is a warning, which stops the build."""
    from sphinx.util import logging

    known = [f"reference/{page}.md" for page in GENERATED]
    text, broken = links_out(content[0], DOCS / f"{name}.md", known)
    for target in broken:
        logging.getLogger(__name__).warning("no such file: %s", target, location=name)
    content[0] = text + (_left(text) if name == "index" else "")


def _left(index):
    """Pages of this folder the index does not name yet, in a chapter of their own: none is lost to the reader."""
    own = sorted(page.stem for page in DOCS.glob("*.md") if page.stem != "index")
    left = [page for page in own if f"\n{page}\n" not in index]
    return "\n".join(["\n```{toctree}", ":hidden:", ":caption: そのほか\n", *left, "```\n"]) if left else ""


def _inline_math(self, node):
    self.body.append(tex2mathml(node.astext(), as_block=False))
    raise SkipNode


def _block_math(self, node):
    self.body.append(f'<div class="math">{tex2mathml(node.astext(), as_block=True)}</div>')
    raise SkipNode


def setup(app):
    """Pages are generated before any is read."""
    write(DOCS / "reference")
    app.add_html_math_renderer("mathml", (_inline_math, None), (_block_math, None))
    app.connect("source-read", _own_links)
