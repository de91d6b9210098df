"""Authorizers and what is around them, for tests."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import Any

from analyzer.facts.authorizers import Authorizer, Authorizers
from analyzer.facts.functions import Function, Functions
from tests.stacks import application

NONE = {"Ref": "AWS::NoValue"}
PREFIX = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
URI = {"Fn::Sub": PREFIX + "${Fn.Arn}/invocations"}
FUNCTION = {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "nodejs22.x", "Handler": "index.handler"}}
CONDITIONS = {
    "Live": {"Fn::Equals": [{"Ref": "Stage"}, "live"]},
    "NotLive": {"Fn::Not": [{"Condition": "Live"}]},
}
PARAMETERS = {
    "Stage": {"Type": "String", "Default": "live"},
    "Seconds": {"Type": "Number"},
    "Default": {"Type": "Number", "Default": 60},
    "Header": {"Type": "String"},
    "Names": {"Type": "CommaDelimitedList", "Default": "$request.header.A, $request.header.B"},
}


def of(type_: str, **properties: Any) -> dict[str, Any]:
    return {"Type": type_, "Properties": properties}


def everything(resources: dict[str, Any]) -> Authorizers:
    app = application({"Parameters": PARAMETERS, "Conditions": CONDITIONS, "Resources": {"Fn": FUNCTION, **resources}})
    return Authorizers(app, Functions(app))


def rest(**properties: Any) -> Authorizer:
    defaults = {"RestApiId": {"Ref": "Api"}, "AuthorizerUri": URI}
    resources = {
        "Api": of("AWS::ApiGateway::RestApi"),
        "A": of("AWS::ApiGateway::Authorizer", **defaults, **properties),
    }
    (found,) = everything(resources)
    return found


def http(protocol: str = "HTTP", **properties: Any) -> Authorizer:
    defaults = {"ApiId": {"Ref": "Api"}, "AuthorizerUri": URI, "AuthorizerType": "REQUEST"}
    resources = {
        "Api": of("AWS::ApiGatewayV2::Api", ProtocolType=protocol),
        "A": of("AWS::ApiGatewayV2::Authorizer", **{**defaults, **properties}),
    }
    (found,) = everything(resources)
    return found


def method(verb: str, resource: object, **properties: Any) -> dict[str, Any]:
    return of("AWS::ApiGateway::Method", RestApiId={"Ref": "Api"}, ResourceId=resource, HttpMethod=verb, **properties)


ROOT = {"Fn::GetAtt": ["Api", "RootResourceId"]}
GUARD = {"AuthorizationType": "CUSTOM", "AuthorizerId": {"Ref": "A"}}
BASE: dict[str, Any] = {
    "Api": of("AWS::ApiGateway::RestApi"),
    "A": of("AWS::ApiGateway::Authorizer", RestApiId={"Ref": "Api"}, Type="TOKEN", AuthorizerUri=URI),
    "Orders": of("AWS::ApiGateway::Resource", RestApiId={"Ref": "Api"}, ParentId=ROOT, PathPart="orders"),
    "Order": of("AWS::ApiGateway::Resource", RestApiId={"Ref": "Api"}, ParentId={"Ref": "Orders"}, PathPart="{id}"),
}


def function_of(code: str, runtime: str = "nodejs22.x", **variables: object) -> Function:
    """A function with this code in the template."""
    properties = {"Runtime": runtime, "Handler": "index.handler", "Code": {"ZipFile": code}}
    resource = of("AWS::Lambda::Function", **properties, Environment={"Variables": variables})
    app = application({"Parameters": PARAMETERS, "Resources": {"AuthFn": resource}})
    (found,) = Functions(app)
    return found


POLICY = """
const answer = (Effect, Resource) => ({
  principalId: 'caller',
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] },
});
"""


def javascript(body: str, before: str = "", **variables: object) -> Function:
    """A handler with this body; ``answer(effect, resource)`` builds a policy."""
    return function_of(f"{before}{POLICY}exports.handler = async (event) => {{ {body} }};", **variables)


def python(body: str, before: str = "", **variables: object) -> Function:
    """As :func:`javascript`, in Python."""
    source = f"""{dedent(before)}
def answer(effect, resource):
    statement = {{"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}}
    return {{"principalId": "caller", "policyDocument": {{"Version": "2012-10-17", "Statement": [statement]}}}}
def handler(event, context):
{indent(dedent(body).strip(), "    ")}
"""
    return function_of(source, "python3.13", **variables)
