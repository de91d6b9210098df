"""The path from a caller's subnet to a service, and what stands in its way.

Which path a request takes follows from names and routes: to an interface endpoint where private DNS gives the
service's name its addresses; else to a gateway endpoint on the subnet's route table, whose route is more specific
than any default; else the default way out. Sources: https://docs.aws.amazon.com/vpc/latest/privatelink/ on private
DNS and gateway endpoints, and the route priority of the VPC user guide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from enum import Enum

from analyzer.facts.endpoint_needs import Need, Use
from analyzer.facts.endpoint_policy import EndpointPolicy
from analyzer.facts.endpoint_services import Declared, Endpoints
from analyzer.facts.network_acls import shuts_https
from analyzer.facts.network_addresses import Home
from analyzer.facts.network_groups import Group, Groups, Peer
from analyzer.facts.network_routes import Exit, Exits, Routes, Table, Way
from analyzer.facts.network_topology import CIDR_BLOCK, Named, Topology
from analyzer.facts.network_worlds import World
from analyzer.judgement import Evidence
from analyzer.model.template import Resource
from analyzer.model.value import ABSENT, Value
from analyzer.records import dataclass, replace


class Fault(Enum):
    """Why a service cannot be reached."""

    MISSING = "no way out and no endpoint"
    PUBLIC = "an internet gateway, and no public address"
    TABLE = "a gateway endpoint on other route tables"
    DNS = "an interface endpoint without private DNS"
    GROUPS = "closed security groups or network ACLs"
    POLICY = "an endpoint policy"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing in the way. ``faults`` has one kind; several where it is not known which. ``needs`` is set where it
    cannot be told whether it is in the way at all."""

    faults: frozenset[Fault]
    text: str = ""
    needs: str = ""
    evidence: tuple[Evidence, ...] = ()
    related: tuple[Resource, ...] = ()

    def is_certainly(self, fault: Fault) -> bool:
        """Whether it is there, and of this kind."""
        return not self.needs and fault in self.faults


@dataclass(frozen=True, slots=True)
class Crossing:
    """The way of one need from one subnet."""

    need: Need
    subnet: Named
    obstacles: tuple[Obstacle, ...]

    @property
    def open(self) -> bool | None:
        """Whether the need is met; None where that cannot be told."""
        if any(not obstacle.needs for obstacle in self.obstacles):
            return False
        return None if self.obstacles else True


