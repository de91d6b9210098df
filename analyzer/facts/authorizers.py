"""API authorizers: how each may be deployed, the function behind it, and the methods that it guards.

REST APIs (``AWS::ApiGateway::*``), HTTP and WebSocket APIs (``AWS::ApiGatewayV2::*``) are read alike; what an
OpenAPI document or SAM says is there as resources by then (:mod:`analyzer.model.openapi`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.facts.authorizer_variants import Protocol, Reader, Variant
from analyzer.model.node import Case, Node
from analyzer.model.template import Resource
from analyzer.model.value import Absent, Known, Structure, Unknown, Value

if TYPE_CHECKING:
    from analyzer.facts.functions import Function, Functions
    from analyzer.model.application import Application

REST_AUTHORIZER, V2_AUTHORIZER = "AWS::ApiGateway::Authorizer", "AWS::ApiGatewayV2::Authorizer"
REST_METHOD, V2_ROUTE = "AWS::ApiGateway::Method", "AWS::ApiGatewayV2::Route"
REST_API, V2_API = "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"
PATH_PART = "AWS::ApiGateway::Resource"
MOST_STEPS = 60


class Method:
    """A method of a REST API or a route of another, and what it asks of a caller."""

    def __init__(self, application: Application, resource: Resource) -> None:
        self.application = application
        self.resource = resource
        self._rest = resource.type == REST_METHOD

    def __repr__(self) -> str:
        return f"<Method {self.label}>"

    @property
    def api(self) -> Node:
        """Which API it belongs to."""
        return self.resource["RestApiId" if self._rest else "ApiId"]

    @property
    def authorization(self) -> Node:
        """``AuthorizationType``; nothing written means ``NONE``."""
        return self.resource["AuthorizationType"]

    @property
    def authorizer(self) -> Node:
        """``AuthorizerId``."""
        return self.resource["AuthorizerId"]

    @property
    def needs_key(self) -> bool | None:
        """Whether a caller must send an API key of a usage plan; None where it is not known."""
        node = self.resource["ApiKeyRequired"]
        if not node:
            return False
        return None if node.known is None else str(node.known).lower() == "true"

    @cached_property
    def verb(self) -> str | None:
        """``GET``, ``ANY``, ``$connect``, …; None where it is not known."""
        if self._rest:
            known = self.resource["HttpMethod"].known
            return str(known).upper() if known is not None else None
        key = self.resource["RouteKey"].known
        return str(key).partition(" ")[0] if key is not None else None

    @cached_property
    def path(self) -> str | None:
        """The path (``/orders/{id}``), ``$default`` or ``$connect``; None where it is not known."""
        if self._rest:
            return self._chain(self.resource["ResourceId"].value, 0)
        key = self.resource["RouteKey"].known
        return str(key).partition(" ")[2] or str(key) if key is not None else None

    def _chain(self, value: Value, steps: int) -> str | None:
        found = self.application.behind(value, PATH_PART, REST_API)
        if found is None or steps > MOST_STEPS:
            return None
        if found.type == REST_API:
            return "/"
        above = self._chain(found["ParentId"].value, steps + 1)
        part = found["PathPart"].known
        return None if above is None or part is None else f"{above.rstrip('/')}/{part}"

    @property
    def label(self) -> str:
        """``GET /orders`` for people."""
        if not self._rest:
            return self.resource["RouteKey"].text
        return f"{self.verb or self.resource['HttpMethod'].text} {self.path or self.resource.logical_id}"

    @property
    def single(self) -> bool:
        """Whether only one method on one path can be meant: no variable, no ``ANY``, no default route."""
        return self.path is not None and "{" not in self.path and self.verb not in (None, "ANY", "$default")


class Api:
    """An API with its methods and authorizers. ``resource`` is None where the API is not in the application."""

    def __init__(self, name: str, resource: Resource | None) -> None:
        self.name = name
        self.resource = resource
        self.methods: list[Method] = []
        self.authorizers: list[Authorizer] = []

    @property
    def unread(self) -> str | None:
        """What it would take to know all methods; None where all are known."""
        if self.resource is None:
            return f"the other methods of the API {self.name}"
        body = self.resource["Body"].value
        elsewhere = bool(self.resource["BodyS3Location"]) and not self.methods
        if elsewhere or not isinstance(body, Absent | Structure):
            return f"the definition of the API {self.name}"
        return None

    @cached_property
    def protocol(self) -> Protocol | Unknown:
        """What kind of API it is."""
        if self.resource is None:
            return Unknown(f"the kind of the API {self.name}")
        if self.resource.type == REST_API:
            return Protocol.REST
        node = self.resource["ProtocolType"]
        kinds = {case.value.value if isinstance(case.value, Known) else "HTTP" for case in node.cases()}
        if node.undecided or len(kinds) > 1:
            return Unknown(node.undecided or f"the protocol of the API {self.name}")
        return Protocol.WEBSOCKET if kinds == {"WEBSOCKET"} else Protocol.HTTP


class Authorizer:
    """One authorizer of one API."""

    def __init__(self, resource: Resource, api: Api, owner: Authorizers) -> None:
        self.resource = resource
        self.api = api
        self._owner = owner

    def __repr__(self) -> str:
        return f"<Authorizer {self.name}>"

    @cached_property
    def name(self) -> str:
        """The logical id as the user wrote it; an authorizer within an API is named after both."""
        own = self.resource["Name"].known
        inside = self.resource.generated and own is not None
        return f"{self.resource.logical_id} ({own})" if inside else self.resource.logical_id

    @cached_property
    def protocol(self) -> Protocol | Unknown:
        """What kind of API it belongs to, by its own properties where the API is not known."""
        if self.resource.type == REST_AUTHORIZER:
            return Protocol.REST
        if self.api.resource is not None:
            return self.api.protocol
        sources = self.resource["IdentitySource"].text
        if "route.request." in sources:
            return Protocol.WEBSOCKET
        only_http = ("AuthorizerPayloadFormatVersion", "EnableSimpleResponses", "JwtConfiguration")
        told = "$request." in sources or any(self.resource[name] for name in only_http)
        return Protocol.HTTP if told else self.api.protocol

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """Every way in which it may be deployed."""
        reader = Reader(self.resource, self._owner.functions, self._owner.application.names, self.protocol)
        return reader.variants()

    @property
    def by_function(self) -> bool:
        """Whether a Lambda function may decide: not for Cognito, JWT and what else needs none."""
        return any(variant.by_function is not False for variant in self.variants)

    @cached_property
    def handlers(self) -> tuple[Function, ...]:
        """The functions behind it: one, several by condition, or none in the application."""
        found = [variant.function for variant in self.variants if variant.by_function is not False]
        return tuple(dict.fromkeys(one for one in found if not isinstance(one, Unknown)))

    @cached_property
    def guarded(self) -> tuple[tuple[Method, Case], ...]:
        """The methods that name it, each with the alternative of ``AuthorizerId`` that does."""
        return tuple(self._owner.naming(self.resource))

    def api_of(self, method: Method) -> Api:
        """The API that a method belongs to."""
        return self._owner.api(method.api)

    @cached_property
    def maybe_guarded(self) -> tuple[Method, ...]:
        """Methods of its API whose authorizer is not known."""
        return tuple(method for method in self.api.methods if method.authorizer.undecided)


class Authorizers:
    """All authorizers of an application, and the APIs with their methods."""

    def __init__(self, application: Application, functions: Functions) -> None:
        self.application = application
        self.functions = functions
        self._apis: dict[object, Api] = {}
        for resource in application.resources(REST_API, V2_API):
            self._apis[resource] = Api(resource.logical_id, resource)
        for resource in application.resources(REST_METHOD, V2_ROUTE):
            method = Method(application, resource)
            self.api(method.api).methods.append(method)
        self.all: tuple[Authorizer, ...] = tuple(self._read())

    def _read(self) -> Iterator[Authorizer]:
        for resource in self.application.resources(REST_AUTHORIZER, V2_AUTHORIZER):
            api = self.api(resource["RestApiId" if resource.type == REST_AUTHORIZER else "ApiId"])
            authorizer = Authorizer(resource, api, self)
            api.authorizers.append(authorizer)
            yield authorizer

    def api(self, node: Node) -> Api:
        """The API that a value names; one outside the application is the same where its value is."""
        resource = self.application.behind(node.value, REST_API, V2_API)
        key = resource or self.application.names.canonical(node.value) or node
        if key not in self._apis:
            self._apis[key] = Api(node.text, resource)
        return self._apis[key]

    def __iter__(self) -> Iterator[Authorizer]:
        return iter(self.all)

    @property
    def apis(self) -> tuple[Api, ...]:
        """Every API, in the order written; last those that the application only names."""
        return tuple(self._apis.values())

    @property
    def by_function(self) -> tuple[Authorizer, ...]:
        """The authorizers in which a Lambda function decides."""
        return tuple(authorizer for authorizer in self.all if authorizer.by_function)

    @cached_property
    def handlers(self) -> dict[Function, list[Authorizer]]:
        """Every function of the application that decides for an authorizer, with its authorizers."""
        found: dict[Function, list[Authorizer]] = {}
        for authorizer in self.all:
            for function in authorizer.handlers:
                found.setdefault(function, []).append(authorizer)
        return found

    def naming(self, authorizer: Resource) -> Iterator[tuple[Method, Case]]:
        """The methods of any API whose ``AuthorizerId`` is ``authorizer``."""
        for api in self._apis.values():
            for method in api.methods:
                for case in method.authorizer.cases():
                    if self.application.behind(case.value, REST_AUTHORIZER, V2_AUTHORIZER) is authorizer:
                        yield method, case
