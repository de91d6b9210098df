"""Default security groups: what closes them, and what opens them further."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from analyzer.facts.network_groups import EGRESS, INGRESS
from analyzer.facts.network_topology import CLOSES_DEFAULT_GROUP, Topology
from analyzer.facts.network_worlds import World, explore, presence, settle_worlds
from analyzer.judgement import Confidence, Verdict
from analyzer.model.node import Node
from analyzer.model.template import Resource
from analyzer.model.value import Reference, references
from analyzer.records import dataclass


class Closing(Enum):
    """Whether something empties a default security group."""

    CLOSED = "closed"
    PERHAPS = "perhaps"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Closed:
    """The state of a default group; ``by`` what perhaps closes it, ``where`` the conditions under which it is open."""

    state: Closing
    by: str = ""
    where: str = ""
    confidence: Confidence = Confidence.CERTAIN


def closing_of(topology: Topology, vpc: Resource) -> Closed:
    """Whether the application empties the default security group of a VPC."""
    customs = [custom for custom in _customs(topology) if _is_given_group(custom.properties, vpc)]
    closing = [custom for custom in customs if custom.type == CLOSES_DEFAULT_GROUP]
    if not closing and customs:
        return Closed(Closing.PERHAPS, customs[0].logical_id)

    def is_open(world: World) -> bool:
        return not any(world.has(custom) for custom in closing)

    outcomes = explore(topology.application, presence(vpc), is_open)
    if outcomes is None:
        return Closed(Closing.PERHAPS, closing[0].logical_id)
    answer = settle_worlds(outcomes, lambda opened: opened)
    if answer.verdict is Verdict.FAIL:
        return Closed(Closing.OPEN, where=answer.where, confidence=answer.confidence)
    return Closed(Closing.CLOSED)


def rules_of_default_groups(topology: Topology) -> Iterator[tuple[Resource, Resource]]:
    """Rules that are added to the default group of a VPC of the application, with the VPC."""
    for rule in topology.application.resources(INGRESS, EGRESS):
        for reference in references(rule["GroupId"].value):
            vpc = topology.application.resource(reference)
            if vpc is not None and _is_default_group(reference, vpc):
                yield rule, vpc


def _customs(topology: Topology) -> Iterator[Resource]:
    for resource in topology.application.resources():
        if resource.type.startswith("Custom::") or resource.type == "AWS::CloudFormation::CustomResource":
            yield resource


def _is_given_group(properties: Node, vpc: Resource) -> bool:
    values = [node.value for _, node in properties.entries()]
    return any(_is_default_group(reference, vpc) for value in values for reference in references(value))


def _is_default_group(reference: Reference, vpc: Resource) -> bool:
    return (reference.stack, reference.logical_id, reference.attribute) == (vpc.stack, vpc.id, "DefaultSecurityGroup")
