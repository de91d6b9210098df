"""From what a search found to applications: which source belongs to which assembly, which templates together."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from pathlib import Path
from typing import Protocol

from analyzer.records import dataclass
from analyzer.sources.assembly import Application, StackSource
from analyzer.sources.candidates import plain_stack, read_named
from analyzer.sources.cdk_source import app_folder, originals, source_tree
from analyzer.sources.cloud_assembly import load_assembly, outermost_assembly, stack_errors
from analyzer.sources.errors import InputError
from analyzer.sources.folder_tree import FolderTree
from analyzer.sources.grouping import template_applications
from analyzer.sources.reading import display_path, is_inside, read_document, real


@dataclass
class FoundAssembly:
    """A cloud assembly as it was named, and those of its templates that were named one by one (files' real
    paths); None is: all of it."""

    folder: Path
    only: set[Path] | None = None


class Found(Protocol):
    """What a search found; see :class:`analyzer.sources.discovery.Search`."""

    cwd: Path
    assemblies: dict[Path, FoundAssembly]
    templates: list[StackSource]
    sources: list[tuple[Path, Path | None]]


def gather(found: Found) -> tuple[list[Application], list[InputError]]:
    """The applications, assemblies first and each sort by its path, whatever the order in which they were named; and
    what could not be read outside of them."""
    errors: list[InputError] = []
    assemblies = _assemblies(found, errors)
    judged = _judge_source_once(assemblies)
    templates = template_applications(sorted(found.templates, key=lambda stack: posixpath.split(stack.path)), found.cwd)
    return assemblies + templates + _source_applications(found, judged), errors


def _assemblies(found: Found, errors: list[InputError]) -> list[Application]:
    applications = []
    for folder, assembly in sorted(found.assemblies.items()):
        if _is_part_of_another(folder, found):
            continue
        try:
            application = load_assembly(assembly.folder, found.cwd)
        except InputError as error:
            errors.append(error)
            continue
        if assembly.only is not None:
            _keep_only(application, assembly.only, found, errors)
        if assembly.only is None or application.stacks:
            applications.append(application)
    return applications


def _is_part_of_another(folder: Path, found: Found) -> bool:
    """Whether ``folder`` is nested in an assembly that was found and is read as a whole."""
    outermost = outermost_assembly(folder)
    around = found.assemblies.get(outermost)
    return outermost != folder and around is not None and around.only is None


def _keep_only(application: Application, named: set[Path], found: Found, errors: list[InputError]) -> None:
    """Reduce an assembly to the templates that were named. Those that its manifest does not know are plain
    templates; one that is nested in another that was named is judged there."""
    members = [member for member in application.all_stacks() if member.file in named]
    kept = [member for member in members if not any(ancestor in members for ancestor in _ancestors(member))]
    for file in sorted(named - {member.file for member in members}):
        display = display_path(file, found.cwd)
        try:
            template = read_named(read_document(file, display), display)
        except InputError as error:
            errors.append(error)
        else:
            found.templates.append(plain_stack(template, file, None, found.cwd))
    application.stacks = tuple({member.file: member for member in kept}.values())
    application.errors = tuple(dict.fromkeys(error for stack in kept for error in stack_errors(stack)))


def _ancestors(stack: StackSource) -> list[StackSource]:
    found = []
    while stack.parent is not None:
        stack = stack.parent
        found.append(stack)
    return found


class _Judged:
    """Source that is judged with an assembly: folders as a whole, or single files of them."""

    def __init__(self) -> None:
        self.folders: set[Path] = set()
        self._whole: set[Path] = set()
        self._files: set[Path] = set()

    def take(self, folder: Path, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """Those of ``names`` (None: of all files) that no assembly had taken before."""
        self.folders.add(folder)
        if folder in self._whole:
            return ()
        if names is None:
            self._whole.add(folder)
            return None
        fresh = tuple(name for name in names if folder / name not in self._files)
        self._files |= {folder / name for name in names}
        return fresh

    def has(self, root: Path, file: Path) -> bool:
        """Whether a file of the application in ``root`` is judged with an assembly."""
        return root in self._whole or file in self._files


def _judge_source_once(assemblies: list[Application]) -> _Judged:
    """Source that several assemblies were made from is judged with the first of them."""
    judged = _Judged()
    for application in assemblies:
        if isinstance(application.source_root, FolderTree):
            application.source_names = judged.take(application.source_root.folder, application.source_names)
    return judged


def _source_applications(found: Found, judged: _Judged) -> list[Application]:
    """One application for each folder with CDK source that belongs to none of the assemblies."""
    groups: dict[Path, list[Path]] = defaultdict(list)
    for file, searched in found.sources:
        root = app_folder(file.parent, found.cwd) or _around(file, judged.folders)
        if root is None:
            root = file.parent if searched is None else real(searched)
        if not judged.has(root, file):
            groups[root].append(file)
    return [_source_application(root, files, found.cwd) for root, files in sorted(groups.items())]


def _around(file: Path, folders: set[Path]) -> Path | None:
    """The innermost of ``folders`` that ``file`` is in."""
    return max((folder for folder in folders if is_inside(file, folder)), key=lambda it: len(it.parts), default=None)


def _source_application(root: Path, files: list[Path], cwd: Path) -> Application:
    tree = source_tree(root, cwd)
    names = tuple(originals(sorted(file.relative_to(root).as_posix() for file in files), tree))
    display = display_path(root / names[0] if len(names) == 1 else root, cwd)
    return Application(
        name=root.name,
        kind="cdk-source",
        path=display,
        source_root=tree,
        source_names=names,
    )
