"""Queues that functions poll, and the numbers that must fit each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.facts.functions import DEFAULT_TIMEOUT, Function, Functions
from analyzer.facts.numbers import number
from analyzer.facts.triggers import Kind, Triggers
from analyzer.model.node import Node
from analyzer.model.template import Resource

QUEUE = "AWS::SQS::Queue"
DEFAULT_VISIBILITY = 30
"""Seconds. Source: VisibilityTimeout of AWS::SQS::Queue, CloudFormation Template Reference."""


@dataclass(frozen=True, slots=True)
class PolledQueue:
    """A queue of the application, the function that polls it and the event source mapping between them."""

    queue: Resource
    function: Function
    mapping: Resource

    @property
    def visibility(self) -> Node:
        """``VisibilityTimeout`` of the queue, in seconds."""
        return self.queue["VisibilityTimeout"]

    @property
    def timeout(self) -> float | None:
        """The function's longest possible timeout in seconds; None where it is not known."""
        seconds = [number(case.value, DEFAULT_TIMEOUT) for case in self.function.timeout.cases()]
        return None if None in seconds else max(s for s in seconds if s is not None)

    @property
    def window(self) -> float:
        """Seconds for which the mapping gathers a batch; 0 where none is known."""
        return number(self.mapping["MaximumBatchingWindowInSeconds"].value, 0) or 0


def polled_queues(triggers: Triggers, functions: Functions) -> Iterator[PolledQueue]:
    """Every queue that a function of the user's polls."""
    own = set(functions.own())
    for wire in triggers.all:
        function = functions.of(wire.target)
        queue = wire.source
        if (
            wire.kind is Kind.EVENT_SOURCE
            and function in own
            and function
            and queue is not None
            and queue.type == QUEUE
        ):
            yield PolledQueue(queue, function, wire.carrier)
