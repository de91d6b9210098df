"""Queues that functions poll, and the numbers that must fit each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from analyzer.facts.combinations import settle_together
from analyzer.facts.functions import DEFAULT_TIMEOUT, Function, Functions
from analyzer.facts.numbers import number
from analyzer.facts.settle import Settled
from analyzer.facts.triggers import Kind, Triggers
from analyzer.model.node import Node
from analyzer.model.template import Resource
from analyzer.model.value import Listing, Value
from analyzer.records import dataclass

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
    def timeout(self) -> Node:
        """The function's ``Timeout``, in seconds."""
        return self.function.timeout

    @property
    def window(self) -> Node:
        """Seconds for which the mapping gathers a batch."""
        return self.mapping["MaximumBatchingWindowInSeconds"]


@dataclass(frozen=True, slots=True)
class Seconds:
    """The numbers of one combination of alternatives; None for one that is not known."""

    visibility: int | None
    timeout: int | None
    window: int | None

    @classmethod
    def of(cls, visibility: Value, timeout: Value, window: Value) -> Seconds:
        """The numbers, with what holds where nothing is written."""
        found = number(visibility, DEFAULT_VISIBILITY), number(timeout, DEFAULT_TIMEOUT), number(window, 0)
        return cls(*(None if one is None else int(one) for one in found))

    @classmethod
    def failing(cls, settled: Settled) -> Seconds:
        """The numbers of the alternatives that fail together."""
        found = settled.case.value if settled.case is not None else None
        return cls.of(*found.items) if isinstance(found, Listing) else cls(None, None, None)

    @property
    def below_timeout(self) -> bool | None:
        """Whether a message appears again while the function may still work on it."""
        if self.visibility is None or self.timeout is None:
            return None
        return self.visibility < self.timeout

    def wanted(self, times: int) -> int | None:
        """So many times the timeout, and the time in which a batch is gathered."""
        return None if self.timeout is None or self.window is None else times * self.timeout + self.window


def judged(polled: PolledQueue, fails: Callable[[Seconds], bool | None]) -> Settled:
    """What ``fails`` says of the numbers in every combination of alternatives."""
    nodes = polled.visibility, polled.timeout, polled.window
    return settle_together(lambda *values: fails(Seconds.of(*values)), *nodes)


@dataclass(frozen=True, slots=True)
class QueueElsewhere:
    """A queue that is not of the application, and the mapping by which a function polls it."""

    name: str
    mapping: Resource


def queues_elsewhere(triggers: Triggers, functions: Functions) -> Iterator[QueueElsewhere]:
    """Every queue outside the application that a function of the user's polls, as far as its ARN tells one."""
    own = set(functions.own())
    for wire in triggers.all:
        is_elsewhere = wire.kind is Kind.EVENT_SOURCE and wire.source is None and ":sqs:" in wire.origin
        if is_elsewhere and functions.of(wire.target) in own:
            yield QueueElsewhere(wire.origin, wire.carrier)


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
