"""What was written is what is read: a rehearsal is read as any folder is, and compared, before anybody gets it."""

from __future__ import annotations

import re
import tempfile
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from kodoku_survey.errors import DefinitionError, Spoken, SurveyError
from kodoku_survey.intake.clean import clean
from kodoku_survey.intake.responses import Responses
from kodoku_survey.intake.returns import read_returns
from kodoku_survey.survey.corrections import CORRECTIONS
from kodoku_survey.survey.folder import FILES, Survey, load_survey
from kodoku_survey.synthetic.delivery import form
from kodoku_survey.synthetic.fieldwork import returns_in

# What was corrected after asking a person back is that person's, not the survey's.
COPIED = tuple(name for name in FILES if name != CORRECTIONS)


def marked_definitions(survey: Survey) -> dict[str, bytes]:
    """The folder's definitions, its survey.toml saying that the data are synthetic."""
    found = {name: (survey.folder / name).read_bytes() for name in COPIED if (survey.folder / name).is_file()}
    text = found["survey.toml"].decode("utf-8-sig")
    if tomllib.loads(text)["survey"].get("synthetic") != "yes":
        head = re.compile(r"^[ \t]*\[[ \t]*survey[ \t]*\][^\n]*\n", re.MULTILINE)
        text = re.sub(r"^[ \t]*synthetic[ \t]*=[^\n]*\n", "", text, count=1, flags=re.MULTILINE)
        text = head.sub(lambda found: found.group() + 'synthetic = "yes"\n', text, count=1)
        if tomllib.loads(text).get("survey", {}).get("synthetic") != "yes":
            raise DefinitionError("synthetic.no_mark", "survey.toml [survey] synthetic")
        found["survey.toml"] = text.encode("utf-8")
    return found


def read_back(
    files: Mapping[str, bytes], planted: pd.DataFrame, valid: int, people: Responses, spoilt: set[tuple[str, int]]
) -> None:
    """Read the new folder as any folder is read: the answers are those that were written, the ledger tells what was planted.

    spoilt : variable and person of each answer a slip was planted in. Raises DefinitionError for a layout that does not
    hold what was written into it.
    """
    with tempfile.TemporaryDirectory() as name:
        for path, content in files.items():
            (Path(name) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(name) / path).write_bytes(content)
        try:
            found = clean(read_returns(load_survey(name)))
        except SurveyError as fault:
            why = Spoken(fault.text("ja"), fault.text("en"))
            raise DefinitionError("synthetic.not_taken", "survey.toml", reason=why) from None
    where = pd.Index(people.id).get_indexer(pd.Index(found.id))
    has_ids = all(layout.id for layout in returns_in(people.survey))
    if len(found) != valid or (has_ids and (where < 0).any()):
        raise DefinitionError("synthetic.returns_lost", "survey.toml", wanted=valid, found=len(found))
    if not has_ids:
        return
    for variable in form(people.survey):
        whole = ~np.isin(where, [person for name, person in spoilt if name == variable.name])
        for wanted, read in ((people.answers, found.answers), (people.status, found.status)):
            own = variable.name in wanted
            if own and not np.array_equal(wanted[variable.name][where[whole]], read[variable.name][whole]):
                names = ", ".join(layout.name for layout in returns_in(people.survey))
                raise DefinitionError("synthetic.not_read_back", f"survey.toml [file {names}]", value=variable.name)
    # Over the files: which of two returns of one person is the second, the folder's rule decides.
    told = Counter(found.edits["rule"])
    for entry in found.ledger.entries:
        told.update(entry.excluded)
    meant = Counter(planted.groupby("kind")["count"].sum().to_dict())
    differ = sorted({kind for kind in told | meant if told[kind] != meant[kind]})
    if differ:
        raise DefinitionError("synthetic.not_told", "survey.toml", value=", ".join(differ))
