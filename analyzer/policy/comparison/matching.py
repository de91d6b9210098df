"""Knows the findings of one run again in another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence

from analyzer.policy.comparison.side import IN_SOURCE, Home, Known
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True)
class Matched:
    """Pairs (old, new) of the same finding in the order of the new ones, and what has no other half."""

    pairs: tuple[tuple[Known, Known], ...]
    only_old: tuple[Known, ...]
    only_new: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to know a finding again: what is the same on both sides; None where it cannot be known so."""

    old: Callable[[Known, Home | None], Hashable]
    new: Callable[[Known], Hashable]


def _moved(known: Known, home: Home | None) -> Hashable:
    """A finding goes to another template only with its construct, or if its own template is gone."""
    may_move = home is None or known.finding.construct_path is not None
    return known.finding.fingerprint if may_move else None


_WAYS = (
    _Way(lambda known, home: (known.finding.fingerprint, home), lambda known: (known.finding.fingerprint, known.home)),
    _Way(lambda known, home: _with_home(known.finding.kin, home), lambda known: (known.finding.kin, known.home)),
    _Way(_moved, lambda known: known.finding.fingerprint),
    _Way(
        lambda known, home: _with_home(known.finding.identity, home), lambda known: (known.finding.identity, known.home)
    ),
)
"""The surest first: as it was where it was; in a stack of another name; elsewhere; with other evidence."""


def _with_home(digest: str, home: Home | None) -> Hashable:
    return (digest, home) if digest else None


def match(old: Sequence[Known], new: Sequence[Known], homes: Mapping[Home, Home]) -> Matched:
    """What of ``old`` is what of ``new``; ``homes`` are the new templates of the old ones. Each is matched once."""
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for way in _WAYS:
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for index in range(len(new) - 1, -1, -1):
            if index not in taken:
                waiting[way.new(new[index])].append(index)
        for index, known in enumerate(old):
            key = None if index in partner else way.old(known, _home(known, homes))
            if key is not None and waiting.get(key):
                partner[index] = waiting[key].pop()
                taken.add(partner[index])
    ordered = sorted((there, here) for here, there in partner.items())
    return Matched(
        tuple((old[here], new[there]) for there, here in ordered),
        tuple(known for index, known in enumerate(old) if index not in partner),
        tuple(known for index, known in enumerate(new) if index not in taken),
    )


def _home(known: Known, homes: Mapping[Home, Home]) -> Home | None:
    return known.home if known.home == IN_SOURCE else homes.get(known.home)
