"""Small parts of the system solved whole: the fewest cells that let every unsafe count of a part move, by one integer program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.protection.hiding import can_be_hidden, freedom, needs
from kodoku_survey.protection.highs import optimum
from kodoku_survey.protection.part_sums import Bound, able_to_move, around, labelled
from kodoku_survey.protection.system import System

SMALL = 3000  # unknowns of a program: those near each count to be moved
RELATIONS_NEAR = 4  # relations from the count
FARTHER = 4  # times as far as needed may go what nobody prints
NODES = 200  # of the search: a part not solved by then is left to the search one by one

BoundRows = tuple[sparse.csr_array, FloatArray, FloatArray]  # rows, and between what their products lie


def solved_whole(
    system: System,
    limits: IndexArray,
    hidden: BoolArray,
    unsafe: BoolArray,
    stay: BoolArray,
    cost: FloatArray,
) -> BoolArray:
    """(m,) cells to hide beside those hidden, in the parts whose least is found.

    The least of all changes that leave totals and bases printed and move no printed count farther than the unsafe one must go.
    stay : (m,) printed before, so that nothing hides them. cost : (m,) of hiding each.
    """
    may = ~system.printed | (can_be_hidden(system) & (hidden | ~(stay | system.bases | system.totals)))
    may = able_to_move(system, may)
    parts = labelled(system, may)
    price = np.where(hidden | ~system.printed, 0, cost)
    open_to = freedom(system, np.ones(len(system), dtype=bool))
    found = np.zeros(len(system), dtype=bool)
    for part in np.unique(parts[unsafe & may]):
        near = {
            int(aim): around(system, int(aim), may, RELATIONS_NEAR) for aim in np.flatnonzero(unsafe & (parts == part))
        }
        if sum(len(one) for one in near.values()) > SMALL:
            continue
        changes = [one for aim in near for one in _changes(near[aim], aim, needs(system, limits, aim))]
        picked = _WholePart(system, price, open_to, changes).solved()
        if picked is not None:
            found[picked] = True
    return found


@dataclass(frozen=True, eq=False)
class _Change:
    """One change of the program: unknowns near a count, which is to move by `usual`, or, chosen with its other, by `chosen`."""

    near: IndexArray
    aim: int
    usual: int
    chosen: int
    both_ways: bool

    @property
    def reach(self) -> int:
        """How far printed counts may move."""
        return max(abs(self.usual), abs(self.chosen))


def _changes(near: IndexArray, aim: int, ways: Sequence[tuple[int, ...]]) -> Iterator[_Change]:
    """Far up; or, where `needs` names it, a little up by one change and a little down by another."""
    far = ways[0][0]
    if len(ways) == 1:
        yield _Change(near, aim, far, far, False)
    else:
        yield _Change(near, aim, far, ways[1][0], True)
        yield _Change(near, aim, 0, ways[1][1], True)


@dataclass(eq=False)
class _WholePart:
    """The program. Its unknowns in this order: whether each priced cell is hidden; whether each count moves both ways; the
    changes, one after the other."""

    system: System
    price: FloatArray
    open_to: Bound
    changes: Sequence[_Change]
    priced: IndexArray = field(init=False)
    chosen: list[int] = field(init=False)
    starts: IndexArray = field(init=False)

    def __post_init__(self) -> None:
        every = np.unique(np.concatenate([change.near for change in self.changes]))
        self.priced = every[self.price[every] > 0]
        self.chosen = sorted({change.aim for change in self.changes if change.both_ways})
        lengths = [len(self.priced) + len(self.chosen), *(len(change.near) for change in self.changes)]
        self.starts = np.cumsum(lengths)

    def solved(self) -> IndexArray | None:
        """The priced cells to hide, or None where they are not found or not proved the least."""
        size, first, k = int(self.starts[-1]), int(self.starts[0]), len(self.priced)
        low, high = np.zeros(size), np.ones(size)
        bounds: list[BoundRows] = []
        for start, change in zip(self.starts, self.changes, strict=False):
            own = np.arange(start, start + len(change.near))
            limit = np.where(self.system.printed[change.near], 1, FARTHER) * float(change.reach)
            low[own] = np.maximum(self.open_to.low[change.near], -limit)
            high[own] = np.minimum(self.open_to.high[change.near], limit)
            bounds += [self._adds_up(change, own), self._moves(change, own), *self._gates(change, own, low, high)]
        goal = np.zeros(size)
        goal[:k] = self.price[self.priced]
        rows, least, most = zip(*bounds, strict=True)
        solved = optimum(
            goal,
            bounds=Bounds(low, high),
            constraints=LinearConstraint(sparse.vstack(rows).tocsr(), np.concatenate(least), np.concatenate(most)),
            whole=np.arange(size) < first,
            options={"node_limit": NODES},
        )
        return self.priced[solved.x[:k] > 0.5] if solved.status == 0 else None

    def _row(self, data: FloatArray, row: IndexArray, column: IndexArray, count: int) -> sparse.csr_array:
        return sparse.csr_array((data, (row, column)), shape=(count, int(self.starts[-1])))

    def _adds_up(self, change: _Change, own: IndexArray) -> BoundRows:
        """Σ δ = 0 along each relation."""
        kept = self.system.relations[np.unique(self.system.turned[change.near].indices)][:, change.near].tocoo()
        zeros = np.zeros(kept.shape[0])
        return self._row(kept.data.astype(float), kept.row, own[kept.col], len(zeros)), zeros, zeros

    def _moves(self, change: _Change, own: IndexArray) -> BoundRows:
        """The count moves by `usual`, or by `chosen` where that is picked."""
        terms, places = [1.0], [int(own[np.searchsorted(change.near, change.aim)])]
        if change.both_ways:
            terms.append(float(change.usual - change.chosen))
            places.append(len(self.priced) + self.chosen.index(change.aim))
        target = np.array([float(change.usual)])
        return self._row(np.array(terms), np.zeros(len(terms), np.intp), np.array(places), 1), target, target

    def _gates(self, change: _Change, own: IndexArray, low: FloatArray, high: FloatArray) -> Iterator[BoundRows]:
        """A printed cell moves only if it is hidden."""
        dear = self.price[change.near] > 0
        moved, gate = own[dear], np.searchsorted(self.priced, change.near[dear])
        count = len(moved)
        rows = np.tile(np.arange(count), 2)
        for way, limit in ((1.0, high[moved]), (-1.0, -low[moved])):
            data = np.concatenate([np.full(count, way), -limit])
            yield self._row(data, rows, np.concatenate([moved, gate]), count), np.full(count, -np.inf), np.zeros(count)
