"""``Api`` and ``HttpApi`` events: the permission (or role) now, the method when its API is expanded."""

from __future__ import annotations

import json
import re
from typing import Any

from analyzer.model.sam_event import Event
from analyzer.model.sam_values import digest, is_no_value, mapping, ref, sub
from analyzer.model.sam_workspace import Route

IMPLICIT_REST = "ServerlessRestApi"
IMPLICIT_HTTP = "ServerlessHttpApi"
REST_API = "AWS::Serverless::Api"
HTTP_API = "AWS::Serverless::HttpApi"
ANY_METHOD = "x-amazon-apigateway-any-method"
_VARIABLE = re.compile(r"\{[^{}/]*\}")
_INVOCATION = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/%s/invocations"
_STREAMING = (
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2021-11-15/functions/%s/response-streaming-invocations"
)


def rest_api_event(event: Event) -> None:
    """A method of a REST API, the implicit one where none is named."""
    place = _place(event)
    if place is None:
        return
    path, method = place
    api, api_id = _api(event, "RestApiId", IMPLICIT_REST)
    event.permit(
        "apigateway.amazonaws.com",
        suffix=_stage_suffix(event, api_id),
        SourceArn=_source_arn(api, "*" if method == "ANY" else method, _without_slash(path)),
    )
    streaming = event.properties.get("ResponseTransferMode") == "RESPONSE_STREAM"
    integration = {
        "Type": "AWS_PROXY",
        "IntegrationHttpMethod": "POST",
        "Uri": _invocation(event, _STREAMING if streaming else _INVOCATION),
    }
    if streaming:
        integration["ResponseTransferMode"] = "STREAM"
    _add_timeout(event, integration)
    _remember(event, api_id, path, method, integration)


def state_machine_api_event(event: Event) -> None:
    """A method of a REST API that starts a state machine, by a role."""
    place = _place(event)
    if place is None:
        return
    role = event.calling_role("apigateway.amazonaws.com", boundary=event.owner.properties.get("PermissionsBoundary"))
    request = {
        "input": "$util.escapeJavaScript($input.json('$'))",
        "stateMachineArn": f"${{{event.target.logical_id}}}",
    }
    integration = {
        "Type": "AWS",
        "IntegrationHttpMethod": "POST",
        "Uri": sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution"),
        "Credentials": role,
        "RequestTemplates": {"application/json": sub(json.dumps(request))},
    }
    _remember(event, _api(event, "RestApiId", IMPLICIT_REST)[1], *place, integration)


def http_api_event(event: Event) -> None:
    """A route of an HTTP API, the implicit one where none is named; ``$default`` without path and method."""
    whole = is_no_value(event.properties.get("Path")) and is_no_value(event.properties.get("Method"))
    place = ("$default", "ANY") if whole else _place(event)
    if place is None:
        return
    path, method = place
    api, api_id = _api(event, "ApiId", IMPLICIT_HTTP)
    if whole or not _has_default_route(event, api_id):
        event.permit("apigateway.amazonaws.com", SourceArn=_http_source_arn(api, path, method))
    version = event.properties.get("PayloadFormatVersion")
    integration = {
        "IntegrationType": "AWS_PROXY",
        "IntegrationMethod": "POST",
        "IntegrationUri": _invocation(event, _INVOCATION),
        "PayloadFormatVersion": "2.0" if is_no_value(version) else version,
    }
    _add_timeout(event, integration)
    _remember(event, api_id, path, method, integration)


def _place(event: Event) -> tuple[str, str] | None:
    path = event.workspace.resolved(event.properties.get("Path"))
    method = event.workspace.resolved(event.properties.get("Method"))
    if not isinstance(path, str) or not isinstance(method, str):
        event.note("path and method of this event are not plain text")
        return None
    return path, "ANY" if method.lower() in ("any", ANY_METHOD) else method.upper()


def _api(event: Event, property_: str, implicit: str) -> tuple[Any, str | None]:
    """The API as the event names it, and its logical id where it is in the template."""
    written = event.properties.get(property_)
    if is_no_value(written):
        return ref(implicit), implicit
    name = written.get("Ref") if isinstance(written, dict) else written
    resource = mapping(mapping(event.workspace.document.get("Resources")).get(name)) if isinstance(name, str) else {}
    if resource.get("Type") == (REST_API if property_ == "RestApiId" else HTTP_API) or (resource and name == implicit):
        return written, str(name)
    event.note(f"{property_} names no API of this template, so the method is not known to any")
    return written, None


def _stage_suffix(event: Event, api_id: str | None) -> str:
    """SAM names the permission by the API's stage."""
    if api_id is None:
        return "AllStages"
    if api_id == IMPLICIT_REST:
        return "Prod"
    api = mapping(mapping(event.workspace.document.get("Resources")).get(api_id))
    stage = mapping(api.get("Properties")).get("StageName")
    if not isinstance(stage, str):
        return "Stage"
    return stage if stage.isalnum() else digest(stage)


def _without_slash(path: str) -> str:
    return path[:-1] if path.endswith("/") and len(path) > 1 else path


def _source_arn(api: Any, method: str, path: str) -> dict[str, Any]:
    pattern = _VARIABLE.sub("*", path)
    text = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}/"
    return sub(text + method + pattern, __ApiId__=api, __Stage__="*")


def _http_source_arn(api: Any, path: str, method: str) -> dict[str, Any]:
    if path == "$default":
        return _source_arn(api, "*", "")
    if path == "/$default" and method == "ANY":
        # The default route once more, written as a path: its ARN has no method.
        return _source_arn(api, "", "$default")
    return _source_arn(api, "*" if method == "ANY" else method, _without_slash(path))


def _invocation(event: Event, pattern: str) -> dict[str, Any]:
    arn = event.target.arn
    name = f"{arn['Fn::GetAtt'][0]}.Arn" if "Fn::GetAtt" in arn else arn["Ref"]
    return sub(pattern % f"${{{name}}}")


def _add_timeout(event: Event, integration: dict[str, Any]) -> None:
    if not is_no_value(event.properties.get("TimeoutInMillis")):
        integration["TimeoutInMillis"] = event.properties["TimeoutInMillis"]


def _has_default_route(event: Event, api_id: str | None) -> bool:
    """Whether the same function has the API's default route, whose permission covers every other route."""
    if event.target.logical_id != event.owner.logical_id:
        return False
    for other in mapping(event.owner.properties.get("Events")).values():
        properties = mapping(mapping(other).get("Properties"))
        named = properties.get("ApiId", ref(IMPLICIT_HTTP))
        same = (named.get("Ref") if isinstance(named, dict) else named) == api_id
        default = is_no_value(properties.get("Path")) and is_no_value(properties.get("Method"))
        if mapping(other).get("Type") == "HttpApi" and same and default:
            return True
    return False


def _remember(event: Event, api_id: str | None, path: str, method: str, integration: dict[str, Any]) -> None:
    if api_id is not None:
        route = Route(api_id, path, method, integration, event.properties, event.owner, event.at)
        event.workspace.routes.setdefault(api_id, []).append(route)
