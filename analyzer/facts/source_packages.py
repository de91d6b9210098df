"""Packages that CDK source imports, and whether a manifest of the application asks for them.

A build still comes: what ``package.json`` or ``requirements.txt`` names will be installed, development dependencies
included, because synthesis runs where they are.
"""

from __future__ import annotations

import ast
import configparser
import json
import posixpath
import re
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from analyzer.code.js_modules import package_name
from analyzer.code.program import Import
from analyzer.code.python_modules import Library
from analyzer.facts import node_packages, python_packages
from analyzer.facts.ecosystem import Manifest
from analyzer.facts.source import Source, SourceImport, SourceSubject, is_test
from analyzer.records import dataclass
from analyzer.sources.files import FileTree
from analyzer.sources.folder_tree import MemoryTree

_SECTIONS: Final = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_WITH_CDK: Final = frozenset(
    {"attr", "attrs", "cattr", "cattrs", "constructs", "dateutil", "importlib_resources", "jsii", "publication",
     "typeguard", "typing_extensions"}
)  # fmt: skip
"""What ``aws-cdk-lib`` and the ``jsii`` below it bring along."""

_MOST_BYTES: Final = 4 * 1024 * 1024
_REQUIREMENTS: Final = re.compile(r"(?:^|[-_.])requirements(?:[-_.].*)?\.(?:txt|in)$|^requirements.*\.(?:txt|in)$")
_NAME: Final = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:$|[\[<>=!~;@ #(,])")
_EGG: Final = re.compile(r"#egg=([A-Za-z0-9._-]+)")
_LOCKS: Final = ("poetry.lock", "uv.lock", "pdm.lock")
_TOPS: Final = (
    ".git/HEAD", "bun.lock", "bun.lockb", "npm-shrinkwrap.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock",
)  # fmt: skip
"""Where one of these lies, packages are installed from there, not from a workspace further up."""

_OPAQUE: Final = ("environment.yml", "environment.yaml", "conda.yml")


@dataclass(frozen=True, slots=True)
class SourcePackage:
    """An import of a package. ``declared``: a manifest asks for it, or it is installed; None where no manifest can be
    read, with what it ``needs``. ``manifests`` are those that were read; ``alone``: no workspace around the folder can
    install more."""

    subject: SourceSubject
    package: str
    declared: bool | None
    manifests: tuple[str, ...] = ()
    needs: str = ""
    alone: bool = True


def source_packages(source: Source) -> Iterator[SourcePackage]:
    """Every import of a package by source that is not a test, built-in modules apart."""
    reading = {"python": PythonManifests(source.project.tree)}
    node = NodeManifests(source.project.tree)
    for found in source.imports:
        if found.target.state != "package" or not found.needed or is_test(found.module.file):
            continue
        language = reading.get(found.module.language)
        judged = node.judge(found) if language is None else language.judge(found)
        if judged is not None:
            yield judged


class Manifests(ABC):
    """The manifests of one language that hold for a file: those in its folder and above."""

    def __init__(self, tree: FileTree) -> None:
        self._tree = tree
        self._by_folder: dict[str, tuple[Manifest, ...]] = {}

    def above(self, file: str) -> tuple[Manifest, ...]:
        """The manifests that hold for ``file``, nearest first."""
        return tuple(manifest for folder in folders_above(file) for manifest in self._in(folder))

    def _in(self, folder: str) -> tuple[Manifest, ...]:
        if folder not in self._by_folder:
            self._by_folder[folder] = tuple(self.read(folder))
        return self._by_folder[folder]

    @abstractmethod
    def read(self, folder: str) -> Iterator[Manifest]:
        """The manifests in a folder."""

    def text(self, name: str) -> str | None:
        """The text of a file; None where it is missing or too large."""
        data = self._tree.read(name)
        return None if data is None or len(data) > _MOST_BYTES else data.decode("utf-8", "replace")


class NodeManifests(Manifests):
    """``package.json`` and ``package-lock.json``."""

    def judge(self, found: SourceImport) -> SourcePackage | None:
        """One import; None for what is built in or erased."""
        module, file = found.entry.module, found.module.file
        name = package_name(module)
        if (
            found.entry.kind == "type"
            or ":" in module
            or module.startswith(("#", "/"))
            or name in node_packages.BUILT_IN
        ):
            return None
        if any(self._tree.exists(f"{folder}node_modules/{name}/package.json") for folder in _prefixes(file)):
            return SourcePackage(found.subject, name, True)
        manifests = self.above(file)
        if not manifests:
            return SourcePackage(found.subject, name, None, needs="a package.json beside the source")
        declared = any(name in manifest.names for manifest in manifests)
        alone = any(self._tree.exists(f"{folder}{mark}") for folder in _prefixes(file) for mark in _TOPS)
        return SourcePackage(found.subject, name, declared, _names(self._tree, manifests), alone=alone)

    def read(self, folder: str) -> Iterator[Manifest]:
        """``package.json`` of a folder with its lock file."""
        path = posixpath.join(folder, "package.json")
        content = self._json(path)
        if content is None:
            return
        names = {str(name) for section in _SECTIONS for name in _keys(content.get(section))}
        names |= {str(content.get("name"))} | {str(name) for name in _keys(content.get("workspaces"))}
        lock = self._json(posixpath.join(folder, "package-lock.json")) or {}
        for installed in _keys(lock.get("packages")):
            names.add(str(installed).rpartition("node_modules/")[2])
        yield Manifest(path, frozenset(names), closed=bool(lock))

    def _json(self, name: str) -> dict[str, Any] | None:
        try:
            content = json.loads(self.text(name) or "")
        except (ValueError, RecursionError):
            return None
        return content if isinstance(content, dict) else None


class PythonManifests(Manifests):
    """``requirements*.txt``, ``pyproject.toml``, ``setup.py``, ``setup.cfg``, ``Pipfile`` and lock files."""

    def judge(self, found: SourceImport) -> SourcePackage | None:
        """One import; None for Python's own modules and what is never run."""
        name = python_packages.package_of(found.entry, self._tree)
        if name is None or name in python_packages.REMOVED:
            return None
        manifests = self.above(found.module.file)
        if not manifests:
            needs = "a requirements.txt or pyproject.toml beside the source"
            return SourcePackage(found.subject, name, None, needs=needs)
        wanted = next(_alpha_modules(found.entry), name)
        if any(_declares(manifest, wanted) for manifest in manifests):
            return SourcePackage(found.subject, wanted, True, _names(self._tree, manifests))
        opaque = next((manifest.file for manifest in manifests if manifest.opaque), None)
        if opaque is not None:
            needs = f"what {self._tree.locate(opaque)} installs"
            return SourcePackage(found.subject, wanted, None, needs=needs)
        return SourcePackage(found.subject, wanted, False, _names(self._tree, manifests))

    @cached_property
    def _files(self) -> dict[str, list[str]]:
        """Names of files by folder."""
        found: dict[str, list[str]] = {}
        for name in self._tree.names():
            folder, _, base = name.rpartition("/")
            found.setdefault(folder, []).append(base)
        return found

    def read(self, folder: str) -> Iterator[Manifest]:
        """Every manifest in a folder, and in its ``requirements`` folder."""
        places = [(folder, name) for name in self._files.get(folder, ()) if _REQUIREMENTS.search(name)]
        inner = posixpath.join(folder, "requirements")
        places += [(inner, name) for name in self._files.get(inner, ()) if name.endswith((".txt", ".in"))]
        for place, name in places:
            yield _requirements(posixpath.join(place, name), self.text(posixpath.join(place, name)) or "")
        for name, read in (("pyproject.toml", _pyproject), ("Pipfile", _pipfile), ("setup.cfg", _setup_cfg)):
            path = posixpath.join(folder, name)
            text = self.text(path)
            manifest = None if text is None else read(path, text)
            if manifest is not None:
                yield manifest
        path = posixpath.join(folder, "setup.py")
        if self._tree.exists(path):
            yield _setup_py(path, self.text(path) or "")
        for name in _LOCKS:
            text = self.text(posixpath.join(folder, name))
            if text is not None:
                locked = re.findall(r'^name = "([^"]+)"', text, re.M)
                yield Manifest(posixpath.join(folder, name), frozenset(map(_normal, locked)), closed=True)
        for name in _OPAQUE:
            if self._tree.exists(posixpath.join(folder, name)):
                yield Manifest(posixpath.join(folder, name), frozenset(), closed=False, opaque=True)


def folders_above(file: str) -> Iterator[str]:
    """The folder of a file and every one above it, up to the top of the tree."""
    folder = posixpath.dirname(file)
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _prefixes(file: str) -> Iterator[str]:
    yield from (f"{folder}/" if folder else "" for folder in folders_above(file))


def _names(tree: FileTree, manifests: tuple[Manifest, ...]) -> tuple[str, ...]:
    return tuple(tree.locate(manifest.file) for manifest in manifests)


def _keys(section: Any) -> Iterator[Any]:
    yield from section if isinstance(section, Mapping) else ()


def _alpha_modules(entry: Import) -> Iterator[str]:
    """Modules of the CDK that are packages of their own: ``aws_cdk.aws_lambda_python_alpha``."""
    if entry.module == "aws_cdk" or entry.module.startswith("aws_cdk."):
        for name in (*entry.module.split(".")[1:], *(entry.names if entry.module == "aws_cdk" else ())):
            if name.endswith("_alpha"):
                yield f"aws-cdk.{name.replace('_', '-')}"


def _declares(manifest: Manifest, package: str) -> bool:
    if package.startswith("aws-cdk."):  # its siblings have all their words but one in common with it
        return _normal(package) in manifest.names
    if python_packages.declares(manifest, package):
        return True
    return package in _WITH_CDK and python_packages.declares(manifest, "aws_cdk")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


def _requirements(path: str, text: str) -> Manifest:
    names, opaque = set(), False
    for line in text.replace("\\\n", " ").splitlines():
        written = re.sub(r"(^|\s)#(?!egg=).*", "", line).strip()
        found = _NAME.match(written) or _EGG.search(written)
        if found is not None:
            names.add(_normal(found[1]))
        elif written and written[0] != "-":
            opaque = True
    return Manifest(path, frozenset(names), closed=False, opaque=opaque)


def _specifiers(path: str, written: Iterator[Any]) -> Manifest:
    names = {_normal(found[1]) for text in written if (found := _NAME.match(str(text)))}
    return Manifest(path, frozenset(names), closed=False)


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _pyproject(path: str, text: str) -> Manifest | None:
    """Dependencies by PEP 621, PEP 735, Poetry, PDM and uv; None for a file that only configures tools."""
    content = _toml(text)
    found = list(_dependencies(content))
    return _specifiers(path, iter(found)) if found or "project" in content or not content else None


def _dependencies(content: Mapping[str, Any]) -> Iterator[Any]:
    project, tool = _table(content, "project"), _table(content, "tool")
    yield from project.get("dependencies", ())
    groups = [_table(project, "optional-dependencies"), _table(content, "dependency-groups")]
    groups += [_table(_table(tool, "pdm"), "dev-dependencies")]
    for group in groups:
        for listed in group.values():
            yield from (item for item in listed if isinstance(item, str)) if isinstance(listed, list) else ()
    yield from _table(tool, "uv").get("dev-dependencies", ())
    poetry = _table(tool, "poetry")
    for section in (poetry, *(_keys_of_groups(poetry))):
        yield from (*_table(section, "dependencies"), *_table(section, "dev-dependencies"))


def _keys_of_groups(poetry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (group for group in _table(poetry, "group").values() if isinstance(group, Mapping))


def _table(content: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = content.get(key)
    return found if isinstance(found, Mapping) else {}


def _pipfile(path: str, text: str) -> Manifest | None:
    content = _toml(text)
    return _specifiers(path, iter([*_table(content, "packages"), *_table(content, "dev-packages")]))


def _setup_cfg(path: str, text: str) -> Manifest | None:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    if not parser.has_section("options"):
        return None
    lines = parser.get("options", "install_requires", fallback="").splitlines()
    extras = parser.items("options.extras_require") if parser.has_section("options.extras_require") else []
    return _specifiers(path, iter([*lines, *(line for _, value in extras for line in value.splitlines())]))


def _setup_py(path: str, text: str) -> Manifest:
    """``install_requires`` and ``extras_require`` where they are written out; otherwise it is not known."""
    parsed = Library(MemoryTree({path: text.encode()}, path)).parse(path)
    if isinstance(parsed, str):
        return Manifest(path, frozenset(), closed=False, opaque=True)
    keywords = [node for node in ast.walk(parsed.tree) if isinstance(node, ast.keyword)]
    written = [node.value for node in keywords if node.arg in ("install_requires", "extras_require")]
    lists = [node for value in written for node in ast.walk(value) if isinstance(node, ast.Constant)]
    opaque = any(not isinstance(value, ast.List | ast.Dict | ast.Tuple) for value in written)
    names = {_normal(found[1]) for node in lists if (found := _NAME.match(str(node.value)))}
    return Manifest(path, frozenset(names), closed=False, opaque=opaque)
