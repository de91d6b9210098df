"""What the parts of the SAM expansion share: the output so far, where it came from, and what was not understood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from analyzer.model.sam_values import both, compact, is_no_value, mapping, negated, pointer, tag_list
from analyzer.records import dataclass, replace

INHERITED = ("Condition", "DeletionPolicy", "UpdateReplacePolicy")
"""Resource attributes that SAM hands on to every resource it generates."""

KEPT = ("Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "Metadata")
"""Resource attributes that stay on the resource that takes the place of the SAM resource."""

TAGGED = frozenset({"AWS::IAM::Role", "AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::ApiGateway::Stage"})


@dataclass(frozen=True)
class SamResource:
    """One SAM resource, its properties already merged with ``Globals``."""

    logical_id: str
    type: str
    properties: dict[str, Any]
    attributes: dict[str, Any]
    at: str

    @property
    def condition(self) -> str | None:
        """Name of the condition on the resource."""
        name = self.attributes.get("Condition")
        return name if isinstance(name, str) else None

    def pointer(self, *steps: str | int) -> str:
        """JSON pointer to a property of the resource."""
        return self.at + pointer("Properties", *steps)

    def with_properties(self, properties: dict[str, Any]) -> SamResource:
        """The same resource with other properties."""
        return replace(self, properties=properties)


@dataclass(frozen=True)
class Route:
    """An ``Api`` or ``HttpApi`` event: one method on one path of one API."""

    api_id: str
    path: str
    method: str
    integration: dict[str, Any]
    properties: dict[str, Any]
    owner: SamResource
    at: str


Read = Callable[[str], Any]
"""Answers the parsed content of a file named relative to the template, or None where there is none to be had."""


@dataclass
class Workspace:
    """The document under construction. The user's document is read, never changed."""

    document: dict[str, Any]
    parameters: Mapping[str, Any]
    read: Read | None = None
    resources: dict[str, Any] = field(default_factory=dict)
    conditions: dict[str, Any] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    references: dict[str, str] = field(default_factory=dict)
    routes: dict[str, list[Route]] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    own_copies: set[str] = field(default_factory=set)

    def note(self, at: str, words: str) -> None:
        """Remember what could not be expanded at the JSON pointer ``at``."""
        line = f"{at}: {words}"
        if line not in self.notes:
            self.notes.append(line)

    def content(self, path: str | None) -> Any:
        """What the local file ``path`` holds; None where it cannot be read."""
        return None if path is None or self.read is None else self.read(path)

    def resolved(self, value: Any) -> Any:
        """``value``, or the value of the parameter that it refers to where one is known."""
        if isinstance(value, dict) and len(value) == 1 and isinstance(value.get("Ref"), str):
            return self.parameters.get(value["Ref"], value)
        return value

    def set_main(self, owner: SamResource, type_: str, properties: Mapping[str, Any], **attributes: Any) -> None:
        """Put the CloudFormation resource in the place of the SAM resource ``owner``."""
        kept = {name: owner.attributes[name] for name in KEPT if name in owner.attributes}
        self.resources[owner.logical_id] = {
            "Type": type_,
            **kept,
            **compact(attributes),
            "Properties": compact(properties),
        }
        self.origins[owner.logical_id] = owner.at

    def add(
        self,
        owner: SamResource,
        logical_id: str,
        type_: str,
        properties: Mapping[str, Any],
        at: str,
        **attributes: Any,
    ) -> str:
        """Add a generated resource caused by the content at ``at``; answers its logical id.

        A resource of that id that the user wrote is kept, and said so; attributes that are None are not inherited.
        """
        if logical_id in self.written:
            self.note(at, f"the template has a resource {logical_id} of its own, so the generated one is left out")
            return logical_id
        inherited = {name: owner.attributes[name] for name in INHERITED if name in owner.attributes}
        content = compact(properties)
        if owner.properties.get("PropagateTags") is True and type_ in TAGGED and "Tags" not in content:
            content["Tags"] = tag_list(owner.properties.get("Tags")) or None
        self.resources[logical_id] = {
            "Type": type_,
            **compact({**inherited, **attributes}),
            "Properties": compact(content),
        }
        self.owners[logical_id] = owner.logical_id
        self.origins[logical_id] = at
        return logical_id

    def own_copy(self, logical_id: str) -> dict[str, Any]:
        """The user's plain resource, copied on first use so that it and its properties can be added to."""
        if logical_id not in self.own_copies:
            resource = mapping(self.resources.get(logical_id))
            self.resources[logical_id] = {**resource, "Properties": {**mapping(resource.get("Properties"))}}
            self.own_copies.add(logical_id)
        copied: dict[str, Any] = self.resources[logical_id]
        return copied

    def depend(self, logical_id: str, on: str) -> None:
        """Let the user's resource depend on a generated one."""
        resource = self.own_copy(logical_id)
        before = resource.get("DependsOn")
        names = before if isinstance(before, list) else [] if is_no_value(before) else [before]
        if on not in names:
            resource["DependsOn"] = [*names, on]

    def negated(self, condition: str) -> str:
        """Name of the condition that holds where ``condition`` does not."""
        return negated(self.conditions, condition)

    def both(self, left: str | None, right: str | None) -> str | None:
        """Name of the condition that holds where both do; None is no condition."""
        return both(self.conditions, left, right)
