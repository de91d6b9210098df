"""Where an import of CDK source leads, by the rules of TypeScript, Node.js and Python.

Sources: TypeScript Handbook, "Module Resolution" (file extension substitution, ``paths``, ``baseUrl``, ``extends``);
Node.js, "Modules: CommonJS modules"; Python Language Reference, "The import system".
"""

from __future__ import annotations

import json
import posixpath
import re
import sys
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any, Final

from analyzer.code.js_modules import is_relative
from analyzer.records import dataclass
from analyzer.sources.files import FileTree

_EXTENSIONS: Final = (
    ".ts",
    ".tsx",
    ".d.ts",
    ".mts",
    ".cts",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".json",
    ".d.mts",
    ".d.cts",
)
_WRITTEN_FOR: Final = {
    ".js": (".ts", ".tsx", ".d.ts"),
    ".jsx": (".tsx", ".d.ts"),
    ".mjs": (".mts", ".d.mts"),
    ".cjs": (".cts", ".d.cts"),
}
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*', re.S)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_MOST_BYTES: Final = 256 * 1024
_MOST_EXTENDS: Final = 5
_MOST_PATTERNS: Final = 500
_PYTHON_LIBRARIES: Final = frozenset({"aws_cdk", "constructs", "jsii", "publication"})


@dataclass(frozen=True, slots=True)
class Target:
    """Where an import leads.

    ``state``: ``file`` (``file`` is its name), ``folder`` (a Python package without ``__init__``), ``missing`` (it must
    be one of the application's own files and is not there; ``file`` is the path without an extension), ``outside`` (it
    leads out of the folder), ``package`` (anything else).
    """

    state: str
    file: str = ""


