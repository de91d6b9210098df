"""Short ways to write SAM templates and to read what became of them."""

from __future__ import annotations

from typing import Any

from analyzer.model.sam import TRANSFORM, Expansion, expand

EXECUTE_API = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:"


def sam(resources: dict[str, Any], **sections: Any) -> dict[str, Any]:
    """A SAM template of ``resources``."""
    return {"Transform": TRANSFORM, "Resources": resources, **sections}


def expanded(resources: dict[str, Any], **sections: Any) -> Expansion:
    """The expansion of a SAM template of ``resources``."""
    return expand(sam(resources, **sections))


def serverless(kind: str, **properties: Any) -> dict[str, Any]:
    """A SAM resource."""
    return {"Type": f"AWS::Serverless::{kind}", "Properties": properties}


def function(**properties: Any) -> dict[str, Any]:
    """A SAM function whose code lies in S3, with a role of its own unless ``Role`` is None."""
    base = {"Handler": "app.handler", "Runtime": "python3.12", "CodeUri": "s3://bucket/key", "Role": "arn:role"}
    return serverless(
        "Function", **{name: value for name, value in {**base, **properties}.items() if value is not None}
    )


def with_event(kind: str, properties: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
    """A SAM function with the one event ``On``."""
    return function(Events={"On": {"Type": kind, "Properties": properties or {}}}, **others)


def properties(expansion: Expansion, logical_id: str) -> Any:
    """Properties of a resource of the expanded document."""
    return expansion.document["Resources"][logical_id]["Properties"]


def of_type(expansion: Expansion, type_: str) -> dict[str, Any]:
    """Properties of all resources of a type by logical id."""
    resources = expansion.document["Resources"]
    return {name: raw["Properties"] for name, raw in resources.items() if raw.get("Type") == type_}


def types(expansion: Expansion) -> dict[str, str]:
    """Type of every resource by logical id."""
    return {name: raw["Type"] for name, raw in expansion.document["Resources"].items()}


def managed(path: str) -> dict[str, Any]:
    """ARN of an AWS managed policy as the expansion writes it."""
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::aws:policy/{path}"}


def trusting(service: str) -> dict[str, Any]:
    """Assume-role policy for a service."""
    statement = {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": {"Service": [service]}}
    return {"Version": "2012-10-17", "Statement": [statement]}


def allowing(action: Any, resource: Any) -> dict[str, Any]:
    """An ``Allow`` statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def inline(name: str, *statements: dict[str, Any]) -> dict[str, Any]:
    """An inline policy."""
    return {"PolicyName": name, "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}


def invocation(name: str) -> dict[str, Any]:
    """Address by which API Gateway invokes the function or alias that ``${name}`` stands for."""
    path = f"lambda:path/2015-03-31/functions/${{{name}}}/invocations"
    return {"Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:" + path}


def permission(name: Any, principal: str, **source: Any) -> dict[str, Any]:
    """Properties of a permission to invoke."""
    return {"Action": "lambda:InvokeFunction", "FunctionName": name, "Principal": principal, **source}


def execute_arn(api: Any, tail: str) -> dict[str, Any]:
    """Source ARN of calls from an API."""
    text = EXECUTE_API + "${__ApiId__}/${__Stage__}/" + tail
    return {"Fn::Sub": [text, {"__ApiId__": api, "__Stage__": "*"}]}
