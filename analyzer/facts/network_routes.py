"""The way out of a subnet: its route table, the default routes on it, and what they lead to.

Sources: the VPC user guide on route tables, NAT gateways and egress-only gateways
(https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html); a VPC's main route table, which subnets
without an association use, has the local route only.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from enum import Enum

from analyzer.facts.network_addresses import Reach, network, reach_of
from analyzer.facts.network_topology import ROUTE_TABLE, SUBNET, Named, Topology
from analyzer.facts.network_worlds import World
from analyzer.judgement import Evidence
from analyzer.model.node import Node
from analyzer.model.template import Resource
from analyzer.model.value import Known, as_text
from analyzer.records import dataclass, replace

NAT, INSTANCE, INTERNET = "AWS::EC2::NatGateway", "AWS::EC2::Instance", "AWS::EC2::InternetGateway"
PREFIX_LIST = "AWS::EC2::PrefixList"
MOST_HOPS = 4
_ELSEWHERE = {
    "TransitGatewayId": "transit gateway",
    "VpcPeeringConnectionId": "peering connection",
    "CoreNetworkArn": "core network",
    "LocalGatewayId": "local gateway",
    "CarrierGatewayId": "carrier gateway",
    "VpcEndpointId": "endpoint of an appliance",
    "NetworkInterfaceId": "network interface",
}


class Way(Enum):
    """What a default route leads to. `INTERNET` serves only what has a public address."""

    NAT = "nat"
    INTERNET = "internet"
    DOUBTFUL = "doubtful"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out: ``needs`` says what would decide a doubtful one, ``evidence`` the routes."""

    way: Way
    text: str = ""
    needs: str = ""
    evidence: tuple[Evidence, ...] = ()


NO_EXIT = Exit(Way.NONE, "no default route")


@dataclass(frozen=True, slots=True)
class Table:
    """The route table of a subnet. ``identity`` is None for a VPC's main table; ``needs`` is set where unknown."""

    identity: Hashable
    label: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Exits:
    """The ways out of a subnet over IPv4 and IPv6, and its route table."""

    table: Table
    four: Exit
    six: Exit


class Routes:
    """The routes of an application, read in one world at a time."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology

    def exits(self, subnet: Named, world: World, hops: int = 0) -> Exits:
        """The ways out of a subnet."""
        table = self.table(subnet, world)
        if table.needs:
            doubtful = Exit(Way.DOUBTFUL, needs=table.needs)
            return Exits(table, doubtful, doubtful)
        leading = list(self._leading(table, world, hops))
        return Exits(table, _best(leading, 4), _best(leading, 6))

    def table(self, subnet: Named, world: World) -> Table:
        """The route table of a subnet; the VPC's main table where none is associated with it."""
        label = f"the subnets of {subnet.label} route" if subnet.undecided else f"{subnet.label} routes"
        unknown = Table(None, "", f"what {label} to")
        if subnet.resource is None:
            return unknown
        topology = self._topology
        associations = topology.table_associations.to(subnet.resource, world)
        if not associations:
            loose = topology.table_associations.undecided(world)
            vpc = topology.vpc_of(subnet.resource, world)
            if loose is not None or vpc is None or vpc.resource is None:
                return replace(unknown, needs=f"the route table of {subnet.label}")
            return Table(None, f"the main route table of {vpc.label}")
        table = topology.one(associations[0]["RouteTableId"], world, ROUTE_TABLE)
        if table is None or table.resource is None:
            return replace(unknown, needs=f"the routes of {table.label if table else subnet.label}")
        return Table(table.resource, table.resource.logical_id)

    def _leading(self, table: Table, world: World, hops: int) -> Iterator[tuple[int, Exit]]:
        topology = self._topology
        for route in topology.routes.to(table.identity, world) if table.identity else ():
            version, sure = self._destination(route, world)
            if version:
                found = self._target(route, world, hops)
                evidence = Evidence("route", f"{route.logical_id} is {found.text}", route.place)
                yield version, replace(found if sure else _doubted(found, route), evidence=(evidence,))
        if table.identity is None:
            return
        for propagation in topology.propagations.to(table.identity, world):
            needs = f"the routes that {propagation.logical_id} propagates"
            yield 4, Exit(Way.DOUBTFUL, "routes from a VPN gateway", needs)
        loose = topology.routes.undecided(world)
        if loose is not None:
            needs = f"the route table of {loose.logical_id}"
            yield 4, Exit(Way.DOUBTFUL, needs=needs)
            yield 6, Exit(Way.DOUBTFUL, needs=needs)

    def _destination(self, route: Resource, world: World) -> tuple[int, bool]:
        """The address family of a route that leads outside (0 for an inner one), and whether it leads everywhere."""
        for name, version in (("DestinationCidrBlock", 4), ("DestinationIpv6CidrBlock", 6)):
            found = self._topology.one(route[name], world)
            if found is not None:
                reach = reach_of(found.value)
                return (0, True) if reach is Reach.INSIDE else (version, reach is Reach.EVERYWHERE)
        listed = self._topology.one(route["DestinationPrefixListId"], world, PREFIX_LIST)
        if listed is None or (listed.resource is not None and _holds_private_blocks_only(listed.resource)):
            return 0, True
        return 4, False

    # --- what a route leads to ------------------------------------------------------------------------

    def _target(self, route: Resource, world: World, hops: int) -> Exit:
        topology = self._topology
        nat = topology.one(route["NatGatewayId"], world, NAT)
        if nat is not None:
            return self._nat_gateway(nat, world, hops)
        egress = topology.one(route["EgressOnlyInternetGatewayId"], world)
        if egress is not None:
            return Exit(Way.NAT, f"a route to the egress-only gateway {egress.label}")
        gateway = topology.one(route["GatewayId"], world)
        if gateway is not None:
            return _gateway(gateway)
        instance = topology.one(route["InstanceId"], world, INSTANCE)
        if instance is not None:
            return self._instance(instance, world, hops)
        for name, words in _ELSEWHERE.items():
            found = topology.one(route[name], world)
            if found is not None:
                return Exit(
                    Way.DOUBTFUL, f"a route to the {words} {found.label}", f"where the {words} {found.label} leads"
                )
        return Exit(Way.DOUBTFUL, needs=f"the target of {route.logical_id}")

    def _nat_gateway(self, nat: Named, world: World, hops: int) -> Exit:
        text = f"a route to the NAT gateway {nat.label}"
        if nat.resource is None:
            return Exit(Way.NAT, text)
        beyond = self._beyond(nat.resource["SubnetId"], world, hops)
        if nat.resource["ConnectivityType"].known == "private":
            return _through(text, beyond, Way.NONE, "is private")
        return _through(text, beyond, Way.NAT, "")

    def _instance(self, instance: Named, world: World, hops: int) -> Exit:
        text = f"a route to the instance {instance.label}"
        if instance.resource is None or instance.resource["SourceDestCheck"].known is not False:
            return Exit(Way.DOUBTFUL, text, f"whether the instance {instance.label} forwards what it is sent")
        subnet = instance.resource["SubnetId"] or instance.resource["NetworkInterfaces"]["SubnetId"]
        return _through(text, self._beyond(subnet, world, hops), Way.NAT, "")

    def _beyond(self, subnet: Node, world: World, hops: int) -> Exit | None:
        """The way out of the subnet in which a NAT stands; None where it is outside the application."""
        found = self._topology.one(subnet, world, SUBNET)
        if found is None or found.resource is None:
            return None
        if hops >= MOST_HOPS:
            return NO_EXIT  # gateways that lead to each other
        return self.exits(found, world, hops + 1).four


