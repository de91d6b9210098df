"""What a cloud assembly records of the constructs behind a stack's resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Protocol

from analyzer.records import dataclass
from analyzer.sources.stack_frames import Frame, SourceFiles, user_frame

_LOGICAL_ID = "aws:cdk:logicalId"
_CREATION = "aws:cdk:creationStack"
_TEMPLATE = "aws:cdk:templateFile"
_ACKNOWLEDGED = "aws:cdk:acknowledged-rules"
_TREE_LOGICAL_ID = "aws:cdk:cloudformation:logicalId"


@dataclass(frozen=True, slots=True)
class ConstructInfo:
    """Where a resource comes from: its construct path, and the line of the user's code that created it
    (``source_file`` relative to the working directory where it was found). None is: not recorded."""

    path: str | None
    source_file: str | None
    source_line: int | None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A rule that the CDK application acknowledged for a construct and everything below it, and the line where it did,
    else that of the construct."""

    rule_id: str
    construct_path: str | None
    reason: str | None
    source_file: str | None = None
    source_line: int | None = None


class Tree(Protocol):
    """The assembly's ``tree.json``, which can be large: ``value`` is asked for only when it is needed."""

    @property
    def value(self) -> Any:
        """Its content, or None."""


class ConstructIndex:
    """The constructs of the stack at the construct path ``stack_path``, with its nested stacks.

    ``metadata`` maps construct paths (``/Stack/Fn/Resource``) to lists of entries, in the manifest or in
    ``<Stack>.metadata.json``; ``tree`` is the assembly's construct tree, used for what metadata leaves out.
    A logical id is unique in one template only, so that a nested stack's ids are kept under its ``scope``,
    its construct path; the scope of the stack itself is None.
    """

    def __init__(self, stack_path: str, metadata: object, tree: Tree | None, files: SourceFiles) -> None:
        self._stack_path = stack_path
        self._metadata = metadata if isinstance(metadata, Mapping) else {}
        self._tree = tree
        self._files = files

    def find(self, logical_id: str, scope: str | None, known_path: str | None) -> ConstructInfo:
        """The construct of ``logical_id``; ``known_path`` is the template's own ``aws:cdk:path``."""
        path = known_path or self._paths.get((scope, logical_id)) or self._tree_paths.get((scope, logical_id))
        return ConstructInfo(path, *self._source(self._frame(path) if path else None))

    def scope_of(self, template_file: str, resource_path: str | None) -> str | None:
        """The construct path of the nested stack with the template ``template_file`` (its name in the
        assembly), whose resource in the parent is the construct ``resource_path``."""
        for path, entry in self._entries(_TEMPLATE):
            if entry.get("data") == template_file:
                return path
        return _nested_scope(resource_path) if resource_path else None

    def acknowledgements(self, scope: str | None) -> Iterator[Acknowledgement]:
        """The acknowledged rules that bear on the template of ``scope``, in the order of the assembly: those of
        its own constructs and of constructs around them."""
        for path, entry in self._entries(_ACKNOWLEDGED):
            around = scope is not None and scope.startswith(path + "/")
            if not around and self._scope_around(path) != scope:
                continue
            data = entry.get("data")
            # The CDK records no trace of an acknowledgement, so the line of its construct has to do.
            frame = user_frame(_list(entry.get("trace"))) or self._frame(path) or self._frame(f"{path}/Resource")
            source = self._source(frame)
            for rule, reason in data.items() if isinstance(data, Mapping) else ():
                text = reason if isinstance(reason, str) else None
                yield Acknowledgement(str(rule), path or None, text, *source)

    def _scope_around(self, path: str) -> str | None:
        return path if path in self._scopes else _innermost(path, self._scopes)

    def _frame(self, path: str) -> Frame | None:
        entries = _list(self._metadata.get("/" + path))
        for kind, field in ((_CREATION, "data"), (_CREATION, "trace"), (_LOGICAL_ID, "trace")):
            for entry in entries:
                if isinstance(entry, Mapping) and entry.get("type") == kind:
                    frame = user_frame(_list(entry.get(field)))
                    if frame is not None:
                        return frame
        return None

    def _source(self, frame: Frame | None) -> tuple[str | None, int | None]:
        return (None, None) if frame is None else (self._files.display(frame.file), frame.line)

    def _entries(self, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for path, entries in self._metadata.items():
            for entry in _list(entries):
                if isinstance(entry, Mapping) and entry.get("type") == kind:
                    yield path.removeprefix("/"), entry

    @cached_property
    def _scopes(self) -> frozenset[str]:
        resources = (path for path, _ in self._entries(_LOGICAL_ID))
        nested = {scope for path in resources if (scope := _nested_scope(path))}
        templates = (path for path, _ in self._entries(_TEMPLATE))
        return frozenset(nested.union(templates) - {self._stack_path})

    @cached_property
    def _paths(self) -> dict[tuple[str | None, str], str]:
        return {
            (_innermost(path, self._scopes), entry["data"]): path
            for path, entry in self._entries(_LOGICAL_ID)
            if isinstance(entry.get("data"), str)
        }

    @cached_property
    def _tree_paths(self) -> dict[tuple[str | None, str], str]:
        below = self._stack_path + "/"
        tree = self._tree.value if self._tree else None
        found = [(path, name) for path, name in _tree_resources(tree) if path.startswith(below)]
        scopes = frozenset(scope for path, _ in found if (scope := _nested_scope(path)))
        return {(_innermost(path, scopes), logical_id): path for path, logical_id in found}


def _nested_scope(resource_path: str) -> str | None:
    """``App/Child`` for ``App/Child.NestedStack/Child.NestedStackResource``, the CDK's name for the resource."""
    parent, _, name = resource_path.rpartition("/")
    own = name.removesuffix(".NestedStackResource")
    if own == name or not parent.endswith(f"{own}.NestedStack"):
        return None
    return parent.removesuffix(".NestedStack")


def _innermost(path: str, scopes: frozenset[str]) -> str | None:
    """The longest of ``scopes`` that ``path`` lies below."""
    while "/" in path:
        path = path.rpartition("/")[0]
        if path in scopes:
            return path
    return None


def _tree_resources(tree: object) -> Iterator[tuple[str, str]]:
    """Construct path and logical id of every resource in ``tree.json``."""
    pending = [tree.get("tree")] if isinstance(tree, Mapping) else []
    while pending:
        node = pending.pop()
        if not isinstance(node, Mapping):
            continue
        attributes = node.get("attributes")
        logical_id = attributes.get(_TREE_LOGICAL_ID) if isinstance(attributes, Mapping) else None
        if isinstance(logical_id, str) and isinstance(node.get("path"), str):
            yield node["path"], logical_id
        children = node.get("children")
        pending.extend(children.values() if isinstance(children, Mapping) else ())


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
