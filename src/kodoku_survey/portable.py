"""Values that can be pickled and deep-copied: read-only maps travel as plain ones, read-only arrays stay read-only."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np


class Portable:
    """A frozen value whose fields may be read-only maps."""

    def __getstate__(self) -> dict[str, Any]:
        state = dict(self.__dict__)
        maps = [name for name, value in state.items() if isinstance(value, MappingProxyType)]
        return state | {name: dict(state[name]) for name in maps} | {"_maps": maps}

    def __setstate__(self, state: dict[str, Any]) -> None:
        maps = state.get("_maps", [])
        for name, value in state.items():
            if name != "_maps":
                held = MappingProxyType(value) if name in maps else value
                for array in held.values() if name in maps else (held,):
                    if isinstance(array, np.ndarray):
                        array.setflags(write=False)
                object.__setattr__(self, name, held)
