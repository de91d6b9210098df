"""Source of CDK applications: which files import the CDK, and which folder is the application's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from analyzer.sources.files import FileTree
from analyzer.sources.folder_tree import FolderTree
from analyzer.sources.reading import display_path, exists, is_inside, is_regular_file, real
from analyzer.sources.walking import is_assembly, is_searched

SOURCE_SUFFIXES = (".ts", ".js", ".mjs", ".cjs", ".tsx", ".py")
_TYPESCRIPT = (".ts", ".tsx")
_JAVASCRIPT = (".js", ".mjs", ".cjs")
_COMPILED = b"__esModule"
_DECLARATIONS = (".d.ts", ".min.js")
_LARGEST_SOURCE = 2 * 1024 * 1024
_WORDS = (b"aws-cdk-lib", b"@aws-cdk/", b"aws_cdk", b"constructs")
_JAVASCRIPT_IMPORT = re.compile(
    rb"""(?:\bfrom|\brequire\s*\(|\bimport\s*\(|\bimport)\s*["'](?:(?:aws-cdk-lib|constructs)["'/]|@aws-cdk/\w)"""
)
_PYTHON_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+|import[ \t]+(?:\w[\w., \t]*,[ \t]*)?)(?:aws_cdk|constructs)\b", re.M
)
_LEVELS_OUTSIDE = 3


def is_source_name(name: str) -> bool:
    """Whether a file called ``name`` can be CDK source."""
    return name.endswith(SOURCE_SUFFIXES) and not name.endswith(_DECLARATIONS)


def imports_cdk(name: str, data: bytes) -> bool:
    """Whether the source file ``name`` imports ``aws-cdk-lib``, ``aws_cdk``, ``@aws-cdk/*`` or ``constructs``."""
    if len(data) > _LARGEST_SOURCE or not any(word in data for word in _WORDS):
        return False
    pattern = _PYTHON_IMPORT if name.endswith(".py") else _JAVASCRIPT_IMPORT
    return pattern.search(data) is not None


def cdk_files(tree: FileTree) -> tuple[str, ...]:
    """The names of ``tree`` that import the CDK, sorted, without what the TypeScript compiler wrote."""
    names = [name for name in tree.names() if is_source_name(name) and imports_cdk(name, tree.read(name) or b"")]
    return tuple(originals(names, tree))


def originals(names: Iterable[str], tree: FileTree) -> list[str]:
    """``names`` without JavaScript that was compiled from TypeScript among them: beside its source, or in
    another folder under the same name and with the compiler's mark."""
    every = list(names)
    written = {_stem(name) for name in every if name.endswith(_TYPESCRIPT)}
    stems = {stem.rpartition("/")[2] for stem in written}

    def compiled(name: str) -> bool:
        if not name.endswith(_JAVASCRIPT) or _stem(name).rpartition("/")[2] not in stems:
            return False
        return _stem(name) in written or _COMPILED in (tree.read(name) or b"")

    return [name for name in every if not compiled(name)]


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def source_tree(root: Path, cwd: Path) -> FolderTree:
    """The files of a CDK application without packages, environments and cloud assemblies."""
    return FolderTree(root, display_path(root, cwd), searched=is_searched)


def app_folder(start: Path, cwd: Path) -> Path | None:
    """The nearest folder with a ``cdk.json``, from ``start`` upwards.

    The search ends at the working directory or at the top of a repository; from a folder that is outside of
    the working directory it goes ``_LEVELS_OUTSIDE`` up.
    """
    top = real(cwd)
    folder = real(start)
    levels = len(folder.parts) if is_inside(folder, top) else _LEVELS_OUTSIDE
    for candidate in (folder, *folder.parents)[: levels + 1]:
        if is_regular_file(candidate / "cdk.json"):
            return candidate
        if candidate == top or exists(candidate / ".git"):
            return None
    return None


def assembly_source(assembly: Path, cwd: Path) -> Path | None:
    """The folder of the application that wrote ``assembly``: that of the ``cdk.json`` beside or above it, or
    the folder that holds the assembly if source files that import the CDK are in it."""
    beside = real(assembly).parent
    found = app_folder(beside, cwd)
    if found is not None:
        return found
    files = (path for path in sorted(beside.glob("*")) if is_source_name(path.name) and is_regular_file(path))
    tree = FolderTree(beside, "")
    return beside if any(imports_cdk(path.name, tree.read(path.name) or b"") for path in files) else None


def own_files(assembly: Path, folder: Path) -> tuple[str, ...] | None:
    """The source files that wrote ``assembly``, where ``folder`` holds several applications: those that the assembly is
    named after, as ``integ.queue.js.snapshot`` is after ``integ.queue.ts``.

    None where nothing tells them apart, so that all source in ``folder`` is the assembly's.
    """
    own = real(assembly)
    if own.parent != folder or is_regular_file(folder / "cdk.json"):
        return None
    assemblies = [each.name for each in sorted(folder.iterdir()) if is_assembly(each)]
    files = [each.name for each in sorted(folder.iterdir()) if is_source_name(each.name)]
    named = {name: [file for file in files if name.startswith(f"{_stem(file)}.")] for name in assemblies}
    return tuple(named[own.name]) if len(assemblies) > 1 and any(named.values()) else None
