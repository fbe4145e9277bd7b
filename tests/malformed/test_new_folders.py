"""A new folder is made whole or not at all."""

from __future__ import annotations

import os
import stat

import pytest

from kodoku_survey import run
from kodoku_survey.errors import OutputError
from kodoku_survey.survey import skeleton


@pytest.fixture
def full(monkeypatch):
    """A disk that is full once the first file is written."""
    truly = skeleton.Path.write_text

    def write(path, text, **more):
        if path.name != "survey.toml":
            raise OSError(28, "No space left on device")
        return truly(path, text, **more)

    monkeypatch.setattr(skeleton.Path, "write_text", write)


def test_a_full_disk_leaves_no_half_folder_and_the_next_attempt_is_not_refused(tmp_path, full, monkeypatch):
    with pytest.raises(OutputError, match="No space left"):
        run.new(tmp_path / "new")
    assert os.listdir(tmp_path) == []
    monkeypatch.undo()
    run.new(tmp_path / "new")
    assert (tmp_path / "new" / "tables.toml").is_file()
    assert os.listdir(tmp_path) == ["new"]


def test_a_folder_drafted_onto_a_full_disk_leaves_no_answers_behind(tmp_path, full):
    source = tmp_path / "a.csv"
    source.write_bytes("番号,q1\n".encode() + b"".join(b"%d,%d\n" % (n, 1 + n % 3) for n in range(30)))
    with pytest.raises(OutputError):
        run.draft(tmp_path / "new", [source])
    assert os.listdir(tmp_path) == ["a.csv"]


def test_a_new_folder_takes_the_place_of_an_empty_one_with_the_modes_of_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        (tmp_path / "new").mkdir()
        (tmp_path / ".new.kodoku" / "new").mkdir(parents=True)
        run.new(tmp_path / "new")
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o750
    finally:
        os.umask(before)
    assert os.listdir(tmp_path) == ["new"]


def test_a_hidden_folder_of_somebody_else_stops_it(tmp_path):
    (tmp_path / ".new.kodoku").mkdir()
    (tmp_path / ".new.kodoku" / "diary.txt").write_text("mine")
    with pytest.raises(OutputError):
        run.new(tmp_path / "new")
    assert os.listdir(tmp_path) == [".new.kodoku"]
    assert os.listdir(tmp_path / ".new.kodoku") == ["diary.txt"]
