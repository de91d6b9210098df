"""Which path a request takes, what stands in its way, and under which conditions."""

from __future__ import annotations

import time
from typing import Any

import pytest

from analyzer.facts.endpoint_needs import Purpose
from analyzer.facts.network import Network, Reach
from analyzer.facts.network_paths import Fault
from analyzer.judgement import Confidence, Severity, Verdict
from tests.facts.network_parts import (
    READ,
    SEND,
    Resources,
    app,
    caller,
    function,
    gateway,
    group,
    https,
    interface,
    isolated,
    network,
    open_group,
    public,
    ref,
    role,
    route,
    subnet,
    table,
    vpc,
)
from tests.facts.network_parts import resource as made

NAT = {**public(), **route("Out", NatGatewayId=ref("Nat"))}
GIVEN = {"Given": {"Type": "String"}}
REFUSE = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:PurgeQueue", "Resource": "*"}]}
BOTH = """
import boto3
def handler(event, context):
    boto3.client("sqs").purge_queue()
    boto3.client("s3").list_buckets()
"""


def built(*resources: Resources, code: str = SEND, settings: Any = None, **sections: Any) -> Network:
    own = function("Function", code, **(settings or {}))
    return network(app(isolated(), group(), role(), own, *resources, **sections))


def faults(found: Network, name: str = "Function") -> dict[Fault, Verdict]:
    """What stands in the way, and what perhaps does."""
    answers = {fault: found.blocked(caller(found, name), fault).verdict for fault in Fault}
    return {fault: verdict for fault, verdict in answers.items() if verdict is not Verdict.PASS}


def only(fault: Fault, verdict: Verdict = Verdict.FAIL) -> dict[Fault, Verdict]:
    return {fault: verdict}


def reach(found: Network, fault: Fault = Fault.MISSING) -> Reach:
    return found.blocked(caller(found), fault)


# --- one path -------------------------------------------------------------------------------------------------


def test_neither_endpoint_nor_way_out() -> None:
    found = built()
    assert faults(found) == only(Fault.MISSING)
    answer = reach(found)
    assert [one.need.label for one in answer.blocked] == ["com.amazonaws.<region>.sqs"]
    assert (answer.subnets, answer.severity, answer.confidence) == (("Subnet",), Severity.HIGH, Confidence.CERTAIN)
    assert [(proof.kind, proof.text) for proof in answer.evidence] == [
        ("code", "calls sqs SendMessage"),
        ("route", "Subnet has no default route"),
    ]


def test_an_endpoint_that_is_right() -> None:
    assert faults(built(open_group(), interface())) == {}


def test_a_way_out() -> None:
    assert faults(built(NAT)) == {}


def test_a_gateway_endpoint_on_another_table() -> None:
    other = {**table("Other"), **gateway(RouteTableIds=[ref("Other")])}
    found = built(other, code=READ)
    assert faults(found) == only(Fault.TABLE)
    assert reach(found, Fault.TABLE).related[0].id == "S3"


def test_several_faults_of_one_endpoint_are_each_said() -> None:
    found = built(group("EndpointGroup"), interface(PrivateDnsEnabled=False, PolicyDocument=REFUSE))
    assert set(faults(found)) == {Fault.DNS, Fault.GROUPS, Fault.POLICY}


def test_private_dns_goes_before_nat() -> None:
    """The service's name leads to the endpoint, whose group is closed, though NAT is there."""
    assert faults(built(NAT, group("EndpointGroup"), interface())) == only(Fault.GROUPS)


def test_a_gateway_endpoint_goes_before_nat() -> None:
    refuse = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "*"}]}
    assert faults(built(NAT, gateway(PolicyDocument=refuse), code=READ)) == only(Fault.POLICY)


def test_nat_serves_where_the_endpoint_has_no_private_dns() -> None:
    assert faults(built(NAT, group("EndpointGroup"), interface(PrivateDnsEnabled=False))) == {}


def test_dns_of_the_vpc() -> None:
    assert faults(built(vpc(EnableDnsHostnames=False), open_group(), interface())) == only(Fault.DNS)
    assert faults(built(vpc(EnableDnsSupport=False), open_group(), interface())) == only(Fault.DNS)
    given = built(vpc(EnableDnsHostnames=ref("Given")), open_group(), interface(), Parameters=GIVEN)
    assert faults(given) == only(Fault.DNS, Verdict.UNKNOWN)


def test_an_endpoint_of_another_vpc_does_not_count() -> None:
    other = {**vpc("Other"), **open_group(), **interface(VpcId=ref("Other"))}
    assert faults(built(other)) == only(Fault.MISSING)


def test_an_endpoint_whose_vpc_is_not_known_may_count() -> None:
    assert faults(built(open_group(), interface(VpcId=ref("Given")), Parameters=GIVEN)) == only(
        Fault.MISSING, Verdict.UNKNOWN
    )


