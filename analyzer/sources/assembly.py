"""Inputs as the rest of the analyzer sees them: applications, their stacks, and what lies beside a template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from analyzer.records import dataclass
from analyzer.sources.asset_lookup import find_asset, open_tree
from analyzer.sources.cdk_source import cdk_files
from analyzer.sources.constructs import Acknowledgement, ConstructInfo
from analyzer.sources.document import Document
from analyzer.sources.errors import InputError, InputWarning, MissingAsset, PassedOver
from analyzer.sources.files import FileTree
from analyzer.sources.folder_tree import FolderTree
from analyzer.sources.positions import Position
from analyzer.sources.reading import decode, is_regular_file, read_document
from analyzer.sources.surroundings import Found, StackRecords, Surroundings
from analyzer.sources.template_text import is_template

__all__ = [
    "Acknowledgement",
    "Application",
    "ConstructInfo",
    "Discovery",
    "Document",
    "FileTree",
    "InputError",
    "InputWarning",
    "LocalFile",
    "MissingAsset",
    "PassedOver",
    "Position",
    "StackSource",
]

MAX_NESTED = 500
"""Nested stacks below one top-level stack; a few templates that each name the next twice would be millions."""

_NESTING_TYPES = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}


class LocalFile:
    """A file that a template names: an API definition, a schema, a fragment. ``path`` is for people."""

    def __init__(self, found: Found) -> None:
        self.path = found.display
        self._file = found.path

    def read(self) -> bytes:
        """The file's bytes. Raises :class:`InputError` where it cannot be read."""
        return read_document(self._file, self.path)

    @cached_property
    def document(self) -> Document:
        """The file as JSON or YAML, intrinsics in long form. Raises :class:`InputError` where it is neither."""
        return Document(self.read(), self.path)


@dataclass(frozen=True, slots=True)
class StackFacts:
    """What the cloud assembly says of a stack: its physical name, account, region and given parameter values.
    None is: not said (an environment-agnostic stack, or no assembly)."""

    stack_name: str | None = None
    account: str | None = None
    region: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()


