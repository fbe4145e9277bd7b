"""Results that show themselves by their frame."""

from __future__ import annotations

from abc import ABC, abstractmethod

import pandas as pd


class Framed(ABC):
    """A result whose numbers stand in several estimates, printed as one table."""

    @abstractmethod
    def frame(self) -> pd.DataFrame:
        """Tidy: what each class says of its own."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>\n{self.frame().to_string(index=False, float_format=_short, max_rows=24)}"

    def _repr_html_(self) -> str:
        return self.frame().to_html(index=False, float_format=_short, na_rep="", border=0)


def _short(value: float) -> str:
    return f"{value:.4g}"