class Resolver:
    """Resolves the imports of the files of one tree."""

    def __init__(self, tree: FileTree) -> None:
        self._tree = tree
        self._found: dict[tuple[str, str], Target] = {}
        self._configurations: dict[str, dict[str, Any]] = {}
        self._python_folders: frozenset[str] | None = None
        self._ignored: tuple[str, ...] | None = None

    def resolve(self, importer: str, module: str) -> Target:
        """Where ``module``, as written in the file ``importer``, leads."""
        key = (importer, module)
        if key not in self._found:
            find = self._python if importer.endswith((".py", ".pyi")) else self._ecmascript
            self._found[key] = find(importer, module)
        return self._found[key]

    def is_made_by_a_build(self, path: str) -> bool:
        """Whether ``.gitignore`` at the top names ``path``: what is not committed may be written by a build."""
        parts = path.split("/")
        above = ["/".join(parts[: index + 1]) for index in range(len(parts))]
        candidates = {*above, f"{path}.ts", f"{path}.py"}
        return any(_is_ignored(pattern, candidate) for pattern in self._ignore_patterns() for candidate in candidates)

    def _ignore_patterns(self) -> tuple[str, ...]:
        if self._ignored is None:
            text = (self._tree.read(".gitignore") or b"")[:_MOST_BYTES].decode("utf-8", "replace")
            lines = [line.strip() for line in text.splitlines()]
            self._ignored = tuple(line.rstrip("/") for line in lines if line and line[0] not in "#!")[:_MOST_PATTERNS]
        return self._ignored

    # --- TypeScript and JavaScript --------------------------------------------------------------------

    def _ecmascript(self, importer: str, module: str) -> Target:
        if is_relative(module):
            base = posixpath.normpath(posixpath.join(posixpath.dirname(importer), module))
            if base == ".." or base.startswith("../"):
                return Target("outside", base)
            found = self._file_or_folder("" if base == "." else base)
            return Target("missing", base) if found is None else Target("file", found)
        return self._mapped(importer, module)

    def _file_or_folder(self, base: str) -> str | None:
        return (self._file(base) if base else None) or self._folder(base)

    def _file(self, base: str) -> str | None:
        stem, suffix = posixpath.splitext(base)
        candidates = [f"{stem}{other}" for other in _WRITTEN_FOR.get(suffix, ())]
        candidates += [base, *(f"{base}{extension}" for extension in _EXTENSIONS)]
        # ``./data.json`` may have its types beside it.
        candidates.append(f"{stem}.d{suffix}.ts")
        return next((name for name in candidates if self._tree.exists(name)), None)

    def _folder(self, base: str) -> str | None:
        manifest = self._json(posixpath.join(base, "package.json"))
        for key in ("types", "typings", "main"):
            entry = manifest.get(key)
            if isinstance(entry, str):
                found = self._file(posixpath.normpath(posixpath.join(base, entry)))
                if found is not None:
                    return found
        return self._file(posixpath.join(base, "index"))

    def _mapped(self, importer: str, module: str) -> Target:
        """A name that ``paths`` or ``baseUrl`` of the nearest ``tsconfig.json`` map, else a package."""
        config = self._nearest_config(importer)
        lost = ""
        for base, certain in () if config is None else self._by_config(config, module):
            if base == ".." or base.startswith("../"):
                return Target("outside", base)
            found = self._file_or_folder(base)
            if found is not None:
                return Target("file", found)
            lost = lost or (base if certain else "")
        return Target("missing", lost) if lost else Target("package")

    def _nearest_config(self, importer: str) -> str | None:
        folder = posixpath.dirname(importer)
        while True:
            for name in ("tsconfig.json", "jsconfig.json"):
                if self._tree.exists(posixpath.join(folder, name)):
                    return posixpath.join(folder, name)
            if not folder:
                return None
            folder = posixpath.dirname(folder)

    def _by_config(self, config: str, module: str) -> Iterator[tuple[str, bool]]:
        """Paths that a module may have, and whether it can be nothing else: ``@app/*``, but not ``*``."""
        for path in self._extended(config):
            folder = posixpath.dirname(path)
            options = self._json(path).get("compilerOptions")
            options = options if isinstance(options, dict) else {}
            base_url, paths = options.get("baseUrl"), options.get("paths")
            base = posixpath.join(folder, base_url) if isinstance(base_url, str) else folder
            for pattern, targets in paths.items() if isinstance(paths, dict) else ():
                middle = _between(str(pattern), module)
                for target in targets if middle is not None and isinstance(targets, list) else ():
                    path_of_target = posixpath.join(base, str(target).replace("*", middle or ""))
                    yield posixpath.normpath(path_of_target), pattern != "*"
            if isinstance(base_url, str):
                yield posixpath.normpath(posixpath.join(base, module)), False

    def _extended(self, config: str) -> Iterator[str]:
        """A configuration and those that it extends, nearest first."""
        current: str | None = config
        for _ in range(_MOST_EXTENDS):
            if current is None:
                return
            yield current
            base = self._json(current).get("extends")
            name = posixpath.join(posixpath.dirname(current), base) if isinstance(base, str) else ""
            candidates = [posixpath.normpath(name), f"{posixpath.normpath(name)}.json"] if name else []
            current = next((one for one in candidates if self._tree.exists(one)), None)

    def _json(self, name: str) -> dict[str, Any]:
        """A JSON file, comments and trailing commas allowed; empty where it cannot be read."""
        if name not in self._configurations:
            self._configurations[name] = _parsed(self._tree.read(name))
        return self._configurations[name]

    # --- Python ---------------------------------------------------------------------------------------

    def _python(self, importer: str, module: str) -> Target:
        dots = len(module) - len(module.lstrip("."))
        name = module[dots:].replace(".", "/")
        folder = posixpath.dirname(importer)
        if dots:
            parts = folder.split("/") if folder else []
            if dots - 1 > len(parts):
                return Target("outside", module)
            base = "/".join(parts[: len(parts) - (dots - 1)])
            if not base and dots > 1 and not self._tree.exists("__init__.py"):
                return Target("outside", module)  # the top would have to be a package itself
            path = posixpath.join(base, name) if name else base
            return self._python_path(path) or Target("missing", path)
        return self._absolute(folder, name)

    def _absolute(self, folder: str, name: str) -> Target:
        """An absolute import: from the folder of the script, one above it, ``src``, or the top of the tree."""
        top = name.partition("/")[0]
        lost = ""
        for root in self._roots(folder):
            found = self._python_path(posixpath.join(root, name))
            if found is not None and not (found.state == "folder" and top in _PYTHON_LIBRARIES):
                return found
            if "/" in name and not lost and self._is_own_package(posixpath.join(root, top)):
                lost = posixpath.join(root, name)
        if lost:
            return Target("missing", lost)
        return self._below_the_top(name) or Target("package")

    def _roots(self, folder: str) -> Iterator[str]:
        current = folder
        while current:
            yield current
            current = posixpath.dirname(current)
        yield ""
        yield "src"

    def _is_own_package(self, path: str) -> bool:
        """Whether there is a package of the application at ``path``; without ``__init__`` an installed one of the same
        name would come first."""
        if self._tree.exists(f"{path}/__init__.py"):
            return True
        name = posixpath.basename(path)
        foreign = name in _PYTHON_LIBRARIES or name in sys.stdlib_module_names
        return not foreign and self._python_path(path) is not None

    def _below_the_top(self, name: str) -> Target | None:
        """``app.stacks.network`` where the folder that was named is ``app`` itself: it has an ``__init__.py``."""
        if not self._tree.exists("__init__.py"):
            return None
        parts = name.split("/")
        own = posixpath.basename(self._tree.display.rstrip("/"))
        for start in range(1, len(parts)):
            if own in ("", ".", parts[start - 1]):
                found = self._python_path("/".join(parts[start:]))
                if found is not None and found.state == "file":
                    return found
        return None

    def _python_path(self, path: str) -> Target | None:
        """The module or package at ``path``; a folder counts if Python files are in it."""
        names = (
            [f"{path}/__init__.py", f"{path}.py", f"{path}/__init__.pyi", f"{path}.pyi"] if path else ["__init__.py"]
        )
        found = next((name for name in names if self._tree.exists(name)), None)
        if found is not None:
            return Target("file", found)
        return Target("folder", path) if self.has_python(path) else None

    def has_python(self, path: str) -> bool:
        """Whether Python modules are anywhere below the folder ``path``, or a compiled one is at ``path``."""
        if self._python_folders is None:
            self._python_folders = frozenset(_python_folders(self._tree.names()))
        return path in self._python_folders


