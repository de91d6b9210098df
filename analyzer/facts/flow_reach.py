"""Which of many nodes a few ARN patterns can be about, without comparing every pattern with every node.

An application with a thousand functions and a thousand queues has a million pairs, and nearly all of its roles name
their queues one by one. The answer may hold too many nodes, never too few: what stays is compared exactly.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING

from analyzer.model.globs import MOST_LENGTH

if TYPE_CHECKING:
    from analyzer.facts.flow_model import FlowNode, FlowNodes
    from analyzer.model.names import Names

_WILDCARD = re.compile(r"[*?]")
_SEPARATOR = re.compile(r"[/:]")
_RESOURCE = 5
"""Before this field of an ARN stand partition, Region and account, which are the application's own wherever they are
not written out."""


class NodeIndex:
    """Nodes by the beginning of their ARN (canonical, see :mod:`analyzer.model.names`)."""

    def __init__(self, nodes: Iterable[FlowNode], known: FlowNodes, names: Names) -> None:
        self._names = names
        self._nodes = tuple(nodes)
        self._rank = {node: rank for rank, node in enumerate(self._nodes)}
        self._arns = {node: known.arn(node) for node in self._nodes}

    def within(self, patterns: Iterable[str | None]) -> tuple[FlowNode, ...]:
        """The nodes that one of the patterns may be about, or something below them, in their own order. None is a
        pattern of which nothing is known."""
        found = set(self._open)
        for pattern in patterns:
            if pattern is None or not self._definite(pattern):
                return self._nodes
            head = _WILDCARD.split(pattern, maxsplit=1)[0]
            if head != pattern and not self._names_one(head):
                return self._nodes  # names that CloudFormation generates may begin like that
            found.update(self._at_or_above(head))
            if head != pattern:
                found.update(self._beginning_with(head))
        return tuple(sorted(found, key=self._rank.__getitem__))

    def _at_or_above(self, head: str) -> list[FlowNode]:
        ends = [match.start() for match in _SEPARATOR.finditer(head)]
        return [node for end in (*ends, len(head)) for node in self._exact.get(head[:end], ())]

    def _beginning_with(self, head: str) -> list[FlowNode]:
        first = bisect_left(self._sorted, head)
        arns = (self._sorted[number] for number in range(first, len(self._sorted)))
        return [node for arn in takewhile(lambda arn: arn.startswith(head), arns) for node in self._exact[arn]]

    @cached_property
    def _exact(self) -> dict[str, list[FlowNode]]:
        found: dict[str, list[FlowNode]] = {}
        for node, arn in self._arns.items():
            if arn is not None:
                found.setdefault(arn, []).append(node)
        return found

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._exact)

    @cached_property
    def _open(self) -> frozenset[FlowNode]:
        """The nodes that no pattern can exclude by its beginning."""
        return frozenset(node for node, arn in self._arns.items() if arn is None or not self._definite(arn))

    def _definite(self, arn: str) -> bool:
        """Whether an ARN, or a pattern of one, is text and generated names but for partition, Region and account."""
        if len(arn) > MOST_LENGTH or self._names.uncertain(arn) or not arn.startswith("arn:"):
            return False
        resource = arn.split(":", _RESOURCE)[-1]
        return all(character.isascii() or self._names.is_name(character) for character in resource)

    def _names_one(self, head: str) -> bool:
        """Whether a beginning holds a generated name, so that it is about that one resource."""
        return any(self._names.is_name(character) for character in head)
