"""SAM templates as plain CloudFormation.

:func:`expand` does what AWS's transform ``AWS::Serverless-2016-10-31`` does at deployment, as far as analysis needs
it, without running it: it never fails. What cannot be expanded stays as it was written, with a note. It differs from
the transform on purpose in five ways:

* methods, routes and authorizers of APIs are resources of their own, not one OpenAPI document (see ``sam_api``);
* logical ids carry no hash of their content (``FunctionVersion``, ``ApiDeployment``; a layer keeps its own id);
* a local path stays known through ``Metadata["aws:asset:path"]`` (see ``sam_code``);
* references to parameters stay references, except where the transform itself decides by their value;
* a state machine's ``Definition`` stays a structure.

Source: the AWS SAM specification and "Generated CloudFormation resources for AWS SAM" (AWS SAM Developer Guide);
checked against the input and output pairs of AWS's public translator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from analyzer.model.sam_api import expand_api
from analyzer.model.sam_connectors import connectors, expand_connector
from analyzer.model.sam_function import expand_function
from analyzer.model.sam_globals import global_properties, merge, sam_resources
from analyzer.model.sam_http_api import expand_http_api
from analyzer.model.sam_limits import fault
from analyzer.model.sam_others import (
    expand_application,
    expand_capacity_provider,
    expand_layer_version,
    expand_simple_table,
)
from analyzer.model.sam_references import rewrite
from analyzer.model.sam_routes import IMPLICIT_HTTP, IMPLICIT_REST
from analyzer.model.sam_state_machine import expand_state_machine
from analyzer.model.sam_values import mapping, pointer, sequence
from analyzer.model.sam_websocket import expand_websocket_api
from analyzer.model.sam_workspace import Read, SamResource, Workspace
from analyzer.records import dataclass

TRANSFORM = "AWS::Serverless-2016-10-31"
_MOST_CONDITIONS = 10
"""``Fn::Or`` takes no more (AWS CloudFormation User Guide, condition functions)."""


@dataclass(frozen=True)
class Expansion:
    """A plain CloudFormation document and where its parts come from.

    ``document`` is new; the user's own parts are in it by identity wherever they are carried over. ``owners`` tells for
    each generated logical id the resource that the user wrote; ``origins`` for each logical id, generated or not, the
    JSON pointer in the user's document that caused it. The implicit APIs ``ServerlessRestApi`` and
    ``ServerlessHttpApi`` own themselves: users refer to them by these names. ``notes`` says what could not be expanded,
    each with its pointer.
    """

    document: dict[str, Any]
    owners: Mapping[str, str]
    origins: Mapping[str, str]
    notes: tuple[str, ...]


def is_sam(document: Any) -> bool:
    """Whether a parsed template asks for the SAM transform."""
    return TRANSFORM in transforms(document)


def expand(
    document: dict[str, Any], parameters: Mapping[str, Any] | None = None, read: Read | None = None
) -> Expansion:
    """Expand the SAM template ``document``; one that is none is answered as it is.

    ``parameters`` are values given for template parameters. They, or else the parameters' defaults, are used only
    where SAM itself decides at transform time (an alias's name, whether tracing is off). ``read`` gives the parsed
    content of a local file that the template names (``DefinitionUri``, ``AWS::Include``); without it such a definition
    stays unknown. This module itself opens no file.
    """
    if not is_sam(document):
        return Expansion(document, {}, {}, ())
    reason = fault(document)
    if reason is not None:
        return Expansion(document, {}, {}, (f"/: {reason}, so nothing of it is expanded",))
    workspace = _workspace(document, parameters or {}, read)
    found = sam_resources(workspace)
    for kind, expand_one in _FIRST:
        _each(workspace, found, kind, expand_one)
    _implicit_apis(workspace, found)
    for kind, expand_one in _THEN:
        _each(workspace, found, kind, expand_one)
    for connector in connectors(workspace, found):
        expand_connector(workspace, connector)
    for resource in found:
        if resource.type not in _KNOWN:
            workspace.note(resource.at, f"{resource.type} is left as it is")
    return _finished(workspace)


Expand = Callable[[Workspace, SamResource], None]

_FIRST: tuple[tuple[str, Expand], ...] = (
    ("AWS::Serverless::Function", expand_function),
    ("AWS::Serverless::StateMachine", expand_state_machine),
)
"""Their events add methods to APIs."""

_THEN: tuple[tuple[str, Expand], ...] = (
    ("AWS::Serverless::Api", expand_api),
    ("AWS::Serverless::HttpApi", expand_http_api),
    ("AWS::Serverless::WebSocketApi", expand_websocket_api),
    ("AWS::Serverless::SimpleTable", expand_simple_table),
    ("AWS::Serverless::LayerVersion", expand_layer_version),
    ("AWS::Serverless::Application", expand_application),
    ("AWS::Serverless::CapacityProvider", expand_capacity_provider),
)

_KNOWN = frozenset(kind for kind, _ in (*_FIRST, *_THEN)) | {"AWS::Serverless::Connector"}


def transforms(document: Any) -> list[Any]:
    """The names of the macros that a template asks for."""
    written = sequence(mapping(document).get("Transform"))
    return [one.get("Name") if isinstance(one, dict) else one for one in written]


def _workspace(document: dict[str, Any], given: Mapping[str, Any], read: Read | None) -> Workspace:
    declared = mapping(document.get("Parameters"))
    defaults = {name: raw["Default"] for name, raw in declared.items() if isinstance(raw, dict) and "Default" in raw}
    values = {**defaults, **{name: value for name, value in given.items() if name in declared}}
    workspace = Workspace(document, values, read)
    for logical_id, raw in mapping(document.get("Resources")).items():
        plain = raw
        if isinstance(raw, dict) and "Connectors" in raw:
            plain = {name: value for name, value in raw.items() if name != "Connectors"}
        workspace.resources[logical_id] = plain
        workspace.written.add(logical_id)
        workspace.origins[logical_id] = pointer("Resources", logical_id)
    workspace.conditions.update(mapping(document.get("Conditions")))
    return workspace


def _each(workspace: Workspace, resources: list[SamResource], kind: str, expand_one: Expand) -> None:
    for resource in resources:
        if resource.type == kind:
            expand_one(workspace, resource)


def _implicit_apis(workspace: Workspace, found: list[SamResource]) -> None:
    """Add the APIs that events without an API of their own belong to."""
    implicit: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (IMPLICIT_REST, "Api", {"StageName": "Prod"}),
        (IMPLICIT_HTTP, "HttpApi", {}),
    )
    for logical_id, section, own in implicit:
        routes = workspace.routes.get(logical_id)
        if not routes:
            continue
        if logical_id in workspace.written:
            workspace.note(pointer("Resources", logical_id), "the API that SAM makes for events takes its place")
            workspace.written.discard(logical_id)
        found[:] = [resource for resource in found if resource.logical_id != logical_id]
        properties = mapping(merge(global_properties(workspace, section), own))
        attributes = _implicit_attributes(workspace, logical_id)
        tagged = [route.owner.properties for route in routes if route.owner.properties.get("PropagateTags") is True]
        for one in tagged:
            properties = {**properties, "Tags": {**mapping(properties.get("Tags")), **mapping(one.get("Tags"))}}
        kind = f"AWS::Serverless::{section}"
        workspace.owners[logical_id] = logical_id
        found.append(SamResource(logical_id, kind, properties, attributes, routes[0].at))


def _implicit_attributes(workspace: Workspace, logical_id: str) -> dict[str, Any]:
    """An implicit API exists while one of its events does, and is kept if one of them is."""
    owners = [route.owner for route in workspace.routes[logical_id]]
    attributes: dict[str, Any] = {}
    conditions = sorted({owner.condition for owner in owners if owner.condition is not None})
    if conditions and all(owner.condition is not None for owner in owners):
        attributes["Condition"] = conditions[0]
        if len(conditions) > 1:
            attributes["Condition"] = f"{logical_id}Condition"
            workspace.conditions[f"{logical_id}Condition"] = _any_of(conditions)
    for name in ("DeletionPolicy", "UpdateReplacePolicy"):
        policies = {str(owner.attributes[name]) for owner in owners if name in owner.attributes}
        for policy in ("Retain", "Snapshot", "Delete"):
            if policy in policies and name not in attributes:
                attributes[name] = policy
    return attributes


def _any_of(conditions: list[str]) -> dict[str, Any]:
    terms: list[dict[str, Any]] = [{"Condition": name} for name in conditions]
    while len(terms) > _MOST_CONDITIONS:
        groups = [terms[start : start + _MOST_CONDITIONS] for start in range(0, len(terms), _MOST_CONDITIONS)]
        terms = [{"Fn::Or": group} if len(group) > 1 else group[0] for group in groups]
    return {"Fn::Or": terms}


def _finished(workspace: Workspace) -> Expansion:
    document = {name: value for name, value in workspace.document.items() if name not in ("Globals", "Transform")}
    written = sequence(workspace.document.get("Transform"))
    others = [one for one in written if transforms({"Transform": one}) != [TRANSFORM]]
    if others:
        document["Transform"] = others
    document["Resources"] = workspace.resources
    if workspace.conditions != mapping(document.get("Conditions")):
        document["Conditions"] = workspace.conditions
    for section in ("Resources", "Outputs"):
        if section in document and workspace.references:
            document[section] = rewrite(document[section], workspace.references)
    return Expansion(document, workspace.owners, workspace.origins, tuple(workspace.notes))