def _through(text: str, beyond: Exit | None, public: Way, why: str) -> Exit:
    """What a NAT gives: ``public`` where it stands before an internet gateway or outside the application."""
    if beyond is None or beyond.way is Way.INTERNET:
        return Exit(public, f"{text}, which {why}" if why else text)
    if beyond.way is Way.DOUBTFUL:
        return Exit(Way.DOUBTFUL, text, beyond.needs)
    return Exit(Way.NONE, f"{text}, whose subnet has no route to an internet gateway")


def _gateway(gateway: Named) -> Exit:
    if gateway.resource is not None:
        if gateway.resource.type == INTERNET:
            return Exit(Way.INTERNET, f"a route to the internet gateway {gateway.label}")
        return Exit(Way.DOUBTFUL, f"a route to {gateway.label}", f"where {gateway.label} leads")
    if isinstance(gateway.value, Known):
        name = as_text(gateway.value.value)
        if name.startswith("igw-"):
            return Exit(Way.INTERNET, f"a route to the internet gateway {name}")
        if name == "local":
            return replace(NO_EXIT, text="the local route")
    return Exit(Way.DOUBTFUL, f"a route to {gateway.label}", f"what {gateway.label} is")


def _doubted(found: Exit, route: Resource) -> Exit:
    """A route for some outside addresses only: whether the service's are among them is not known."""
    if found.way is Way.NONE:
        return found
    return Exit(Way.DOUBTFUL, found.text, found.needs or f"which addresses {route.logical_id} is for")


def _best(leading: list[tuple[int, Exit]], version: int) -> Exit:
    exits = [found for family, found in leading if family == version]
    for way in (Way.NAT, Way.INTERNET, Way.DOUBTFUL, Way.NONE):
        found = next((one for one in exits if one.way is way), None)
        if found is not None:
            return found
    return NO_EXIT


def _holds_private_blocks_only(listed: Resource) -> bool:
    entries = list(listed["Entries"].items())
    blocks = [case.value for entry in entries for case in entry["Cidr"].cases()]
    return bool(blocks) and all(network(block) is not None and reach_of(block) is Reach.INSIDE for block in blocks)
