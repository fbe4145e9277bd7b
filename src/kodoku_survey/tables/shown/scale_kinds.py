"""How indices and the checks of a scale are printed: groups × statistics, each column with its own decimals."""

from __future__ import annotations

import pandas as pd

from kodoku_survey.errors import Language
from kodoku_survey.media import makes
from kodoku_survey.scales import CountingIndex, Invariance, ItemBiases
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.shown.page_kinds import said_of_all
from kodoku_survey.tables.shown.printed import Printed, of_frame, spoken
from kodoku_survey.tables.words import words

_MOST = 60  # lines of the details of an index
# Decimals of each column: of fit indices as articles print them.
_OF_FIT = {"chisq": 2, "chisq_change": 2, "cfi": 3, "cfi_change": 3, "rmsea": 3, "srmr": 3, "scaling": 3}
_OF_BIAS = {"uniform": 2, "nonuniform": 2, "total": 2, "mcfadden": 4, "nagelkerke": 4, "change": 3}
_INDEX = ("H", "A", "M0")


@makes("CountingIndex", "printed")
def print_index(found: CountingIndex, level: float = 0.95, language: Language | None = None) -> Printed:
    """Groups × H and A in percent, M0, n; errors, headcounts and contributions folded."""
    said, frame = words(spoken(asked=language), level), found.frame(level)
    line = f"CountingIndex: {len(found.indicators)} indicators, cut-off {found.cutoff} of {int(found.weights.sum())}"
    groups = [name for name in ("attribute", "group") if name in frame]
    own = frame[frame["statistic"].isin(_INDEX)]
    parts = own.groupby(groups, sort=False) if groups else [((), own)]
    rows = []
    for names, part in parts:
        value = dict(zip(part["statistic"], part["value"], strict=True))
        shares = [_decimal(100 * value[name], 1) for name in ("H", "A")]
        stub = [str(said_of_all(name, said)) or said["total"] for name in names] or [said["total"]]
        rows.append((*stub, *shares, _decimal(value["M0"], 3), f"{int(part['n'].iloc[0]):,}"))
    heads = (*(said[f"column_{name}"] for name in groups or ["group"]), *(said[f"shown_{name}"] for name in _INDEX))
    details = of_frame(
        frame, said, "", said["shown_index_details"], stubs=2 + len(groups), most=_MOST, digits=_OF_INDEX
    )
    title = said["shown_index"].format(cutoff=found.cutoff, weight=int(found.weights.sum()))
    return Printed(line, title, (*heads, said["shown_n"]), tuple(rows), max(len(groups), 1), folded=(details,))


_OF_INDEX = {"value": 3, "se": 4, "low": 3, "high": 3, "df": 0}


def _decimal(value: float, digits: int) -> str:
    return "" if pd.isna(value) else half_up(value, digits)


@makes("Invariance", "printed")
def print_invariance(found: Invariance, level: float = 0.95, language: Language | None = None) -> Printed:
    """A line a level, with its fit and how far it falls from the level before."""
    said = words(spoken(asked=language), level)
    return of_frame(found.frame(), said, "Invariance", "Invariance", digits=_OF_FIT)


@makes("ItemBiases", "printed")
def print_biases(found: ItemBiases, level: float = 0.95, language: Language | None = None) -> Printed:
    """A line an item and match."""
    said = words(spoken(asked=language), level)
    return of_frame(found.frame(), said, "ItemBiases", "ItemBiases", stubs=2, digits=_OF_BIAS, most=_MOST)
