"""The source of a CDK application: the files that import the CDK, and what they import locally."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from analyzer.code.cdk_exports import Exports, exports_of
from analyzer.code.cdk_python import read_python
from analyzer.code.cdk_resolution import Resolver, Target
from analyzer.code.cdk_tree import Module
from analyzer.code.cdk_typescript import read_typescript
from analyzer.code.js_syntax import SUFFIXES
from analyzer.sources.files import FileTree

_MOST_FILES: Final = 3000
_MOST_STARS: Final = 1000
_DECLARATIONS: Final = (".d.ts", ".d.mts", ".d.cts")


class Project:
    """The files of one application, each read when it is first asked for.

    ``names`` are the files that import the CDK.
    """

    def __init__(self, tree: FileTree, names: Iterable[str]) -> None:
        self.tree = tree
        self.names = tuple(names)
        self._resolver = Resolver(tree)
        self._modules: dict[str, Module | None] = {}
        self._exports: dict[str, Exports] = {}

    @cached_property
    def modules(self) -> dict[str, Module]:
        """Every file that imports the CDK and every file of the application that they lead to, by name."""
        found: dict[str, Module] = {}
        pending = list(reversed(self.names))
        while pending and len(found) < _MOST_FILES:
            name = pending.pop()
            module = None if name in found else self.module(name)
            if module is not None:
                found[name] = module
                pending.extend(reversed(list(self._imported_files(module))))
        return dict(sorted(found.items()))

    def _imported_files(self, module: Module) -> Iterator[str]:
        for entry in module.imports:
            target = self.resolve(module.file, entry.module)
            if target.state == "file":
                yield target.file
            for name in entry.names if module.language == "python" else ():
                below = self.submodule(target, name)
                if below is not None:
                    yield below

    def module(self, file: str) -> Module | None:
        """The file ``file``; None for what is no source code or not there."""
        if file not in self._modules:
            self._modules[file] = self._read(file)
        return self._modules[file]

    def _read(self, file: str) -> Module | None:
        python = file.endswith(".py")
        if not python and (not file.endswith(SUFFIXES) or file.endswith(_DECLARATIONS)):
            return None
        content = self.tree.read(file)
        if content is None:
            return None
        return read_python(file, content) if python else read_typescript(file, content)

    def resolve(self, importer: str, module: str) -> Target:
        """Where an import leads."""
        return self._resolver.resolve(importer, module)

    def is_made_by_a_build(self, path: str) -> bool:
        """Whether what is missing at ``path`` is kept out of the repository, and may be written by a build."""
        return self._resolver.is_made_by_a_build(path)

    def submodule(self, target: Target, name: str) -> str | None:
        """The file of the Python module ``name`` in the package that an import leads to."""
        if target.state == "folder":
            folder = target.file
        elif target.state == "file" and posixpath.basename(target.file).startswith("__init__."):
            folder = posixpath.dirname(target.file)
        else:
            return None
        path = posixpath.join(folder, name)
        ends = (".py", "/__init__.py", ".pyi", "/__init__.pyi")
        return next((f"{path}{end}" for end in ends if self.tree.exists(f"{path}{end}")), None)

    def offers(self, target: Target, name: str) -> bool | None:
        """Whether the file or package that an import leads to has ``name``; None where it cannot be told."""
        if name == "*" or self.submodule(target, name) is not None:
            return True
        return self._offers(target, name, set())

    def _offers(self, target: Target, name: str, seen: set[str]) -> bool | None:
        if target.state == "folder":
            # Python files in folders below: a package whose parts are named one by one.
            return self._resolver.has_python(posixpath.join(target.file, name))
        if target.state != "file" or target.file in seen or len(seen) > _MOST_STARS:
            return None
        seen.add(target.file)
        exports = self.exports(target.file)
        if name in exports.names:
            return True
        if exports.open:
            return None
        answers = [] if name == "default" else [self._through(target.file, star, name, seen) for star in exports.stars]
        if True in answers:
            return True
        return None if None in answers else False

    def _through(self, file: str, star: str, name: str, seen: set[str]) -> bool | None:
        target = self.resolve(file, star)
        if target.file in seen:
            return False
        return True if self.submodule(target, name) is not None else self._offers(target, name, seen)

    def names_of(self, file: str) -> frozenset[str]:
        """Every name that a file is known to offer, those that it passes on included."""
        found: set[str] = set()
        pending, seen = [file], set[str]()
        while pending and len(seen) < _MOST_STARS:
            current = pending.pop()
            if current not in seen:
                seen.add(current)
                exports = self.exports(current)
                found |= exports.names
                targets = (self.resolve(current, star) for star in exports.stars)
                pending.extend(target.file for target in targets if target.state == "file")
        return frozenset(found)

    def exports(self, file: str) -> Exports:
        """What a file offers by itself."""
        if file not in self._exports:
            content = self.tree.read(file)
            self._exports[file] = Exports(frozenset(), open=True) if content is None else exports_of(file, content)
        return self._exports[file]
