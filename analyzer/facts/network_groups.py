"""Security groups: whether one lets a caller out, or in, on port 443.

Sources: AWS::EC2::SecurityGroup in the CloudFormation Template Reference (a group without egress rules lets
everything out; without ingress rules nobody in), and the default group of a VPC
(https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from analyzer.facts.network_addresses import Home, Reach, covers, reach_of
from analyzer.facts.network_topology import VPC, Links, Named, Topology
from analyzer.facts.network_worlds import World
from analyzer.facts.numbers import whole_number
from analyzer.judgement import AnyPlace
from analyzer.model.node import Node
from analyzer.model.template import Resource
from analyzer.model.value import Absent, Known, Listing, Reference, Value, as_text, references
from analyzer.records import dataclass

GROUP = "AWS::EC2::SecurityGroup"
EGRESS, INGRESS = "AWS::EC2::SecurityGroupEgress", "AWS::EC2::SecurityGroupIngress"
HTTPS = 443
_PEERS = {EGRESS: "DestinationSecurityGroupId", INGRESS: "SourceSecurityGroupId"}
_LISTS = {EGRESS: "DestinationPrefixListId", INGRESS: "SourcePrefixListId"}
_INLINE = {EGRESS: "SecurityGroupEgress", INGRESS: "SecurityGroupIngress"}


@dataclass(frozen=True, slots=True)
class Group:
    """A security group: a resource, the default group of a VPC (``default``), or one outside the application."""

    identity: Hashable
    label: str
    resource: Resource | None = None
    default: bool = False
    place: AnyPlace | None = None


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end: its groups and the subnets it has addresses in. Neither: the world outside, reached
    over IPv4 or (``six``) IPv6."""

    groups: tuple[Group, ...] = ()
    homes: tuple[Home, ...] = ()
    six: bool = False

    @property
    def outside(self) -> bool:
        """Whether it has no address in the VPC."""
        return not self.homes and not self.groups


@dataclass(frozen=True, slots=True)
class Passage:
    """Whether something gets through; ``needs`` says what would decide it where that is not known."""

    open: bool | None
    needs: str = ""
    group: Group | None = None


