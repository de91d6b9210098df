"""What a VPC endpoint gives, and under which name."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.data.endpoints import endpoint_named, iam_prefixes_of
from analyzer.facts.endpoint_services import Endpoints, full_name, kinds_of, service_of
from analyzer.facts.network_topology import VPC, Topology
from analyzer.facts.network_worlds import World
from tests.facts.network_parts import app, gateway, interface, isolated, ref, vpc
from tests.facts.network_parts import resource as made
from tests.stacks import resource, subject

REGION = {"Ref": "AWS::Region"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("com.amazonaws.eu-west-1.sqs", "sqs"),
        ("cn.com.amazonaws.cn-north-1.sqs", "sqs"),
        ({"Fn::Sub": "com.amazonaws.${AWS::Region}.ecr.api"}, "ecr.api"),
        ({"Fn::Join": ["", ["com.amazonaws.", REGION, ".s3"]]}, "s3"),
        ({"Fn::Join": [".", ["com.amazonaws", REGION, "kinesis-streams"]]}, "kinesis-streams"),
        ({"Fn::Sub": "com.amazonaws.${Where}.sqs"}, "sqs"),
        ("com.amazonaws.us-east-1.kms-fips", "kms"),
        ("com.amazonaws.iam", "iam"),
        ("com.amazonaws.s3-global.accesspoint", "s3-global.accesspoint"),
        ({"Fn::Sub": "com.amazonaws.${AWS::Region}.${Which}"}, None),
        ("com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0", None),
        ("com.amazonaws.eu-west-1.no-such-service", None),
        ("sqs", None),
        ({"Ref": "Which"}, None),
        (["com.amazonaws.eu-west-1.sqs"], None),
    ],
)
def test_service_of_a_name(name: Any, expected: str | None) -> None:
    sections = {"Parameters": {"Where": {"Type": "String"}, "Which": {"Type": "String"}}}
    assert service_of(subject({"Name": name}, **sections)["Name"].value) == expected


@pytest.mark.parametrize(
    ("suffix", "name", "kinds"),
    [
        ("s3", "com.amazonaws.<region>.s3", "gateway or interface"),
        ("sqs", "com.amazonaws.<region>.sqs", "interface"),
        ("iam", "com.amazonaws.iam", "interface"),
        ("s3express", "com.amazonaws.<region>.s3express", "gateway"),
    ],
)
def test_for_people(suffix: str, name: str, kinds: str) -> None:
    endpoint = endpoint_named(suffix)
    assert endpoint is not None
    assert (full_name(endpoint), kinds_of(endpoint)) == (name, kinds)


@pytest.mark.parametrize(
    ("suffix", "prefix"),
    [
        ("logs", "logs"),
        ("monitoring", "cloudwatch"),
        ("email", "ses"),
        ("bedrock-runtime", "bedrock"),
        ("kinesis-streams", "kinesis"),
        ("sync-states", "states"),
    ],
)
def test_iam_prefixes_of_an_endpoint(suffix: str, prefix: str) -> None:
    endpoint = endpoint_named(suffix)
    assert endpoint is not None
    assert iam_prefixes_of(endpoint) == {prefix}


# --- which endpoints a VPC has --------------------------------------------------------------------------------


def named(suffix: str, *resources: dict[str, Any], **sections: Any) -> tuple[list[str], str | None]:
    """The endpoints for a service in ``Vpc``, and one that may be."""
    found = app(isolated(), *resources, **sections)
    topology, world = Topology(found), World(found)
    own = topology.one(resource(found, "Subnet")["VpcId"], world, VPC)
    endpoints = Endpoints(topology)
    perhaps = endpoints.perhaps(own, suffix, world)
    return [one.name for one in endpoints.of(own, suffix, world)], perhaps.name if perhaps else None


def test_of_the_vpc_and_service_only() -> None:
    other = gateway("Other", VpcId=ref("Vpc2"))
    assert named("s3", gateway("S3"), gateway("Db", "dynamodb"), vpc("Vpc2"), other) == (["S3"], None)


def test_under_a_condition_that_is_off() -> None:
    off = {"Off": {"Fn::Equals": ["a", "b"]}}
    assert named("s3", gateway("S3", condition="Off"), Conditions=off) == ([], None)


@pytest.mark.parametrize(
    "changes", [{"ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.${Given}"}}, {"VpcId": ref("Given")}]
)
def test_what_may_be_one(changes: dict[str, Any]) -> None:
    given = {"Given": {"Type": "String"}}
    assert named("s3", gateway("Maybe", **changes), Parameters=given) == ([], "Maybe")


def test_another_service_in_an_unknown_vpc_is_none() -> None:
    given = {"Given": {"Type": "String"}}
    assert named("s3", gateway("Db", "dynamodb", VpcId=ref("Given")), Parameters=given) == ([], None)


def test_an_endpoint_for_a_resource_is_for_no_service() -> None:
    shared = {"VpcEndpointType": "Resource", "ResourceConfigurationArn": "arn:aws:vpc-lattice:eu-west-1:1:x/rcfg-1"}
    endpoint = gateway("Shared", **shared)
    del endpoint["Shared"]["Properties"]["ServiceName"]
    assert named("s3", endpoint) == ([], None)


def test_the_type_defaults_to_gateway() -> None:
    found = app(isolated(), gateway("S3"), interface("Sqs"), gateway("Typed", VpcEndpointType="Gateway"))
    endpoints, world = Endpoints(Topology(found)), World(found)
    kinds = {name: endpoints.declared(resource(found, name), world).gateway for name in ("S3", "Sqs", "Typed")}
    assert kinds == {"S3": True, "Sqs": False, "Typed": True}


# --- private DNS ----------------------------------------------------------------------------------------------


def private_dns(suffix: str = "sqs", record: Any = None, **properties: Any) -> bool | None:
    records = {} if record is None else {"Record": record}
    found = app(isolated(), interface("E", suffix, **properties), records, Parameters={"Given": {"Type": "String"}})
    endpoints, world = Endpoints(Topology(found)), World(found)
    return endpoints.private_dns(endpoints.declared(resource(found, "E"), world), world)


@pytest.mark.parametrize(
    ("written", "expected"),
    [(True, True), ("true", True), (False, False), ({"Ref": "AWS::NoValue"}, False), (ref("Given"), None)],
)
def test_private_dns(written: Any, expected: bool | None) -> None:
    assert private_dns(PrivateDnsEnabled=written) is expected


@pytest.mark.parametrize("suffix", ["s3", "dynamodb"])
@pytest.mark.parametrize(
    ("option", "expected"), [(None, False), ("OnlyInboundResolver", False), ("AllResolvers", True)]
)
def test_private_dns_of_what_has_gateways_too(suffix: str, option: str | None, expected: bool) -> None:
    options = {} if option is None else {"DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": option}}
    assert private_dns(suffix, **options) is expected


def test_a_record_of_the_application_is_private_dns() -> None:
    entries = {"Fn::Select": [0, {"Fn::GetAtt": ["E", "DnsEntries"]}]}
    alias = {"HostedZoneId": "Z", "DNSName": {"Fn::Select": [1, {"Fn::Split": [":", entries]}]}}
    record = made("AWS::Route53::RecordSet", Name="sqs.eu-west-1.amazonaws.com", Type="A", AliasTarget=alias)
    assert private_dns(record=record, PrivateDnsEnabled=False) is True
