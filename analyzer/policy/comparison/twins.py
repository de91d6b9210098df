"""Which template of one run is which of another: folders differ (``base/cdk.out``, ``cdk.out``), files are moved and
stacks renamed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial

from analyzer.policy.comparison.side import Home
from analyzer.policy.result import JudgedTemplate

ALIKE = 0.5
"""So much of what two templates declare must be the same (Jaccard index) for one to be the other renamed."""

MOST_PAIRS = 1_000_000
"""So many pairs of unlike names are compared at most; beyond, none is called renamed."""

MOST_FOLDERS = 64


def twins(old: Sequence[JudgedTemplate], new: Sequence[JudgedTemplate]) -> dict[Home, Home]:
    """The new template of each old one that is still there, the surest first: same stack and the most folders above it
    in common, then the same stack, then the same file, then the most resources in common."""
    pairing = _Pairing(old, new)
    deepest = max((each.path.count("/") + 1 for each in (*old, *new)), default=0)
    for depth in range(min(deepest, MOST_FOLDERS), 0, -1):
        pairing.by(partial(_below, depth))
    pairing.by(lambda each: each.stack)
    pairing.by_likeness()
    return pairing.found


def stack_names(pairs: Mapping[Home, Home], old: Iterable[str], new: Iterable[str]) -> dict[str, str]:
    """The new name of each old stack. ``old`` and ``new`` are all names that judgements use: CDK source without a
    template goes by the name of its application, which is its folder's; where each side has one such name, they are
    the same."""
    names = {before[1]: after[1] for before, after in pairs.items()}
    left_old = set(old) - names.keys()
    left_new = set(new) - set(names.values())
    names.update({name: name for name in left_old & left_new})
    left_old, left_new = left_old - left_new, left_new - left_old
    if len(left_old) == 1 and len(left_new) == 1:
        names[left_old.pop()] = left_new.pop()
    return names


def _below(depth: int, template: JudgedTemplate) -> Hashable:
    return template.stack, *template.path.split("/")[-depth:]


class _Pairing:
    def __init__(self, old: Sequence[JudgedTemplate], new: Sequence[JudgedTemplate]) -> None:
        self._old = list(old)
        self._new = list(new)
        self.found: dict[Home, Home] = {}

    def by(self, key: Callable[[JudgedTemplate], Hashable]) -> None:
        """Pair those that have the same key, in their order."""
        waiting: dict[Hashable, list[JudgedTemplate]] = defaultdict(list)
        for each in reversed(self._new):
            waiting[key(each)].append(each)
        self._take([(each, waiting[key(each)].pop()) for each in self._old if waiting[key(each)]])

    def by_likeness(self) -> None:
        """Pair those that declare most of the same resources."""
        if len(self._old) * len(self._new) > MOST_PAIRS:
            return
        pairs = [(-likeness, i, j) for i, each in enumerate(self._old) for j, likeness in self._alike(each).items()]
        taken_old: set[int] = set()
        taken_new: set[int] = set()
        chosen = []
        for _, i, j in sorted(pairs):
            if i not in taken_old and j not in taken_new:
                taken_old.add(i)
                taken_new.add(j)
                chosen.append((self._old[i], self._new[j]))
        self._take(chosen)

    def _alike(self, old: JudgedTemplate) -> dict[int, float]:
        """The likeness of those of the new that are like enough."""
        there = set(old.resources)
        common = Counter({j: len(there.intersection(each.resources)) for j, each in enumerate(self._new)})
        likeness = {j: n / len(there.union(self._new[j].resources)) for j, n in common.items() if n}
        return {j: share for j, share in likeness.items() if share >= ALIKE}

    def _take(self, pairs: Sequence[tuple[JudgedTemplate, JudgedTemplate]]) -> None:
        self.found.update({(old.path, old.stack): (new.path, new.stack) for old, new in pairs})
        gone_old, gone_new = ({id(each) for each in side} for side in zip(*pairs, strict=True)) if pairs else ((), ())
        self._old = [each for each in self._old if id(each) not in gone_old]
        self._new = [each for each in self._new if id(each) not in gone_new]
