"""An item of two surveys that is not compared, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Reason = Literal[
    "missing", "scale", "answers", "wording", "base", "definition", "part",  # what two forms tell
    "namesake", "instrument", "kind", "axis", "unit", "bounds", "near", "dated", "empty", "unlisted", "nobody", "number",
    "differs", "absent", "unknown", "unpublished", "dropped",  # what the wave matrix and history tell
]  # fmt: skip

MENDABLE = frozenset(
    {"answers", "wording", "dated", "near", "instrument"}
)  # what a crosswalk may declare to be the same


@dataclass(frozen=True)
class Refusal:
    """An item that is not compared, and why: a key of words.toml (`refuse_…`) and what its sentence names.

    because : the refusal it follows from: of the item it rests on, or of the item it was set against.
    """

    item: str
    label: str
    reason: Reason
    told: Mapping[str, str] = field(default_factory=dict)
    because: Refusal | None = None

    def text(self, said: Mapping[str, str]) -> str:
        """The reason as a sentence, in the words of `said`."""
        text = said[f"refuse_{self.reason}"].format(**self.told)
        note = self.told.get("note", "") if self.because is None else self.because.text(said)
        return said["refuse_note"].format(text=text, note=note) if note else text

    @property
    def mendable(self) -> bool:
        """Whether somebody who knows both forms could declare the item the same in a crosswalk."""
        return self.reason in MENDABLE or (self.because is not None and self.because.mendable)
