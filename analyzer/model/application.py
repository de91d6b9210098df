"""The whole application: every template of an assembly or folder, joined by exports, nested stacks and names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.model.names import Names
from analyzer.model.template import Resource, Template
from analyzer.model.value import Known, Reference, Text, Unknown, Value, parts_of, references

if TYPE_CHECKING:
    from analyzer.sources.assembly import Application as SourceApplication
    from analyzer.sources.assembly import StackSource

MOST_NESTING = 8
Parameters = Mapping[str, str]


class Application:
    """What is deployed together and judged as one."""

    def __init__(
        self,
        source: SourceApplication,
        parameters: Parameters | None = None,
        configured: Mapping[str, Parameters] | None = None,
    ) -> None:
        self.source = source
        self.name = source.name
        self.kind = source.kind
        self.parameters = parameters or {}
        self._configured = configured or {}
        self.templates: dict[str, Template] = {}
        self._nested: dict[tuple[str, str], Template] = {}
        for stack in source.stacks:
            self._add(stack, stack.name, None, 0)

    def _add(self, source: StackSource, key: str, parent: Resource | None, depth: int) -> Template:
        unique, number = key, 2
        while unique in self.templates:
            unique, number = f"{key}#{number}", number + 1
        given = self._given(source) if parent is None else {}
        template = Template(self, unique, source, given=given, parent=parent)
        self.templates[unique] = template
        for logical_id, child in source.nested.items() if depth < MOST_NESTING else ():
            if logical_id in template.resources:
                nested = self._add(child, f"{unique}/{logical_id}", template.resources[logical_id], depth + 1)
                self._nested[unique, logical_id] = nested
        return template

    def _given(self, source: StackSource) -> dict[str, str]:
        return {**dict(source.facts.parameters), **self._configured.get(source.name, {}), **self.parameters}

    def resources(self, *types: str) -> tuple[Resource, ...]:
        """The resources of these types (all without), stack by stack in the order of their ids."""
        if not types:
            return self._everything
        if len(types) == 1:
            return self._by_type.get(types[0], ())
        found = [resource for type in dict.fromkeys(types) for resource in self._by_type.get(type, ())]
        return tuple(sorted(found, key=self._rank.__getitem__)) if found else ()

    @cached_property
    def _everything(self) -> tuple[Resource, ...]:
        return tuple([resource for template in self.templates.values() for resource in template.resources.values()])

    @cached_property
    def _rank(self) -> dict[Resource, int]:
        return {resource: rank for rank, resource in enumerate(self._everything)}

    @cached_property
    def _by_type(self) -> dict[str, tuple[Resource, ...]]:
        found: dict[str, list[Resource]] = {}
        for resource in self._everything:
            found.setdefault(resource.type, []).append(resource)
        return {type: tuple(resources) for type, resources in found.items()}

    def resource(self, reference: Reference) -> Resource | None:
        """The resource behind a reference; None for pseudo parameters and what cannot exist."""
        template = self.templates.get(reference.stack)
        return template.resources.get(reference.logical_id) if template else None

    def behind(self, value: Value, *types: str) -> Resource | None:
        """The one resource that a value names: by reference, ARN, URL or physical name; None if none or several."""
        return self.names.resource(value, types)

    def mentioned(self, value: Value) -> list[Resource]:
        """Every resource that flowed into the value, in order and once each."""
        found = (self.resource(reference) for reference in references(value))
        return list(dict.fromkeys(resource for resource in found if resource is not None))

    @cached_property
    def names(self) -> Names:
        """ARNs, names and identity of everything in the application."""
        return Names(self)

    # --- joins between stacks -------------------------------------------------------------------------

    def nested_output(self, template: Template, logical_id: str, output: str) -> Value:
        """``Fn::GetAtt: [nested, Outputs.name]``."""
        child = self._nested.get((template.key, logical_id))
        if child is None:
            return Unknown(f"the template of nested stack {logical_id}", ("nested", template.key, logical_id, output))
        return child.output(output)

    def exported(self, name: Value) -> Value:
        """The value exported under ``name`` by exactly one stack of the application."""
        label = str(name.value) if isinstance(name, Known) else str(name)
        needs = Unknown(f"the value that another stack exports as {label}", ("export", label))
        if not isinstance(name, Known | Text):
            return needs
        values = [template.output(output) for template, output in self._exporting(name)]
        if len(values) != 1:
            return needs
        return values[0]

    def _exporting(self, name: Known | Text) -> Iterable[tuple[Template, str]]:
        exact = self._exports.get(self._export_key(name), [])
        return exact or self._by_stack_name(name)

    def _by_stack_name(self, name: Known | Text) -> list[tuple[Template, str]]:
        """Exports called ``${AWS::StackName}-suffix`` whose template is called what the importer says."""
        return [
            found
            for key, exports in self._exports.items()
            for found in exports
            if "".join(_named(part, found[0]) for part in key) == (name.value if isinstance(name, Known) else None)
        ]

    @cached_property
    def _exports(self) -> dict[tuple[object, ...], list[tuple[Template, str]]]:
        found: dict[tuple[object, ...], list[tuple[Template, str]]] = {}
        for template in self.templates.values():
            for output, raw in template.section("Outputs").items():
                export = raw.get("Export") if isinstance(raw, Mapping) else None
                if isinstance(export, Mapping) and "Name" in export:
                    key = self._export_key(template.resolver.value(export["Name"]))
                    found.setdefault(key, []).append((template, output))
        return found

    def _export_key(self, name: Value) -> tuple[object, ...]:
        return tuple(parts_of(name) or [name])


def _named(part: object, template: Template) -> str:
    if isinstance(part, Reference) and part.logical_id == "AWS::StackName":
        return template.name
    return part if isinstance(part, str) else "\0"


def load(
    source: SourceApplication,
    parameters: Parameters | None = None,
    configured: Mapping[str, Parameters] | None = None,
) -> Application:
    """The application behind what was read. ``parameters`` hold for every top-level stack and win over those that are
    ``configured`` for each by its name, and these over what the cloud assembly says."""
    return Application(source, parameters, configured)
