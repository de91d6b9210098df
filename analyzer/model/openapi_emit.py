"""API operations as ``Method`` and ``Resource``, or ``Route`` and ``Integration``, of plain CloudFormation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Any

from analyzer.model.openapi_security import Kind, Scheme, authorization, authorizer_id
from analyzer.model.sam_values import (
    NO_VALUE,
    both,
    branches,
    compact,
    digest,
    get_att,
    map_branches,
    mapping,
    negated,
    ref,
)
from analyzer.records import dataclass

Guards = tuple[tuple[str, bool], ...]
"""Conditions that must hold, or must not, for something to exist."""

Security = tuple[tuple[Any, Any], ...]
"""Names of security schemes with their scopes; a name may stand under ``Fn::If``."""

PATH = "stackproof:path"
"""Key in a generated method's ``Metadata``: its path, which the chain of its resources says as well."""


@dataclass(frozen=True)
class Operation:
    """One method on one path: ``method`` in capitals (``ANY`` for all), the integration in CloudFormation's names.

    ``security`` is a sequence of scheme names and scopes, None where nothing is said. ``when`` holds for the operation,
    ``path_when`` for its path as a whole.
    """

    path: str
    method: str
    security: Security | None
    integration: Any
    parameters: Mapping[str, Any] = field(default_factory=dict)
    when: Guards = ()
    at: str = ""
    path_when: Guards = ()


@dataclass(frozen=True)
class Emission:
    """Generated resources by logical id, the JSON pointers that caused them, conditions they need, and notes.

    ``api_properties`` are properties of the API itself that the document states.
    """

    resources: dict[str, Any]
    origins: dict[str, str]
    conditions: dict[str, Any]
    notes: tuple[str, ...] = ()
    api_properties: Mapping[str, Any] = field(default_factory=dict)


def emit(
    api_logical_id: str,
    operations: Iterable[Operation],
    schemes: Mapping[str, Scheme],
    *,
    http: bool = False,
    condition: str | None = None,
) -> Emission:
    """Resources for the ``operations`` and for every authorizer among the ``schemes``."""
    writer = _Writer(api_logical_id, dict(schemes), condition)
    for scheme in schemes.values():
        if scheme.kind is Kind.AUTHORIZER:
            writer.authorizer(scheme, http)
    for operation in operations:
        if http:
            writer.route(operation)
        else:
            writer.method(operation)
    return Emission(writer.resources, writer.origins, writer.conditions)


