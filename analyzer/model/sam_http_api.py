"""``AWS::Serverless::HttpApi`` and the implicit ``ServerlessHttpApi``.

Routes, integrations and authorizers become resources of their own, as for REST APIs (see ``sam_api``).
"""

from __future__ import annotations

from typing import Any

from analyzer.model.openapi import EXPANDED, OpenApi, inherit
from analyzer.model.openapi_emit import Operation, Security
from analyzer.model.sam_api import add_operations, definition, stage_id
from analyzer.model.sam_auth import event_security, permit_authorizers, schemes_of, with_defaults
from analyzer.model.sam_code import Location, local, merged_metadata
from analyzer.model.sam_domains import add_http_domain
from analyzer.model.sam_values import NO_VALUE, compact, given, if_, is_intrinsic, is_no_value, mapping, ref
from analyzer.model.sam_workspace import Route, SamResource, Workspace
from analyzer.records import replace

DEFAULT_STAGE = "$default"
_ON_STAGE = ("StageVariables", "AccessLogSettings", "DefaultRouteSettings")


def expand_http_api(workspace: Workspace, api: SamResource) -> None:
    """Put an HTTP API with its routes, authorizers and stage into the workspace."""
    auth = workspace.resolved(api.properties.get("Auth"))
    api = api.with_properties({**api.properties, "Auth": auth})
    if is_intrinsic(auth):
        workspace.note(api.pointer("Auth"), "known only at deployment, so whether its routes are open is unknown")
    location, document = definition(workspace, api, http=True)
    schemes = {**document.schemes, **schemes_of(workspace, api, http=True)}
    operations = with_defaults(_operations(workspace, api, document), auth, schemes, http=True)
    tags = {**mapping(api.properties.get("Tags")), "httpapi:createdBy": "SAM"}
    _add_api(workspace, api, location, document, tags)
    add_operations(workspace, api, inherit(operations, document.security), schemes, http=True)
    permit_authorizers(workspace, api, http=True)
    _add_stage(workspace, api, tags)
    add_http_domain(workspace, api, tags)


def _operations(workspace: Workspace, api: SamResource, document: OpenApi) -> list[Operation]:
    """The document's operations; an event adds its own, or what it says to the operation of its route."""
    known = {(operation.path, operation.method, operation.when): operation for operation in document.operations}
    elsewhere = given(api.properties, "DefinitionUri") is not None
    for route in [] if elsewhere else workspace.routes.get(api.logical_id, []):
        security = event_security(route, api.properties.get("Auth"), http=True)
        same = [key for key in known if key[:2] == (route.path, route.method)]
        if same:
            known |= {key: _completed(known[key], route, security) for key in same}
            continue
        condition = route.owner.condition
        when = ((condition, True),) if condition and condition != api.condition else ()
        operation = Operation(route.path, route.method, security, route.integration, when=when, at=route.at)
        known[route.path, route.method, when] = operation
    return list(known.values())


def _completed(operation: Operation, route: Route, added: Security | None) -> Operation:
    """An operation of the document with the integration, if it has none, and whatever else an event adds to it."""
    integration, when = operation.integration, operation.when
    if integration is None:
        integration = route.integration
        condition = route.owner.condition
        when = (*when, (condition, True)) if condition else when
    elif mapping(integration):
        names = ("PayloadFormatVersion", "TimeoutInMillis")
        integration = {**integration, **{name: route.properties[name] for name in names if name in route.properties}}
    security = (*(operation.security or ()), *added) if added else operation.security
    return replace(operation, security=security, integration=integration, when=when)


def _add_api(
    workspace: Workspace, api: SamResource, location: Location, document: OpenApi, tags: dict[str, Any]
) -> None:
    body = given(api.properties, "DefinitionBody")
    names = ("Name", "Description", "DisableExecuteApiEndpoint", "FailOnWarnings")
    properties = {
        "ProtocolType": "HTTP",
        **document.api_properties,
        **compact({name: api.properties.get(name) for name in names}),
        "Body": body,
        "BodyS3Location": location.names("Bucket", "Key", "Version"),
        "Tags": tags,
    }
    cors = _cors(workspace.resolved(api.properties.get("CorsConfiguration")))
    if cors is not None:
        properties["CorsConfiguration"] = cors
    additions = local(location.path, "BodyS3Location") if location.path is not None else {}
    if body is not None:
        additions[EXPANDED] = True
    workspace.set_main(api, "AWS::ApiGatewayV2::Api", properties, Metadata=merged_metadata(api, additions))


def _cors(written: Any) -> Any:
    if is_no_value(written) or written is False:
        return None
    if written is True or written == "true":
        return {"AllowOrigins": ["*"]}
    return written


def _add_stage(workspace: Workspace, api: SamResource, tags: dict[str, Any]) -> None:
    name = given(api.properties, "StageName") or DEFAULT_STAGE
    default = name == DEFAULT_STAGE
    logical_id = f"{api.logical_id}ApiGatewayDefaultStage" if default else stage_id(api.logical_id, name)
    stage = workspace.add(
        api,
        logical_id,
        "AWS::ApiGatewayV2::Stage",
        {
            "ApiId": ref(api.logical_id),
            "StageName": name,
            "AutoDeploy": True,
            **{each: api.properties.get(each) for each in _ON_STAGE},
            "RouteSettings": _route_settings(workspace, api),
            "Tags": tags,
        },
        api.at,
    )
    workspace.references[f"{api.logical_id}.Stage"] = stage


def _route_settings(workspace: Workspace, api: SamResource) -> Any:
    """The API's ``RouteSettings`` and those of its events."""
    written = api.properties.get("RouteSettings")
    found = dict(mapping(written))
    for route in workspace.routes.get(api.logical_id, []):
        settings = route.properties.get("RouteSettings")
        if is_no_value(settings):
            continue
        condition = route.owner.condition
        key = route.path if route.path == DEFAULT_STAGE else f"{route.method} {route.path}"
        own = if_(condition, settings, NO_VALUE) if condition else settings
        found[key] = {**mapping(found.get(key)), **mapping(settings)} if own is settings else own
    return found or written
