"""Network ACLs that shut HTTPS out."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.network_acls import shuts_https
from analyzer.facts.network_topology import Topology
from analyzer.facts.network_worlds import World
from tests.facts.network_parts import app, isolated, ref
from tests.facts.network_parts import resource as made
from tests.stacks import resource

EVERYTHING = {"Protocol": -1, "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"}


def tcp(first: Any, last: Any, action: str = "allow", block: str = "0.0.0.0/0") -> dict[str, Any]:
    return {"Protocol": 6, "RuleAction": action, "CidrBlock": block, "PortRange": {"From": first, "To": last}}


def shut(outward: list[dict[str, Any]], inward: list[dict[str, Any]], acl: Any = None) -> tuple[bool | None, str]:
    """The answer for a subnet whose ACL has these entries, numbered as they come."""
    entries = {
        f"{name}{number}": made(
            "AWS::EC2::NetworkAclEntry", NetworkAclId=ref("Acl"), Egress=egress, **{"RuleNumber": number, **entry}
        )
        for name, egress, listed in (("Out", True, outward), ("In", False, inward))
        for number, entry in enumerate(listed, start=100)
    }
    resources = {
        "Acl": made("AWS::EC2::NetworkAcl", VpcId=ref("Vpc")),
        "Of": made("AWS::EC2::SubnetNetworkAclAssociation", SubnetId=ref("Subnet"), NetworkAclId=acl or ref("Acl")),
    }
    found = app(isolated(), resources, entries, Parameters={"Given": {"Type": "String"}})
    answer = shuts_https(Topology(found), resource(found, "Subnet"), World(found))
    return answer.shut, answer.needs if answer.shut is None else ""


@pytest.mark.parametrize(
    ("outward", "inward", "expected"),
    [
        ([EVERYTHING], [EVERYTHING], False),
        ([tcp(443, 443)], [tcp(1024, 65535)], False),
        ([], [], True),
        ([EVERYTHING], [], True),  # no answer comes in
        ([EVERYTHING], [tcp(443, 443)], True),
        ([tcp(80, 80)], [EVERYTHING], True),
        ([tcp(443, 443, "deny"), EVERYTHING], [EVERYTHING], True),
        ([EVERYTHING, tcp(443, 443, "deny")], [EVERYTHING], False),  # the first rule decides
        ([tcp(443, 443, "deny", "10.9.0.0/16"), EVERYTHING], [EVERYTHING], False),  # denied to some addresses only
        ([EVERYTHING], [tcp(40000, 65535, "deny"), EVERYTHING], False),  # answers to lower ports come in
        ([EVERYTHING], [tcp(1024, 50000, "deny"), EVERYTHING], False),  # and to higher ones
        ([EVERYTHING], [tcp(32768, 60999, "deny"), EVERYTHING], True),
        ([{"Protocol": "17", "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"}], [EVERYTHING], True),
    ],
)
def test_entries(outward: list[dict[str, Any]], inward: list[dict[str, Any]], expected: bool) -> None:
    assert shut(outward, inward) == (expected, "")


def test_the_order_is_that_of_the_numbers() -> None:
    last = {**EVERYTHING, "RuleNumber": 200}
    first = {**tcp(443, 443, "deny"), "RuleNumber": 50}
    entries = {
        name: made("AWS::EC2::NetworkAclEntry", NetworkAclId=ref("Acl"), Egress=egress, **entry)
        for name, egress, entry in (("A", True, last), ("B", True, first), ("C", False, last))
    }
    more = {
        "Acl": made("AWS::EC2::NetworkAcl", VpcId=ref("Vpc")),
        "Of": made("AWS::EC2::SubnetNetworkAclAssociation", SubnetId=ref("Subnet"), NetworkAclId=ref("Acl")),
    }
    found = app(isolated(), more, entries)
    assert shuts_https(Topology(found), resource(found, "Subnet"), World(found)).shut is True


@pytest.mark.parametrize(
    "entry",
    [
        {"Protocol": ref("Given"), "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"},
        tcp(ref("Given"), 500),
    ],
)
def test_an_entry_that_nobody_knows_yet(entry: dict[str, Any]) -> None:
    assert shut([entry], [EVERYTHING]) == (None, "the entries of Acl")


def test_an_acl_outside_the_application() -> None:
    assert shut([], [], acl="acl-1") == (None, "the entries of network ACL acl-1")


def test_the_default_acl_lets_everything_through() -> None:
    found = app(isolated())
    assert shuts_https(Topology(found), resource(found, "Subnet"), World(found)).shut is False
    assert shuts_https(Topology(found), None, World(found)).shut is False


@pytest.mark.parametrize("number", ["--5", "4" * 5000, [100]])
def test_numbers_that_are_none_do_not_raise(number: Any) -> None:
    assert shut([{**EVERYTHING, "RuleNumber": number}], [EVERYTHING])[0] is None
