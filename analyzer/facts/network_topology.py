"""Which subnet lies in which VPC, on which route table, behind which network ACL: who names whom, indexed once.

What a property names may depend on conditions: every link keeps its guards, and is followed in one
:class:`~analyzer.facts.network_worlds.World` at a time.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.facts.network_worlds import World, presence
from analyzer.model.node import Node
from analyzer.model.template import Resource
from analyzer.model.value import Absent, Guard, Unknown, Value, shown
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.model.application import Application

VPC, SUBNET, ROUTE_TABLE = "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::RouteTable"
ROUTE, GATEWAY_ROUTES = "AWS::EC2::Route", "AWS::EC2::VPNGatewayRoutePropagation"
TABLE_ASSOCIATION = "AWS::EC2::SubnetRouteTableAssociation"
ACL, ACL_ENTRY = "AWS::EC2::NetworkAcl", "AWS::EC2::NetworkAclEntry"
ACL_ASSOCIATION = "AWS::EC2::SubnetNetworkAclAssociation"
CIDR_BLOCK = "AWS::EC2::VPCCidrBlock"
CLOSES_DEFAULT_GROUP = "Custom::VpcRestrictDefaultSG"


@dataclass(frozen=True, slots=True)
class Named:
    """One alternative of what a property names: a resource of the application, or something outside it."""

    value: Value
    resource: Resource | None
    guards: tuple[Guard, ...]
    node: Node

    @property
    def label(self) -> str:
        """The name for people."""
        if self.resource is not None:
            return self.resource.logical_id
        if isinstance(self.value, Unknown):
            return self.value.needs.removeprefix("the value of ")
        return shown(self.value)

    @property
    def undecided(self) -> bool:
        """Whether nobody can know yet what is named."""
        return self.resource is None and isinstance(self.value, Unknown)


@dataclass(frozen=True, slots=True)
class Link:
    """A resource that names another one, under guards (its own condition among them)."""

    carrier: Resource
    guards: tuple[Guard, ...]


class Links:
    """All resources of some types by what one of their properties names."""

    def __init__(self, topology: Topology, types: tuple[str, ...], path: tuple[str, ...], *targets: str) -> None:
        self._by_target: dict[Hashable, list[Link]] = {}
        self.loose: list[Link] = []
        for carrier in topology.application.resources(*types):
            for found in topology.named(carrier.properties.path(*path), *targets):
                link = Link(carrier, (*presence(carrier), *found.guards))
                if found.undecided:
                    self.loose.append(link)
                key = topology.identity(found)
                if key is not None:
                    self._by_target.setdefault(key, []).append(link)

    def to(self, target: Hashable, world: World) -> list[Resource]:
        """The resources that name the target in this world."""
        links = self._by_target.get(target, ())
        return list(dict.fromkeys(link.carrier for link in links if world.admits(link.guards)))

    def undecided(self, world: World) -> Resource | None:
        """A resource of which nobody can know yet what it names."""
        return next((link.carrier for link in self.loose if world.admits(link.guards)), None)


class Topology:
    """The links between the network resources of an application."""

    def __init__(self, application: Application) -> None:
        self.application = application

    # --- what a property names ------------------------------------------------------------------------

    def named(self, node: Node, *types: str) -> Iterator[Named]:
        """Every alternative of every item of the property; a lone item written without a list included."""
        for item in node.items():
            for case in item.cases():
                if not isinstance(case.value, Absent):
                    resource = self.application.behind(case.value, *types)
                    yield Named(case.value, resource, case.guards, case.node)

    def names(self, node: Node, world: World, *types: str) -> list[Named]:
        """What the property names in this world."""
        return [found for found in self.named(node, *types) if world.admits(found.guards)]

    def one(self, node: Node, world: World, *types: str) -> Named | None:
        """The one thing that the property names in this world; None where nothing is written."""
        return next(iter(self.names(node, world, *types)), None)

    def identity(self, found: Named | None) -> Hashable:
        """The same for two values that name the same thing; None where nothing is named."""
        if found is None:
            return None
        return found.resource if found.resource is not None else self.application.names.canonical(found.value)

    # --- VPCs and subnets -----------------------------------------------------------------------------

    def vpc_of(self, resource: Resource, world: World) -> Named | None:
        """The VPC that a subnet, group or endpoint is in."""
        return self.one(resource["VpcId"], world, VPC)

    @cached_property
    def table_associations(self) -> Links:
        """Route table associations by subnet."""
        return Links(self, (TABLE_ASSOCIATION,), ("SubnetId",), SUBNET)

    @cached_property
    def routes(self) -> Links:
        """Routes by route table."""
        return Links(self, (ROUTE,), ("RouteTableId",), ROUTE_TABLE)

    @cached_property
    def propagations(self) -> Links:
        """Route propagations of VPN gateways by route table."""
        return Links(self, (GATEWAY_ROUTES,), ("RouteTableIds",), ROUTE_TABLE)

    @cached_property
    def acl_associations(self) -> Links:
        """Network ACL associations by subnet."""
        return Links(self, (ACL_ASSOCIATION,), ("SubnetId",), SUBNET)

    @cached_property
    def acl_entries(self) -> Links:
        """Entries by network ACL."""
        return Links(self, (ACL_ENTRY,), ("NetworkAclId",), ACL)

    @cached_property
    def secondary_blocks(self) -> Links:
        """Further address blocks by VPC."""
        return Links(self, (CIDR_BLOCK,), ("VpcId",), VPC)

    @cached_property
    def closed_default_groups(self) -> frozenset[Hashable]:
        """The VPCs whose default security group a custom resource of CDK's empties."""
        groups = (custom["DefaultSecurityGroupId"] for custom in self.application.resources(CLOSES_DEFAULT_GROUP))
        return frozenset(resource for group in groups for resource in self.application.mentioned(group.value))
