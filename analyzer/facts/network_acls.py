"""Network ACLs, where they shut HTTPS out of a subnet.

Source: rules are tried in the order of their numbers, the first that applies decides, and what none applies to is
refused; they keep no state, so the answers need a rule of their own
(https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html).
"""

from __future__ import annotations

from analyzer.facts.network_addresses import Reach, reach_of
from analyzer.facts.network_groups import HTTPS
from analyzer.facts.network_topology import ACL, Topology
from analyzer.facts.network_worlds import World
from analyzer.facts.numbers import whole_number
from analyzer.model.template import Resource
from analyzer.records import dataclass

EPHEMERAL = (32768, 60999)
"""The ports from which Linux, and so Lambda and Fargate, call."""


@dataclass(frozen=True, slots=True)
class Shut:
    """Whether an ACL shuts HTTPS out; ``needs`` where that is not known."""

    shut: bool | None
    label: str = ""
    needs: str = ""
    acl: Resource | None = None


NOT_SHUT = Shut(False)


def shuts_https(topology: Topology, subnet: Resource | None, world: World) -> Shut:
    """Whether the subnet's ACL refuses requests to port 443 anywhere, or every answer to them.

    A VPC's default ACL lets everything through. An ACL outside the application is not known.
    """
    associations = topology.acl_associations.to(subnet, world) if subnet is not None else []
    if not associations:
        return NOT_SHUT
    found = topology.one(associations[0]["NetworkAclId"], world, ACL)
    if found is None or found.resource is None:
        label = found.label if found else "of the subnet"
        return Shut(None, label, f"the entries of network ACL {label}")
    entries = topology.acl_entries.to(found.resource, world)
    for egress, ports in ((True, (HTTPS, HTTPS)), (False, EPHEMERAL)):
        answer = _admits(entries, egress, ports)
        if answer is not True:
            return Shut(None if answer is None else True, found.label, f"the entries of {found.label}", found.resource)
    return NOT_SHUT


def _admits(entries: list[Resource], egress: bool, ports: tuple[int, int]) -> bool | None:
    numbered = []
    for entry in entries:
        outward = entry["Egress"].known
        if (outward in (True, "true")) is not egress:
            continue
        position = whole_number(entry["RuleNumber"].value)
        if position is None:
            return None
        numbered.append((position, entry))
    for _, entry in sorted(numbered, key=lambda pair: pair[0]):
        applies = _applies(entry, ports)
        if applies is None:
            return None
        action = str(entry["RuleAction"].known or "").lower()
        if applies and action == "allow":
            return True
        if applies and action == "deny" and _everywhere(entry) and _whole(entry, ports):
            return False
    return False


def _applies(entry: Resource, ports: tuple[int, int]) -> bool | None:
    """Whether the entry is about TCP on some of the ports."""
    protocol = whole_number(entry["Protocol"].value)
    if protocol is None:
        return None
    if protocol == -1:
        return True
    if protocol != 6:
        return False
    first, last = _range(entry)
    if first is None or last is None:
        return None
    return first <= ports[1] and last >= ports[0]


def _whole(entry: Resource, ports: tuple[int, int]) -> bool:
    first, last = _range(entry)
    everything = whole_number(entry["Protocol"].value) == -1
    return everything or (first is not None and last is not None and first <= ports[0] and last >= ports[1])


def _range(entry: Resource) -> tuple[int | None, int | None]:
    return whole_number(entry["PortRange"]["From"].value), whole_number(entry["PortRange"]["To"].value)


def _everywhere(entry: Resource) -> bool:
    return reach_of(entry["CidrBlock"].value) is Reach.EVERYWHERE
