"""One template: its resources, parameters, outputs, and what its references mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analyzer.judgement import TemplatePlace
from analyzer.model.conditions import Conditions
from analyzer.model.expansion import expand
from analyzer.model.framework import framework_of
from analyzer.model.intrinsics import Resolver
from analyzer.model.node import Node
from analyzer.model.parameters import parameter_value
from analyzer.model.value import ABSENT, Guard, Known, Reference, Text, Unknown, Value
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.data.framework import FrameworkOwned
    from analyzer.model.application import Application
    from analyzer.sources.assembly import StackSource
    from analyzer.sources.errors import MissingAsset
    from analyzer.sources.files import FileTree

NESTED_STACK = "AWS::CloudFormation::Stack"
SERVERLESS = "AWS::Serverless-2016-10-31"


class Resource:
    """One resource. ``id`` is its logical id in the (expanded) template; ``logical_id`` the one the user wrote."""

    __slots__ = ("guards", "id", "logical_id", "node", "properties", "template", "type")

    def __init__(self, template: Template, id: str, node: Node, guards: tuple[Guard, ...]) -> None:
        self.template = template
        self.id = id
        self.logical_id = template.owners.get(id, id)
        self.node = node
        self.type = str(node.raw.get("Type", "")) if isinstance(node.raw, Mapping) else ""
        self.properties = node["Properties"]
        self.guards = guards

    def __repr__(self) -> str:
        return f"<{self.type} {self.stack}/{self.id}>"

    def __getitem__(self, name: str) -> Node:
        """The property ``name``; a missing node where it is not written."""
        return self.properties[name]

    @property
    def stack(self) -> str:
        """Key of its stack."""
        return self.template.key

    @property
    def place(self) -> TemplatePlace:
        """Where it is declared."""
        return self.node.place

    @property
    def reference(self) -> Reference:
        """What a ``Ref`` to it evaluates to."""
        return Reference(self.template.key, self.id)

    @property
    def generated(self) -> bool:
        """Whether an expansion (SAM) wrote it for a resource of the user's."""
        return self.id in self.template.owners

    @property
    def owner(self) -> Resource:
        """What a person would change: the resource that was expanded into this one, or this one itself."""
        return self.template.resources.get(self.logical_id, self) if self.generated else self

    def asset(self, name: str) -> FileTree | MissingAsset:
        """The files that the property ``name`` (``Code``, ``Content``) names; functions that can only mean one literal
        (``Fn::Sub`` without a variable, ``Fn::If`` on what is always so) are read as that literal."""
        raw = self.node.raw if isinstance(self.node.raw, Mapping) else {}
        return self.template.source.asset({**raw, "Properties": {name: self[name].written_out}}, name)

    @property
    def framework(self) -> FrameworkOwned | None:
        """Which of CDK's own additions it is part of, with the construct properties that cause it; None for others."""
        known = self.template.frameworks
        if self.id not in known:
            known[self.id] = framework_of(self)
        return known[self.id]

    @property
    def construct_path(self) -> str | None:
        """The CDK construct path, where the assembly tells it."""
        return self.template.source.construct(self.logical_id).path


@dataclass(frozen=True, slots=True)
class Entry:
    """A parameter, an output or the template itself, as the subject of a judgement."""

    stack: str
    logical_id: str
    type: str  # "Parameter", "Output" or "Template"
    node: Node

    @property
    def place(self) -> TemplatePlace:
        """Where it is declared."""
        return self.node.place