def test_the_callers_own_group_must_let_it_out() -> None:
    shut = group("Group", SecurityGroupEgress=[https(CidrIp="10.0.0.0/16")])
    assert faults(built(shut, NAT)) == only(Fault.GROUPS)
    assert faults(built(shut, open_group(), interface())) == {}
    assert faults(built(shut, gateway(), code=READ)) == only(Fault.GROUPS)


def test_a_network_acl() -> None:
    acl = {
        "Acl": made("AWS::EC2::NetworkAcl", VpcId=ref("Vpc")),
        "Of": made("AWS::EC2::SubnetNetworkAclAssociation", SubnetId=ref("Subnet"), NetworkAclId=ref("Acl")),
    }
    assert faults(built(acl, NAT)) == only(Fault.GROUPS)


# --- public subnets and IPv6 ----------------------------------------------------------------------------------

PUBLIC = route("Out", GatewayId="igw-1")


def test_a_public_subnet_is_no_way_out() -> None:
    assert faults(built(PUBLIC)) == only(Fault.PUBLIC)
    assert faults(built(PUBLIC, open_group(), interface())) == {}


def six(allowed: Any = True, both: bool = True, dual: bool = True) -> dict[Fault, Verdict]:
    own = subnet("Subnet", **({"Ipv6CidrBlock": "2001:db8::/64"} if both else {}))
    config = {"SubnetIds": [ref("Subnet")], "SecurityGroupIds": [ref("Group")], "Ipv6AllowedForDualStack": allowed}
    settings: dict[str, Any] = {"VpcConfig": config}
    if dual:
        settings["Environment"] = {"Variables": {"AWS_USE_DUALSTACK_ENDPOINT": "true"}}
    out = route("Six", to="::/0", EgressOnlyInternetGatewayId="eigw-1")
    return faults(built(own, out, settings=settings, Parameters=GIVEN))


def test_out_over_ipv6() -> None:
    assert six() == {}
    assert six(allowed=False) == only(Fault.MISSING)
    assert six(both=False) == only(Fault.MISSING)
    assert six(dual=False) == only(Fault.MISSING, Verdict.UNKNOWN)
    assert six(allowed=ref("Given")) == only(Fault.MISSING, Verdict.UNKNOWN)


def test_out_over_ipv6_through_an_internet_gateway() -> None:
    own = subnet("Subnet", Ipv6CidrBlock="2001:db8::/64")
    config = {"SubnetIds": [ref("Subnet")], "SecurityGroupIds": [ref("Group")], "Ipv6AllowedForDualStack": True}
    variables = {"Variables": {"AWS_USE_DUALSTACK_ENDPOINT": "true"}}
    out = route("Six", to="::/0", GatewayId="igw-1")
    assert faults(built(own, out, settings={"VpcConfig": config, "Environment": variables})) == {}


# --- what cannot be known -------------------------------------------------------------------------------------


@pytest.mark.parametrize("subnets", [ref("Given"), [ref("Given")], ["subnet-1"]])
def test_subnets_outside_the_application(subnets: Any) -> None:
    config = {"SubnetIds": subnets, "SecurityGroupIds": ["sg-1"]}
    found = built(settings={"VpcConfig": config}, Parameters={"Given": {"Type": "List<AWS::EC2::Subnet::Id>"}})
    assert faults(found) == {Fault.MISSING: Verdict.UNKNOWN, Fault.PUBLIC: Verdict.UNKNOWN}


def test_the_group_tells_the_vpc_where_subnets_do_not() -> None:
    """The endpoint is in the VPC of the function's group, so it serves the function wherever its subnets route."""
    config = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": [ref("Group")]}
    group_rule = group("EndpointGroup", SecurityGroupIngress=[https(SourceSecurityGroupId=ref("Group"))])
    assert faults(built(group_rule, interface(), settings={"VpcConfig": config})) == {}


def test_a_parameter_for_the_vpc_is_one_vpc() -> None:
    """Function and endpoint are in the same VPC, whichever it is."""
    given = ref("Given")
    parts = {
        "Subnet": made("AWS::EC2::Subnet", VpcId=given, CidrBlock="10.0.0.0/24"),
        "Group": made("AWS::EC2::SecurityGroup", GroupDescription="g", VpcId=given),
        **group("EndpointGroup", SecurityGroupIngress=[https(CidrIp="10.0.0.0/16")]),
        **interface(VpcId=given),
    }
    found = network(app(parts, role(), function(), Parameters=GIVEN))
    assert faults(found) == {}


