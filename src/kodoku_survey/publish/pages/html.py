"""HTML from templates: whatever is put into them is escaped, and a word they lack is an error."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


@cache
def _environment() -> Environment:
    loader = PackageLoader("kodoku_survey.publish.pages")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def rendered(template: str, **told: object) -> Markup:
    """A template of `templates/` filled in; the result may stand in another as it is."""
    return Markup(_environment().get_template(template).render(**told))
