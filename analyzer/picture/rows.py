"""Which row each node stands in: long edges get a row of their own in every column that they pass, the order within
a column crosses few edges, and chains are straight."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from itertools import pairwise

from analyzer.records import dataclass

SWEEPS = 6
BOX_HEIGHT = 46
PASSING_HEIGHT = 12
GAP = 22
_PASSING_WEIGHT = 8


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a column: of a node, or of an edge that passes (then ``node`` is empty)."""

    key: tuple[str, int]
    rank: int
    lane: int

    @property
    def node(self) -> str:
        """The id of the node; empty where an edge passes."""
        return self.key[0]

    @property
    def height(self) -> int:
        """How much of the column it takes."""
        return BOX_HEIGHT if self.node else PASSING_HEIGHT


Chain = tuple[Slot, ...]
"""The slots of a forward edge, from its source over the columns it passes to its target."""


def chains(
    forward: Sequence[tuple[str, str]], rank: Mapping[str, int], lane: Mapping[str, int]
) -> tuple[dict[str, Slot], list[Chain]]:
    """The slot of every node, and the chain of every edge. An edge passes in the lane of its target."""
    slots = {node: Slot((node, -1), rank[node], lane[node]) for node in rank}
    found = []
    for number, (source, target) in enumerate(forward):
        between = (Slot(("", number), column, lane[target]) for column in range(rank[source] + 1, rank[target]))
        found.append((slots[source], *between, slots[target]))
    return slots, found


class Rows:
    """Orders the slots of every column, and gives each a height in its lane."""

    def __init__(self, slots: Sequence[Slot], chains: Sequence[Chain]) -> None:
        self._before: dict[Slot, list[Slot]] = {}
        self._after: dict[Slot, list[Slot]] = {}
        everything = dict.fromkeys([*slots, *(slot for chain in chains for slot in chain)])
        for chain in chains:
            for left, right in pairwise(chain):
                self._after.setdefault(left, []).append(right)
                self._before.setdefault(right, []).append(left)
        width = 1 + max((slot.rank for slot in everything), default=-1)
        self.columns: list[list[Slot]] = [[] for _ in range(width)]
        for slot in everything:
            self.columns[slot.rank].append(slot)
        for column in self.columns:
            column.sort(key=lambda slot: slot.lane)
        self._untangle()

    # --- order ----------------------------------------------------------------------------------------

    def _untangle(self) -> None:
        best, fewest = [list(column) for column in self.columns], self.crossings()
        for sweep in range(SWEEPS):
            if not fewest:
                break
            rightward = sweep % 2 == 0
            order = range(1, len(self.columns)) if rightward else range(len(self.columns) - 2, -1, -1)
            for number in order:
                self._sort(number, number - 1 if rightward else number + 1, self._before if rightward else self._after)
            if self.crossings() < fewest:
                best, fewest = [list(column) for column in self.columns], self.crossings()
        self.columns = best

    def _sort(self, number: int, beside: int, neighbours: Mapping[Slot, list[Slot]]) -> None:
        place = {slot: index for index, slot in enumerate(self.columns[beside])}
        column = self.columns[number]
        wish = {slot: float(index) for index, slot in enumerate(column)}
        for slot in column:
            near = [place[other] for other in neighbours.get(slot, ())]
            if near:
                wish[slot] = sum(near) / len(near)
        column.sort(key=lambda slot: (slot.lane, wish[slot]))

    def crossings(self) -> int:
        """How many pairs of edges cross."""
        return sum(self._crossings(left, right) for left, right in pairwise(self.columns))

    def _crossings(self, left: Sequence[Slot], right: Sequence[Slot]) -> int:
        place = {slot: index for index, slot in enumerate(right)}
        seen: list[int] = []
        found = 0
        for slot in left:
            ends = sorted(place[other] for other in self._after.get(slot, ()))
            found += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
        return found

    # --- heights --------------------------------------------------------------------------------------

    def heights(self) -> dict[Slot, float]:
        """The middle of each slot, from the top of its lane (0)."""
        middle: dict[Slot, float] = {}
        stacks = [stack for column in self.columns for stack in _by_lane(column)]
        for stack in stacks:
            top = 0.0
            for slot in stack:
                middle[slot] = top + slot.height / 2
                top += slot.height + GAP
        for sweep in range(2 * SWEEPS):
            for stack in stacks if sweep % 2 == 0 else stacks[::-1]:
                self._settle(stack, middle)
        tops: dict[int, float] = {}
        for slot, height in middle.items():
            tops[slot.lane] = min(tops.get(slot.lane, height), height - slot.height / 2)
        return {slot: height - tops[slot.lane] for slot, height in middle.items()}

    def _settle(self, stack: Sequence[Slot], middle: dict[Slot, float]) -> None:
        """Move the slots of one column and lane towards their neighbours as far as their order and size let them."""
        offsets = [0.0]
        for upper, lower in pairwise(stack):
            offsets.append(offsets[-1] + (upper.height + lower.height) / 2 + GAP)
        wishes = [self._wish(slot, middle) for slot in stack]
        pooled = _rising([(wish - offset, weight) for (wish, weight), offset in zip(wishes, offsets, strict=True)])
        for slot, place, offset in zip(stack, pooled, offsets, strict=True):
            middle[slot] = place + offset

    def _wish(self, slot: Slot, middle: Mapping[Slot, float]) -> tuple[float, float]:
        """Where the neighbours in the lane pull a slot, and how much it matters."""
        near = [*self._before.get(slot, ()), *self._after.get(slot, ())]
        pulls = [(middle[other], _weight(slot, other)) for other in near if other.lane == slot.lane]
        if not pulls:
            return middle[slot], 0.5
        total = sum(weight for _, weight in pulls)
        return sum(height * weight for height, weight in pulls) / total, total


def _by_lane(column: Sequence[Slot]) -> list[list[Slot]]:
    found: dict[int, list[Slot]] = {}
    for slot in column:
        found.setdefault(slot.lane, []).append(slot)
    return list(found.values())


def _weight(one: Slot, other: Slot) -> float:
    passing = (not one.node) + (not other.node)
    return (1, 2, _PASSING_WEIGHT)[passing]


def _rising(wishes: Sequence[tuple[float, float]]) -> list[float]:
    """The values nearest to the wishes (value, weight) that never fall: pools of neighbours that would."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in wishes:
        count = 1
        while pools and pools[-1][0] > value:
            before, mass, members = pools.pop()
            value = (before * mass + value * weight) / (mass + weight)
            weight, count = weight + mass, count + members
        pools.append((value, weight, count))
    return [value for value, _, count in pools for _ in range(count)]
