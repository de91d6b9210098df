"""What of an application a picture shall show: a stack, a function, or everything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from analyzer.facts.event_picture import around, event_picture
from analyzer.facts.iam_picture import iam_picture
from analyzer.facts.picture_nodes import short_name
from analyzer.facts.stack_picture import stack_picture
from analyzer.picture.graph import excerpt
from analyzer.records import replace
from analyzer.report.sanitize import terminal

if TYPE_CHECKING:
    from analyzer.model.template import Resource
    from analyzer.picture.graph import Picture
    from analyzer.query import Query

FUNCTION = "AWS::Lambda::Function"
MOST_NAMES = 8
_NOTHING = {
    "events": "nothing here triggers, invokes or writes anything",
    "network": "no function or service stands in a VPC",
    "iam": "no role, user or group is declared",
    "stacks": "nothing flows between stacks; --kind events shows what is in them",
}


class Scope:
    """The stack and the function that are asked for; neither: everything.

    Raises:
        click.UsageError: nothing is called so.
    """

    def __init__(self, queries: Sequence[Query], stack: str | None, function: str | None) -> None:
        self._stack = stack
        self._function = function
        self._several = len(queries) > 1
        self.words = " and ".join(
            f"{noun} {name}" for noun, name in (("stack", stack), ("function", function)) if name is not None
        )
        if stack is not None:
            _known("stack", stack, [template.name for query in queries for template in query.templates])
        if function is not None:
            declared = [one for query in queries for one in query.resources(FUNCTION)]
            if not any(map(self._is_function, declared)):
                _known("function", function, [one.logical_id for one in declared])

    def picture(self, kind: str, query: Query) -> Picture:
        """The picture of one application."""
        if kind == "network":
            callers = query.network.callers
            return query.network.whole_picture(c for c in callers if self._shows(c.subject, [c.subject]))
        if kind == "iam":
            principals = query.iam.principals.values()
            shown = [one for one in principals if self._shows(one.resource, one.functions)]
            return iam_picture(query.application, shown)
        if kind == "stacks":
            found = self._stacks(query)
            lane = query.application.name if self._several else ""
            return replace(found, nodes=tuple(replace(node, lane=lane) for node in found.nodes))
        if self._stack is None and self._function is None:
            return event_picture(query.events)
        return around(query.events, [one for one in query.resources() if self._shows(one, [one])])

    def _stacks(self, query: Query) -> Picture:
        """All stacks, or one with those next to it."""
        if self._function is not None:
            raise click.UsageError("--kind stacks shows no function; --kind events does")
        if self._stack is None:
            return stack_picture(query.application, query.events)
        whole = stack_picture(query.application, query.events, most=len(query.templates) + 2)
        core = [node.id for node in whole.nodes if node.name == self._stack]
        return excerpt(whole, core) if core else replace(whole, nodes=(), edges=())

    def _shows(self, resource: Resource, functions: Iterable[Resource]) -> bool:
        """Whether ``resource`` is in the stack that is asked for, and one of ``functions`` is the function."""
        if self._stack is not None and resource.template.name != self._stack:
            return False
        return self._function is None or any(map(self._is_function, functions))

    def _is_function(self, resource: Resource) -> bool:
        names = (resource.logical_id, short_name(resource), resource.construct_path)
        return resource.type == FUNCTION and self._function in names


def _known(noun: str, name: str, there: Sequence[str]) -> None:
    if name in there:
        return
    names = sorted(dict.fromkeys(there))
    near = get_close_matches(name, names, n=1)
    if near:
        told = f"did you mean {near[0]}?"
    elif names:
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        told = f"there are {', '.join(names[:MOST_NAMES])}{more}"
    else:
        told = "there is none"
    raise click.UsageError(terminal(f"no {noun} is called {name}; {told}"))


def together(pictures: Sequence[Picture], kind: str, words: str) -> Picture:
    """Several applications in one picture.

    Raises:
        click.ClickException: all are empty.
    """
    drawn = [picture for picture in pictures if picture.nodes]
    if not drawn:
        where = f" ({words})" if words else ""
        raise click.ClickException(terminal(f"nothing to draw{where}: {_NOTHING[kind]}"))
    first = replace(drawn[0], title=f"{drawn[0].title}: {words}") if words else drawn[0]
    if len(drawn) == 1:
        return first
    numbered = list(enumerate(drawn))
    nodes = [replace(node, id=f"{number} {node.id}") for number, picture in numbered for node in picture.nodes]
    edges = [
        replace(edge, source=f"{number} {edge.source}", target=f"{number} {edge.target}")
        for number, picture in numbered
        for edge in picture.edges
    ]
    return replace(first, nodes=tuple(nodes), edges=tuple(edges))
