"""The chain of weights as moves that can be made again from other base weights: those of a replicate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design.stages import Stage
from kodoku_survey.errors import DesignError

Move = Callable[[FloatArray], FloatArray]
M = TypeVar("M", bound=Callable[..., Any])


def move(function: M) -> M:
    """Mark a function of weights as a move: `partial(function, …)` of its other arguments, by name, can be kept in a file."""
    function.is_move = True  # type: ignore[attr-defined]
    return function


@dataclass(frozen=True, eq=False)
class Chain:
    """base : (s,) base weights of everyone selected. stage : first stage of everyone selected.

    moves : each takes weights to weights; the first ones of everyone selected (s,), those after "who answered" (n,). What a
    step decided once (its classes, its margins, its level of trimming) stays; what it computes is computed anew.
    """

    base: FloatArray
    stage: Stage
    moves: tuple[Move, ...] = ()

    def then(self, move: Move) -> Chain:
        """This chain with one move more."""
        return replace(self, moves=(*self.moves, move))

    def weights(self, base: FloatArray) -> FloatArray:
        """Final weights (n,) from base weights (s,)."""
        for move in self.moves:
            base = move(base)
        return base

    def replayed(self, multiplier: FloatArray) -> FloatArray:
        """Final weights (n, R) under replicates that multiply the base weights of each first-stage unit, (u, R).

        Raises DesignError where a replicate leaves out everyone a class or a margin needs.
        """
        unit, made = self.stage.unit, []
        for number, column in enumerate(multiplier.T, start=1):
            try:
                made.append(self.weights(self.base * column[unit]))
            except DesignError as fault:
                raise DesignError("design.replicate_fails", fault.where, number=number) from fault
        return np.stack(made, axis=1)