class _Writer:
    def __init__(self, api: str, schemes: dict[str, Scheme], condition: str | None) -> None:
        self._api = api
        self._schemes = schemes
        self._condition = condition
        self.resources: dict[str, Any] = {}
        self.origins: dict[str, str] = {}
        self.conditions: dict[str, Any] = {}

    def authorizer(self, scheme: Scheme, http: bool) -> None:
        """The authorizer that a security scheme defines."""
        type_, owner = ("ApiGatewayV2", "ApiId") if http else ("ApiGateway", "RestApiId")
        properties = {owner: ref(self._api), **scheme.properties}
        logical_id = authorizer_id(self._api, scheme.name)
        self._add(logical_id, f"AWS::{type_}::Authorizer", properties, scheme.at, self._condition)

    def method(self, operation: Operation) -> None:
        """A method of a REST API, with the chain of resources that leads to its path."""
        asked = authorization(self._api, operation.security, self._schemes)
        properties = {
            "RestApiId": ref(self._api),
            "ResourceId": self._resource(operation),
            "HttpMethod": operation.method,
            "AuthorizationType": asked.type,
            "AuthorizerId": asked.authorizer,
            "AuthorizationScopes": asked.scopes,
            "ApiKeyRequired": asked.api_key,
            "RequestParameters": dict(operation.parameters) or None,
            "Integration": operation.integration,
        }
        logical_id = self._free_id(operation, operation.method.title())
        condition = self._holds(operation.when)
        self._add(logical_id, "AWS::ApiGateway::Method", properties, operation.at, condition)
        self.resources[logical_id]["Metadata"] = {PATH: operation.path}

    def route(self, operation: Operation) -> None:
        """A route of an HTTP API with its integration."""
        asked = authorization(self._api, operation.security, self._schemes)
        condition = self._holds(operation.when)
        base = self._free_id(operation, operation.method.title())
        default = operation.path in ("$default", "/$default")
        properties = {
            "ApiId": ref(self._api),
            "RouteKey": "$default" if default else f"{operation.method} {operation.path}",
            "AuthorizationType": asked.type,
            "AuthorizerId": asked.authorizer,
            "AuthorizationScopes": asked.scopes,
        }
        if operation.integration is not None:
            integration = f"{base}Integration"
            content = {"ApiId": ref(self._api), **self._integration_properties(operation)}
            self._add(integration, "AWS::ApiGatewayV2::Integration", content, operation.at, condition)
            properties["Target"] = {"Fn::Join": ["/", ["integrations", ref(integration)]]}
        self._add(base, "AWS::ApiGatewayV2::Route", properties, operation.at, condition)

    def _integration_properties(self, operation: Operation) -> dict[str, Any]:
        """The integration's properties; where all of it stands under ``Fn::If``, each of them does."""
        found = operation.integration
        split = branches(found)
        if split is None:
            return mapping(found)
        names = sorted({*mapping(split[1]), *mapping(split[2])})
        return {name: map_branches(found, _property(name)) for name in names}

    def _resource(self, operation: Operation) -> dict[str, Any]:
        """``ResourceId`` of the path; makes the resources that lead there."""
        parent = get_att(self._api, "RootResourceId")
        steps = [step for step in operation.path.split("/") if step]
        for index, step in enumerate(steps):
            path = "/".join(steps[: index + 1])
            logical_id = f"{self._api}{_slug(path)}Resource"
            known = self.resources.get(logical_id)
            if known is not None and known["Properties"] != self._resource_properties(parent, step):
                logical_id = f"{self._api}{_slug(path)}{digest(path)}Resource"
            if logical_id not in self.resources:
                properties = self._resource_properties(parent, step)
                self._add(logical_id, "AWS::ApiGateway::Resource", properties, operation.at, self._condition)
            parent = ref(logical_id)
        return parent

    def _resource_properties(self, parent: dict[str, Any], step: str) -> dict[str, Any]:
        return {"RestApiId": ref(self._api), "ParentId": parent, "PathPart": step}

    def _free_id(self, operation: Operation, suffix: str) -> str:
        logical_id = f"{self._api}{_slug(operation.path)}{suffix}"
        if logical_id in self.resources:
            logical_id += digest([operation.path, operation.method, operation.when])
        return logical_id

    def _holds(self, guards: Guards) -> str | None:
        condition = self._condition
        for name, holds in dict.fromkeys(guards):
            condition = both(self.conditions, condition, name if holds else negated(self.conditions, name))
        return condition

    def _add(self, logical_id: str, type_: str, properties: dict[str, Any], at: str, condition: str | None) -> None:
        head = {"Type": type_} if condition is None else {"Type": type_, "Condition": condition}
        self.resources[logical_id] = {**head, "Properties": compact(properties)}
        self.origins[logical_id] = at


def _property(name: str) -> Callable[[Any], Any]:
    return lambda integration: mapping(integration).get(name, NO_VALUE)


def _slug(path: str) -> str:
    """A path as part of a logical id: ``/users/{id}/{proxy+}`` becomes ``UsersIdParamProxyGreedy``."""
    words = []
    for step in path.split("/"):
        kind = ""
        if step.startswith("{") and step.endswith("}"):
            kind = "Greedy" if step.endswith("+}") else "Param"
        word = re.sub(r"[^A-Za-z0-9]", "", step)
        words.append(word[:1].upper() + word[1:] + kind)
    return "".join(words) or "Root"