class Template:
    """One template of an application, with the values its parameters have there.

    ``parent`` is the stack resource that nests it. ``given`` holds parameter values for its top-level stack.
    """

    def __init__(
        self,
        application: Application,
        key: str,
        source: StackSource,
        *,
        given: Mapping[str, str] | None = None,
        parent: Resource | None = None,
    ) -> None:
        self.application = application
        self.key = key
        self.source = source
        self.given = given or {}
        self.parent = parent
        self._environment = _environment(source)
        expanded = expand(source.document, self.given, self._read_beside)
        self.document = expanded.document
        self.owners = expanded.owners
        self.notes = expanded.notes
        self._origins = expanded.origins
        self._written = expanded.written
        self.frameworks: dict[str, FrameworkOwned | None] = {}
        """What is known of resources as CDK's own additions, by their ids: every rule asks."""
        self._parameters: dict[str, Value] = {}
        self.resolver = Resolver(self)
        self.conditions = Conditions(key, self.section("Conditions"), self.resolver.value)

    def __repr__(self) -> str:
        return f"<Template {self.key}>"

    def _read_beside(self, name: str) -> Any:
        """The parsed content of a file that the template names; None where it cannot be read."""
        from analyzer.sources.errors import InputError, MissingAsset

        found = self.source.local_file(name)
        if isinstance(found, MissingAsset):
            return None
        try:
            return found.document.value
        except InputError:
            return None

    @property
    def name(self) -> str:
        """The stack's name for people."""
        return self.source.name

    def section(self, name: str) -> Mapping[str, Any]:
        """A top-level section; empty where it is missing or malformed."""
        section = self.document.get(name)
        return section if isinstance(section, Mapping) else {}

    @property
    def serverless(self) -> bool:
        """Whether the template is written for AWS SAM, so that ``sam build`` may come before its deployment."""
        transform = self.source.document.get("Transform")
        return SERVERLESS in (transform if isinstance(transform, list) else [transform])

    @property
    def mappings(self) -> Mapping[str, Any]:
        """The ``Mappings`` section."""
        return self.section("Mappings")

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """The resources that can exist, by logical id and in its order: the order written means nothing, so what is
        said of the first of several equals must not depend on it."""
        return dict(self._read_resources())

    def _read_resources(self) -> Iterator[tuple[str, Resource]]:
        for logical_id, raw in sorted(self.section("Resources").items()):
            if not isinstance(raw, Mapping) or not isinstance(raw.get("Type"), str):
                continue
            condition = raw.get("Condition")
            guards: tuple[Guard, ...] = ()
            if isinstance(condition, str):
                decided = self.conditions.decide(condition)
                if decided is False:
                    continue
                guards = () if decided else (self.conditions.guard(condition, True),)
            pointer = self._origins.get(logical_id) or self.written_at(raw) or f"/Resources/{logical_id}"
            yield logical_id, Resource(self, logical_id, Node(self, raw, pointer, guards), guards)

    def entries(self, section: str) -> Iterator[Entry]:
        """The parameters (``Parameters``) or outputs (``Outputs``) as subjects."""
        for name, raw in self.section(section).items():
            yield Entry(self.key, str(name), section[:-1], Node(self, raw, f"/{section}/{name}"))

    @property
    def itself(self) -> Entry:
        """The template as a subject; its logical id is the stack's name."""
        return Entry(self.key, self.name, "Template", Node(self, self.document, ""))

    def written_at(self, raw: Any) -> str | None:
        """The pointer at which the user wrote a container that an expansion carried over."""
        return self._written.get(id(raw)) if self._written else None

    # --- what references mean -------------------------------------------------------------------------

    def ref(self, name: str) -> Value:
        """The value of ``Ref: name``."""
        if name.startswith("AWS::"):
            return self._pseudo(name)
        if name in self.section("Parameters"):
            return self.parameter(name)
        if name in self.section("Resources"):
            return Reference(self.key, name)
        return Unknown(f"{name}, which the template does not declare", ("name", self.key, name))

    def _pseudo(self, name: str) -> Value:
        if name == "AWS::NoValue":
            return ABSENT
        if name in self._environment:
            return Known(self._environment[name])
        shared = name in ("AWS::Region", "AWS::AccountId", "AWS::Partition", "AWS::URLSuffix")
        return Reference("" if shared else self.key, name)

    def parameter(self, name: str) -> Value:
        """The value of a parameter: passed by the parent stack, given, its default, or what it may be."""
        if name not in self._parameters:
            self._parameters[name] = Unknown(f"parameter {name}, which depends on itself")
            self._parameters[name] = self._parameter(name)
        return self._parameters[name]

    def _parameter(self, name: str) -> Value:
        declared = self.section("Parameters").get(name)
        declared = declared if isinstance(declared, Mapping) else {}
        if self.parent is not None:
            passed = self.parent["Parameters"][name]
            if passed:
                return passed.value
        return parameter_value(self.key, name, declared, self.given.get(name))

    def attribute(self, logical_id: str, attribute: str) -> Value:
        """The value of ``Fn::GetAtt: [logical_id, attribute]``; a nested stack's output is followed."""
        raw = self.section("Resources").get(logical_id)
        if not isinstance(raw, Mapping):
            return Unknown(f"{logical_id}, which the template does not declare", ("name", self.key, logical_id))
        if raw.get("Type") == NESTED_STACK and attribute.startswith("Outputs."):
            return self.application.nested_output(self, logical_id, attribute.removeprefix("Outputs."))
        return Reference(self.key, logical_id, attribute)

    def output(self, name: str) -> Value:
        """The value of an output; Unknown where there is none."""
        raw = self.section("Outputs").get(name)
        if not isinstance(raw, Mapping) or "Value" not in raw:
            return Unknown(f"output {name} of {self.key}, which is not declared", ("output", self.key, name))
        return self.resolver.value(raw["Value"])

    def imported(self, name: Value) -> Value:
        """The value that another stack of the application exports under ``name``."""
        return self.application.exported(name)

    def arn_of(self, reference: Reference) -> Text | None:
        """The ARN behind a reference that evaluates to one, with its structure."""
        return self.application.names.arn_of(reference)


def _environment(source: StackSource) -> dict[str, str]:
    """The pseudo parameters that the cloud assembly settles."""
    facts = source.facts
    settled = {"AWS::AccountId": facts.account, "AWS::Region": facts.region, "AWS::StackName": facts.stack_name}
    return {name: value for name, value in settled.items() if value is not None}
