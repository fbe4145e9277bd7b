"""A table on the terminal is no release: where the folder is published protected, that is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kodoku_survey.cli.demonstrating import app
from small_folder import make_folder


@pytest.mark.parametrize(("profile", "said"), [("protected", True), ("official", False)])
def test_a_table_of_a_protected_folder_says_that_it_is_no_release(profile: str, said: bool, tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "folder")
    settings = folder / "survey.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('protection = "official"', f'protection = "{profile}"'),
        encoding="utf-8",
    )
    told = CliRunner().invoke(app, ["tab", str(folder), "lonely", "--by", "sex", "--json"], env={"KODOKU_LANG": "ja"})
    assert told.exit_code == 0
    assert ("公表物ではない" in told.stderr) == said
    assert "公表物ではない" not in told.stdout
