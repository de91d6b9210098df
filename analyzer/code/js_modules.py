"""Which file a module's name leads to, by the rules of Node.js and of TypeScript."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from typing import Any

from analyzer.sources.files import FileTree

_EXTENSIONS = (".js", ".mjs", ".cjs", ".jsx", ".json")
_TYPESCRIPT_EXTENSIONS = (".ts", ".tsx", ".mts", ".cts")
_COMPILED_FROM = {".js": (".ts", ".tsx"), ".mjs": (".mts",), ".cjs": (".cts",), ".jsx": (".tsx",)}
_PACKAGE_FOLDERS = ("node_modules", "nodejs/node_modules")
_LAYER_FOLDER = re.compile(r"nodejs/node\d+/node_modules/")
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*(?:.*?\*/|.*)', re.S)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
MAX_CONFIG_BYTES = 256 * 1024


def provides(tree: FileTree, package: str) -> bool:
    """Whether the tree holds a package (``aws-sdk``, ``@aws-sdk/client-s3``), as an asset or as a layer does."""
    if any(tree.exists(f"{folder}/{package}/package.json") for folder in _PACKAGE_FOLDERS):
        return True
    return any(_belongs(name, package) for name in tree.names())


def _belongs(name: str, package: str) -> bool:
    for folder in _PACKAGE_FOLDERS:
        if name.startswith(f"{folder}/{package}/"):
            return True
    layered = _LAYER_FOLDER.match(name)
    return layered is not None and name[layered.end() :].startswith(f"{package}/")


def package_name(module: str) -> str:
    """The package of a module: ``aws-sdk/clients/s3`` → ``aws-sdk``, ``@a/b/c`` → ``@a/b``."""
    parts = module.split("/")
    return "/".join(parts[: 2 if module.startswith("@") else 1])


def is_relative(module: str) -> bool:
    """Whether a module's name is a path from the importing file."""
    return module in (".", "..") or module.startswith(("./", "../"))


def resolve(tree: FileTree, importer: str, module: str) -> str | None:
    """The file of the tree that ``module`` leads to; None for packages and for files that are not there."""
    typescript = importer.endswith(_TYPESCRIPT_EXTENSIONS)
    if is_relative(module):
        base = posixpath.normpath(posixpath.join(posixpath.dirname(importer), module))
        return _file_or_folder(tree, base, typescript) if _inside(base) else None
    if module.startswith("/var/task/"):
        return _file_or_folder(tree, posixpath.normpath(module.removeprefix("/var/task/")), typescript)
    if module.startswith("/"):
        return None
    for base in (*_subpath_import(tree, module), *_mapped(tree, importer, module)):
        found = _file_or_folder(tree, base, typescript) if _inside(base) else None
        if found is not None:
            return found
    return None


def _inside(base: str) -> bool:
    return base != ".." and not base.startswith(("../", "/"))


def _file_or_folder(tree: FileTree, base: str, typescript: bool) -> str | None:
    base = "" if base == "." else base
    found = _file(tree, base, typescript) if base else None
    return found or _folder(tree, base, typescript)


def _file(tree: FileTree, base: str, typescript: bool) -> str | None:
    stem, suffix = posixpath.splitext(base)
    sources = [f"{stem}{other}" for other in _COMPILED_FROM.get(suffix, ())]
    extensions = (*_TYPESCRIPT_EXTENSIONS, *_EXTENSIONS) if typescript else (*_EXTENSIONS, *_TYPESCRIPT_EXTENSIONS)
    candidates = (*sources, base) if typescript else (base, *sources)
    for name in (*candidates, *(f"{base}{extension}" for extension in extensions)):
        if tree.exists(name) and not name.endswith(".d.ts"):
            return name
    return None


def _folder(tree: FileTree, base: str, typescript: bool) -> str | None:
    main = _json(tree, posixpath.join(base, "package.json")).get("main")
    if isinstance(main, str):
        target = posixpath.normpath(posixpath.join(base, main))
        found = _file(tree, target, typescript) if _inside(target) else None
        if found is not None:
            return found
    return _file(tree, posixpath.join(base, "index"), typescript)


def _subpath_import(tree: FileTree, module: str) -> Iterator[str]:
    """``#db`` of ``package.json``'s ``imports``."""
    if not module.startswith("#"):
        return
    imports = _json(tree, "package.json").get("imports")
    target = imports.get(module) if isinstance(imports, dict) else None
    if isinstance(target, dict):
        target = target.get("node", target.get("import", target.get("require", target.get("default"))))
    if isinstance(target, str):
        yield posixpath.normpath(target)


def _mapped(tree: FileTree, importer: str, module: str) -> Iterator[str]:
    """``paths`` and ``baseUrl`` of the nearest ``tsconfig.json``."""
    folder = posixpath.dirname(importer)
    while True:
        name = posixpath.join(folder, "tsconfig.json")
        if tree.exists(name):
            yield from _by_configuration(_json(tree, name), folder, module)
            return
        if not folder:
            return
        folder = posixpath.dirname(folder)


def _by_configuration(configuration: dict[str, Any], folder: str, module: str) -> Iterator[str]:
    options = configuration.get("compilerOptions")
    if not isinstance(options, dict):
        return
    base_url = options.get("baseUrl")
    base = posixpath.join(folder, base_url) if isinstance(base_url, str) else folder
    paths = options.get("paths")
    for pattern, targets in paths.items() if isinstance(paths, dict) else ():
        head, star, tail = str(pattern).partition("*")
        if not (module.startswith(head) and module.endswith(tail) if star else module == pattern):
            continue
        middle = module[len(head) : len(module) - len(tail)] if star else ""
        for target in targets if isinstance(targets, list) else ():
            yield posixpath.normpath(posixpath.join(base, str(target).replace("*", middle)))
    if isinstance(base_url, str):
        yield posixpath.normpath(posixpath.join(base, module))


def _json(tree: FileTree, name: str) -> dict[str, Any]:
    """A JSON file, comments and trailing commas allowed; empty where it cannot be read."""
    data = tree.read(name)
    if data is None or len(data) > MAX_CONFIG_BYTES:
        return {}
    text = data.decode("utf-8", "replace")
    try:
        parsed = json.loads(_TRAILING_COMMA.sub(r"\1", _COMMENT.sub(lambda match: match[1] or "", text)))
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}