@dataclass(frozen=True, slots=True)
class Course:
    """The way that requests for a need take from one subnet: through ``endpoint`` where it is ``taken``, as the name
    or the route table leads there; else by the default route. An endpoint that is not taken is one that could be."""

    table: Table
    endpoint: Declared | None
    taken: bool
    exit: Exit


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a caller has its network interface. ``six``: it may use IPv6 where the subnet has it; ``public``: its
    interface gets a public address (None: not known)."""

    subnets: tuple[Named, ...]
    groups: tuple[Group, ...]
    vpc: Named | None
    six: bool | None = False
    public: bool | None = False


@dataclass(frozen=True, slots=True)
class _Stand:
    """One subnet of a caller, with what is known of it."""

    subnet: Named
    placement: Placement
    exits: Exits
    home: Home
    world: World = field(compare=False)


class Paths:
    """The paths in an application's network, in one world at a time."""

    def __init__(self, topology: Topology, routes: Routes, groups: Groups, endpoints: Endpoints) -> None:
        self._topology = topology
        self._routes = routes
        self._groups = groups
        self._endpoints = endpoints

    def crossings(self, placement: Placement, need: Need, world: World) -> tuple[Crossing, ...]:
        """The way of a need from every subnet of the placement."""
        stands = [self._stand(subnet, placement, world) for subnet in placement.subnets]
        return tuple(Crossing(need, stand.subnet, self._obstacles(need, stand)) for stand in stands)

    def course(self, placement: Placement, subnet: Named, need: Need, world: World) -> Course:
        """The way that requests for a need take from one subnet of the placement."""
        return self._course(need, self._stand(subnet, placement, world))

    def _stand(self, subnet: Named, placement: Placement, world: World) -> _Stand:
        return _Stand(subnet, placement, self._routes.exits(subnet, world), self.home(subnet, world), world)

    def home(self, subnet: Named, world: World) -> Home:
        """The address blocks of a subnet and of its VPC."""
        if subnet.resource is None:
            return Home(ABSENT, None, ())
        block = self._value(subnet.resource, "CidrBlock", world)
        vpc = self._topology.vpc_of(subnet.resource, world)
        if vpc is None or vpc.resource is None:
            return Home(block, None, ())
        further = self._topology.secondary_blocks.to(vpc.resource, world)
        carriers = [vpc.resource, *(one for one in further if one.type == CIDR_BLOCK and one["CidrBlock"])]
        return Home(block, vpc.resource, tuple(self._value(one, "CidrBlock", world) for one in carriers))

    def _value(self, resource: Resource, name: str, world: World) -> Value:
        return self._endpoints.value(resource, name, world)

    # --- which path -----------------------------------------------------------------------------------

    def _obstacles(self, need: Need, stand: _Stand) -> tuple[Obstacle, ...]:
        found = tuple(self._on_the_way(need, stand))
        if need.undecided or need.elsewhere:
            needs = need.undecided or need.elsewhere
            return tuple(replace(obstacle, needs=obstacle.needs or needs) for obstacle in found)
        return found

    def _course(self, need: Need, stand: _Stand) -> Course:
        endpoints = self._for_need(need, stand)
        named = [one for one in endpoints if not one.gateway and self._named(one, stand) is True]
        routed = [one for one in endpoints if one.gateway and self._routed(one, stand) is True]
        best = [*named, *routed, *endpoints]
        taken = bool(named or routed)
        return Course(stand.exits.table, best[0] if best else None, taken, self._exit(need, stand))

    def _on_the_way(self, need: Need, stand: _Stand) -> Iterator[Obstacle]:
        course = self._course(need, stand)
        endpoint = course.endpoint
        if endpoint is not None and course.taken:
            through = self._through_gateway if endpoint.gateway else self._through_interface
            yield from through(need, endpoint, stand)
        elif course.exit.way is Way.NAT:
            yield from self._outward(need, stand)
        elif endpoint is not None:
            yield from self._through_faulty(need, endpoint, course.exit, stand)
        else:
            yield self._without(need, stand)

    def _for_need(self, need: Need, stand: _Stand) -> list[Declared]:
        if need.endpoint is None:
            return []
        return self._endpoints.of(stand.placement.vpc, need.endpoint.suffix, stand.world)

    def _named(self, endpoint: Declared, stand: _Stand) -> bool | None:
        """Whether the service's host name leads to the interface endpoint."""
        answers = [self._endpoints.private_dns(endpoint, stand.world)]
        for attribute, default in (("EnableDnsSupport", True), ("EnableDnsHostnames", False)):
            answers.append(self._endpoints.dns_attribute(endpoint.vpc, attribute, stand.world, default))
        if False in answers:
            return False
        outside = endpoint.vpc is None or endpoint.vpc.resource is None
        return answers[0] if outside else (None if None in answers else True)

    def _routed(self, endpoint: Declared, stand: _Stand) -> bool | None:
        """Whether the gateway endpoint is on the subnet's route table."""
        table = stand.exits.table
        if table.needs:
            return None
        tables = self._endpoints.tables(endpoint, stand.world)
        if table.identity is not None and any(self._topology.identity(one) == table.identity for one in tables):
            return True
        return None if any(one.undecided for one in tables) else False

    def _exit(self, need: Need, stand: _Stand) -> Exit:
        """The best way out. IPv6 counts for those who may use it; a public gateway for those with public addresses."""
        four = stand.exits.four
        if four.way is Way.INTERNET and stand.placement.public is not False:
            if stand.placement.public:
                return replace(four, way=Way.NAT)
            return Exit(Way.DOUBTFUL, needs="whether it gets a public address")
        if four.way is Way.NAT:
            return four
        return self._exit_by_six(need, stand) or four

    def _exit_by_six(self, need: Need, stand: _Stand) -> Exit | None:
        six = stand.exits.six
        if six.way in (Way.NONE, Way.DOUBTFUL) or stand.placement.six is False:
            return None
        if stand.placement.six is None:
            return Exit(Way.DOUBTFUL, needs="whether its subnets all have IPv6 addresses")
        if need.dual_stack:
            return replace(six, way=Way.NAT)
        return Exit(Way.DOUBTFUL, six.text, f"whether the host name of {need.label} that it uses answers on IPv6")

    # --- what is on it --------------------------------------------------------------------------------

    def _through_interface(self, need: Need, endpoint: Declared, stand: _Stand) -> Iterator[Obstacle]:
        world = stand.world
        entrance = self._groups.of(endpoint.resource["SecurityGroupIds"], endpoint.vpc, world)
        homes = tuple(self.home(subnet, world) for subnet in self._endpoints.subnets(endpoint, world))
        out = self._groups.out(stand.placement.groups, Peer(entrance, homes), world)
        into = self._groups.into(entrance, Peer(stand.placement.groups, (stand.home,)), world)
        if out.open is not True and out.group:
            text = f"{out.group.label} lets nothing out to {endpoint.name} on port 443"
            yield _closed(text, out.needs, out.group, endpoint.resource)
        if into.open is not True and into.group:
            text = f"{into.group.label} of {endpoint.name} does not let it in on port 443"
            yield _closed(text, into.needs, into.group, endpoint.resource)
        yield from self._shut(stand)
        yield from self._policy(need, endpoint, world)

    def _through_gateway(self, need: Need, endpoint: Declared, stand: _Stand) -> Iterator[Obstacle]:
        yield from self._outward(need, stand)
        yield from self._policy(need, endpoint, stand.world)

    def _outward(self, need: Need, stand: _Stand) -> Iterator[Obstacle]:
        """What keeps a request from leaving for public addresses."""
        by_six = stand.exits.four.way is not Way.NAT and self._exit_by_six(need, stand) is not None
        out = self._groups.out(stand.placement.groups, Peer(six=by_six), stand.world)
        if out.open is not True and out.group:
            yield _closed(f"{out.group.label} lets nothing out on port 443", out.needs, out.group)
        yield from self._shut(stand)

    def _shut(self, stand: _Stand) -> Iterator[Obstacle]:
        shut = shuts_https(self._topology, stand.subnet.resource, stand.world)
        if shut.shut is not False:
            text = f"network ACL {shut.label} of {stand.subnet.label} shuts HTTPS out"
            place = shut.acl.place if shut.acl else None
            evidence = (Evidence("property", text, place),)
            yield Obstacle(frozenset({Fault.GROUPS}), text, "" if shut.shut else shut.needs, evidence)

    def _policy(self, need: Need, endpoint: Declared, world: World) -> Iterator[Obstacle]:
        policy = EndpointPolicy(self._topology.application, endpoint.resource, world, gateway=endpoint.gateway)
        answers = [(use, _agreed(policy, use)) for use in need.uses]
        optional = [answer for use, answer in answers if use.optional]
        refused = [use for use, answer in answers if answer is False and not use.optional]
        if optional and not any(answer is not False for answer in optional):
            refused += [use for use, _ in answers if use.optional]
        doubtful = any(answer is None for use, answer in answers if not use.optional)
        if refused:
            actions = ", ".join(dict.fromkeys(use.action for use in refused))
            text = f"the policy of {endpoint.name} does not let {actions} through"
            proof = dict.fromkeys(use.evidence for use in refused if use.evidence)
            evidence = (Evidence("property", text, policy.node.place), *proof)
            yield Obstacle(frozenset({Fault.POLICY}), text, "", evidence, (endpoint.resource,))
        elif doubtful:
            needs = policy.undecided or f"whether the policy of {endpoint.name} covers what is called"
            yield Obstacle(frozenset({Fault.POLICY}), needs=needs)

    # --- what is not there ----------------------------------------------------------------------------

    def _through_faulty(self, need: Need, endpoint: Declared, way: Exit, stand: _Stand) -> Iterator[Obstacle]:
        """An endpoint of the service that the caller's requests do not take."""
        answer = self._routed(endpoint, stand) if endpoint.gateway else self._named(endpoint, stand)
        doubt = way.needs if way.way is Way.DOUBTFUL else ""
        if endpoint.gateway:
            yield self._off_the_table(endpoint, stand, answer, doubt)
            yield from self._policy(need, endpoint, stand.world)
        else:
            yield self._nameless(endpoint, stand, answer, doubt)
            yield from self._through_interface(need, endpoint, stand)

    def _off_the_table(self, endpoint: Declared, stand: _Stand, answer: bool | None, doubt: str) -> Obstacle:
        table = stand.exits.table
        needs = (table.needs or f"the route tables of {endpoint.name}") if answer is None else doubt
        text = f"gateway endpoint {endpoint.name} is not on the route tables of its subnets"
        proof = f"{stand.subnet.label} uses {table.label}, which {endpoint.name} does not list"
        evidence = (Evidence("route", proof, endpoint.resource["RouteTableIds"].place),)
        return Obstacle(frozenset({Fault.TABLE}), text, needs, evidence, (endpoint.resource,))

    def _nameless(self, endpoint: Declared, stand: _Stand, answer: bool | None, doubt: str) -> Obstacle:
        text, evidence = self._why_nameless(endpoint, stand)
        needs = f"whether {endpoint.name} has private DNS" if answer is None else doubt
        return Obstacle(frozenset({Fault.DNS}), text, needs, (evidence,), (endpoint.resource,))

    def _why_nameless(self, endpoint: Declared, stand: _Stand) -> tuple[str, Evidence]:
        if self._endpoints.private_dns(endpoint, stand.world) is not True:
            if self._value(endpoint.resource, "PrivateDnsEnabled", stand.world) != ABSENT and endpoint.suffix in (
                "s3",
                "dynamodb",
            ):
                text = f"private DNS of interface endpoint {endpoint.name} is for the inbound resolver only"
            else:
                text = f"interface endpoint {endpoint.name} has no private DNS"
            return text, Evidence("property", text, endpoint.resource["PrivateDnsEnabled"].place)
        vpc = endpoint.vpc.resource if endpoint.vpc else None
        text = f"the VPC of {endpoint.name} does not have both DNS support and DNS host names on"
        return text, Evidence("property", text, vpc["EnableDnsHostnames"].place if vpc else None)

    def _without(self, need: Need, stand: _Stand) -> Obstacle:
        """No endpoint that is known gives the service."""
        way = self._exit(need, stand)
        kinds = frozenset({Fault.PUBLIC if stand.exits.four.way is Way.INTERNET else Fault.MISSING})
        needs = way.needs if way.way is Way.DOUBTFUL else self._endpoints_unknown(need, stand)
        if stand.exits.table.needs:
            kinds = frozenset({Fault.MISSING, Fault.PUBLIC})
        text = f"the subnet has {way.text}" if way.text else ""
        place = stand.subnet.resource.place if stand.subnet.resource else None
        evidence = way.evidence or (Evidence("route", f"{stand.subnet.label} has {way.text}", place),)
        return Obstacle(kinds, text, needs, evidence)

    def _endpoints_unknown(self, need: Need, stand: _Stand) -> str:
        """What would tell which endpoints there are; empty where the application declares the VPC."""
        vpc = stand.placement.vpc
        if need.endpoint is None:
            return ""
        if vpc is None or vpc.resource is None:
            return f"the endpoints of {vpc.label}" if vpc else f"the VPC of {stand.subnet.label}"
        perhaps = self._endpoints.perhaps(vpc, need.endpoint.suffix, stand.world)
        return f"the VPC and service of endpoint {perhaps.name}" if perhaps else ""


def _agreed(policy: EndpointPolicy, use: Use) -> bool | None:
    """Whether the use gets through, whichever of its requests is made."""
    answers = {policy.admits(request) for request in use.requests}
    return answers.pop() if len(answers) == 1 else None


def _closed(text: str, needs: str, group: Group, *related: Resource) -> Obstacle:
    evidence = (Evidence("property", text, group.place),)
    return Obstacle(frozenset({Fault.GROUPS}), text, needs, evidence, related)
