"""Default security groups."""

from __future__ import annotations

from typing import Any

from analyzer.facts.network_defaults import Closed, Closing, closing_of, rules_of_default_groups
from analyzer.facts.network_topology import Topology
from analyzer.judgement import Confidence
from tests.facts.network_parts import Resources, app, group, https, ref, vpc
from tests.facts.network_parts import resource as made
from tests.stacks import resource

DEFAULT = {"Fn::GetAtt": ["Vpc", "DefaultSecurityGroup"]}
STAGE = {
    "Parameters": {"Stage": {"Type": "String", "Default": "prod"}},
    "Conditions": {"IsProduction": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
}


def closed(*resources: Resources, **sections: Any) -> Closed:
    found = app(vpc(), *resources, **sections)
    return closing_of(Topology(found), resource(found, "Vpc"))


def closing(condition: str | None = None, kind: str = "Custom::VpcRestrictDefaultSG") -> Resources:
    return {"Closing": made(kind, condition, ServiceToken="x", DefaultSecurityGroupId=DEFAULT)}


def test_as_aws_makes_it() -> None:
    assert closed() == Closed(Closing.OPEN)


def test_closed_by_cdk() -> None:
    assert closed(closing()) == Closed(Closing.CLOSED)


def test_another_vpc_is_closed() -> None:
    other = closing()
    other["Closing"]["Properties"]["DefaultSecurityGroupId"] = {"Fn::GetAtt": ["Other", "DefaultSecurityGroup"]}
    assert closed(other, vpc("Other")) == Closed(Closing.OPEN)


def test_closed_under_a_condition() -> None:
    where = " where condition IsProduction is false"
    assert closed(closing("IsProduction"), **STAGE) == Closed(Closing.OPEN, "", where, Confidence.LIKELY)


def test_a_custom_resource_of_another_kind_may_close_it() -> None:
    assert closed(closing(kind="Custom::Hardening")) == Closed(Closing.PERHAPS, "Closing")


def test_rules_that_open_it_further() -> None:
    mine = made("AWS::EC2::SecurityGroupIngress", GroupId=DEFAULT, **https(CidrIp="10.0.0.0/8"))
    other = made("AWS::EC2::SecurityGroupIngress", GroupId=ref("Group"), **https(CidrIp="10.0.0.0/8"))
    found = app(vpc(), group(), {"Mine": mine, "Other": other})
    rules = rules_of_default_groups(Topology(found))
    assert [(rule.id, own.id) for rule, own in rules] == [("Mine", "Vpc")]
