"""Only what we made is replaced, whole or not at all, and nobody else reads what is on its way."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pyreadstat
import pytest

from kodoku_survey.errors import OutputError
from kodoku_survey.publish.release import swapping, whole, writing
from kodoku_survey.publish.release.whole import check_place, whole_file, whole_folder


def write(folder: Path, text: str) -> None:
    """A result of one file and its manifest."""
    (folder / "table.csv").write_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps({"kodoku_survey": "0", "outputs": {"table.csv": digest}}))


@pytest.fixture
def out(tmp_path) -> Path:
    """An earlier result."""
    with whole_folder(tmp_path / "out") as made:
        write(made, "first")
    return tmp_path / "out"


def stranger(out: Path) -> str:
    (out / "note.txt").write_text("mine")
    return "note.txt"


def changed(out: Path) -> str:
    (out / "table.csv").write_text("corrected by hand")
    return "table.csv"


def linked(out: Path) -> str:
    (out / "shortcut").symlink_to(out.parent)
    return "shortcut"


def survey(out: Path) -> str:
    (out / "sub").mkdir()
    (out / "sub" / "survey.toml").write_text("")
    return "sub/survey.toml"


def pipe(out: Path) -> str:
    os.mkfifo(out / "pipe")
    return "pipe"


def shouted(out: Path) -> str:
    (out / "SURVEY.TOML").write_text("")
    return "SURVEY.TOML"


@pytest.mark.parametrize("spoil", [stranger, changed, linked, survey, pipe, shouted])
def test_a_folder_with_anything_of_somebody_elses_is_refused_with_its_name(out, spoil):
    name = spoil(out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    for ask in (lambda: check_place(out), lambda: whole_folder(out).__enter__()):
        with pytest.raises(OutputError) as refused:
            ask()
        assert name in refused.value.text("en")
        assert refused.value.exit_code == 8
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("spoil", [stranger, changed])
def test_force_replaces_an_earlier_result_that_was_changed(out, spoil):
    spoil(out)
    with whole_folder(out, force=True) as made:
        write(made, "second")
    assert sorted(os.listdir(out)) == ["manifest.json", "table.csv"]


@pytest.mark.parametrize("spoil", [linked, survey, shouted])
def test_force_never_takes_a_survey_or_follows_a_link(out, spoil):
    spoil(out)
    with pytest.raises(OutputError):
        check_place(out, force=True)


def test_force_does_not_make_a_folder_without_our_manifest_ours(tmp_path):
    (tmp_path / "manifest.json").write_text('{"name": "somebody else\'s web page"}')
    for force in (False, True):
        with pytest.raises(OutputError):
            check_place(tmp_path, force=force)


def test_a_manifest_of_another_program_makes_nothing_ours(tmp_path):
    (tmp_path / "thesis.tex").write_text("mine")
    digest = hashlib.sha256(b"mine").hexdigest()
    (tmp_path / "manifest.json").write_text(json.dumps({"outputs": {"thesis.tex": digest}}))
    for force in (False, True):
        with pytest.raises(OutputError):
            check_place(tmp_path, force=force)


def test_a_name_no_disk_takes_is_an_output_that_cannot_be_written(tmp_path):
    with pytest.raises(OutputError) as refused:
        check_place(tmp_path / ("x" * 300))
    assert refused.value.key == "publish.cannot_write"


def test_a_file_somebody_may_have_corrected_is_replaced_on_request_alone(tmp_path):
    path = tmp_path / "new" / "codebook.xlsx"
    for text, force in (("first", False), ("second", True)):
        with whole_file(path, force=force) as made:
            made.write_text(text)
    with pytest.raises(OutputError, match="force"), whole_file(path) as made:
        made.write_text("third")
    assert path.read_text() == "second"
    assert os.listdir(path.parent) == ["codebook.xlsx"]


def test_a_file_on_its_way_is_nobody_elses_to_read_and_what_a_killed_run_left_is_cleared(tmp_path):
    path, before = tmp_path / "codebook.xlsx", os.umask(0o027)
    try:
        (tmp_path / ".codebook.xlsx.kodoku").mkdir()
        (tmp_path / ".codebook.xlsx.kodoku" / "codebook.xlsx").write_text("half")
        with whole_file(path) as made:
            made.write_text("whole")
            assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    finally:
        os.umask(before)
    assert os.listdir(tmp_path) == ["codebook.xlsx"]


def test_a_file_never_takes_the_place_of_a_link_a_folder_or_a_hidden_folder_of_somebody(tmp_path):
    (tmp_path / "link.xlsx").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "folder.xlsx").mkdir()
    (tmp_path / ".file.xlsx.kodoku").mkdir()
    (tmp_path / ".file.xlsx.kodoku" / "diary.txt").write_text("mine")
    for name in ("link.xlsx", "folder.xlsx", "file.xlsx"):
        with pytest.raises(OutputError), whole_file(tmp_path / name, force=True):
            pass
    assert (tmp_path / ".file.xlsx.kodoku" / "diary.txt").is_file()


def test_a_link_in_the_place_of_the_folder_is_refused(out):
    (out.parent / "link").symlink_to(out)
    with pytest.raises(OutputError, match="link"):
        check_place(out.parent / "link")


def test_what_file_managers_leave_is_nobodys(out):
    (out / ".DS_Store").write_bytes(b"\0")
    check_place(out)


def test_an_earlier_result_is_replaced_and_nothing_is_left_beside_it(out):
    with whole_folder(out) as made:
        write(made, "second")
    assert (out / "table.csv").read_text() == "second"
    assert os.listdir(out.parent) == ["out"]


def test_a_result_on_its_way_is_readable_by_nobody_else_and_then_as_the_umask_says(tmp_path):
    before = os.umask(0o027)
    try:
        with whole_folder(tmp_path / "out") as made:
            write(made, "first")
            assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o750
        assert stat.S_IMODE((tmp_path / "out" / "table.csv").stat().st_mode) == 0o640
    finally:
        os.umask(before)


def test_what_a_killed_run_left_is_cleared_by_the_next(out):
    work = out.parent / ".out.kodoku"
    (work / "new").mkdir(parents=True)
    (work / "new" / "microdata.csv").write_text("half a person")
    with whole_folder(out) as made:
        write(made, "second")
    assert os.listdir(out.parent) == ["out"]


def test_a_hidden_folder_that_is_not_ours_is_not_cleared(out):
    work = out.parent / ".out.kodoku"
    work.mkdir()
    (work / "diary.txt").write_text("mine")
    with pytest.raises(OutputError), whole_folder(out):
        pass
    assert (work / "diary.txt").is_file()


@pytest.fixture
def without_exchange(monkeypatch):
    """A system that cannot exchange two names in one step."""
    monkeypatch.setattr(swapping, "_exchange", lambda _one, _other: False)


def test_without_an_exchange_the_old_result_is_replaced_too(out, without_exchange):
    with whole_folder(out) as made:
        write(made, "second")
    assert (out / "table.csv").read_text() == "second"
    assert os.listdir(out.parent) == ["out"]


def test_without_an_exchange_a_run_killed_between_two_renamings_is_completed(out, without_exchange):
    work = out.parent / ".out.kodoku"
    (work / "new").mkdir(parents=True)
    write(work / "new", "second")
    (work / "ready").touch()
    out.rename(work / "old")
    swapping.recover(work, out)
    assert (out / "table.csv").read_text() == "second"
    assert not work.exists()


def test_without_an_exchange_a_failed_second_renaming_puts_the_old_result_back(out, without_exchange, monkeypatch):
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise PermissionError(13, "in use", str(path))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OutputError), whole_folder(out) as made:
        write(made, "second")
    assert (out / "table.csv").read_text() == "first"


def test_too_little_space_is_told_before_anything_is_computed(tmp_path, monkeypatch):
    monkeypatch.setattr(whole.shutil, "disk_usage", lambda _path: SimpleNamespace(free=40 << 20))
    check_place(tmp_path / "out", inputs=1 << 20)
    with pytest.raises(OutputError, match="40") as refused:
        check_place(tmp_path / "out", inputs=2 << 20)
    assert refused.value.key == "publish.no_space"


def test_no_permission_is_told_before_anything_is_computed(tmp_path, monkeypatch):
    monkeypatch.setattr(whole.os, "access", lambda _path, _mode: False)
    with pytest.raises(OutputError) as refused:
        check_place(tmp_path / "out")
    assert refused.value.key == "publish.no_permission"


def test_an_error_of_the_system_is_told_in_its_words_with_the_file_it_is_about():
    assert whole.reason_of(OSError(28, "No space left", "/a/b.csv")) == "No space left: b.csv"
    assert whole.reason_of(OSError(28, "No space left")) == "No space left"
    assert whole.reason_of(OSError("odd")) == "OSError"
    assert whole.reason_of(PermissionError()) == "PermissionError"


def test_no_more_names_than_five_are_told_and_then_how_many_more(out):
    for k in range(5):
        (out / f"n{k}").write_text("mine")
    with pytest.raises(OutputError) as five:
        check_place(out)
    assert "n4 (not listed)" in five.value.text("en")
    assert "more" not in five.value.text("en").split("n4")[1].split(".")[0]
    (out / "n5").write_text("mine")
    (out / "n6").write_text("mine")
    with pytest.raises(OutputError) as seven:
        check_place(out)
    assert "holds 7 files" in seven.value.text("en")
    assert "n4 (not listed) and 2 more" in seven.value.text("en")
    assert "ほか2件" in seven.value.text("ja")
    assert "n5" not in seven.value.text("en")


def test_both_permissions_that_writing_takes_are_asked_for(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(whole.os, "access", lambda _path, mode: asked.append(mode) or True)
    check_place(tmp_path / "a" / "b" / "out")
    assert asked == [os.W_OK | os.X_OK]


class System:
    """A system library: what its call gives, and the number it leaves."""

    def __init__(self, name: str, failed: int = 0, number: int = 0) -> None:
        self.calls: list[tuple[object, ...]] = []

        def call(*arguments: object) -> int:
            self.calls.append(arguments)
            ctypes.set_errno(number)
            return failed

        setattr(self, name, call)


@pytest.mark.parametrize(
    ("system", "exchanged"),
    [(System("renameat2"), True), (System("renamex_np"), True), (System("rename"), False),
     (System("renameat2", -1, errno.ENOSYS), False), (System("renamex_np", -1, errno.ENOTSUP), False)],
)  # fmt: skip
def test_names_are_exchanged_in_one_step_where_the_system_can(system, exchanged, monkeypatch):
    monkeypatch.setattr(swapping.ctypes, "CDLL", lambda *_, **__: system)
    assert swapping._exchange(Path("one"), Path("other")) is exchanged
    assert all(b"one" in call and b"other" in call and call[-1].value == 2 for call in system.calls)


def test_an_exchange_the_system_tried_and_failed_is_an_error(monkeypatch):
    monkeypatch.setattr(swapping.ctypes, "CDLL", lambda *_, **__: System("renameat2", -1, errno.EACCES))
    with pytest.raises(PermissionError):
        swapping._exchange(Path("one"), Path("other"))


@pytest.mark.skipif(sys.platform != "linux", reason="renameat2 is Linux's")
def test_two_folders_have_each_others_names_after_an_exchange(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert swapping._exchange(tmp_path / "one", tmp_path / "other")
    assert (os.listdir(tmp_path / "one"), os.listdir(tmp_path / "other")) == (["other"], ["one"])


@pytest.mark.parametrize("left", ["old", "new", "new without its journal"])
def test_what_a_killed_run_left_becomes_a_result_only_where_there_is_none_and_it_is_whole(left, tmp_path):
    work, out = tmp_path / ".out.kodoku", tmp_path / "out"
    (work / left.split()[0]).mkdir(parents=True)
    (work / left.split()[0] / left.split()[0]).touch()
    if left == "new":
        (work / "ready").touch()
    swapping.recover(work, out)
    assert (os.listdir(out) if out.is_dir() else []) == ([] if " " in left else [left])
    assert not work.exists()


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EIO])
def test_a_folder_no_file_system_syncs_is_passed_over_and_a_broken_disk_is_not(number, tmp_path, monkeypatch):
    def refuse(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(swapping.os, "fsync", refuse)
    if number == errno.EINVAL:
        swapping.sync(tmp_path)
    else:
        with pytest.raises(OSError, match=os.strerror(number)):
            swapping.sync(tmp_path)


def test_every_file_and_folder_of_a_result_is_synced(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    for name in ("report.pdf", "data/tables.csv"):
        (tmp_path / name).touch()
    synced = []
    monkeypatch.setattr(swapping.os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    swapping.sync(tmp_path)
    wanted = [tmp_path, *tmp_path.rglob("*")]
    assert sorted(synced) == sorted(path.stat().st_ino for path in wanted)


def test_a_file_that_reads_back_otherwise_is_an_error_and_a_csv_is_written_with_its_line_ends(tmp_path, monkeypatch):
    writing.put_csv(pd.DataFrame({"=a": ["=1", "-2", "x"]}), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == b"\xef\xbb\xbf'=a\r\n'=1\r\n-2\r\nx\r\n"
    writing.put(tmp_path / "b", "孤独")
    assert (tmp_path / "b").read_bytes() == "孤独".encode()
    monkeypatch.setattr(Path, "read_bytes", lambda _path: b"")
    with pytest.raises(OutputError) as refused:
        writing.put(tmp_path / "b", "孤独")
    assert refused.value.key == "publish.not_as_written"


FRAME = pd.DataFrame({"id": ["a", "b"], "lonely": [1.0, float("nan")]})


@pytest.mark.parametrize(("ending", "writer"), [("sav", "write_sav"), ("dta", "write_dta")])
def test_a_file_that_reads_back_with_another_cell_is_an_error(tmp_path, monkeypatch, ending, writer):
    truly = getattr(pyreadstat, writer)
    writing.put_statistical(FRAME, tmp_path / f"good.{ending}", lambda _path: None)
    for other in (FRAME.iloc[:1], FRAME.assign(lonely=[1.0, 2.0]), FRAME.assign(id=["a", "c"]), FRAME[["id"]]):
        monkeypatch.setattr(pyreadstat, writer, lambda _frame, path, other=other, **_: truly(other, path))
        with pytest.raises(OutputError) as refused:
            writing.put_statistical(FRAME, tmp_path / f"bad.{ending}", lambda _path: None)
        assert refused.value.key == "publish.not_as_written"


@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_a_truncated_file_is_an_error(tmp_path, ending):
    def cut(path: Path) -> None:
        path.write_bytes(path.read_bytes()[:-9])

    with pytest.raises(OutputError):
        writing.put_statistical(FRAME, tmp_path / f"bad.{ending}", cut)


SWALLOWED = """
    import os, signal, sys
    from kodoku_survey import cli
    from kodoku_survey.cli import demonstrating, interrupts

    def work(**_):
        try:
            os.kill(os.getpid(), {number})
        except BaseException:
            pass  # as a callback of C code does
        {then}

    demonstrating.app = work
    cli.main()
"""


@pytest.mark.parametrize("then", ["interrupts.heed()", "return 0", "raise ValueError"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_that_a_library_swallows_still_ends_the_run_with_its_code(number, code, then):
    program = textwrap.dedent(SWALLOWED).format(number=int(number), then=then)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
