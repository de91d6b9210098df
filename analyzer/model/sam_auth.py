"""``Auth`` of REST and HTTP APIs: authorizers, defaults, keys, and the permissions of authorizer functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analyzer.model.openapi_emit import Operation, Security
from analyzer.model.openapi_security import BUILT_IN, Kind, Scheme, rest_authorization_type
from analyzer.model.sam_values import (
    branches,
    compact,
    given,
    if_,
    is_intrinsic,
    is_no_value,
    map_branches,
    mapping,
    ref,
    sequence,
    sub,
)
from analyzer.model.sam_workspace import Route, SamResource, Workspace
from analyzer.records import replace

NO_KEY = "api_key_false"
"""What an event says that takes back the API's ``ApiKeyRequired``."""

_URI = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${__FunctionArn__}/invocations"
_REST_SOURCES = {
    "Headers": "method.request.header.",
    "QueryStrings": "method.request.querystring.",
    "StageVariables": "stageVariables.",
    "Context": "context.",
}
_HTTP_SOURCES = {
    "Headers": "$request.header.",
    "QueryStrings": "$request.querystring.",
    "StageVariables": "$stageVariables.",
    "Context": "$context.",
}


def authorizer_uri(function_arn: Any) -> dict[str, Any]:
    """The address by which API Gateway invokes a function."""
    return sub(_URI, __FunctionArn__=function_arn)


def schemes_of(workspace: Workspace, api: SamResource, *, http: bool) -> dict[str, Scheme]:
    """The authorizers that ``Auth.Authorizers`` of an API defines."""
    auth = mapping(api.properties.get("Auth"))
    written = auth.get("Authorizers")
    if not is_no_value(written) and not mapping(written) and written != {}:
        workspace.note(api.pointer("Auth", "Authorizers"), "these authorizers are not a map")
    found = {}
    for name, authorizer in mapping(written).items():
        at = api.pointer("Auth", "Authorizers", name)
        if not isinstance(authorizer, dict) or is_intrinsic(authorizer):
            workspace.note(at, "this authorizer is not a map")
            unknown = {"Name": name, "AuthorizerType" if http else "Type": authorizer}
            found[name] = Scheme(name, Kind.AUTHORIZER, at, "CUSTOM", unknown)
        else:
            found[name] = (_http_scheme if http else _rest_scheme)(name, authorizer, at)
    return found


def _rest_scheme(name: str, authorizer: dict[str, Any], at: str) -> Scheme:
    identity = mapping(authorizer.get("Identity"))
    header = given(identity, "Header") or "Authorization"
    common = {"Name": name, "IdentityValidationExpression": given(identity, "ValidationExpression")}
    token = _prefixed("method.request.header.", header)
    pools = given(authorizer, "UserPoolArn")
    if pools is not None:
        kind = "COGNITO_USER_POOLS"
        own: dict[str, Any] = {"ProviderARNs": sequence(pools), "IdentitySource": token}
    else:
        kind = given(authorizer, "FunctionPayloadType") or "TOKEN"
        request = kind == "REQUEST"
        role = given(authorizer, "FunctionInvokeRole")
        own = {
            "AuthorizerUri": authorizer_uri(authorizer.get("FunctionArn")),
            "AuthorizerCredentials": None if role == "NONE" else role,
            "AuthorizerResultTtlInSeconds": identity.get("ReauthorizeEvery"),
            "IdentitySource": _joined(identity) if request else token,
        }
        if request:
            common.pop("IdentityValidationExpression")
    authorization = map_branches(kind, rest_authorization_type)
    return Scheme(name, Kind.AUTHORIZER, at, authorization, compact({**common, "Type": kind, **own}))


def _http_scheme(name: str, authorizer: dict[str, Any], at: str) -> Scheme:
    configuration = {key.lower(): value for key, value in mapping(authorizer.get("JwtConfiguration")).items()}
    if given(authorizer, "JwtConfiguration") is not None:
        jwt = compact({"Issuer": configuration.get("issuer"), "Audience": configuration.get("audience")})
        source = map_branches(authorizer.get("IdentitySource"), sequence)
        properties = {"Name": name, "AuthorizerType": "JWT", "IdentitySource": source, "JwtConfiguration": jwt}
        return Scheme(name, Kind.AUTHORIZER, at, "JWT", compact(properties))
    identity = mapping(authorizer.get("Identity"))
    role = given(authorizer, "FunctionInvokeRole")
    properties = {
        "Name": name,
        "AuthorizerType": "REQUEST",
        "AuthorizerUri": authorizer_uri(authorizer.get("FunctionArn")),
        "AuthorizerCredentialsArn": None if role == "NONE" else role,
        "AuthorizerResultTtlInSeconds": identity.get("ReauthorizeEvery"),
        "IdentitySource": _sources(identity, _HTTP_SOURCES) or None,
        "AuthorizerPayloadFormatVersion": authorizer.get("AuthorizerPayloadFormatVersion"),
        "EnableSimpleResponses": given(authorizer, "EnableSimpleResponses") or None,
    }
    return Scheme(name, Kind.AUTHORIZER, at, "CUSTOM", compact(properties))


def _prefixed(prefix: str, name: Any) -> Any:
    def join(one: Any) -> Any:
        return prefix + one if isinstance(one, str) else {"Fn::Join": ["", [prefix, one]]}

    return map_branches(name, join)


