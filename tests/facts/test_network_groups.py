"""Security groups, from both ends."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.network_addresses import Home
from analyzer.facts.network_groups import Group, Groups, Peer
from analyzer.facts.network_topology import VPC, Topology
from analyzer.facts.network_worlds import World
from analyzer.model.application import Application
from analyzer.model.value import Known
from tests.facts.network_parts import Resources, app, group, https, isolated, ref
from tests.facts.network_parts import resource as made
from tests.stacks import resource

OUTSIDE = Peer()
GIVEN = {"Given": {"Type": "String"}}


class Scene:
    """Two groups, ``Near`` of a caller and ``Far`` of what it calls, in one VPC."""

    def __init__(self, *resources: Resources, **sections: Any) -> None:
        both = {**isolated(), **group("Near"), **group("Far")}
        self.app: Application = app(both, *resources, **sections)
        self.topology = Topology(self.app)
        self.groups = Groups(self.topology)
        self.world = World(self.app)

    def of(self, name: str = "Groups") -> tuple[Group, ...]:
        """The groups that a property of the probe names."""
        node = resource(self.app, "Probe")[name]
        vpc = self.topology.one(resource(self.app, "Near")["VpcId"], self.world, VPC)
        return self.groups.of(node, vpc, self.world)

    def home(self) -> Home:
        own = resource(self.app, "Vpc")
        return Home(Known("10.0.0.0/24"), own, (own["CidrBlock"].value,))

    def out(self, groups: tuple[Group, ...], peer: Peer) -> tuple[bool | None, str]:
        passage = self.groups.out(groups, peer, self.world)
        return passage.open, passage.needs

    def into(self, groups: tuple[Group, ...], peer: Peer) -> tuple[bool | None, str]:
        passage = self.groups.into(groups, peer, self.world)
        return passage.open, passage.needs


def scene(near: Any = None, *resources: Resources, **sections: Any) -> Scene:
    probe = {"Probe": made("Test::Type", Groups=near if near is not None else [ref("Near")])}
    return Scene(probe, *resources, **sections)


def outward(*rules: dict[str, Any], peer: Peer = OUTSIDE, more: Resources | None = None) -> bool | None:
    """Whether a group with these inline egress rules lets its members out."""
    found = scene(None, group("Near", SecurityGroupEgress=list(rules)), more or {}, Parameters=GIVEN)
    return found.out(found.of(), peer)[0]


def inward(*rules: dict[str, Any], more: Resources | None = None) -> bool | None:
    """Whether the group ``Far`` with these inline ingress rules lets ``Near`` in from 10.0.0.0/24."""
    found = scene([ref("Far")], group("Far", SecurityGroupIngress=list(rules)), more or {}, Parameters=GIVEN)
    near = Group(resource(found.app, "Near"), "Near", resource(found.app, "Near"))
    return found.into(found.of(), Peer((near,), (found.home(),)))[0]


def test_without_egress_rules_everything_goes_out() -> None:
    found = scene()
    assert found.out(found.of(), OUTSIDE) == (True, "")
    assert outward() is True  # an empty list adds no rule


def test_without_ingress_rules_nobody_comes_in() -> None:
    assert inward() is False


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (https(CidrIp="0.0.0.0/0"), True),
        ({"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}, True),
        ({"IpProtocol": -1, "CidrIp": "0.0.0.0/0"}, True),
        ({"IpProtocol": "6", "FromPort": "0", "ToPort": "65535", "CidrIp": "0.0.0.0/0"}, True),
        ({"IpProtocol": "tcp", "FromPort": 400, "ToPort": 500, "CidrIp": "0.0.0.0/0"}, True),
        ({"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0"}, False),
        ({"IpProtocol": "udp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}, False),
        ({"IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "CidrIp": "255.255.255.255/32"}, False),
        (https(CidrIp="10.0.0.0/8"), False),  # the service's addresses are public
        (https(CidrIp="52.94.0.0/16"), None),
        (https(CidrIpv6="::/0"), False),
        (https(CidrIp=ref("Given")), None),
        (https(DestinationPrefixListId="pl-1"), None),
        (https(DestinationSecurityGroupId=ref("Far")), False),
        ({"IpProtocol": ref("Given"), "CidrIp": "0.0.0.0/0"}, None),
        ({"IpProtocol": "tcp", "FromPort": ref("Given"), "ToPort": 443, "CidrIp": "0.0.0.0/0"}, None),
    ],
)
def test_out_to_the_world(rule: dict[str, Any], expected: bool | None) -> None:
    assert outward(rule) is expected


def test_out_over_ipv6() -> None:
    assert outward(https(CidrIpv6="::/0"), peer=Peer(six=True)) is True
    assert outward(https(CidrIp="0.0.0.0/0"), peer=Peer(six=True)) is False


def test_one_rule_that_opens_is_enough() -> None:
    assert outward(https(CidrIp=ref("Given")), https(CidrIp="0.0.0.0/0")) is True
    assert outward(https(CidrIp=ref("Given")), https(CidrIp="10.0.0.0/8")) is None


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (https(SourceSecurityGroupId=ref("Near")), True),
        (https(SourceSecurityGroupId={"Fn::GetAtt": ["Near", "GroupId"]}), True),
        (https(SourceSecurityGroupId=ref("Far")), False),
        (https(SourceSecurityGroupId=ref("Given")), None),
        (https(SourceSecurityGroupId={"Fn::GetAtt": ["Vpc", "DefaultSecurityGroup"]}), False),
        (https(CidrIp="10.0.0.0/24"), True),
        (https(CidrIp={"Fn::GetAtt": ["Vpc", "CidrBlock"]}), True),
        (https(CidrIp="10.0.1.0/24"), False),
        (https(CidrIp="10.0.0.0/25"), None),
        (https(CidrIpv6="::/0"), False),
        (https(SourcePrefixListId="pl-1"), None),
    ],
)
def test_in_from_a_subnet(rule: dict[str, Any], expected: bool | None) -> None:
    assert inward(rule) is expected


def test_rules_as_resources_of_their_own() -> None:
    rule = made(
        "AWS::EC2::SecurityGroupIngress", GroupId={"Fn::GetAtt": ["Far", "GroupId"]}, **https(CidrIp="10.0.0.0/16")
    )
    assert inward(more={"Rule": rule}) is True
    rule["Properties"]["GroupId"] = ref("Near")
    assert inward(more={"Rule": rule}) is False


def test_a_rule_under_a_condition_that_is_off_does_not_count() -> None:
    rule = made("AWS::EC2::SecurityGroupIngress", "Off", GroupId=ref("Far"), **https(CidrIp="10.0.0.0/16"))
    found = scene([ref("Far")], {"Rule": rule}, Conditions={"Off": {"Fn::Equals": ["a", "b"]}})
    assert found.into(found.of(), Peer((), (found.home(),))) == (False, "")


def test_whether_a_rule_of_its_own_replaces_the_open_default_is_not_documented() -> None:
    rule = made("AWS::EC2::SecurityGroupEgress", GroupId=ref("Near"), **https(DestinationSecurityGroupId=ref("Far")))
    found = scene(None, {"Rule": rule})
    assert found.out(found.of(), OUTSIDE) == (None, "whether Near keeps the rule that lets everything out")


def test_a_group_outside_the_application_is_not_known() -> None:
    found = scene(["sg-1"])
    assert found.out(found.of(), OUTSIDE) == (None, "the rules of security group sg-1")


def test_one_of_several_groups_is_enough() -> None:
    found = scene(["sg-1", ref("Near")])
    assert found.out(found.of(), OUTSIDE) == (True, "")


# --- default groups -------------------------------------------------------------------------------------------

DEFAULT = {"Fn::GetAtt": ["Vpc", "DefaultSecurityGroup"]}


def test_the_default_group_lets_in_its_own_members_only() -> None:
    found = scene([DEFAULT])
    (default,) = found.of()
    near = Group("x", "Near", resource(found.app, "Near"))
    assert found.into((default,), Peer((default,), (found.home(),))) == (True, "")
    assert found.into((default,), Peer((near,), (found.home(),))) == (False, "")
    assert found.out((default,), OUTSIDE) == (True, "")


def test_no_group_written_is_the_default_group() -> None:
    found = scene([DEFAULT])
    assert [one.identity for one in found.of("Missing")] == [one.identity for one in found.of()]


def test_a_closed_default_group_lets_nothing_through() -> None:
    closing = made("Custom::VpcRestrictDefaultSG", ServiceToken="x", DefaultSecurityGroupId=DEFAULT)
    found = scene([DEFAULT], {"Closing": closing})
    (default,) = found.of()
    assert found.out((default,), OUTSIDE) == (False, "")
    assert found.into((default,), Peer((default,), (found.home(),))) == (False, "")


def test_a_rule_added_to_the_default_group() -> None:
    rule = made("AWS::EC2::SecurityGroupIngress", GroupId=DEFAULT, **https(CidrIp="10.0.0.0/16"))
    found = scene([DEFAULT], {"Rule": rule})
    near = Group("x", "Near", resource(found.app, "Near"))
    assert found.into(found.of(), Peer((near,), (found.home(),))) == (True, "")


@pytest.mark.parametrize("port", ["--5", "4" * 5000, "٤٤٣x", None, True, [443]])
def test_ports_that_are_no_numbers_do_not_raise(port: Any) -> None:
    assert outward({"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": "0.0.0.0/0"}) in (None, False)
