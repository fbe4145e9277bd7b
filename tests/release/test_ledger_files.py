"""The ledger of a release lies beside it for the checker alone, and the next release must find the right one, whole."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from kodoku_survey import run
from kodoku_survey.errors import DisclosureError
from kodoku_survey.publish.release.checker import read_ledger
from small_folder import make_folder


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    above = tmp_path_factory.mktemp("ledger")
    folder = make_folder(above / "folder")
    settings = (folder / "survey.toml").read_text(encoding="utf-8")
    settings = settings.replace('protection = "official"', 'protection = "protected"\nstay = "last release"')
    (folder / "survey.toml").write_text(settings, encoding="utf-8")
    run.report(folder, above / "out", after="none")
    return above


@pytest.fixture
def place(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "place"))


def refusal(place: Path, out: str = "out", after: Path | None = None) -> str:
    with pytest.raises(DisclosureError) as refused:
        run.report(place / "folder", place / out, after=after)
    assert refused.value.exit_code == 7
    return refused.value.key


def test_it_lies_beside_the_release_for_its_owner_alone(written: Path) -> None:
    path = written / "out.checker" / "ledger.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list((written / "out").rglob("ledger*"))
    assert read_ledger(written / "out") == read_ledger(written / "out.checker")


def test_the_same_release_again_is_byte_for_byte_the_same(place: Path) -> None:
    def files() -> dict[str, bytes]:
        return {p.relative_to(place).as_posix(): p.read_bytes() for p in (place / "out").rglob("*") if p.is_file()}

    before, ledger = files(), (place / "out.checker" / "ledger.json").read_bytes()
    run.report(place / "folder", place / "out")
    assert files() == before
    assert (place / "out.checker" / "ledger.json").read_bytes() == ledger
    found, _, _ = run.verify(place / "out", place / "folder")
    assert not found.problems


def test_a_release_that_was_not_heeded_leaves_its_ledger(place: Path) -> None:
    before = (place / "out.checker" / "ledger.json").read_bytes()
    run.report(place / "folder", place / "out", after="none", threshold=5)
    assert [path.read_bytes() for path in (place / "out.checker").glob("ledger.*.json")] == [before]
    first = read_ledger(place / "out")
    run.report(place / "folder", place / "out", threshold=5)
    assert read_ledger(place / "out") == first, "the same again"
    assert len(list((place / "out.checker").glob("ledger.*.json"))) == 1


def test_a_ledger_that_is_not_there_is_asked_for(place: Path) -> None:
    assert refusal(place, "elsewhere") == "publish.no_ledger"
    run.report(place / "folder", place / "elsewhere", after=place / "out")
    (place / "out.checker" / "ledger.json").unlink()
    assert refusal(place) == "publish.no_ledger"


def test_a_ledger_changed_by_a_digit_or_cut_is_refused(place: Path) -> None:
    path = place / "out.checker" / "ledger.json"
    whole = path.read_text(encoding="utf-8")
    for spoiled in (whole.replace('"threshold": 3', '"threshold": 2', 1), whole[:-40], "{}", "[]", ""):
        assert spoiled != whole
        path.write_text(spoiled, encoding="utf-8")
        assert refusal(place) == "protection.ledger_damaged"
    path.write_bytes(b"\xff\xfe")
    assert refusal(place) == "protection.ledger_damaged"


def test_a_ledger_of_another_survey_or_of_another_output_is_refused(place: Path) -> None:
    other = place / "folder" / "survey.toml"
    told = other.read_text(encoding="utf-8")
    other.write_text(told.replace("wave = 2026", "wave = 2027"), encoding="utf-8")
    assert refusal(place) == "protection.ledger_of_another"
    other.write_text(told, encoding="utf-8")
    manifest = place / "out" / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert refusal(place, after=place / "out") == "publish.ledger_of_another_output"