class StackSource:
    """One template and what lies beside it.

    ``name`` is the construct path in a cloud assembly (``Prod/Documents``), else the file's stem or, where two
    of an application have the same, its display path; a nested stack's is its construct path or
    ``<parent's name>/<logical id>``. ``path`` is the template's display path, ``-`` for standard input.
    ``document`` is the template with intrinsics in long form.
    ``logical_id`` is the nested stack's in ``parent``, None for a top-level stack.
    """

    def __init__(
        self,
        name: str,
        template: Document,
        file: Path | None,
        place: Surroundings,
        records: StackRecords,
        *,
        facts: StackFacts | None = None,
    ) -> None:
        self._name = name
        self.file = file
        self.facts = facts or StackFacts()
        self.parent: StackSource | None = None
        self.logical_id: str | None = None
        self._template = template
        self._place = place
        self._records = records
        self._scope: str | None = None
        self._family = _Family()
        self._constructs: dict[str, ConstructInfo] = {}

    def __repr__(self) -> str:
        return f"StackSource({self.name!r}, {self.path!r})"

    @property
    def name(self) -> str:
        """The stack's name; unique in its application save for hostile input."""
        if self.parent is None or self._scope is not None:
            return self._scope or self._name
        return f"{self.parent.name}/{self.logical_id}"

    @property
    def path(self) -> str:
        """Display path of the template."""
        return self._template.path

    @property
    def document(self) -> dict[str, Any]:
        """The template, intrinsics in long form."""
        value: dict[str, Any] = self._template.value
        return value

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of the template's bytes."""
        return self._template.sha256

    @property
    def text(self) -> str:
        """The template as it is written."""
        return decode(self._template.data, self.path)

    @property
    def warnings(self) -> tuple[InputWarning, ...]:
        """Keys written twice."""
        return self._template.warnings

    @property
    def problems(self) -> tuple[InputError, ...]:
        """Files of the assembly about this stack that cannot be read; the template itself was."""
        return self._records.problems if self.parent is None else ()

    def rename(self, name: str) -> None:
        """Call the stack ``name``, as another of its application is called the same."""
        self._name = name

    def position(self, pointer: str) -> Position | None:
        """Where ``pointer`` stands in the template; see :meth:`Document.position`."""
        return self._template.position(pointer)

    def construct(self, logical_id: str) -> ConstructInfo:
        """Construct path and source line of a resource."""
        found = self._constructs.get(logical_id)
        if found is None:
            found = self._constructs[logical_id] = self._construct(logical_id)
        return found

    def _construct(self, logical_id: str) -> ConstructInfo:
        metadata = _mapping(_mapping(self._resources.get(logical_id)).get("Metadata"))
        known = metadata.get("aws:cdk:path")
        return self._records.constructs.find(
            logical_id, self._scope, known if isinstance(known, str) and known else None
        )

    def acknowledgements(self) -> tuple[Acknowledgement, ...]:
        """Rules the CDK application acknowledged for constructs of this stack or around it; each holds for its
        construct path and what is below it."""
        return tuple(self._records.constructs.acknowledgements(self._scope))

    def asset(self, resource: Mapping[str, Any], property_path: str) -> FileTree | MissingAsset:
        """The files that the property ``property_path`` (``Code``, ``Content``, ``CodeUri``, ``Code.ImageUri``;
        dots between names) of ``resource`` (with ``Properties`` and ``Metadata``) names.

        They are looked for by the ``aws:asset:path`` of the resource's metadata, by the object key in the
        cloud assembly's asset manifests, and as a local path. Inline code is not a file: see
        :func:`analyzer.sources.folder_tree.inline`.
        """
        found = find_asset(resource, property_path, self._place, self._records)
        return found if isinstance(found, MissingAsset) else open_tree(found)

    def named(self, resource: Mapping[str, Any], property_path: str) -> Path | None:
        """The real file or folder that :meth:`asset` would open; None where there is none here."""
        found = find_asset(resource, property_path, self._place, self._records)
        return None if isinstance(found, MissingAsset) else found.path

    def local_file(self, name: str) -> LocalFile | MissingAsset:
        """The file ``name``, relative to the template."""
        found = None if "://" in name else self._place.find(name)
        if found is None or not is_regular_file(found.path):
            return MissingAsset("not a file beside the template or in the folders that were given", name)
        return LocalFile(found)

    @property
    def nested(self) -> Mapping[str, StackSource]:
        """The nested stacks whose templates are here, by logical id."""
        return self._nested.stacks

    @property
    def nested_missing(self) -> Mapping[str, MissingAsset]:
        """Why the templates of the other nested stacks are not here, by logical id."""
        return self._nested.missing

    @property
    def nested_errors(self) -> tuple[InputError, ...]:
        """Templates of nested stacks that are here and cannot be read."""
        return self._nested.errors

    def settled(self) -> tuple[object, ...]:
        """All that has been found out by now of what the stack will answer; what it is asked for the first time later
        is looked up on disk then. Nested stacks are found."""
        missing = sorted((logical_id, repr(why)) for logical_id, why in self.nested_missing.items())
        return (
            (self.name, self._scope, self.logical_id, None if self.parent is None else self.parent.path),
            (self.path, self.file, self.sha256, self.warnings, self.facts, self._place),
            (self.nested_errors, missing, [*self.nested]),
            self._records.settled() if self.parent is None else None,  # nested stacks share them
        )

    def family(self) -> Iterator[StackSource]:
        """This stack and all nested below it, parents first."""
        yield self
        for child in self.nested.values():
            yield from child.family()

    @property
    def _resources(self) -> Mapping[str, Any]:
        return _mapping(self.document.get("Resources"))

    @cached_property
    def _nested(self) -> _Nested:
        stacks: dict[str, StackSource] = {}
        missing: dict[str, MissingAsset] = {}
        errors: list[InputError] = []
        for logical_id, resource in self._resources.items():
            try:
                child = self._child(logical_id, _mapping(resource))
            except InputError as error:
                errors.append(error)
                continue
            if isinstance(child, MissingAsset):
                missing[logical_id] = child
            elif child is not None:
                stacks[logical_id] = child
        return _Nested(stacks, missing, tuple(errors))

    def _child(self, logical_id: str, resource: Mapping[str, Any]) -> StackSource | MissingAsset | None:
        kind = resource.get("Type")
        property_name = _NESTING_TYPES.get(kind) if isinstance(kind, str) else None
        if property_name is None:
            return None
        found = find_asset(resource, property_name, self._place, self._records)
        if isinstance(found, MissingAsset):
            return found
        if not is_regular_file(found.path):
            return MissingAsset("not a file", found.display)
        if any(stack.file == found.path for stack in self._ancestors()):
            return MissingAsset("the template contains itself", found.display)
        if self._family.members >= MAX_NESTED:
            return MissingAsset(f"more than {MAX_NESTED} nested stacks", found.display)
        return self._adopt(logical_id, found)

    def _adopt(self, logical_id: str, found: Found) -> StackSource:
        scope = self._scope_of(logical_id, found)
        template = self._family.template(found)
        place = self._place.beside(found)
        child = StackSource(logical_id, template, found.path, place, self._records)
        child.parent, child.logical_id = self, logical_id
        child._scope = scope
        child._family = self._family
        self._family.members += 1
        return child

    def _scope_of(self, logical_id: str, found: Found) -> str | None:
        return self._records.constructs.scope_of(found.path.name, self.construct(logical_id).path)

    def _ancestors(self) -> Iterator[StackSource]:
        stack: StackSource | None = self
        while stack is not None:
            yield stack
            stack = stack.parent


