"""survey.toml: names and dates, files, design, the steps of weighting, basis of estimation, publication."""

from kodoku_survey.survey.settings.printing import MinimumDifferences, PublicationSettings
from kodoku_survey.survey.settings.settings import (
    KEEPS,
    Cleaning,
    Collapse,
    DesignSettings,
    EstimationSettings,
    Identity,
    Settings,
    read_settings,
)

__all__ = [
    "KEEPS", "Cleaning", "Collapse", "DesignSettings", "EstimationSettings", "Identity", "MinimumDifferences",
    "PublicationSettings", "Settings", "read_settings",
]  # fmt: skip
