"""Methods, routes and authorizers out of an OpenAPI document, as plain CloudFormation resources.

An API's ``Body`` (``DefinitionBody`` in SAM) says in OpenAPI with AWS's ``x-amazon-apigateway-*`` extensions what
``AWS::ApiGateway::Method``, ``Resource`` and ``Authorizer``, or ``AWS::ApiGatewayV2::Route``, ``Integration`` and
``Authorizer`` say in CloudFormation. :func:`expand_openapi` translates, so that facts need to know one language only.
``Fn::If`` around path items, operations and integrations becomes conditions of the generated resources.
Source: Amazon API Gateway Developer Guide, "OpenAPI extensions for API Gateway".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any

from analyzer.model.openapi_emit import Emission, Guards, Operation, Security, emit
from analyzer.model.openapi_security import Scheme, read_schemes
from analyzer.model.pointers import unescape
from analyzer.model.sam_values import (
    both,
    branches,
    compact,
    is_intrinsic,
    is_no_value,
    literals,
    map_branches,
    mapping,
    negated,
    pointer,
    sequence,
)
from analyzer.records import dataclass, replace

EXPANDED = "stackproof:expanded"
"""Key in ``Metadata`` of an API whose ``Body`` has been turned into resources already."""

INTEGRATION = "x-amazon-apigateway-integration"
ANY_METHOD = "x-amazon-apigateway-any-method"
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace", "any", ANY_METHOD})

_LOCATIONS = {"query": "querystring", "header": "header", "path": "path"}
_REST_INTEGRATION = {
    "httpMethod": "IntegrationHttpMethod",
    "uri": "Uri",
    "credentials": "Credentials",
    "requestTemplates": "RequestTemplates",
    "requestParameters": "RequestParameters",
    "cacheKeyParameters": "CacheKeyParameters",
    "cacheNamespace": "CacheNamespace",
    "connectionId": "ConnectionId",
    "connectionType": "ConnectionType",
    "contentHandling": "ContentHandling",
    "passthroughBehavior": "PassthroughBehavior",
    "responseTransferMode": "ResponseTransferMode",
    "timeoutInMillis": "TimeoutInMillis",
}
_HTTP_INTEGRATION = {
    "httpMethod": "IntegrationMethod",
    "uri": "IntegrationUri",
    "credentials": "CredentialsArn",
    "connectionId": "ConnectionId",
    "connectionType": "ConnectionType",
    "integrationSubtype": "IntegrationSubtype",
    "payloadFormatVersion": "PayloadFormatVersion",
    "requestParameters": "RequestParameters",
    "timeoutInMillis": "TimeoutInMillis",
}


@dataclass(frozen=True)
class OpenApi:
    """What an OpenAPI document says: operations, security schemes and properties of the API itself."""

    operations: tuple[Operation, ...] = ()
    schemes: Mapping[str, Scheme] = field(default_factory=dict)
    api_properties: Mapping[str, Any] = field(default_factory=dict)
    security: Security | None = None
    """What operations ask for that say nothing of their own (``security`` of the whole document)."""
    notes: tuple[str, ...] = ()


def expand_openapi(
    api_logical_id: str, body: Any, *, http: bool = False, at: str = "", condition: str | None = None
) -> Emission:
    """Resources for the document ``body`` of the API ``api_logical_id``; it may stand under ``Fn::If``.

    ``http`` tells an HTTP API (``AWS::ApiGatewayV2::Api``) from a REST API; ``at`` is the JSON pointer of ``body``;
    ``condition`` is the API's own condition. What cannot be read is noted, never raised.
    """
    conditions: dict[str, Any] = {}
    written = list(_alternatives(body, (), at))
    if len(written) == 1:
        body, guards, at = written[0]
        for name, holds in guards:
            condition = both(conditions, condition, name if holds else negated(conditions, name))
    document = read_openapi(literals(body), http=http, at=at)
    operations = inherit(document.operations, document.security)
    emission = emit(api_logical_id, operations, document.schemes, http=http, condition=condition)
    return Emission(
        emission.resources,
        emission.origins,
        {**conditions, **emission.conditions},
        document.notes + emission.notes,
        document.api_properties,
    )


def read_openapi(body: Any, *, http: bool = False, at: str = "") -> OpenApi:
    """Read the document ``body`` without generating anything."""
    if not isinstance(body, dict) or is_intrinsic(body) or "Fn::Transform" in body:
        return OpenApi(notes=(f"{at}: this OpenAPI document is not in the template",))
    schemes, notes = read_schemes(body, http=http, at=at)
    operations = tuple(_operations(body, http, at, notes))
    return OpenApi(operations, schemes, _api_properties(body, http), _requirements(body.get("security")), tuple(notes))


def inherit(operations: Iterable[Operation], security: Security | None) -> list[Operation]:
    """The operations, those that say nothing about security with what the whole document says."""
    return [replace(one, security=security) if one.security is None else one for one in operations]


def _operations(body: dict[str, Any], http: bool, at: str, notes: list[str]) -> Iterator[Operation]:
    paths = body.get("paths")
    if not is_no_value(paths) and (not isinstance(paths, dict) or is_intrinsic(paths)):
        notes.append(f"{at}/paths: these paths are not in the template")
    for path, item in mapping(paths).items():
        for one, when, place in _alternatives(item, (), at + pointer("paths", path)):
            shared = sequence(mapping(one).get("parameters"))
            for method, written in mapping(one).items():
                if method.lower() not in METHODS:
                    continue
                for operation, whole, exact in _alternatives(written, when, place + pointer(method)):
                    if isinstance(operation, dict) and not is_intrinsic(operation):
                        read = _operation(body, path, method, operation, shared, http, exact)
                        yield replace(read, when=whole, path_when=when)
                    elif not is_no_value(operation) or written is None:
                        notes.append(f"{exact}: this operation is not in the template")


def _alternatives(value: Any, when: Guards, at: str) -> Iterator[tuple[Any, Guards, str]]:
    """``value`` or the alternatives of its ``Fn::If``, with what must hold for each and where each is written."""
    split = branches(value)
    if split is None:
        if value != {"Ref": "AWS::NoValue"}:
            yield value, when, at
        return
    condition, yes, no = split
    yield from _alternatives(yes, (*when, (condition, True)), at + "/Fn::If/1")
    yield from _alternatives(no, (*when, (condition, False)), at + "/Fn::If/2")


def _operation(
    body: dict[str, Any],
    path: str,
    method: str,
    written: dict[str, Any],
    shared: list[Any],
    http: bool,
    at: str,
) -> Operation:
    verb = "ANY" if method.lower() in ("any", ANY_METHOD) else method.upper()
    integration = written.get(INTEGRATION)
    return Operation(
        path=path,
        method=verb,
        security=_security(written),
        integration=map_branches(_local(body, integration), _http_integration if http else _rest_integration),
        parameters=_parameters(body, [*shared, *sequence(written.get("parameters"))]),
        at=at,
    )


def _security(operation: dict[str, Any]) -> Security | None:
    """Names of the security schemes an operation asks for, with scopes; None where nothing is said."""
    extension = mapping(operation.get("x-amazon-apigateway-auth")).get("type")
    if isinstance(extension, str):
        return ((extension.upper(), None),)
    return _requirements(operation.get("security"))


def _requirements(written: Any) -> Security | None:
    if is_no_value(written):
        return None
    if not isinstance(written, list):
        return ((written, None),)
    return tuple((name, scopes or None) for requirement in written for name, scopes in mapping(requirement).items())


def _parameters(body: dict[str, Any], written: list[Any]) -> dict[str, Any]:
    found = {}
    for each in written:
        parameter = mapping(_local(body, each))
        location, name = parameter.get("in"), parameter.get("name")
        if isinstance(location, str) and location in _LOCATIONS and isinstance(name, str):
            key = f"method.request.{_LOCATIONS[location]}.{name}"
            found[key] = parameter.get("required", False)
    return found


def _local(body: dict[str, Any], value: Any) -> Any:
    """What a ``$ref`` within the document points to; ``value`` itself where it is none or leads nowhere."""
    target = mapping(value).get("$ref")
    if not isinstance(target, str) or not target.startswith("#/"):
        return value
    found: Any = body
    for step in target[2:].split("/"):
        found = mapping(found).get(unescape(step))
    return value if found is None else found


def _rest_integration(written: Any) -> dict[str, Any]:
    return _renamed(written, "Type", _REST_INTEGRATION)


def _http_integration(written: Any) -> dict[str, Any]:
    return _renamed(written, "IntegrationType", _HTTP_INTEGRATION)


def _renamed(written: Any, type_name: str, names: Mapping[str, str]) -> dict[str, Any]:
    known = mapping(written)
    kind = known.get("type")
    renamed = {names[name]: value for name, value in known.items() if name in names}
    return compact({type_name: kind.upper() if isinstance(kind, str) else kind, **renamed})


def _api_properties(body: dict[str, Any], http: bool) -> dict[str, Any]:
    """What the whole document says that properties of the API say as well; its title becomes the API's name."""
    name = mapping(body.get("info")).get("title")
    endpoint = _endpoint_configuration(body).get("disableExecuteApiEndpoint")
    if http:
        return compact(
            {
                "Name": name,
                "DisableExecuteApiEndpoint": endpoint,
                "CorsConfiguration": _cors(body.get("x-amazon-apigateway-cors")),
            }
        )
    source = body.get("x-amazon-apigateway-api-key-source")
    return compact(
        {
            "Name": name,
            "ApiKeySourceType": source,
            "DisableExecuteApiEndpoint": endpoint,
            "Policy": body.get("x-amazon-apigateway-policy"),
        }
    )


def _endpoint_configuration(body: dict[str, Any]) -> dict[str, Any]:
    name = "x-amazon-apigateway-endpoint-configuration"
    servers = [mapping(server).get(name) for server in sequence(body.get("servers"))]
    return next((mapping(found) for found in (body.get(name), *servers) if mapping(found)), {})


def _cors(written: Any) -> dict[str, Any] | None:
    return {name[:1].upper() + name[1:]: value for name, value in mapping(written).items()} or None
