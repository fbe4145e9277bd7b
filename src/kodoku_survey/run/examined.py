"""A folder read and cross-checked from end to end, and nothing changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kodoku_survey.crosstabs import crosstab
from kodoku_survey.design import Sample
from kodoku_survey.errors import SurveyError, SurveyFaults
from kodoku_survey.intake import Responses, clean, doubts, read_returns
from kodoku_survey.measures import score
from kodoku_survey.publish.charts.glyphs import substitutions
from kodoku_survey.run.line import silent, weigh
from kodoku_survey.survey.folder import Survey, load_survey
from kodoku_survey.survey.unfinished import placeholders
from kodoku_survey.tables.report import Progress


@dataclass(frozen=True, eq=False)
class Check:
    """What a check found: all faults, and as much of the line as could be built without them.

    notices : what will be printed otherwise than it is written; no fault.
    """

    faults: tuple[SurveyError, ...]
    survey: Survey | None = None
    responses: Responses | None = None
    sample: Sample | None = None
    doubts: tuple[SurveyError, ...] = ()
    notices: tuple[SurveyError, ...] = ()

    def summary(self) -> dict[str, Any]:
        """What a program reads: faults with their exit codes, and the counts of every stage reached."""
        found: dict[str, Any] = {
            "faults": [
                {"message": fault.text(), "key": fault.key, "exit_code": fault.exit_code} for fault in self.faults
            ],
            "notices": [notice.text() for notice in self.notices],
        }
        if self.survey is not None:
            found |= {
                "variables": len(self.survey.codebook),
                "measures": len(self.survey.measures.definitions),
                "tables": len(self.survey.plan.tables),
            }
        if self.responses is not None:
            found |= {
                "rows": self.responses.ledger.rows,
                "kept": self.responses.ledger.kept,
                "edits": len(self.responses.edits),
                "issues": json.loads(self.responses.issues.to_json(orient="records", force_ascii=False)),
            }
        found["warnings"] = [{"message": doubt.text(), "key": doubt.key} for doubt in self.doubts]
        return found


def _estimable(sample: Sample) -> None:
    """Ask for one standard error: what forbids it (a stratum with one PSU) forbids every table. Raises DesignError."""
    assert sample.responses is not None
    asked = [name for name, variable in sample.responses.variables.items() if variable.kind != "number"]
    if asked:
        crosstab(sample, asked[0])


def check(
    folder: Path, *, inputs: Mapping[str, Path] | None = None, strict: bool = False, progress: Progress = silent
) -> Check:
    """Read and cross-check everything, change nothing; faults are collected, not raised.

    A stage that fails ends the line, since what follows would only repeat its fault; within a stage all are listed.
    """
    survey = responses = None
    told: tuple[SurveyError, ...] = ()
    try:
        progress("read", 0, 1)
        survey = load_survey(folder, inputs=inputs)
        returns = read_returns(survey)
        progress("clean", 0, 1)
        responses = clean(returns, strict=strict)
        progress("score", 0, 1)
        responses = score(responses)
        told = doubts(returns, responses)
        sample = weigh(responses, progress=progress)
        _estimable(sample)
    except SurveyFaults as several:
        return Check(several.faults, survey, responses, doubts=told)
    except SurveyError as fault:
        return Check((fault,), survey, responses, doubts=told)
    return Check((), survey, responses, sample, told, (*substitutions(survey), *placeholders(survey)))
