"""A protected release of real persons is not written over by one that shows everything, unless that is said."""

from __future__ import annotations

import pytest

from kodoku_survey import SurveyError
from kodoku_survey.run import line
from small_folder import make_folder


def test_a_protected_release_is_not_opened_by_accident(tmp_path):
    folder, out = make_folder(tmp_path / "folder"), tmp_path / "out"
    settings = folder / "survey.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('synthetic = "yes"', 'synthetic = "no"'), encoding="utf-8")
    line.report(folder, out, protection="protected")
    with pytest.raises(SurveyError) as fault:
        line.report(folder, out, protection="none")
    assert fault.value.key == "publish.protected_before"
    line.report(folder, out, protection="none", force=True)
