"""Every API of a template that carries an OpenAPI document, expanded in place."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from analyzer.model.openapi import EXPANDED, expand_openapi
from analyzer.model.sam_limits import fault
from analyzer.model.sam_values import is_no_value, mapping, pointer
from analyzer.records import dataclass

REST_API = "AWS::ApiGateway::RestApi"
HTTP_API = "AWS::ApiGatewayV2::Api"


@dataclass(frozen=True)
class ApiExpansion:
    """A document with the resources that its APIs' bodies stand for.

    ``owners`` tells the API of each generated logical id, ``origins`` the JSON pointer that caused it.
    """

    document: dict[str, Any]
    owners: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def expand_apis(document: dict[str, Any]) -> ApiExpansion:
    """Expand the ``Body`` of every REST and HTTP API, but for those that :mod:`analyzer.model.sam` has expanded.

    The document is answered as it is where there is none; otherwise it is new, and the user's own parts are in it by
    identity. What a body says about the API itself (policy, CORS) becomes properties, unless they are written.
    """
    resources = mapping(document.get("Resources"))
    bodies = {logical_id: raw for logical_id, raw in resources.items() if _has_body(raw)}
    if not bodies:
        return ApiExpansion(document)
    reason = fault(document)
    if reason is not None:
        return ApiExpansion(document, notes=(f"/: {reason}, so no API of it is expanded",))
    added: dict[str, Any] = {}
    result = ApiExpansion({**document})
    conditions = dict(mapping(document.get("Conditions")))
    notes: list[str] = []
    for logical_id, raw in bodies.items():
        properties = raw["Properties"]
        emission = expand_openapi(
            logical_id,
            properties["Body"],
            http=raw["Type"] == HTTP_API,
            at=pointer("Resources", logical_id, "Properties", "Body"),
            condition=raw["Condition"] if isinstance(raw.get("Condition"), str) else None,
        )
        notes += emission.notes
        conditions = {**emission.conditions, **conditions}
        added[logical_id] = {**raw, "Properties": {**emission.api_properties, **properties}}
        for generated, resource in emission.resources.items():
            if generated in resources:
                notes.append(f"{emission.origins[generated]}: the template has a resource {generated} of its own")
                continue
            added[generated] = resource
            result.owners[generated] = logical_id
            result.origins[generated] = emission.origins[generated]
    result.document["Resources"] = {**resources, **added}
    if conditions:
        result.document["Conditions"] = conditions
    return ApiExpansion(result.document, result.owners, result.origins, tuple(notes))


def _has_body(raw: Any) -> bool:
    resource = mapping(raw)
    if resource.get("Type") not in (REST_API, HTTP_API) or EXPANDED in mapping(resource.get("Metadata")):
        return False
    return not is_no_value(mapping(resource.get("Properties")).get("Body"))
