"""SAM and OpenAPI bodies become plain resources, and every part still points at what the user wrote."""

from __future__ import annotations

from typing import Any

from tests.stacks import application, resource

SAM: dict[str, Any] = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Resources": {
        "Fn": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "Runtime": "nodejs24.x",
                "Handler": "index.handler",
                "InlineCode": "exports.handler = async () => 1",
                "Policies": [{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}],
                "Environment": {"Variables": {"A": "b"}},
            },
        }
    },
}


def test_a_sam_function_keeps_its_place_and_its_role_belongs_to_it() -> None:
    app = application(SAM)
    function, role = resource(app, "Fn"), resource(app, "FnRole")
    variable = function["Environment"]["Variables"]["A"]
    assert (function.type, variable.known) == ("AWS::Lambda::Function", "b")
    assert variable.pointer == "/Resources/Fn/Properties/Environment/Variables/A"
    assert (role.logical_id, role.generated, function.generated) == ("Fn", True, False)
    (statement,) = role["Policies"].items()[0]["PolicyDocument"]["Statement"].items()
    assert statement.pointer == "/Resources/Fn/Properties/Policies/0/Statement/0"


def test_an_openapi_body_becomes_methods() -> None:
    body = {
        "openapi": "3.0.1",
        "paths": {"/x": {"get": {"x-amazon-apigateway-integration": {"type": "mock"}}}},
    }
    app = application({"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": body}}}})
    (method,) = app.resources("AWS::ApiGateway::Method")
    assert (method["HttpMethod"].known, method.logical_id, method.generated) == ("GET", "Api", True)
    assert method["Integration"].pointer.startswith("/Resources/Api/Properties/Body/paths/~1x/get")


def test_a_template_without_macros_is_left_as_it_is() -> None:
    document = {"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}
    assert application(document).templates["S0"].document is document


def test_macros_that_are_not_run_are_named_once_each() -> None:
    """With SAM or without it; what is understood is expanded and needs no word."""
    asked = ["Mine", {"Name": "AWS::Include", "Parameters": {}}, "AWS::LanguageExtensions", "Mine"]
    expected = tuple(
        f"/Transform: the macro {name} is not run here, so what it changes is not judged"
        for name in ("AWS::Include", "Mine")
    )
    for transform in (asked, [*asked, "AWS::Serverless-2016-10-31"]):
        (template,) = application({"Transform": transform, "Resources": {}}).templates.values()
        assert template.notes == expected
    (plain,) = application({"Transform": "AWS::LanguageExtensions", "Resources": {}}).templates.values()
    assert plain.notes == ()
