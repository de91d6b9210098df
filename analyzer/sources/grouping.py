"""Which templates make one application."""

from __future__ import annotations

import os
import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from analyzer.sources.assembly import Application, StackSource
from analyzer.sources.reading import display_path
from analyzer.sources.template_text import HOLE, function_calls, skeleton

_SHORTEST_NAME = 3


def template_applications(stacks: Sequence[StackSource], cwd: Path) -> list[Application]:
    """One application for the templates of each folder; folders are joined by a nested stack's local template
    and by an export that one folder only makes and another imports.

    A template that is another's nested stack is judged there, and left out here.
    """
    top = _without_children(stacks)
    folders = _Partition(_folder(stack) for stack in top)
    for stack in top:
        for member in stack.family():
            folders.join(_folder(stack), _folder(member))
    _join_exports(top, folders)
    groups: dict[Path, list[StackSource]] = defaultdict(list)
    for stack in top:
        groups[folders.of(_folder(stack))].append(stack)
    return [_application(group, cwd) for group in groups.values()]


def _without_children(stacks: Sequence[StackSource]) -> list[StackSource]:
    """``stacks`` without those that others nest; of two that nest each other the first stays."""
    below = {
        stack.file: {member.file for member in stack.family() if member is not stack} - {stack.file} for stack in stacks
    }
    above: dict[Path | None, list[Path | None]] = defaultdict(list)
    for parent, children in below.items():
        for child in children:
            above[child].append(parent)
    order = {stack.file: index for index, stack in enumerate(stacks)}

    def has_parent(stack: StackSource) -> bool:
        file = stack.file
        return any(not (parent in below[file] and order[file] < order[parent]) for parent in above.get(file, ()))

    return [stack for stack in stacks if not has_parent(stack)]


def _join_exports(stacks: Sequence[StackSource], folders: _Partition) -> None:
    exporters: dict[str, set[Path]] = defaultdict(set)
    for stack in stacks:
        for member in stack.family():
            for name in _exports(member):
                exporters[name].add(folders.of(_folder(stack)))
    for stack in stacks if exporters else ():
        for member in stack.family():
            for name in _imports(member):
                homes = {folders.of(home) for home in exporters.get(name, ())}
                # With several the import says nothing: copies of one application export the same names.
                if len(homes) == 1:
                    folders.join(_folder(stack), homes.pop())


def _exports(stack: StackSource) -> Iterator[str]:
    outputs = stack.document.get("Outputs")
    for output in outputs.values() if isinstance(outputs, dict) else ():
        export = output.get("Export") if isinstance(output, dict) else None
        if isinstance(export, dict):
            yield from _telling(export.get("Name"))


def _imports(stack: StackSource) -> Iterator[str]:
    for name, argument in function_calls(stack.document):
        if name == "Fn::ImportValue":
            yield from _telling(argument)


def _telling(value: object) -> Iterator[str]:
    """The text of an export's name, if enough of it is literal to compare."""
    text = skeleton(value)
    if len(text.replace(HOLE, "").strip("-:/_ ")) >= _SHORTEST_NAME:
        yield text


def _tell_apart(stacks: list[StackSource]) -> None:
    names = Counter(stack.name for stack in stacks)
    for stack in stacks:
        if names[stack.name] > 1:
            stack.rename(stack.path)


def _application(stacks: list[StackSource], cwd: Path) -> Application:
    _tell_apart(stacks)
    errors = [error for stack in stacks for member in stack.family() for error in member.nested_errors]
    if len(stacks) == 1:
        name, path = stacks[0].name, stacks[0].path
    elif any(stack.file is None for stack in stacks):
        path = posixpath.commonprefix([f"{posixpath.dirname(stack.path)}/" for stack in stacks]).rpartition("/")[0]
        name, path = path.rpartition("/")[2], path or "-"
    else:
        folder = Path(os.path.commonpath([_folder(stack) for stack in stacks]))
        name, path = folder.name, display_path(folder, cwd)
    return Application(name, "template", path, tuple(stacks), errors=tuple(dict.fromkeys(errors)))


def _folder(stack: StackSource) -> Path:
    """Where a template lies; that of a URL is a folder by its name only, and standard input is one of its own."""
    return stack.file.parent if stack.file else Path(posixpath.dirname(stack.path) or "-")


class _Partition:
    """Disjoint sets of folders, each known by one of its members."""

    def __init__(self, members: Iterator[Path]) -> None:
        self._parents = {member: member for member in members}

    def of(self, member: Path) -> Path:
        self._parents.setdefault(member, member)
        while self._parents[member] != member:
            member = self._parents[member]
        return member

    def join(self, one: Path, other: Path) -> None:
        first, second = sorted((self.of(one), self.of(other)))
        self._parents[second] = first
