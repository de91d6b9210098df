"""``AWS::Serverless::Api`` and the implicit ``ServerlessRestApi``.

SAM writes one OpenAPI document into ``Body``. Here every method becomes an ``AWS::ApiGateway::Method`` with its
``Resource`` and ``Authorizer`` resources, whether an event or the user's ``DefinitionBody`` said it, so that facts
read one language. ``Body`` holds only what the user wrote; ``Metadata["stackproof:expanded"]`` says that its methods
are already there.
"""

from __future__ import annotations

from typing import Any

from analyzer.model.openapi import EXPANDED, OpenApi, inherit, read_openapi
from analyzer.model.openapi_emit import Operation, emit
from analyzer.model.openapi_security import Scheme
from analyzer.model.sam_auth import event_security, permit_authorizers, schemes_of, with_defaults
from analyzer.model.sam_code import Location, local, locate, merged_metadata
from analyzer.model.sam_domains import add_rest_domain
from analyzer.model.sam_resource_policy import resource_policy
from analyzer.model.sam_usage_plans import add_usage_plan
from analyzer.model.sam_values import (
    compact,
    digest,
    given,
    is_intrinsic,
    is_no_value,
    map_branches,
    mapping,
    ref,
    sub,
    tag_list,
)
from analyzer.model.sam_workspace import Route, SamResource, Workspace
from analyzer.records import replace

HANDED_THROUGH = (
    "ApiKeySourceType",
    "BinaryMediaTypes",
    "Description",
    "DisableExecuteApiEndpoint",
    "EndpointAccessMode",
    "FailOnWarnings",
    "MinimumCompressionSize",
    "Mode",
    "Name",
    "SecurityPolicy",
)
_ON_STAGE = (
    "AccessLogSetting",
    "CacheClusterEnabled",
    "CacheClusterSize",
    "CanarySetting",
    "MethodSettings",
    "StageName",
    "TracingEnabled",
    "Variables",
)


def expand_api(workspace: Workspace, api: SamResource) -> None:
    """Put a REST API with its methods, authorizers, stage and deployment into the workspace."""
    auth = workspace.resolved(api.properties.get("Auth"))
    api = api.with_properties({**api.properties, "Auth": auth})
    if is_intrinsic(auth):
        workspace.note(api.pointer("Auth"), "known only at deployment, so whether its methods are open is unknown")
    location, document = definition(workspace, api, http=False)
    operations = _operations(workspace, api, document)
    schemes = {**document.schemes, **schemes_of(workspace, api, http=False)}
    secured = with_defaults(operations, auth, schemes, http=False)
    _add_rest_api(workspace, api, location, document, operations)
    add_operations(workspace, api, inherit(secured, document.security), schemes, http=False)
    stage = _add_stage(workspace, api)
    permit_authorizers(workspace, api, http=False)
    add_usage_plan(workspace, api, stage)
    add_rest_domain(workspace, api)


def definition(workspace: Workspace, api: SamResource, *, http: bool) -> tuple[Location, OpenApi]:
    """Where the API's definition lies, and what it says as far as it is in the template."""
    location, at = Location(), api.pointer("DefinitionBody")
    body = given(api.properties, "DefinitionBody")
    include = _included(workspace, body)
    if given(api.properties, "DefinitionUri") is not None:
        at = api.pointer("DefinitionUri")
        location = locate(workspace, api.properties["DefinitionUri"], at)
        body = workspace.content(location.path)
    elif include is not None:
        location = locate(workspace, include, at)
        body = workspace.content(location.path)
    elif body is None:
        return location, OpenApi()
    document = read_openapi(body, http=http, at=at)
    for note in document.notes:
        at, _, words = note.partition(": ")
        workspace.note(at, words)
    return location, document


def _included(workspace: Workspace, body: Any) -> Any:
    """Location of the file that ``AWS::Include`` puts in the place of the definition."""
    macro = mapping(body.get("Fn::Transform")) if isinstance(body, dict) else {}
    if macro.get("Name") != "AWS::Include":
        return None
    return workspace.resolved(mapping(macro.get("Parameters")).get("Location"))


