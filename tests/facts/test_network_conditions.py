"""What a caller reaches under which conditions."""

from __future__ import annotations

import time
from typing import Any

from analyzer.facts.network import Network, Reach
from analyzer.facts.network_paths import Fault
from analyzer.judgement import Confidence, Verdict
from tests.facts.network_parts import (
    SEND,
    Resources,
    app,
    caller,
    function,
    group,
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
)

NAT = {**public(), **route("Out", NatGatewayId=ref("Nat"))}
STAGE = {
    "Parameters": {"Stage": {"Type": "String", "Default": "prod"}},
    "Conditions": {"IsProduction": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
}


def built(*resources: Resources, code: str = SEND, settings: Any = None, **sections: Any) -> Network:
    own = function("Function", code, **(settings or {}))
    return network(app(isolated(), group(), role(), own, *resources, **sections))


def reach(found: Network) -> Reach:
    return found.blocked(caller(found), Fault.MISSING)


def test_nat_under_a_condition() -> None:
    found = built(public(), route("Out", condition="IsProduction", NatGatewayId=ref("Nat")), **STAGE)
    answer = reach(found)
    assert (answer.verdict, answer.confidence) == (Verdict.FAIL, Confidence.LIKELY)
    assert answer.where == " where condition IsProduction is false"


def test_endpoint_and_nat_take_turns() -> None:
    conditions = {**STAGE["Conditions"], "Else": {"Fn::Not": [{"Condition": "IsProduction"}]}}
    found = built(
        public(),
        route("Out", condition="IsProduction", NatGatewayId=ref("Nat")),
        open_group(),
        interface(condition="Else"),
        Parameters=STAGE["Parameters"],
        Conditions=conditions,
    )
    assert reach(found).verdict is Verdict.PASS


def test_a_function_that_exists_only_where_nat_does() -> None:
    found = network(
        app(
            isolated(),
            public(),
            route("Out", condition="IsProduction", NatGatewayId=ref("Nat")),
            group(),
            role(),
            {"Function": {**function()["Function"], "Condition": "IsProduction"}},
            **STAGE,
        )
    )
    assert reach(found).verdict is Verdict.PASS


def test_subnets_chosen_by_a_condition() -> None:
    chosen = {"Fn::If": ["IsProduction", [ref("Subnet")], [ref("Outer")]]}
    config = {"SubnetIds": chosen, "SecurityGroupIds": [ref("Group")]}
    outer = {**table("OuterTable"), **subnet("Outer", "10.0.7.0/24", "OuterTable")}
    found = built(NAT, outer, settings={"VpcConfig": config}, **STAGE)
    answer = reach(found)
    assert (answer.verdict, answer.subnets, answer.where) == (
        Verdict.FAIL,
        ("Outer",),
        " where condition IsProduction is false",
    )


def test_no_vpc_at_all_in_one_branch() -> None:
    config = {"SubnetIds": [ref("Subnet")], "SecurityGroupIds": [ref("Group")]}
    settings = {"VpcConfig": {"Fn::If": ["IsProduction", {"Ref": "AWS::NoValue"}, config]}}
    assert reach(built(settings=settings, **STAGE)).where == " where condition IsProduction is false"


def test_each_need_has_conditions_of_its_own() -> None:
    """Ten optional endpoints for ten services are no product of ten conditions."""
    services = ("sqs", "sns", "ssm", "sts", "kms", "logs", "events", "lambda", "textract", "athena")
    calls = "\n".join(f"    boto3.client('{name}').no_such_operation()" for name in services)
    code = f"import boto3\ndef handler(event, context):\n{calls}\n"
    parameters = {name: {"Type": "String", "Default": "no" if name == "sns" else "yes"} for name in services}
    conditions = {name: {"Fn::Equals": [ref(name), "yes"]} for name in services}
    endpoints: Resources = {}
    for name in services:
        endpoints |= interface(f"E{name}", name, condition=name)
    answer = reach(built(open_group(), endpoints, code=code, Parameters=parameters, Conditions=conditions))
    assert answer.verdict is Verdict.FAIL
    assert {one.need.label.rpartition(".")[2]: one.answer.where for one in answer.blocked} == {
        name: f" where condition {name} is false" for name in services
    }
    assert answer.confidence is Confidence.CERTAIN  # sns is off by default
    assert answer.where.startswith(" (com.amazonaws.<region>.sqs where condition sqs is false, ")


def test_too_many_conditions_are_unknown_and_quick() -> None:
    names = [f"C{number}" for number in range(40)]
    conditions = {name: {"Fn::Equals": [{"Ref": name}, "yes"]} for name in names}
    parameters = {name: {"Type": "String"} for name in names}
    endpoints = {
        name: interface(name, condition=f"C{index}")[name] for index, name in enumerate(f"E{i}" for i in range(40))
    }
    started = time.process_time()
    found = built(open_group(), endpoints, Parameters=parameters, Conditions=conditions)
    answer = reach(found)
    assert answer.verdict is Verdict.UNKNOWN
    assert answer.needs == "the conditions on which the network of Function depends"
    assert time.process_time() - started < 5