def _python_folders(names: Iterable[str]) -> Iterator[str]:
    """Every folder with a Python file in it or below, and every compiled module without its suffix."""
    for name in names:
        folder, _, base = name.rpartition("/")
        if base.endswith((".so", ".pyd")):
            yield posixpath.join(folder, base.partition(".")[0])
        elif base.endswith((".py", ".pyi")):
            yield ""
            while folder:
                yield folder
                folder = folder.rpartition("/")[0]


def _between(pattern: str, module: str) -> str | None:
    """What ``*`` of a ``paths`` pattern stands for; None where the pattern does not match."""
    head, star, tail = pattern.partition("*")
    if not star:
        return "" if module == pattern else None
    fits = module.startswith(head) and module.endswith(tail) and len(module) >= len(head) + len(tail)
    return module[len(head) : len(module) - len(tail)] if fits else None


def _parsed(data: bytes | None) -> dict[str, Any]:
    if data is None or len(data) > _MOST_BYTES:
        return {}
    text = _without_comments(data.decode("utf-8-sig", "replace"))
    try:
        content = json.loads(_TRAILING_COMMA.sub(r"\1", text))
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _without_comments(text: str) -> str:
    kept, position = [], 0
    while (token := _TOKEN.search(text, position)) is not None:
        kept.append(text[position : token.start()])
        position = token.end()
        if token[0].startswith('"'):
            kept.append(token[0])
        elif token[0] == "/*":
            end = text.find("*/", position)
            position = len(text) if end < 0 else end + 2
    return "".join([*kept, text[position:]])


def _is_ignored(pattern: str, path: str) -> bool:
    """Whether a pattern of ``.gitignore`` means ``path``; one without a slash means the name at any depth."""
    if "/" not in pattern:
        return fnmatchcase(posixpath.basename(path), pattern)
    return fnmatchcase(path, pattern.removeprefix("**/").lstrip("/"))
