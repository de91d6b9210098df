"""The network as a picture: callers, their subnets and route tables, the endpoints and gateways that their requests
take, and the services that are reached or not."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Final

from analyzer.facts.network_paths import Fault
from analyzer.facts.network_routes import Way
from analyzer.facts.network_worlds import World, presence
from analyzer.facts.picture_nodes import OUTSIDE, node_of
from analyzer.model.template import Resource
from analyzer.picture.graph import Edge, Family, Line, Node, Picture, joined, told_apart
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.endpoint_needs import Need
    from analyzer.facts.network import Network
    from analyzer.facts.network_callers import Caller
    from analyzer.facts.network_paths import Course, Paths, Placement
    from analyzer.facts.network_topology import Named
    from analyzer.model.value import Guard

SERVICES: Final = "AWS services and hosts"
"""The lane of what callers want to reach."""

MOST_SUBNETS, MOST_NEEDS = 3, 6
"""In the picture of one caller; with a table for each subnet and an endpoint for each need it stays readable."""

_INTERNET = "internet"
_WORDS: Final = {
    Fault.MISSING: "no route, no endpoint",
    Fault.PUBLIC: "no public address",
    Fault.TABLE: "not on this table",
    Fault.DNS: "no private DNS",
    Fault.GROUPS: "port 443 shut",
    Fault.POLICY: "policy refuses",
}
_CAPTION = (
    "A cross ends a way that requests would need and do not have. A dashed one is of no use for that, or cannot be "
    "told from the input."
)


def reach_picture(
    network: Network, paths: Paths, caller: Caller, blocked: Sequence[Need], guards: Sequence[Guard] = ()
) -> Picture:
    """The needs of ``caller`` that are blocked where ``guards`` hold, and beside them what it does reach."""
    drawing = _Drawing(network, paths, MOST_SUBNETS, MOST_NEEDS)
    drawing.draw(caller, guards, blocked)
    title = f"What {caller.name} reaches from its subnets"
    return drawing.picture(title, f"{title}. Not reached: {', '.join(dict.fromkeys(need.label for need in blocked))}.")


def network_picture(network: Network, paths: Paths, callers: Iterable[Caller]) -> Picture:
    """All callers in a VPC."""
    drawing = _Drawing(network, paths)
    for caller in callers:
        drawing.draw(caller, ())
    title = "What functions and services reach from their subnets"
    return drawing.picture(title, f"{title}: subnets, route tables, endpoints and the services that are needed.")


@dataclass(slots=True)
class _Drawing:
    """A picture on its way."""

    network: Network
    paths: Paths
    most_subnets: int | None = None
    most_needs: int | None = None
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)

    def picture(self, title: str, description: str) -> Picture:
        """What was drawn, the services last."""
        nodes = sorted(self.nodes.values(), key=lambda node: node.lane == SERVICES)
        return Picture(title, description, told_apart(nodes), joined(self.edges), _CAPTION)

    def draw(self, caller: Caller, guards: Sequence[Guard], blocked: Sequence[Need] = ()) -> None:
        """One caller, where it stands in a VPC: with ``blocked`` needs these and what it reaches, else all."""
        world = World(self.network.application, (*presence(caller.subject), *guards))
        placement = caller.place(world)
        if placement is None:
            return
        own = self._add(node_of(caller.subject, marked=bool(blocked)))
        views = [_View(need, self.paths, placement, world) for need in caller.needs]
        if blocked:
            views = [view for view in views if view.need in blocked or view.open]
            views.sort(key=lambda view: view.need not in blocked)
        shown = views[: self.most_needs]
        alike: dict[Hashable, list[Named]] = {}
        for subnet in placement.subnets:
            alike.setdefault(tuple(view.signature(subnet) for view in shown), []).append(subnet)
        groups = list(alike.values())
        for subnets in groups[: self.most_subnets]:
            self._link(own, self._subnet(subnets[0], len(subnets)))
            for view in shown:
                self._cross(view, subnets)
        self._more(own, sum(map(len, groups[self.most_subnets or len(groups) :])), "subnet")
        self._more(own, len(views) - len(shown), "service")

    # --- one need from one subnet ---------------------------------------------------------------------

    def _cross(self, view: _View, subnets: Sequence[Named]) -> None:
        """One need from subnets that fare alike; the first stands for all."""
        subnet, tables = subnets[0], len({view.courses[each].table for each in subnets})
        crossing, course = view.crossings[subnet], view.courses[subnet]
        lost = crossing.open is False
        service = self._service(view.need, lost)
        faults, doubtful = view.faults(subnet), crossing.open is None
        here = self._subnet(subnet, len(subnets))
        if course.endpoint is not None and (course.taken or course.exit.way is not Way.NAT):
            door = self._add(node_of(course.endpoint.resource, kind=_kind(course.endpoint.gateway)))
            if course.endpoint.gateway:
                here = self._table(here, course, tables)
            self._link(here, door, faults & {Fault.TABLE, Fault.DNS, Fault.GROUPS}, doubtful)
            self._link(door, service, faults & {Fault.POLICY}, doubtful or lost)
            return
        here = self._table(here, course, tables)
        if course.exit.way in (Way.NAT, Way.INTERNET):
            outside = Node(_INTERNET, "internet", _exit_kind(course), OUTSIDE, Family.NETWORK, name="internet")
            self._link(here, self._add(outside), faults, doubtful)
            self._link(outside.id, service, (), lost or doubtful)
            return
        self._link(here, service, faults, doubtful)

    # --- parts ----------------------------------------------------------------------------------------

    def _add(self, node: Node) -> str:
        known = self.nodes.get(node.id)
        if known is None or (node.marked and not known.marked):
            self.nodes[node.id] = node
        return node.id

    def _link(self, source: str, target: str, faults: Iterable[Fault] = (), doubtful: bool = False) -> None:
        words = ", ".join(_WORDS[fault] for fault in Fault if fault in set(faults))
        if words:
            self.edges.append(Edge(source, target, words, Line.BLOCKED, marked=True))
        else:
            self.edges.append(Edge(source, target, "", Line.DASHED if doubtful else Line.PLAIN))

    def _subnet(self, subnet: Named, count: int) -> str:
        kind = _alike("subnet", count)
        if subnet.resource is not None:
            return self._add(node_of(subnet.resource, kind=kind))
        name = subnet.label
        return self._add(Node(f"subnet {name}", name, kind, OUTSIDE, Family.NETWORK, name=name))

    def _table(self, subnet: str, course: Course, count: int) -> str:
        """The route table, led to from the subnet; the subnet itself where the table is not known."""
        table = course.table
        if table.needs:
            return subnet
        if isinstance(table.identity, Resource):
            key = self._add(node_of(table.identity, kind=_alike("route table", count)))
        else:
            name, lane = table.label, self.nodes[subnet].lane
            key = self._add(Node(f"table {name}", name, "route table", lane, Family.NETWORK, name=name))
        self._link(subnet, key)
        return key

    def _service(self, need: Need, lost: bool) -> str:
        name, kind = (need.endpoint.suffix, "AWS service") if need.endpoint else (need.label, "host")
        return self._add(Node(f"service {need.label}", name, kind, SERVICES, Family.OUTSIDE, lost, need.label))

    def _more(self, owner: str, count: int, noun: str) -> None:
        if count > 0:
            node = self.nodes[owner]
            told = f"{count} more {noun}{'' if count == 1 else 's'}"
            self._link(
                owner, self._add(Node(f"more {noun} {owner}", f"+{count}", noun, node.lane, Family.MORE, name=told))
            )


class _View:
    """One need of a caller, from all its subnets."""

    def __init__(self, need: Need, paths: Paths, placement: Placement, world: World) -> None:
        self.need = need
        self.crossings = {crossing.subnet: crossing for crossing in paths.crossings(placement, need, world)}
        self.courses = {subnet: paths.course(placement, subnet, need, world) for subnet in placement.subnets}

    @property
    def open(self) -> bool:
        """Whether it is met from everywhere."""
        return all(crossing.open for crossing in self.crossings.values())

    def faults(self, subnet: Named) -> frozenset[Fault]:
        """What is certainly in the way from a subnet."""
        obstacles = (obstacle for obstacle in self.crossings[subnet].obstacles if not obstacle.needs)
        return frozenset(fault for obstacle in obstacles for fault in obstacle.faults)

    def signature(self, subnet: Named) -> Hashable:
        """The same for subnets from which requests fare alike."""
        course = self.courses[subnet]
        door = course.endpoint.resource if course.endpoint else None
        return door, course.taken, course.exit.way, self.faults(subnet), self.crossings[subnet].open


def _alike(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun}, {count - 1} more like it"


def _kind(gateway: bool) -> str:
    return "gateway endpoint" if gateway else "interface endpoint"


def _exit_kind(course: Course) -> str:
    return course.exit.text.removeprefix("a route to the ") or "way out"