def _sources(identity: dict[str, Any], prefixes: Mapping[str, str]) -> list[Any]:
    """Identity sources in SAM's order; a list under ``Fn::If`` stays one item, each branch joined by commas."""
    found: list[Any] = []
    for property_, prefix in prefixes.items():
        names = identity.get(property_)
        split = branches(names)
        if split:
            condition, yes, no = split
            found.append(if_(condition, _list_text(prefix, yes), _list_text(prefix, no)))
        else:
            found.extend(_prefixed(prefix, name) for name in sequence(names))
    return found


def _list_text(prefix: str, names: Any) -> Any:
    return names if is_no_value(names) else {"Fn::Join": [", ", [_prefixed(prefix, name) for name in sequence(names)]]}


def _joined(identity: dict[str, Any]) -> Any:
    sources = _sources(identity, _REST_SOURCES)
    if all(isinstance(source, str) for source in sources):
        return ", ".join(sources) or None
    return {"Fn::Join": [", ", sources]}


def event_security(route: Route, auth: Any, *, http: bool = False) -> Security | None:
    """What an event's own ``Auth`` asks for; None where it says nothing."""
    own = route.properties.get("Auth")
    if is_intrinsic(own):
        return None if is_no_value(own) else ((own, None),)
    found: list[tuple[Any, Any]] = []
    name = given(mapping(own), "Authorizer")
    if name is None and http and mapping(own):
        name = given(mapping(auth), "DefaultAuthorizer")
    if name is not None:
        found.append((name, _event_scopes(mapping(own), auth, name, http)))
    key = mapping(own).get("ApiKeyRequired")
    if not is_no_value(key):
        found.append(("api_key" if key else NO_KEY, None))
    return tuple(found) or None


def _event_scopes(own: dict[str, Any], auth: Any, name: Any, http: bool) -> Any:
    """The event's scopes, else the authorizer's; an empty list takes them back for REST APIs only."""
    scopes = own.get("AuthorizationScopes")
    if http and name in ("NONE", "AWS_IAM"):
        return None
    if is_no_value(scopes) or (http and not scopes):
        return _scopes(auth, name)
    return scopes or None


def _scopes(auth: Any, name: Any) -> Any:
    authorizers = mapping(mapping(auth).get("Authorizers"))
    return given(mapping(authorizers.get(name)), "AuthorizationScopes") if isinstance(name, str) else None


def with_defaults(
    operations: Iterable[Operation], auth: Any, schemes: Mapping[str, Scheme], *, http: bool
) -> list[Operation]:
    """The operations with the API's default authorizer and key where they say nothing of their own.

    ``auth`` is the API's ``Auth``. Operations without an integration are left alone, as SAM does.
    """
    changed = []
    for operation in operations:
        security = operation.security
        if operation.integration is not None:
            security = _with_default_authorizer(operation, auth, schemes, http)
            if not http:
                security = _with_default_key(replace(operation, security=security), auth)
        if security is not None:
            security = tuple(entry for entry in security if entry[0] not in ("NONE", NO_KEY))
        changed.append(replace(operation, security=security))
    return changed


def _with_default_authorizer(
    operation: Operation, auth: Any, schemes: Mapping[str, Scheme], http: bool
) -> Security | None:
    default = auth if is_intrinsic(auth) else given(mapping(auth), "DefaultAuthorizer")
    preflight = mapping(auth).get("AddDefaultAuthorizerToCorsPreflight") is not False and not http
    if default is None or is_no_value(default) or (operation.method == "OPTIONS" and not preflight):
        return operation.security
    for name, _ in operation.security or ():
        scheme = schemes.get(name) or BUILT_IN.get(name) if isinstance(name, str) else None
        if scheme is None and name == NO_KEY:
            continue
        if scheme is None or scheme.kind is not Kind.API_KEY:
            return operation.security
    return (*(operation.security or ()), (default, _scopes(auth, default)))


def _with_default_key(operation: Operation, auth: Any) -> Security | None:
    required = mapping(auth).get("ApiKeyRequired")
    preflight = mapping(auth).get("AddApiKeyRequiredToCorsPreflight") is not False
    names = [name for name, _ in operation.security or () if isinstance(name, str)]
    if not required or NO_KEY in names or (operation.method == "OPTIONS" and not preflight):
        return operation.security
    return (*(operation.security or ()), ("api_key", None))


def permit_authorizers(workspace: Workspace, api: SamResource, *, http: bool) -> None:
    """Permissions for the authorizers' functions: REST APIs by default, HTTP APIs on request only."""
    authorizers = mapping(mapping(api.properties.get("Auth")).get("Authorizers"))
    for name, written in authorizers.items():
        authorizer = mapping(written)
        arn = given(authorizer, "FunctionArn")
        wanted = authorizer.get("EnableFunctionDefaultPermissions") is True
        unwanted = authorizer.get("DisableFunctionDefaultPermissions") is True
        if arn is None or (not wanted if http else unwanted):
            continue
        add_authorizer_permission(
            workspace, api, f"{api.logical_id}{name}AuthorizerPermission", arn, api.pointer("Auth", "Authorizers", name)
        )


def add_authorizer_permission(workspace: Workspace, api: SamResource, logical_id: str, arn: Any, at: str) -> None:
    """Let API Gateway invoke an authorizer's function for one API."""
    source = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/authorizers/*"
    workspace.add(
        api,
        "".join(filter(str.isalnum, logical_id)),
        "AWS::Lambda::Permission",
        {
            "Action": "lambda:InvokeFunction",
            "FunctionName": arn,
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": sub(source, __ApiId__=ref(api.logical_id)),
        },
        at,
    )
