"""Pictures that cannot be written: the painter's own folder is cleared at once, where a failure is still an error."""

from __future__ import annotations

import pytest

from kodoku_survey import run
from kodoku_survey.publish.charts import drawing
from kodoku_survey.tables import make_report
from small_folder import make_folder


def test_a_folder_of_pictures_that_cannot_be_cleared_is_an_error_and_not_a_traceback_beside_it(tmp_path, monkeypatch):
    report = make_report(run.weigh(run.respond(make_folder(tmp_path / "survey"))))
    place = tmp_path / "place"
    place.mkdir()
    kept = drawing.put

    def full(path, content):
        if path.suffix == ".png":
            raise OSError(28, "no space left")
        kept(path, content)

    clear = drawing.tempfile.TemporaryDirectory.cleanup

    def stays(folder):
        clear(folder)
        raise OSError(28, "cannot clear")

    monkeypatch.setattr(drawing, "put", full)
    monkeypatch.setattr(drawing.tempfile.TemporaryDirectory, "cleanup", stays)
    with pytest.raises(OSError, match="cannot clear"):
        drawing.draw_charts(report, place / "charts", lambda *_: None)
