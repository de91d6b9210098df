"""Callers that are no plain functions: managed instances, ECS services, pollers of Kafka and MQ."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.endpoint_needs import Purpose
from analyzer.facts.network import Network
from analyzer.facts.network_paths import Fault
from analyzer.judgement import Severity, Verdict
from tests.facts.network_parts import (
    SEND,
    Resources,
    app,
    caller,
    function,
    gateway,
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
)
from tests.facts.network_parts import resource as made

NAT = {**public(), **route("Out", NatGatewayId=ref("Nat"))}
NOTHING = "def handler(event, context):\n    return 1\n"


def missing(found: Network, name: str) -> tuple[Verdict, list[str]]:
    """Whether endpoints are missing for a caller, and which."""
    answer = found.blocked(caller(found, name), Fault.MISSING)
    return answer.verdict, [one.need.label.removeprefix("com.amazonaws.<region>.") for one in answer.blocked]


# --- managed instances ----------------------------------------------------------------------------------------


def managed(subnets: Any, *resources: Resources, **subnet_settings: Any) -> Network:
    provider = made(
        "AWS::Lambda::CapacityProvider", VpcConfig={"SubnetIds": subnets, "SecurityGroupIds": [ref("Group")]}
    )
    arn = {"Fn::GetAtt": ["Provider", "Arn"]}
    settings = {"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": arn}}
    own = function("Function", SEND, CapacityProviderConfig=settings)
    where = subnet("Apart", "10.0.9.0/24", **subnet_settings)
    return network(app(isolated(), where, group(), role(), {"Provider": provider}, own, *resources))


def test_a_managed_instance_is_judged_by_its_providers_subnets() -> None:
    assert missing(managed([ref("Apart")]), "Function") == (Verdict.FAIL, ["sqs", "logs"])
    assert missing(managed([ref("Apart")], NAT), "Function") == (Verdict.PASS, [])


def test_there_a_public_address_does_help() -> None:
    internet = route("Out", GatewayId="igw-1")
    found = managed([ref("Apart")], internet, MapPublicIpOnLaunch=True)
    assert found.blocked(caller(found), Fault.PUBLIC).verdict is Verdict.PASS
    without = managed([ref("Apart")], internet)
    assert without.blocked(caller(without), Fault.PUBLIC).verdict is Verdict.FAIL


def test_a_provider_outside_the_application() -> None:
    settings = {"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": "arn:aws:lambda:x:y:z"}}
    own = function("Function", NOTHING, CapacityProviderConfig=settings)
    found = network(app(isolated(), group(), role(), own))
    answer = found.blocked(caller(found), Fault.MISSING)
    assert answer.verdict is Verdict.UNKNOWN


# --- ECS ------------------------------------------------------------------------------------------------------

ECR = {"Fn::Sub": "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/web:1"}


def ecs(
    container: dict[str, Any], *resources: Resources, launch: Any = "FARGATE", assign: Any = None, **task: Any
) -> Network:
    definition = made("AWS::ECS::TaskDefinition", ContainerDefinitions=[container], NetworkMode="awsvpc", **task)
    config = {"Subnets": [ref("Subnet")], "SecurityGroups": [ref("Group")]}
    if assign is not None:
        config["AssignPublicIp"] = assign
    kind = {} if launch is None else {"LaunchType": launch}
    service = made(
        "AWS::ECS::Service", TaskDefinition=ref("Task"), NetworkConfiguration={"AwsvpcConfiguration": config}, **kind
    )
    return network(
        app(
            isolated(),
            group(),
            {"Task": definition, "Service": service},
            *resources,
            Parameters={"Given": {"Type": "String"}},
        )
    )


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (ECR, ["ecr.api", "ecr.dkr", "s3"]),
        ({"Fn::Join": ["", [{"Fn::GetAtt": ["Repository", "RepositoryUri"]}, ":1"]]}, ["ecr.api", "ecr.dkr", "s3"]),
        ("nginx:1.29", ["docker.io"]),
        ("library/nginx", ["docker.io"]),
        ("public.ecr.aws/nginx/nginx:1.29", ["public.ecr.aws"]),
        ("registry.example.com:5000/web", ["registry.example.com:5000"]),
    ],
)
def test_what_a_fargate_task_pulls(image: Any, expected: list[str]) -> None:
    repository = {"Repository": made("AWS::ECR::Repository")}
    assert missing(ecs({"Name": "web", "Image": image}, repository), "Service") == (Verdict.FAIL, expected)


def test_logs_and_secrets_of_a_fargate_task() -> None:
    container = {
        "Name": "web",
        "Image": ECR,
        "LogConfiguration": {"LogDriver": "awslogs"},
        "Secrets": [
            {"Name": "A", "ValueFrom": ref("Secret")},
            {"Name": "B", "ValueFrom": "/web/token"},
            {"Name": "C", "ValueFrom": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:x"},
        ],
    }
    secret = {"Secret": made("AWS::SecretsManager::Secret")}
    expected = ["ecr.api", "ecr.dkr", "s3", "logs", "secretsmanager", "ssm"]
    assert missing(ecs(container, secret), "Service") == (Verdict.FAIL, expected)
    answer = ecs(container, secret)
    assert answer.blocked(caller(answer, "Service"), Fault.MISSING).severity is Severity.HIGH


def test_on_instances_the_instance_pulls() -> None:
    assert missing(ecs({"Name": "web", "Image": ECR}, launch="EC2"), "Service") == (Verdict.PASS, [])


@pytest.mark.parametrize("how", ["strategy", "compatibility"])
def test_other_ways_to_say_fargate(how: str) -> None:
    found = ecs({"Name": "web", "Image": "nginx"}, launch=None, RequiresCompatibilities=["FARGATE"])
    if how == "strategy":
        definition = made("AWS::ECS::TaskDefinition", ContainerDefinitions=[{"Name": "web", "Image": "nginx"}])
        config = {"AwsvpcConfiguration": {"Subnets": [ref("Subnet")], "SecurityGroups": [ref("Group")]}}
        strategy = [{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}]
        service = made(
            "AWS::ECS::Service",
            TaskDefinition=ref("Task"),
            NetworkConfiguration=config,
            CapacityProviderStrategy=strategy,
        )
        found = network(app(isolated(), group(), {"Task": definition, "Service": service}))
    assert missing(found, "Service") == (Verdict.FAIL, ["docker.io"])


def test_a_public_address_on_request() -> None:
    internet = route("Out", GatewayId="igw-1")
    image = {"Name": "web", "Image": "nginx"}
    answers = {}
    for assign in (None, "DISABLED", "ENABLED", ref("Given")):
        found = ecs(image, internet, assign=assign)
        answers[str(assign)] = found.blocked(caller(found, "Service"), Fault.PUBLIC).verdict
    assert list(answers.values()) == [Verdict.FAIL, Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN]


def test_what_the_task_role_may_call() -> None:
    task_role = role({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}, name="TaskRole")
    found = ecs({"Name": "web", "Image": ECR}, task_role, launch="EC2", TaskRoleArn={"Fn::GetAtt": ["TaskRole", "Arn"]})
    assert missing(found, "Service") == (Verdict.FAIL, ["sqs"])
    assert found.blocked(caller(found, "Service"), Fault.MISSING).severity is Severity.MEDIUM


def test_the_policy_of_the_s3_endpoint_must_let_layers_through() -> None:
    endpoints = {
        **open_group(),
        **interface("Api", "ecr.api"),
        **interface("Dkr", "ecr.dkr"),
        **gateway(
            PolicyDocument={
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": "*",
                        "Action": "s3:GetObject",
                        "Resource": "arn:aws:s3:::reports/*",
                    }
                ]
            }
        ),
    }
    found = ecs({"Name": "web", "Image": ECR}, endpoints)
    assert found.blocked(caller(found, "Service"), Fault.POLICY).verdict is Verdict.FAIL
    layers = "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"
    endpoints["S3"]["Properties"]["PolicyDocument"]["Statement"][0]["Resource"] = layers
    found = ecs({"Name": "web", "Image": ECR}, endpoints)
    assert found.blocked(caller(found, "Service"), Fault.POLICY).verdict is Verdict.PASS


def test_a_task_definition_outside_the_application() -> None:
    config = {"AwsvpcConfiguration": {"Subnets": [ref("Subnet")], "SecurityGroups": [ref("Group")]}}
    service = made(
        "AWS::ECS::Service", TaskDefinition="arn:aws:ecs:x", LaunchType="FARGATE", NetworkConfiguration=config
    )
    found = network(app(isolated(), group(), {"Service": service}))
    assert missing(found, "Service")[0] is Verdict.UNKNOWN


@pytest.mark.parametrize("image", ["ECR_REPO_URI:IMAGE_TAG", "<your image>", "", "nginx latest"])
def test_a_placeholder_is_no_image(image: str) -> None:
    assert missing(ecs({"Name": "web", "Image": image}), "Service")[0] is Verdict.UNKNOWN


def test_an_image_that_nobody_knows_yet() -> None:
    assert missing(ecs({"Name": "web", "Image": ref("Given")}), "Service")[0] is Verdict.UNKNOWN


# --- pollers --------------------------------------------------------------------------------------------------


def polled(broker: Resources, *resources: Resources, **mapping: Any) -> Network:
    arn = {"Fn::GetAtt": ["Broker", "Arn"]}
    source = made("AWS::Lambda::EventSourceMapping", FunctionName=ref("Function"), **{"EventSourceArn": arn, **mapping})
    own = function("Function", NOTHING, VpcConfig={"Ref": "AWS::NoValue"})
    return network(app(isolated(), group(), role(), own, broker, {"Source": source}, *resources))


def kafka(kind: str = "AWS::MSK::Cluster") -> Resources:
    where = {"ClientSubnets": [ref("Subnet")], "SecurityGroups": [ref("Group")]}
    if kind == "AWS::MSK::Cluster":
        return {"Broker": made(kind, BrokerNodeGroupInfo=where)}
    return {"Broker": made(kind, VpcConfigs=[{"SubnetIds": [ref("Subnet")], "SecurityGroups": [ref("Group")]}])}


def queue(**settings: Any) -> Resources:
    return {
        "Broker": made("AWS::AmazonMQ::Broker", SubnetIds=[ref("Subnet")], SecurityGroups=[ref("Group")], **settings)
    }


def cut_off(found: Network) -> tuple[Verdict, list[str]]:
    answer = found.cut_off(caller(found, "Source"), Purpose.POLL)
    return answer.verdict, [one.need.label.removeprefix("com.amazonaws.<region>.") for one in answer.blocked]


@pytest.mark.parametrize("broker", [kafka(), kafka("AWS::MSK::ServerlessCluster"), queue()])
def test_pollers_stand_in_the_clusters_subnets(broker: Resources) -> None:
    assert cut_off(polled(broker)) == (Verdict.FAIL, ["lambda", "sts"])
    assert cut_off(polled(broker, NAT)) == (Verdict.PASS, [])
    endpoints = {**open_group(), **interface("Lambda", "lambda"), **interface("Sts", "sts")}
    assert cut_off(polled(broker, endpoints)) == (Verdict.PASS, [])


def test_provisioned_pollers_need_nothing() -> None:
    assert cut_off(polled(kafka(), ProvisionedPollerConfig={"MinimumPollers": 1})) == (Verdict.PASS, [])


def test_a_secret_must_be_reached_too() -> None:
    access = [{"Type": "SASL_SCRAM_512_AUTH", "URI": "arn:aws:secretsmanager:x"}]
    assert cut_off(polled(kafka(), SourceAccessConfigurations=access)) == (
        Verdict.FAIL,
        ["lambda", "sts", "secretsmanager"],
    )


def test_a_public_broker_is_polled_over_public_addresses() -> None:
    assert cut_off(polled(queue(PubliclyAccessible=True))) == (Verdict.PASS, [])
    assert cut_off(polled(queue(PubliclyAccessible=False)))[0] is Verdict.FAIL


def test_other_sources_are_polled_from_lambdas_own_network() -> None:
    found = polled({"Broker": made("AWS::SQS::Queue")})
    assert [one.name for one in found.pollers] == []


def test_a_self_managed_cluster() -> None:
    inside = [
        {"Type": "VPC_SUBNET", "URI": {"Fn::Sub": "subnet:${Subnet}"}},
        {"Type": "VPC_SECURITY_GROUP", "URI": {"Fn::Sub": "security_group:${Group}"}},
    ]
    own = {"SelfManagedEventSource": {"Endpoints": {}}, "EventSourceArn": {"Ref": "AWS::NoValue"}}
    assert cut_off(polled({}, SourceAccessConfigurations=inside, **own)) == (Verdict.FAIL, ["lambda", "sts"])
    assert cut_off(polled({}, NAT, SourceAccessConfigurations=inside, **own)) == (Verdict.PASS, [])
    assert cut_off(polled({}, **own)) == (Verdict.PASS, [])
    literal = [{"Type": "VPC_SUBNET", "URI": "subnet:subnet-1"}]
    assert cut_off(polled({}, SourceAccessConfigurations=literal, **own))[0] is Verdict.UNKNOWN
