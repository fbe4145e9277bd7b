"""Results that show themselves by their frame."""

from __future__ import annotations

from abc import ABC, abstractmethod

import pandas as pd

from kodoku_survey.media import Result


class Framed(Result, ABC):
    """A result whose numbers stand in several estimates, printed as one table."""

    @abstractmethod
    def frame(self) -> pd.DataFrame:
        """Tidy: what each class says of its own."""
