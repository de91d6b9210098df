"""Security schemes of an OpenAPI document, and the authorizers that they define."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import Any

from analyzer.model.sam_values import (
    NO_VALUE,
    branches,
    compact,
    is_intrinsic,
    is_no_value,
    map_branches,
    mapping,
    pointer,
    ref,
)
from analyzer.records import dataclass

EXTENSION = "x-amazon-apigateway-authorizer"


class Kind(StrEnum):
    """What a security scheme asks of a request."""

    AUTHORIZER = "authorizer"
    IAM = "iam"
    API_KEY = "api key"
    NOTHING = "nothing"
    OTHER = "other"
    """Nothing that API Gateway enforces: a scheme without AWS's extensions."""


@dataclass(frozen=True)
class Scheme:
    """A security scheme; for an authorizer with what the method says and the authorizer's own properties."""

    name: str
    kind: Kind
    at: str
    authorization_type: Any = "NONE"
    properties: dict[str, Any] = field(default_factory=dict)


BUILT_IN = {
    "AWS_IAM": Scheme("AWS_IAM", Kind.IAM, "", "AWS_IAM"),
    "NONE": Scheme("NONE", Kind.NOTHING, ""),
    "api_key": Scheme("api_key", Kind.API_KEY, ""),
}
"""Schemes that SAM and ``x-amazon-apigateway-auth`` speak of without defining them."""


def read_schemes(body: dict[str, Any], *, http: bool, at: str) -> tuple[dict[str, Scheme], list[str]]:
    """The schemes of ``securityDefinitions`` (2.0) and ``components.securitySchemes`` (3.0), and notes."""
    schemes: dict[str, Scheme] = {}
    notes: list[str] = []
    definitions = (
        (body.get("securityDefinitions"), at + "/securityDefinitions"),
        (mapping(body.get("components")).get("securitySchemes"), at + "/components/securitySchemes"),
    )
    for written, place in definitions:
        for name, scheme in mapping(written).items():
            here = place + pointer(name)
            schemes[name] = _scheme(name, scheme, http, here)
            if schemes[name].kind is Kind.OTHER:
                notes.append(f"{here}: API Gateway does not enforce this security scheme")
    return schemes, notes


def _scheme(name: str, written: Any, http: bool, at: str) -> Scheme:
    scheme = mapping(written)
    extension = scheme.get(EXTENSION)
    sort = scheme.get("x-amazon-apigateway-authtype")
    if isinstance(sort, str) and sort.lower() == "awssigv4":
        return Scheme(name, Kind.IAM, at, "AWS_IAM")
    if mapping(extension):
        return _authorizer(name, scheme, mapping(extension), http, at)
    key = scheme.get("name")
    if scheme.get("type") == "apiKey" and isinstance(key, str) and key.lower() == "x-api-key":
        return Scheme(name, Kind.API_KEY, at)
    if is_intrinsic(written) or is_intrinsic(extension):
        return Scheme(name, Kind.AUTHORIZER, at, "CUSTOM", {"Name": name, "Type": written or extension})
    return Scheme(name, Kind.OTHER, at)


def _authorizer(name: str, scheme: dict[str, Any], extension: dict[str, Any], http: bool, at: str) -> Scheme:
    kind = extension.get("type")
    kind = kind.upper() if isinstance(kind, str) else kind
    if http:
        return _http_authorizer(name, kind, extension, at)
    properties = {
        "Name": name,
        "Type": kind,
        "AuthType": scheme.get("x-amazon-apigateway-authtype"),
        "AuthorizerUri": extension.get("authorizerUri"),
        "AuthorizerCredentials": extension.get("authorizerCredentials"),
        "AuthorizerResultTtlInSeconds": extension.get("authorizerResultTtlInSeconds"),
        "IdentitySource": _identity_source(kind, scheme, extension),
        "IdentityValidationExpression": extension.get("identityValidationExpression"),
        "ProviderARNs": extension.get("providerARNs"),
    }
    return Scheme(name, Kind.AUTHORIZER, at, rest_authorization_type(kind), compact(properties))


def rest_authorization_type(kind: Any) -> str:
    """``AuthorizationType`` of a method under an authorizer of the given ``Type``."""
    return "COGNITO_USER_POOLS" if kind == "COGNITO_USER_POOLS" else "CUSTOM"