def add_operations(
    workspace: Workspace, api: SamResource, operations: list[Operation], schemes: dict[str, Scheme], *, http: bool
) -> None:
    """Add the generated methods or routes and the authorizers of an API."""
    emission = emit(api.logical_id, operations, schemes, http=http, condition=api.condition)
    for name, condition in emission.conditions.items():
        workspace.conditions.setdefault(name, condition)
    for logical_id, resource in emission.resources.items():
        others = {"Condition": resource.get("Condition"), "Metadata": resource.get("Metadata")}
        at = emission.origins[logical_id] or api.at
        workspace.add(api, logical_id, resource["Type"], resource["Properties"], at, **others)


def is_managed(api: SamResource) -> bool:
    """Whether events add methods to the API: it has no definition of its own, or merges the two."""
    own = any(given(api.properties, name) is not None for name in ("DefinitionBody", "DefinitionUri"))
    return not own or api.properties.get("MergeDefinitions") is True


def _operations(workspace: Workspace, api: SamResource, document: OpenApi) -> list[Operation]:
    routes = workspace.routes.get(api.logical_id, [])
    known = {(operation.path, operation.method, operation.when): operation for operation in document.operations}
    for route in routes:
        if is_managed(api):
            operation = _from_event(workspace, api, route)
            key = operation.path, operation.method, operation.when
            known[key] = _merged(known.get(key), operation)
        elif mapping(route.properties.get("Auth")).get("OverrideApiAuth") is True:
            for key, operation in list(known.items()):
                if key[:2] == (route.path, route.method):
                    known[key] = replace(operation, security=event_security(route, api.properties.get("Auth")))
    operations = list(known.values())
    if given(api.properties, "Cors") is not None:
        operations += _preflights(api, operations)
    return operations


def _merged(written: Operation | None, added: Operation) -> Operation:
    """What an event adds wins over the definition (``MergeDefinitions``); what it leaves open stays."""
    if written is None:
        return added
    security = written.security if added.security is None else added.security
    return replace(added, security=security, parameters={**written.parameters, **added.parameters})


def _from_event(workspace: Workspace, api: SamResource, route: Route) -> Operation:
    auth = api.properties.get("Auth")
    integration = {**route.integration, **_caller(auth, route)}
    condition = route.owner.condition
    when = ((condition, True),) if condition and condition != api.condition else ()
    return Operation(
        path=route.path,
        method=route.method,
        security=event_security(route, auth),
        integration=integration,
        parameters=_parameters(workspace, route, integration),
        when=when,
        at=route.at,
        path_when=when,
    )


def _caller(auth: Any, route: Route) -> dict[str, Any]:
    """Credentials of the integration under IAM authorization: the caller's own unless a role is named."""
    own, common = mapping(route.properties.get("Auth")), mapping(auth)
    asked = own.get("Authorizer") == "AWS_IAM" or (common.get("DefaultAuthorizer") == "AWS_IAM" and not own)
    if not asked or route.integration.get("Type") != "AWS_PROXY":
        return {}
    place = own if "InvokeRole" in own else common
    role = place.get("InvokeRole", "CALLER_CREDENTIALS")
    if is_no_value(role) or role == "NONE":
        return {}
    caller = sub("arn:${AWS::Partition}:iam::*:user/*")
    return {"Credentials": caller if role == "CALLER_CREDENTIALS" else role}


def _parameters(workspace: Workspace, route: Route, integration: dict[str, Any]) -> dict[str, Any]:
    """``RequestParameters`` of an event; those that are cached become keys of the integration's cache."""
    found: dict[str, Any] = {}
    cached = []
    written = route.properties.get("RequestParameters")
    for item in written if isinstance(written, list) else []:
        entries = {item: {}} if isinstance(item, str) else mapping(item)
        for name, settings in entries.items():
            found[name] = mapping(settings).get("Required", False)
            if mapping(settings).get("Caching") is True:
                cached.append(name)
    if not is_no_value(written) and not isinstance(written, list):
        workspace.note(route.at, "these request parameters are not a list")
    if cached:
        integration["CacheKeyParameters"] = cached
    return found