def test_code_that_cannot_be_read_and_a_role_outside() -> None:
    settings = {"Code": {"S3Bucket": "b", "S3Key": "k"}, "Role": "arn:aws:iam::111122223333:role/other"}
    assert faults(built(settings=settings)) == only(Fault.MISSING, Verdict.UNKNOWN)
    assert faults(built(NAT, settings=settings)) == {}  # a way out serves whatever it calls


# --- several subnets ------------------------------------------------------------------------------------------


def two(*resources: Resources, second: str | None = "Table") -> Network:
    config = {"SubnetIds": [ref("Subnet"), ref("Second")], "SecurityGroupIds": [ref("Group")]}
    own = {**subnet("Second", "10.0.1.0/24", second), **table("Other")}
    return built(own, *resources, settings={"VpcConfig": config})


def test_subnets_that_differ() -> None:
    found = two(NAT, second=None)
    answer = found.uneven(caller(found))
    assert (answer.verdict, answer.subnets, faults(found)) == (Verdict.FAIL, ("Second",), {})


def test_subnets_that_are_alike() -> None:
    for resources in ((), (NAT,)):
        found = two(*resources)
        assert found.uneven(caller(found)).verdict is Verdict.PASS


def test_each_subnet_for_a_reason_of_its_own() -> None:
    found = two(route("Out", "Other", GatewayId="igw-1"), second="Other")
    assert faults(found) == {Fault.MISSING: Verdict.FAIL, Fault.PUBLIC: Verdict.FAIL}


def test_an_endpoint_that_lets_one_subnet_in() -> None:
    half = group("EndpointGroup", SecurityGroupIngress=[https(CidrIp="10.0.0.0/24")])
    found = two(half, interface())
    answer = found.uneven(caller(found))
    assert (answer.verdict, answer.subnets, faults(found)) == (Verdict.FAIL, ("Second",), {})


# --- other questions ------------------------------------------------------------------------------------------


def test_reach_of_one_service() -> None:
    found = built(gateway(), code=BOTH)
    own = caller(found)
    assert {suffix: found.reach(own, suffix).verdict for suffix in ("s3", "sqs", "sns")} == {
        "s3": Verdict.PASS,
        "sqs": Verdict.FAIL,
        "sns": Verdict.PASS,
    }


def test_an_answer_to_cloudformation_is_a_question_of_its_own() -> None:
    nothing = "def handler(event, context):\n    return 1\n"
    seed = {"Seed": made("Custom::Seed", ServiceToken={"Fn::GetAtt": ["Function", "Arn"]})}
    found = built(seed, code=nothing)
    own = caller(found)
    assert faults(found) == {}
    assert found.cut_off(own, Purpose.ANSWER).verdict is Verdict.FAIL
    reached = built(seed, gateway(), code=nothing)
    assert reached.cut_off(caller(reached), Purpose.ANSWER).verdict is Verdict.PASS


def test_a_function_outside_any_vpc() -> None:
    found = built(settings={"VpcConfig": {"Ref": "AWS::NoValue"}})
    assert faults(found) == {}
    assert caller(found).needs == ()


@pytest.mark.parametrize(
    "broken",
    [
        {"VpcConfig": "vpc"},
        {"VpcConfig": []},
        {"VpcConfig": {"SubnetIds": {"a": 1}}},
        {"VpcConfig": {"SubnetIds": [None, 7, {"Fn::GetAtt": "x"}]}},
        {"VpcConfig": {"SubnetIds": [ref("Function")], "SecurityGroupIds": ref("Nobody")}},
    ],
)
def test_malformed_settings_do_not_raise(broken: dict[str, Any]) -> None:
    assert Verdict.FAIL not in faults(built(settings=broken)).values()


def test_resources_that_name_themselves() -> None:
    loops = {
        "Loop": made("AWS::EC2::RouteTable", VpcId=ref("Loop")),
        "Ring": made("AWS::EC2::SecurityGroup", VpcId=ref("Ring"), GroupDescription=ref("Ring")),
        "E": made("AWS::EC2::VPCEndpoint", VpcId=ref("E"), ServiceName=ref("E"), RouteTableIds=[ref("E")]),
    }
    assert faults(built(loops)) == only(Fault.MISSING)


def test_a_hundred_functions_in_many_subnets_take_no_time() -> None:
    names = [f"S{number}" for number in range(20)]
    config = {"SubnetIds": [ref(name) for name in names], "SecurityGroupIds": [ref("Group")]}
    functions: Resources = {}
    for number in range(100):
        functions |= function(f"F{number}", VpcConfig=config)
    started = time.process_time()
    found = network(app(isolated(*names), group(), role(), open_group(), interface(), gateway(), functions))
    verdicts = {found.blocked(one, fault).verdict for one in found.callers for fault in Fault}
    assert verdicts == {Verdict.PASS}
    assert time.process_time() - started < 10
