"""A report from nothing, to see one: the template's questionnaire, invented returns for it, and what is made of them.

`demonstration_shares.csv` says how often each answer is given, so that what is invented looks like people: as many men as women,
few of another sex or without an answer. Whatever it does not name is invented from the seed.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

from kodoku_survey.run.folders import new, synthesize
from kodoku_survey.run.line import report, silent
from kodoku_survey.survey.skeleton import refuse_filled
from kodoku_survey.tables import Report
from kodoku_survey.tables.report import Progress

SURVEY, REPORT = "survey", "report"  # folders of a demonstration


def demonstrate(out: Path, *, size: int | None = None, progress: Progress = silent) -> Report:
    """Write out/survey, a folder with invented returns, and out/report, its report. Nobody's answers are in it.

    A demonstration made before is made again; another folder that holds anything is left alone.
    Raises UsageError, OutputError.
    """
    if not (out / SURVEY / "rehearsal.csv").is_file():
        refuse_filled(out)
    shares = resources.files("kodoku_survey.run").joinpath("demonstration_shares.csv")
    with TemporaryDirectory() as place, resources.as_file(shares) as told:
        new(Path(place) / SURVEY)
        made = Path(place) / SURVEY
        synthesize(made, out / SURVEY, size=size, shares=told, existing="replaced", progress=progress)
    return report(out / SURVEY, out / REPORT, progress=progress)
