"""Pieces of network templates, as small as they can be, and questions about them."""

from __future__ import annotations

import datetime
from typing import Any

from analyzer.facts.network import Network
from analyzer.facts.network_callers import Caller
from analyzer.model.application import Application
from analyzer.query import Query
from tests.stacks import application

Resources = dict[str, Any]
SEND = """
import boto3
queue = boto3.client("sqs")
def handler(event, context):
    queue.send_message(QueueUrl="jobs", MessageBody="x")
"""
READ = """
import boto3
s3 = boto3.client("s3")
def handler(event, context):
    s3.get_object(Bucket="reports", Key=event["key"])
"""


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def resource(kind: str, condition: str | None = None, **properties: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"Type": kind, "Properties": properties}
    return made if condition is None else {**made, "Condition": condition}


def vpc(name: str = "Vpc", **properties: Any) -> Resources:
    settings = {"CidrBlock": "10.0.0.0/16", "EnableDnsHostnames": True, **properties}
    return {name: resource("AWS::EC2::VPC", **settings)}


def table(name: str = "Table") -> Resources:
    return {name: resource("AWS::EC2::RouteTable", VpcId=ref("Vpc"))}


def subnet(name: str, block: Any = "10.0.0.0/24", table: str | None = "Table", **properties: Any) -> Resources:
    made = {name: resource("AWS::EC2::Subnet", VpcId=ref("Vpc"), CidrBlock=block, **properties)}
    if table is not None:
        association = "AWS::EC2::SubnetRouteTableAssociation"
        made[f"{name}Association"] = resource(association, SubnetId=ref(name), RouteTableId=ref(table))
    return made


def route(
    name: str, table: str = "Table", to: str = "0.0.0.0/0", condition: str | None = None, **target: Any
) -> Resources:
    key = "DestinationIpv6CidrBlock" if ":" in to else "DestinationCidrBlock"
    return {name: resource("AWS::EC2::Route", condition, RouteTableId=ref(table), **{key: to}, **target)}


def isolated(*names: str) -> Resources:
    """A VPC with subnets on one table without a default route."""
    made = {**vpc(), **table()}
    for number, name in enumerate(names or ("Subnet",)):
        made |= subnet(name, f"10.0.{number}.0/24")
    return made


def public() -> Resources:
    """A public subnet before an internet gateway, and a NAT gateway in it."""
    return {
        "Internet": resource("AWS::EC2::InternetGateway"),
        **table("PublicTable"),
        **route("PublicRoute", "PublicTable", GatewayId=ref("Internet")),
        **subnet("Public", "10.0.100.0/24", "PublicTable"),
        "Nat": resource("AWS::EC2::NatGateway", SubnetId=ref("Public"), AllocationId="eipalloc-1"),
    }


def group(name: str = "Group", **properties: Any) -> Resources:
    return {name: resource("AWS::EC2::SecurityGroup", GroupDescription=name, VpcId=ref("Vpc"), **properties)}


def https(**partner: Any) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **partner}


def service_name(suffix: str) -> dict[str, str]:
    return {"Fn::Sub": "com.amazonaws.${AWS::Region}." + suffix}


def gateway(name: str = "S3", suffix: str = "s3", condition: str | None = None, **properties: Any) -> Resources:
    settings = {"VpcId": ref("Vpc"), "ServiceName": service_name(suffix), "RouteTableIds": [ref("Table")], **properties}
    return {name: resource("AWS::EC2::VPCEndpoint", condition, **settings)}


def interface(name: str = "Sqs", suffix: str = "sqs", condition: str | None = None, **properties: Any) -> Resources:
    settings = {
        "VpcEndpointType": "Interface",
        "VpcId": ref("Vpc"),
        "ServiceName": service_name(suffix),
        "SubnetIds": [ref("Subnet")],
        "SecurityGroupIds": [ref("EndpointGroup")],
        "PrivateDnsEnabled": True,
        **properties,
    }
    return {name: resource("AWS::EC2::VPCEndpoint", condition, **settings)}


def open_group(name: str = "EndpointGroup") -> Resources:
    return group(name, SecurityGroupIngress=[https(CidrIp={"Fn::GetAtt": ["Vpc", "CidrBlock"]})])


def role(*statements: dict[str, Any], name: str = "Role", **properties: Any) -> Resources:
    policies = [{"PolicyName": "own", "PolicyDocument": {"Statement": list(statements)}}] if statements else []
    return {name: resource("AWS::IAM::Role", AssumeRolePolicyDocument={}, Policies=policies, **properties)}


def function(
    name: str = "Function", code: str = SEND, subnets: Any = None, groups: Any = None, **properties: Any
) -> Resources:
    config = {"SubnetIds": subnets or [ref("Subnet")], "SecurityGroupIds": groups or [ref("Group")]}
    settings = {
        "Runtime": "python3.12",
        "Handler": "index.handler",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Code": {"ZipFile": code},
        "VpcConfig": config,
        **properties,
    }
    return {name: resource("AWS::Lambda::Function", **settings)}


def app(*resources: Resources, **sections: Any) -> Application:
    merged: Resources = {}
    for one in resources:
        merged |= one
    return application({**sections, "Resources": merged})


def network(found: Application) -> Network:
    return Query(found, as_of=datetime.date(2026, 11, 24)).network


def caller(found: Network, name: str = "Function") -> Caller:
    (one,) = [one for one in (*found.callers, *found.pollers) if one.name == name]
    return one
