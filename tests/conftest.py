"""What every test may use: the facts folder beside the project, where there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

import kodoku_survey as ks

# The same examples every time, so that a red run is the change's doing; KODOKU_SEARCH=1 looks for new ones.
settings.register_profile("steady", derandomize=True)
settings.load_profile("default" if os.environ.get("KODOKU_SEARCH") else "steady")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published figures and reference values, kept outside the project. Skips where it is absent."""
    folder = Path(__file__).parents[1].parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder of reference values (../shared) is not beside the project")
    return folder


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's own folder."""
    return Path(__file__).parents[1]


def prepared(folder: Path) -> ks.Responses:
    """A folder's responses, cleaned and scored."""
    return ks.score(ks.clean(ks.read_returns(ks.load_survey(folder))))


@pytest.fixture(scope="session")
def national(project: Path) -> ks.Responses:
    """The national sample, cleaned and scored."""
    return prepared(project / "data" / "sample" / "national_2024")


@pytest.fixture(scope="session")
def national_sample(national: ks.Responses) -> ks.Sample:
    """The national sample, weighted."""
    return ks.weighted(national, basis="design")


@pytest.fixture(scope="session")
def prefecture(project: Path) -> ks.Responses:
    """The prefecture sample, cleaned and scored."""
    return prepared(project / "data" / "sample" / "prefecture_2025")


@pytest.fixture(scope="session")
def prefecture_sample(prefecture: ks.Responses) -> ks.Sample:
    """The prefecture sample, weighted."""
    return ks.weighted(prefecture, basis="design")
