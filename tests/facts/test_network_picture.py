"""The network as a picture: the way of a request, and the place where it ends."""

from __future__ import annotations

import datetime

import pytest

from analyzer.facts.network_paths import Fault
from analyzer.query import Query
from tests.facts import network_parts as parts
from tests.facts.network_parts import Resources, app
from tests.facts.pictures import edges, nodes


def drawn(fault: Fault, *resources: Resources) -> tuple[list[str], list[str]]:
    network = query(*resources).network
    caller = network.callers[0]
    reach = network.blocked(caller, fault)
    assert reach.blocked
    picture = network.picture(caller, reach)
    return nodes(picture), edges(picture)


def query(*resources: Resources) -> Query:
    return Query(
        app(*resources, parts.role({"Effect": "Allow", "Action": "*", "Resource": "*"}), parts.group()),
        as_of=datetime.date(2026, 11, 24),
    )


def test_without_endpoint_and_route_the_way_ends_at_the_route_table() -> None:
    assert drawn(Fault.MISSING, parts.isolated(), parts.function()) == (
        [
            "Function (Lambda function) @ S0 *",
            "Subnet (subnet) @ S0",
            "Table (route table) @ S0",
            "sqs (AWS service) @ AWS services and hosts *",
        ],
        ["Function → Subnet", "Subnet → Table", "Table ✕ sqs: no route, no endpoint *"],
    )


def test_subnets_that_fare_alike_are_drawn_once() -> None:
    both = parts.function(subnets=[parts.ref("One"), parts.ref("Two")])
    found, _ = drawn(Fault.MISSING, parts.isolated("One", "Two"), both)
    assert "One (subnet, 1 more like it) @ S0" in found
    assert not [node for node in found if node.startswith("Two")]


def test_what_the_caller_does_reach_stands_beside() -> None:
    code = parts.SEND + '    boto3.client("s3").get_object(Bucket="b", Key="k")\n'
    _, found = drawn(Fault.MISSING, parts.isolated(), parts.gateway(), parts.function(code=code))
    assert found == [
        "Function → Subnet",
        "Subnet → Table",
        "Table ✕ sqs: no route, no endpoint *",
        "Table → S3",
        "S3 → s3",
    ]


@pytest.mark.parametrize(
    ("fault", "resources", "end"),
    [
        (Fault.TABLE, (parts.gateway(RouteTableIds=[]), parts.function(code=parts.READ)), "Table ✕ S3: not on this table *"),
        (Fault.DNS, (parts.interface(PrivateDnsEnabled=False), parts.open_group(), parts.function()), "Subnet ✕ Sqs: no private DNS *"),
        (Fault.GROUPS, (parts.interface(), parts.group("EndpointGroup"), parts.function()), "Subnet ✕ Sqs: port 443 shut *"),
        (
            Fault.POLICY,
            (
                parts.interface(PolicyDocument={"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:ReceiveMessage", "Resource": "*"}]}),
                parts.open_group(),
                parts.function(),
            ),
            "Sqs ✕ sqs: policy refuses *",
        ),
    ],
)  # fmt: skip
def test_the_cross_stands_where_the_way_ends(fault: Fault, resources: tuple[Resources, ...], end: str) -> None:
    _, found = drawn(fault, parts.isolated(), *resources)
    assert [edge for edge in found if "✕" in edge] == [end]


def test_a_public_subnet_leads_to_an_internet_that_does_not_answer() -> None:
    placed = parts.function(subnets=[parts.ref("Public")])
    _, found = drawn(Fault.PUBLIC, parts.vpc(), parts.public(), placed)
    assert found == [
        "Function → Public",
        "Public → PublicTable",
        "PublicTable ✕ internet: no public address *",
        "internet ⇢ sqs",
    ]


def test_the_whole_network_has_all_callers_in_a_vpc_and_nothing_marked_but_what_is_shut() -> None:
    outside = {"Outside": parts.resource("AWS::Lambda::Function", Role=parts.ref("Role"), Code={"ZipFile": "x"})}
    network = query(
        parts.isolated(), parts.interface(), parts.open_group(), parts.function(), parts.function("Second"), outside
    ).network
    picture = network.whole_picture(network.callers)
    assert nodes(picture) == [
        "Function (Lambda function) @ S0",
        "Subnet (subnet) @ S0",
        "Sqs (interface endpoint) @ S0",
        "Second (Lambda function) @ S0",
        "sqs (AWS service) @ AWS services and hosts",
    ]
    assert edges(picture) == ["Function → Subnet", "Subnet → Sqs", "Sqs → sqs", "Second → Subnet"]


def test_many_needs_and_subnets_stay_readable() -> None:
    services = ("sqs", "sns", "kms", "ssm", "sts", "ecr", "logs", "events", "athena", "glue")
    code = "import boto3\n" + "".join(
        f"c{n} = boto3.client({name!r})\n" for n, name in enumerate(services)
    ) + "def handler(event, context):\n" + "".join(
        f"    c{n}.{call}()\n"
        for n, call in enumerate(("send_message", "publish", "encrypt", "get_parameter", "get_caller_identity",
            "describe_repositories", "put_log_events", "put_events", "start_query_execution", "get_table"))
    )  # fmt: skip
    network = query(parts.isolated(), parts.function(code=code)).network
    caller = network.callers[0]
    picture = network.picture(caller, network.blocked(caller, Fault.MISSING))
    assert len(picture.nodes) <= 25
    assert [node.name for node in picture.nodes if node.label.startswith("+")] == ["4 more services"]
