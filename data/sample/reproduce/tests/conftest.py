"""Where the sample folders lie."""

from __future__ import annotations

from pathlib import Path

import pytest

import kodoku_survey as ks


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's own folder."""
    return Path(__file__).parents[4]


@pytest.fixture(scope="session")
def national(project: Path) -> ks.Survey:
    """The national survey's definitions."""
    return ks.load_survey(project / "data" / "sample" / "national_2024")