def _identity_source(kind: Any, scheme: dict[str, Any], extension: dict[str, Any]) -> Any:
    """A scheme names the header of a token itself; only a REQUEST authorizer needs the extension to."""
    source = extension.get("identitySource")
    header = scheme.get("name")
    if is_no_value(source) and kind != "REQUEST" and scheme.get("in") == "header" and isinstance(header, str):
        return f"method.request.header.{header}"
    return source


def _http_authorizer(name: str, kind: Any, extension: dict[str, Any], at: str) -> Scheme:
    configuration = {key.lower(): value for key, value in mapping(extension.get("jwtConfiguration")).items()}
    jwt = compact({"Issuer": configuration.get("issuer"), "Audience": configuration.get("audience")})
    properties = {
        "Name": name,
        "AuthorizerType": kind,
        "AuthorizerUri": extension.get("authorizerUri"),
        "AuthorizerCredentialsArn": extension.get("authorizerCredentials"),
        "AuthorizerResultTtlInSeconds": extension.get("authorizerResultTtlInSeconds"),
        "IdentitySource": map_branches(extension.get("identitySource"), _source_list),
        "AuthorizerPayloadFormatVersion": extension.get("authorizerPayloadFormatVersion"),
        "EnableSimpleResponses": extension.get("enableSimpleResponses"),
        "JwtConfiguration": jwt or None,
    }
    authorization = "JWT" if kind == "JWT" else "CUSTOM"
    return Scheme(name, Kind.AUTHORIZER, at, authorization, compact(properties))


def _source_list(source: Any) -> Any:
    if isinstance(source, str):
        return [part.strip() for part in source.split(",") if part.strip()]
    return source


def authorizer_id(api_logical_id: str, name: str) -> str:
    """Logical id of the authorizer generated for the scheme ``name``."""
    return f"{api_logical_id}{''.join(filter(str.isalnum, name))}Authorizer"


@dataclass(frozen=True)
class Authorization:
    """What a method or route asks for, as properties of ``AWS::ApiGateway::Method`` and ``AWS::ApiGatewayV2::Route``.

    Names of schemes may stand under ``Fn::If``; the properties then do too.
    """

    type: Any = "NONE"
    authorizer: Any = None
    scopes: Any = None
    api_key: bool | None = None


def authorization(
    api_logical_id: str, security: tuple[tuple[Any, Any], ...] | None, schemes: dict[str, Scheme]
) -> Authorization:
    """Judge the requirements ``security`` by the ``schemes``; the first that is an authorizer or IAM decides.

    A name that no scheme bears, or a requirement that is known only at deployment, gives a reference to the API's
    ``Auth`` as type: that resolves to nothing, so it is never taken for an open method.
    """
    key: bool | None = None
    decided: tuple[Any, Any] | None = None
    for name, scopes in security or ():
        scheme = schemes.get(name) or BUILT_IN.get(name) if isinstance(name, str) else None
        if scheme is not None and scheme.kind is Kind.API_KEY:
            key = True
        elif decided is None and (scheme is None or scheme.kind in (Kind.AUTHORIZER, Kind.IAM)):
            decided = name, scopes
    if decided is None:
        return Authorization(api_key=key)
    name, scopes = decided

    def sort(one: Any) -> Any:
        scheme = schemes.get(one) or BUILT_IN.get(one) if isinstance(one, str) else None
        return scheme.authorization_type if scheme else {"Fn::GetAtt": [api_logical_id, "Auth"]}

    def identifier(one: Any) -> Any:
        scheme = schemes.get(one) if isinstance(one, str) else None
        known = scheme is not None and scheme.kind is Kind.AUTHORIZER
        return ref(authorizer_id(api_logical_id, one)) if known else NO_VALUE

    authorizer = map_branches(name, identifier)
    return Authorization(map_branches(name, sort), None if _is_nothing(authorizer) else authorizer, scopes or None, key)


def _is_nothing(value: Any) -> bool:
    """Whether every alternative of ``value`` is ``AWS::NoValue``."""
    split = branches(value)
    return _is_nothing(split[1]) and _is_nothing(split[2]) if split else is_no_value(value)
