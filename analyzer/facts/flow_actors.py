"""What runs steps of its own, functions and state machines, as the calls of AWS APIs that it makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from analyzer.code.program import CodeValue, Composed, Condition, EnvironmentVariable, Invocation, Literal
from analyzer.facts.flow_model import FlowNode, FlowNodes
from analyzer.judgement import AnyPlace
from analyzer.model.value import Unknown, Value
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.functions import Functions
    from analyzer.model.application import Application
    from analyzer.model.names import Names
    from analyzer.model.template import Resource


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an AWS API. ``sure`` is false where it may not be reached; ``tests``: the code's conditions."""

    service: str
    operation: str
    arguments: CodeValue
    place: AnyPlace
    document: bool = False
    sure: bool = True
    tests: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """``unread`` says why not all calls are known (empty where they are); ``role`` is None outside the application.

    ``value_of`` gives what an expression is in the template's terms, ``requests`` what is called outside AWS SDKs.
    """

    node: FlowNode
    calls: tuple[Call, ...]
    unread: str
    role: Resource | None
    value_of: Callable[[CodeValue], Value]
    names: Names
    requests: tuple[tuple[Invocation, AnyPlace], ...] = ()

    def text(self, expression: CodeValue) -> str | None:
        """The canonical text behind an expression; None where the template does not settle it."""
        value = self.value_of(expression)
        if isinstance(value, Unknown) and value.identity is None:
            return None
        return self.names.canonical(value)


def settled_by_template(expression: CodeValue) -> bool:
    """Whether nothing of the run goes into an expression."""
    match expression:
        case Literal() | EnvironmentVariable():
            return True
        case Composed(parts=parts):
            return all(settled_by_template(part) for part in parts)
        case _:
            return False


def function_actors(application: Application, functions: Functions, nodes: FlowNodes) -> list[Actor]:
    """The functions, with what their code calls on the way from the handler."""
    actors = []
    for function in functions:
        program = function.program
        calls = tuple(
            Call(
                call.service,
                call.operation,
                call.arguments,
                function.place(call.place),
                call.document_client,
                call.reached is True,
                call.conditions,
            )
            for call in program.calls
            if call.reached is not False and not call.presigned  # whoever is given the address makes the call
        )
        unread = "" if program.complete else next(iter(program.problems), f"the code of {function.name}")
        requests = tuple((invocation, function.place(invocation.place)) for invocation in program.invocations)
        node = nodes.of(function.resource)
        actors.append(Actor(node, calls, unread, function.role, function.value_of, application.names, requests))
    return actors