@dataclass(frozen=True, slots=True)
class _Nested:
    stacks: dict[str, StackSource]
    missing: dict[str, MissingAsset]
    errors: tuple[InputError, ...]


class _Family:
    """What a top-level stack shares with its nested stacks: each template is parsed once."""

    def __init__(self) -> None:
        self.members = 0
        self._templates: dict[Path, Document] = {}

    def template(self, found: Found) -> Document:
        if found.path not in self._templates:
            document = Document(read_document(found.path, found.display), found.display)
            if not is_template(document.value):
                raise InputError(found.display, "not a CloudFormation template, although a nested stack names it")
            self._templates[found.path] = document
        return self._templates[found.path]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


@dataclass
class Application:
    """What is judged together. ``path`` is the display path of the assembly, template, folder or source.

    ``stacks`` are the top-level ones, in the order of the manifest and including those of nested assemblies
    (Stages), or of the files' paths. ``source_root`` is the folder of the CDK source, None where it is not
    known. ``errors`` are the parts that could not be read.
    """

    name: str
    kind: Literal["cloud-assembly", "template", "cdk-source"]
    path: str
    stacks: tuple[StackSource, ...] = ()
    source_root: FileTree | None = None
    errors: tuple[InputError, ...] = ()
    source_names: tuple[str, ...] | None = None
    """The files of ``source_root`` to judge, where not all of those that import the CDK are."""

    def settled(self) -> tuple[object, ...]:
        """All that has been found out by now of what the application is; see :meth:`StackSource.settled`. Two that are
        equal in it, and find the same on disk, are equal."""
        root = self.source_root
        source = None if root is None else (root.display, root.folder if isinstance(root, FolderTree) else repr(root))
        files = self.__dict__.get("cdk_files")
        return (
            (self.name, self.kind, self.path, self.errors, source, self.source_names, files),
            tuple(stack.settled() for stack in self.all_stacks()),
        )

    def all_stacks(self) -> Iterator[StackSource]:
        """Every stack, nested ones after their parents."""
        for stack in self.stacks:
            yield from stack.family()

    @cached_property
    def cdk_files(self) -> tuple[str, ...]:
        """Names in ``source_root`` of the source files to judge: those that import the CDK. Searches the
        folder when it is first asked for."""
        if self.source_names is not None:
            return self.source_names
        return () if self.source_root is None else cdk_files(self.source_root)


@dataclass(frozen=True, slots=True)
class Discovery:
    """All inputs. ``errors`` are all of them, those of the applications included, each once."""

    applications: tuple[Application, ...]
    errors: tuple[InputError, ...]
    passed_over: tuple[PassedOver, ...]
