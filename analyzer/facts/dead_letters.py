"""Queues that take what failed, and who puts it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.facts.queues import QUEUE
from analyzer.facts.triggers import Kind, Trigger, Triggers
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.model.template import Resource


@dataclass(frozen=True, eq=False, slots=True)
class DeadLetters:
    """A queue and the wires that end in it; ``takers`` poll it."""

    queue: Resource
    senders: tuple[Trigger, ...]
    takers: tuple[Trigger, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Who sends, for people; the carrier of the wire where the source is not of the application."""
        return tuple(sorted({sender.name or sender.carrier.logical_id for sender in self.senders}))

    @property
    def only_moved(self) -> bool:
        """Whether SQS itself moves every message here. Such moves do not count as ``NumberOfMessagesSent``.

        Source: Amazon SQS Developer Guide, "Available CloudWatch metrics" (read 2026-11-24).
        """
        return all(sender.carrier.type == QUEUE for sender in self.senders)


def dead_letters(triggers: Triggers) -> list[DeadLetters]:
    """The queues of the application that take what failed, in the order of their first sender."""
    found: dict[Resource, list[Trigger]] = {}
    for wire in triggers.all:
        if wire.target.type == QUEUE and takes_failures(wire):
            found.setdefault(wire.target, []).append(wire)
    return [
        DeadLetters(queue, tuple(senders), tuple(w for w in triggers.out_of(queue) if w.kind is not Kind.DEAD_LETTER))
        for queue, senders in found.items()
    ]


def takes_failures(wire: Trigger) -> bool:
    """Whether what the source fails on goes along the wire."""
    return wire.kind is Kind.DEAD_LETTER or (wire.kind is Kind.DESTINATION and "OnFailure" in wire.node.pointer)
