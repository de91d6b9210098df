"""``Globals`` of a SAM template, merged into its resources.

Maps are merged, lists concatenated (global first), everything else, intrinsic functions included, is overridden by
the resource. Source: the AWS SAM Developer Guide, "Globals section of the AWS SAM template".
"""

from typing import Any

from analyzer.model.sam_values import is_intrinsic, mapping, pointer
from analyzer.model.sam_workspace import SamResource, Workspace

PREFIX = "AWS::Serverless::"
SECTIONS = frozenset(
    {
        "Api",
        "CapacityProvider",
        "Function",
        "HttpApi",
        "LayerVersion",
        "SimpleTable",
        "StateMachine",
        "WebSocketApi",
    }
)


def sam_resources(workspace: Workspace) -> list[SamResource]:
    """The SAM resources of the document with ``Globals`` merged in, in the order they are written.

    A resource whose properties are not a map is left as it is, and said so.
    """
    sections = _sections(workspace)
    found = []
    for logical_id, raw in mapping(workspace.document.get("Resources")).items():
        kind = raw.get("Type") if isinstance(raw, dict) else None
        if not isinstance(kind, str) or not kind.startswith(PREFIX):
            continue
        properties = raw.get("Properties")
        if properties is not None and (not isinstance(properties, dict) or is_intrinsic(properties)):
            workspace.note(pointer("Resources", logical_id, "Properties"), "these properties are not a map")
            continue
        common = _without(sections.get(kind.removeprefix(PREFIX), {}), raw.get("IgnoreGlobals"))
        merged = mapping(merge(common, properties or {}))
        found.append(SamResource(logical_id, kind, merged, raw, pointer("Resources", logical_id)))
    return found


def global_properties(workspace: Workspace, section: str) -> dict[str, Any]:
    """What ``Globals`` holds for one kind of resource."""
    return _sections(workspace).get(section, {})


def merge(common: Any, own: Any) -> Any:
    """``own`` merged over ``common``; parts that occur on one side only are reused as they are."""
    if isinstance(common, list) and isinstance(own, list):
        return common + own if common else own
    if _is_map(common) and _is_map(own):
        if not common:
            return own
        merged = {name: merge(value, own[name]) if name in own else value for name, value in common.items()}
        return merged | {name: value for name, value in own.items() if name not in common}
    return own


def _is_map(value: Any) -> bool:
    return isinstance(value, dict) and not is_intrinsic(value)


def _sections(workspace: Workspace) -> dict[str, dict[str, Any]]:
    written = workspace.document.get("Globals")
    if written is not None and not isinstance(written, dict):
        workspace.note("/Globals", "this is not a map")
    sections = {}
    for name, properties in mapping(written).items():
        if name not in SECTIONS:
            workspace.note(pointer("Globals", name), "SAM has no such section")
        elif not isinstance(properties, dict):
            workspace.note(pointer("Globals", name), "this is not a map")
        else:
            sections[name] = properties
    return sections


def _without(properties: dict[str, Any], ignored: Any) -> dict[str, Any]:
    if ignored == "*":
        return {}
    if isinstance(ignored, list):
        return {name: value for name, value in properties.items() if name not in ignored}
    return properties