def _preflights(api: SamResource, operations: list[Operation]) -> list[Operation]:
    """One answered ``OPTIONS`` method, as ``Cors`` asks for, on every path without; it exists while its path does."""
    answered = {_normal(operation.path) for operation in operations if operation.method == "OPTIONS"}
    paths: dict[str, list[Operation]] = {}
    for operation in operations:
        if _normal(operation.path) not in answered:
            paths.setdefault(_normal(operation.path), []).append(operation)
    added = []
    for same in paths.values():
        times = dict.fromkeys(operation.path_when for operation in same)
        for when in [()] if () in times else times:
            preflight = Operation(same[0].path, "OPTIONS", None, {"Type": "MOCK"}, when=when, at=api.pointer("Cors"))
            added.append(preflight)
    return added


def _normal(path: str) -> str:
    return path.rstrip("/") or "/"


def _add_rest_api(
    workspace: Workspace, api: SamResource, location: Location, document: OpenApi, operations: list[Operation]
) -> None:
    body = given(api.properties, "DefinitionBody")
    own_policy = mapping(document.api_properties.get("Policy"))
    asked = resource_policy(workspace, api, operations, workspace.routes.get(api.logical_id, []), own_policy)
    endpoint = _endpoint(api.properties.get("EndpointConfiguration"))
    undefined = body is None and given(api.properties, "DefinitionUri") is None
    properties = {
        **({"Name": ref("AWS::StackName")} if undefined else {}),  # the title that SAM generates
        **document.api_properties,
        **compact({name: api.properties.get(name) for name in HANDED_THROUGH}),
        **endpoint,
        "Body": body,
        "BodyS3Location": location.names("Bucket", "Key", "Version"),
    }
    for policy in (asked, given(api.properties, "Policy")):
        if policy is not None:
            properties["Policy"] = policy
    additions = local(location.path, "BodyS3Location") if location.path is not None else {}
    if body is not None:
        additions[EXPANDED] = True
    workspace.set_main(api, "AWS::ApiGateway::RestApi", properties, Metadata=merged_metadata(api, additions))


def _endpoint(written: Any) -> dict[str, Any]:
    if is_no_value(written):
        return {}
    settings = mapping(written)
    if "Type" not in settings:
        return {"EndpointConfiguration": map_branches(written, lambda kind: {"Types": [kind]})}
    endpoints = settings.get("VPCEndpointIds", settings.get("VpcEndpointIds"))
    found = {"Types": [settings["Type"]], "VpcEndpointIds": endpoints, "IpAddressType": settings.get("IpAddressType")}
    return {"EndpointConfiguration": compact(found)}


def _add_stage(workspace: Workspace, api: SamResource) -> str:
    """Deployment and stage; answers the stage's logical id."""
    name = api.properties.get("StageName")
    if is_no_value(name):
        workspace.note(api.at, "this API has no StageName")
    # With OpenApiVersion SAM no longer makes the unused stage "Stage" beside the wanted one.
    extra = None if given(api.properties, "OpenApiVersion") is not None else "Stage"
    deployment = workspace.add(
        api,
        f"{api.logical_id}Deployment",
        "AWS::ApiGateway::Deployment",
        {"RestApiId": ref(api.logical_id), "StageName": extra},
        api.at,
    )
    stage = workspace.add(
        api,
        stage_id(api.logical_id, name),
        "AWS::ApiGateway::Stage",
        {
            "RestApiId": ref(api.logical_id),
            "DeploymentId": ref(deployment),
            **{each: api.properties.get(each) for each in _ON_STAGE},
            "Tags": tag_list(api.properties.get("Tags")) or None,
        },
        api.at,
    )
    workspace.references[f"{api.logical_id}.Stage"] = stage
    workspace.references[f"{api.logical_id}.Deployment"] = deployment
    return stage


def stage_id(api_id: str, name: Any) -> str:
    """Logical id of a stage: by its name where that is plain letters and digits."""
    if not isinstance(name, str):
        return f"{api_id}Stage"
    return f"{api_id}{name}Stage" if name.isalnum() else f"{api_id}Stage{digest(name)}"
