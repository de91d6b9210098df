"""Packages of Node.js: which module is one, where it is looked for, what the runtimes bring, what a manifest asks for.

Sources: Node.js "Modules: CommonJS modules" (built-in modules; loading from ``node_modules`` folders and the global
folders of ``NODE_PATH``); AWS Lambda Developer Guide, "Packaging your layer content" (layer folders) and "Building
Lambda functions with Node.js" (``nodejs16.x`` and before hold SDK v2, ``nodejs18.x`` and later SDK v3); AWS SAM CLI
and its builders (``npm install --production`` from the ``package.json`` of ``CodeUri``; esbuild's ``External``).
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from analyzer.code.javascript import provides
from analyzer.code.js_modules import is_relative, package_name, resolve
from analyzer.code.program import Import
from analyzer.facts.ecosystem import Manifest
from analyzer.sources.files import FileTree

SDK_V2: Final = "aws-sdk"
LAST_WITH_V2: Final = 16
MANIFEST: Final = "package.json"
INLINE_ONLY: Final = frozenset({"cfn-response"})
"""Lambda puts this module beside code that is written in the template, and only there."""

BUILT_IN: Final = frozenset(
    {
        "assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram",
        "diagnostics_channel", "dns", "domain", "events", "fs", "http", "http2", "https", "inspector", "module", "net",
        "os", "path", "perf_hooks", "process", "punycode", "querystring", "readline", "repl", "stream",
        "string_decoder", "sys", "timers", "tls", "trace_events", "tty", "url", "util", "v8", "vm", "wasi",
        "worker_threads", "zlib",
    }
)  # fmt: skip
_RUNTIME_SCOPES: Final = ("@aws-sdk/", "@smithy/", "@aws-crypto/", "@aws/")
_VERSION = re.compile(r"nodejs(\d+)")
_ENTRY_NAMES: Final = ("package.json", "index.js", "index.mjs", "index.cjs")
_TYPED: Final = (".ts", ".tsx", ".mts", ".cts")
_LAYER_LIBRARIES: Final = "/opt/"


def package_of(entry: Import, tree: FileTree) -> str | None:
    """The package that an import loads; a path below ``/opt`` stands for itself. None for files of the asset,
    built-in modules and what is erased."""
    module = entry.module
    if entry.kind == "type" or entry.resolved is not None or is_relative(module) or module.startswith("#"):
        return None
    if module.startswith(_LAYER_LIBRARIES):
        return module
    if ":" in module or module.startswith("/"):
        return None
    name = package_name(module)
    if name in BUILT_IN or resolve(tree, "index.js", f"./{module}") is not None:
        return None
    return name


def is_lost(entry: Import) -> bool:
    """Whether an import names a file of the asset that is not there. TypeScript is compiled first, and may import what
    a generator writes."""
    mandatory = entry.kind not in ("type", "optional") and not entry.place.file.endswith(_TYPED)
    return mandatory and entry.resolved is None and is_relative(entry.module)


def holds(tree: FileTree, importer: str, package: str) -> bool:
    """Whether the asset brings ``package`` for the file ``importer``: a ``node_modules`` folder beside or above it."""
    folder = posixpath.dirname(importer)
    while folder:
        if any(tree.exists(f"{folder}/node_modules/{package}/{name}") for name in _ENTRY_NAMES):
            return True
        folder = posixpath.dirname(folder)
    return provides(tree, package)


def layer_holds(layer: FileTree, package: str) -> bool:
    """Whether a layer brings ``package``, or the file that a path below ``/opt`` names."""
    if package.startswith(_LAYER_LIBRARIES):
        return resolve(layer, "index.js", f"./{package.removeprefix(_LAYER_LIBRARIES)}") is not None
    return provides(layer, package)


def packed(tree: FileTree) -> str | None:
    """Yarn's Plug'n'Play file, where there is one: packages then lie in archives."""
    return next((name for name in (".pnp.cjs", ".pnp.js") if tree.exists(name)), None)


def declares(manifest: Manifest, package: str) -> bool:
    """Whether the manifest or its lock file names the package."""
    return package in manifest.names


def brings_v2(runtime: str) -> bool | None:
    """Whether a runtime holds SDK v2; None for a runtime that is not Node.js's."""
    if not runtime.startswith("nodejs"):
        return None
    version = _VERSION.match(runtime)
    return version is None or int(version[1]) <= LAST_WITH_V2


def runtime_holds(runtime: str, package: str) -> bool:
    """Whether the runtime itself brings ``package``."""
    old = brings_v2(runtime)
    if package == SDK_V2:
        return old is True
    return old is False and package.startswith(_RUNTIME_SCOPES)


def may_come_with_runtime(package: str) -> bool:
    """Whether some version of the runtime brings ``package``."""
    return package == SDK_V2 or package.startswith(_RUNTIME_SCOPES)


def manifest_of(tree: FileTree, *, bundled: bool) -> Manifest | None:
    """What a build installs for the asset; development dependencies count only where a bundler takes from them.
    None without a readable ``package.json`` at the top."""
    content = _json(tree, MANIFEST)
    if content is None:
        return None
    sections = ["dependencies", "optionalDependencies", *(["devDependencies"] if bundled else [])]
    declared = {name for section in sections for name in _names(content.get(section))}
    locked = set(_locked(_json(tree, "package-lock.json") or _json(tree, "npm-shrinkwrap.json"), bundled))
    return Manifest(MANIFEST, frozenset(declared | locked), closed=bool(locked) or not declared)


def declared_version(tree: FileTree, package: str) -> str | None:
    """The version that the asset's ``package.json`` asks for at run time; None where it does not."""
    content = _json(tree, MANIFEST) or {}
    dependencies = content.get("dependencies")
    version = dependencies.get(package) if isinstance(dependencies, dict) else None
    return version if isinstance(version, str) else None


def declared_names(tree: FileTree) -> frozenset[str]:
    """What the asset's ``package.json`` asks for at run time."""
    return frozenset(_names((_json(tree, MANIFEST) or {}).get("dependencies")))


def _names(section: Any) -> Iterator[str]:
    yield from (str(name) for name in section) if isinstance(section, Mapping) else ()


def _locked(lock: Mapping[str, Any] | None, bundled: bool) -> Iterator[str]:
    """Packages that the lock file puts where the code finds them, dependencies of dependencies too."""
    lock = lock or {}
    packages = lock.get("packages")
    entries = packages if isinstance(packages, Mapping) else lock.get("dependencies")
    for path, entry in entries.items() if isinstance(entries, Mapping) else ():
        name = str(path).removeprefix("node_modules/")
        development = isinstance(entry, Mapping) and entry.get("dev") is True
        if name and "/node_modules/" not in name and (bundled or not development):
            yield name


def _json(tree: FileTree, name: str) -> dict[str, Any] | None:
    data = tree.read(name)
    try:
        content = json.loads(data) if data is not None else None
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