class Groups:
    """The security groups of an application."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._apart = {direction: Links(topology, (direction,), ("GroupId",), GROUP) for direction in (EGRESS, INGRESS)}

    # --- which groups ---------------------------------------------------------------------------------

    def of(self, node: Node, vpc: Named | None, world: World) -> tuple[Group, ...]:
        """The groups that a property names; the VPC's default group where it names none."""
        named = self._topology.names(node, world, GROUP)
        if named:
            return tuple(self._group(found) for found in named)
        return (self.default(vpc, node.place),)

    def of_text(self, node: Node, world: World) -> tuple[Group, ...]:
        """The groups inside a text such as ``security_group:<group>``."""
        found = references(next((case.value for case in node.cases() if world.admits(case.guards)), Absent()))
        named = (Named(one, self._topology.application.behind(one, GROUP), (), node) for one in found)
        return tuple(self._group(one) for one in named) or (Group(None, node.text, place=node.place),)

    def default(self, vpc: Named | None, place: AnyPlace | None = None) -> Group:
        """The default group of a VPC."""
        label = f"the default security group of {vpc.label}" if vpc else "the default security group of the VPC"
        identity = self._topology.identity(vpc)
        known = identity is not None and vpc is not None and vpc.resource is not None
        return Group(("default", identity), label, None, known, place)

    def _group(self, found: Named) -> Group:
        if found.resource is not None:
            return Group(found.resource, found.resource.logical_id, found.resource, place=found.resource.place)
        if isinstance(found.value, Reference) and found.value.attribute == "DefaultSecurityGroup":
            vpc = self._topology.application.behind(found.value, VPC)
            if vpc is not None:
                return self.default(Named(vpc.reference, vpc, found.guards, found.node), found.node.place)
        return Group(self._topology.identity(found), found.label, place=found.node.place)

    # --- what they let through ------------------------------------------------------------------------

    def out(self, groups: tuple[Group, ...], peer: Peer, world: World) -> Passage:
        """Whether one of the groups lets its members out to the peer."""
        return _any(self._passage(group, EGRESS, peer, world) for group in groups)

    def into(self, groups: tuple[Group, ...], peer: Peer, world: World) -> Passage:
        """Whether one of the groups lets the peer in to its members."""
        return _any(self._passage(group, INGRESS, peer, world) for group in groups)

    def _passage(self, group: Group, direction: str, peer: Peer, world: World) -> Passage:
        if group.resource is None and not group.default:
            return Passage(None, f"the rules of security group {group.label}", group)
        answers = [self._rule(rule, direction, peer, world) for rule in self._rules(group, direction, world)]
        if True in answers:
            return Passage(True, group=group)
        standing = self._standing(group, direction, peer, world)
        if standing:
            return Passage(True, group=group)
        if standing is None:
            return Passage(None, f"whether {group.label} keeps the rule that lets everything out", group)
        if None in answers:
            return Passage(None, f"the rules of security group {group.label}", group)
        return Passage(False, group=group)

    def _standing(self, group: Group, direction: str, peer: Peer, world: World) -> bool | None:
        """Whether a rule that nobody wrote lets the peer through; None where that is not documented."""
        if group.default:
            closed = group.identity[1] in self._topology.closed_default_groups  # type: ignore[index]
            own = any(other.identity == group.identity for other in peer.groups)
            return not closed and (direction == EGRESS or own)
        if direction == INGRESS or group.resource is None:
            return False
        inline = self._value(group.resource[_INLINE[EGRESS]], world)
        if not isinstance(inline, Absent) and inline != Listing(()):
            return False
        return None if self._apart[EGRESS].to(group.resource, world) else True

    def _rules(self, group: Group, direction: str, world: World) -> Iterator[Node]:
        if group.resource is not None:
            for item in group.resource[_INLINE[direction]].items():
                for branch in item.branches:
                    if world.admits(branch.guards):
                        yield branch
        for rule in self._apart_of(group, direction, world):
            yield rule.properties

    def _apart_of(self, group: Group, direction: str, world: World) -> list[Resource]:
        if group.resource is not None:
            return self._apart[direction].to(group.resource, world)
        rules = self._topology.application.resources(direction)
        return [rule for rule in rules if self._is_of(rule, group, world)]

    def _is_of(self, rule: Resource, group: Group, world: World) -> bool:
        """Whether the rule is one of the group. Conditions of other groups' rules are not asked for."""
        named = self._topology.named(rule["GroupId"], GROUP)
        own = [found for found in named if self._group(found).identity == group.identity]
        return any(world.has(rule) and world.admits(found.guards) for found in own)

    # --- one rule -------------------------------------------------------------------------------------

    def _rule(self, rule: Node, direction: str, peer: Peer, world: World) -> bool | None:
        if rule.undecided is not None:
            return None
        port = self._port(rule, world)
        if port is False:
            return False
        partner = self._partner(rule, direction, peer, world)
        return False if partner is False else (port and partner)

    def _port(self, rule: Node, world: World) -> bool | None:
        """Whether the rule is about TCP port 443."""
        protocol = self._value(rule["IpProtocol"], world)
        if not isinstance(protocol, Known):
            return None
        if as_text(protocol.value) == "-1":
            return True
        if as_text(protocol.value).lower() not in ("tcp", "6"):
            return False
        ends = [whole_number(self._value(rule[name], world)) for name in ("FromPort", "ToPort")]
        if ends[0] is None or ends[1] is None:
            return None
        return ends[0] <= HTTPS <= ends[1] or ends[0] == -1

    def _partner(self, rule: Node, direction: str, peer: Peer, world: World) -> bool | None:
        """Whether the rule's source or destination is the peer."""
        named = self._topology.one(rule[_PEERS[direction]], world, GROUP)
        if named is not None:
            return self._is_member(self._group(named), peer)
        if self._topology.one(rule[_LISTS[direction]], world) is not None:
            return None
        for name in ("CidrIp", "CidrIpv6"):
            block = self._value(rule[name], world)
            if not isinstance(block, Absent):
                return self._covers(block, name == "CidrIpv6", peer)
        return False

    def _is_member(self, group: Group, peer: Peer) -> bool | None:
        if any(group.identity is not None and group.identity == other.identity for other in peer.groups):
            return True
        known = all(other.resource is not None or other.default for other in peer.groups)
        return False if peer.outside or ((group.resource is not None or group.default) and known) else None

    def _covers(self, block: Value, six: bool, peer: Peer) -> bool | None:
        if peer.outside:
            reach = reach_of(block)
            if six is not peer.six:
                return False
            return None if reach in (None, Reach.OUTSIDE) else reach is Reach.EVERYWHERE
        if six:
            return False
        answers = {covers(self._topology.application, block, home) for home in peer.homes}
        return answers.pop() if len(answers) == 1 else None

    def _value(self, node: Node, world: World) -> Value:
        cases = (case.value for case in node.cases() if world.admits(case.guards))
        return next(cases, Absent())


def _any(passages: Iterable[Passage]) -> Passage:
    found = list(passages)
    for answer in (True, None):
        match = next((passage for passage in found if passage.open is answer), None)
        if match is not None:
            return match
    return found[0] if found else Passage(None, "the security groups")
