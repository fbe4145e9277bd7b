"""The crosswalk of two surveys, however it is given: as a value, a file, a folder that holds one, or beside either survey."""

from __future__ import annotations

from pathlib import Path

from kodoku_survey.errors import FileError, UsageError
from kodoku_survey.survey.crosswalk.crosswalk import CROSSWALK, Crosswalk, read_crosswalk
from kodoku_survey.survey.survey import Survey

GivenCrosswalk = Crosswalk | str | Path | None


def crosswalk_between(given: GivenCrosswalk, first: Survey, second: Survey) -> Crosswalk | None:
    """The crosswalk given (a value, its file, or a folder with crosswalk.toml), else that of the first folder or the second.

    Between waves of one folder there is none unless one is given. Raises SurveyFaults for a file with faults, FileError where it
    is not there, UsageError for something that is no crosswalk.
    """
    if isinstance(given, Crosswalk):
        return given
    if given is not None:
        if not isinstance(given, str | Path):
            raise UsageError("survey.crosswalk_given", "crosswalk", value=type(given).__name__)
        path = Path(given) / CROSSWALK if Path(given).is_dir() else Path(given)
        if not path.is_file():
            raise FileError("survey.crosswalk_missing", str(path), first=first.folder.name, second=second.folder.name)
        return read_crosswalk(path, first, second)
    if first.folder.resolve() == second.folder.resolve():
        return None
    for survey in (first, second):
        path = survey.folder / CROSSWALK
        if path.is_file():
            return read_crosswalk(path, first, second)
    return None
