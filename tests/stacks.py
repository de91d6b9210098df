"""Applications built in memory for tests of the model and of facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analyzer.model.application import Application
from analyzer.model.template import Resource
from analyzer.sources.assembly import StackFacts
from analyzer.sources.errors import MissingAsset
from analyzer.sources.files import FileTree


@dataclass
class Construct:
    """What an assembly says of a resource: nothing."""

    path: str | None = None
    source_file: str | None = None
    source_line: int | None = None


@dataclass
class Stack:
    """A template that was never in a file."""

    name: str
    document: dict[str, Any]
    nested: dict[str, Stack] = field(default_factory=dict)
    facts: StackFacts = field(default_factory=StackFacts)
    files: dict[str, FileTree] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"{self.name}.template.json"

    def construct(self, logical_id: str) -> Construct:
        return Construct()

    def local_file(self, name: str) -> MissingAsset:
        return MissingAsset("not a file of this test", name)

    def asset(self, resource: Mapping[str, Any], property_path: str) -> FileTree | MissingAsset:
        """The files given for the resource whose metadata says ``aws:asset:path``."""
        path = resource.get("Metadata", {}).get("aws:asset:path")
        return self.files.get(path) or MissingAsset("not an asset of this test", path)


@dataclass
class Source:
    stacks: tuple[Stack, ...]
    name: str = "app"
    kind: str = "template"


def application(*stacks: Stack | dict[str, Any], parameters: dict[str, str] | None = None) -> Application:
    """The application of these stacks; a plain document becomes the stack ``S0``, ``S1``, …"""
    named = tuple(s if isinstance(s, Stack) else Stack(f"S{i}", s) for i, s in enumerate(stacks))
    return Application(Source(named), parameters)  # type: ignore[arg-type]


def resource(app: Application, logical_id: str) -> Resource:
    """The one resource with this logical id."""
    (found,) = [r for r in app.resources() if r.id == logical_id]
    return found


def subject(properties: dict[str, Any], **sections: Any) -> Resource:
    """A lone resource ``X`` with these properties, beside other sections of its template."""
    resources = {"X": {"Type": "Test::Type", "Properties": properties}, **sections.pop("Resources", {})}
    return resource(application({**sections, "Resources": resources}), "X")
