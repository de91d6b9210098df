"""Whom a statement of a resource or trust policy speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.facts.iam_terms import Pattern, show
from analyzer.facts.iam_worlds import World
from analyzer.model.node import Case, Node
from analyzer.model.value import Absent, Known, Text, Unknown, as_text
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.iam import Statement

SERVICE_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn", ".amazon.com", ".aws.internal")


@dataclass(frozen=True, slots=True)
class Principals:
    """``everybody``: ``*``, or all but some (``all_but``, ``NotPrincipal``). ``needs``: what it takes to know the
    rest. ``federated``: identity providers, by ARN or URL."""

    everybody: bool = False
    all_but: bool = False
    services: tuple[Pattern, ...] = ()
    federated: tuple[Pattern, ...] = ()
    needs: tuple[str, ...] = ()


def principals_of(statement: Statement, world: World) -> Principals:
    """The principals of a statement in a world."""
    if statement.node["NotPrincipal"]:
        return Principals(everybody=True, all_but=True)
    entries = list(_entries(statement.node["Principal"], world))
    needs = tuple(_needs(case) for kind, case in entries if kind in ("AWS", "*") and _is_unknown(case))
    return Principals(
        everybody=any(kind in ("AWS", "*") and _text(case) == "*" for kind, case in entries),
        services=tuple(_pattern(case) for kind, case in entries if kind == "Service"),
        federated=tuple(_provider(statement, case) for kind, case in entries if kind == "Federated"),
        needs=needs,
    )


def is_service(name: str) -> bool:
    """Whether a principal's name is that of an AWS service."""
    return name.endswith(SERVICE_SUFFIXES)


def _entries(node: Node, world: World) -> Iterator[tuple[str, Case]]:
    """Kind (``AWS``, ``Service``; ``*`` for a principal without one) and value of every principal."""
    for branch in node.branches:
        listed = list(branch.entries())
        for kind, inner in listed or [("*", branch)]:
            for item in inner.items():
                for case in item.cases():
                    if world.holds(case.guards) and not isinstance(case.value, Absent):
                        yield kind, case


def _text(case: Case) -> str:
    return as_text(case.value.value) if isinstance(case.value, Known) else ""


def _is_unknown(case: Case) -> bool:
    value = case.value
    return isinstance(value, Unknown) or (isinstance(value, Text) and isinstance(value.parts[0], Unknown))


def _needs(case: Case) -> str:
    return case.value.needs if isinstance(case.value, Unknown) else f"the value of {case.node.pointer}"


def _provider(statement: Statement, case: Case) -> Pattern:
    """An identity provider; one of the application by its URL."""
    declared = statement.carrier.template.application.behind(case.value, "AWS::IAM::OIDCProvider")
    return _pattern(case) if declared is None else Pattern(declared["Url"].text, show(case.value), case.node.place)


def _pattern(case: Case) -> Pattern:
    return Pattern(show(case.value), show(case.value), case.node.place)
