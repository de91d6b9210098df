"""From Lambda's ``Handler`` and ``Runtime`` to the file that holds the handler, and to what it does.

How Lambda reads a handler string: Python imports everything before the last dot, ``/`` counting as a dot; Node.js
takes the last path segment up to its first dot as file and the rest as the export, and tries ``.js``, ``.mjs``
and ``.cjs``. Layers of observability vendors put their own handler there and name the real one in an environment
variable.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from analyzer.code.program import Program
from analyzer.records import replace
from analyzer.sources.files import FileTree

MAX_NAMES: Final = 8
SCRIPTS: Final = (".js", ".mjs", ".cjs")
TYPED: Final = (".ts", ".mts", ".cts", ".tsx", ".jsx")
BUILD_FOLDERS: Final = ("dist", "build", "out", "lib", "bundle", ".build", ".esbuild", "_bundles")
# First names of handlers that vendors' layers bring; each starts the real one.
WRAPPERS: Final = (
    "datadog_lambda.", "newrelic_lambda_wrapper.", "newrelic-lambda-wrapper.", "lumigo_tracer.",
    "lumigo-auto-instrument.", "lumigo_auto_instrument.", "epsagon_handler.", "thundra.", "sentry_sdk.",
    "instana.", "/opt/", "opt/", "node_modules/",
)  # fmt: skip
_LANGUAGES: Final = {
    "nodejs": "javascript",
    "python": "python",
    "java": "java",
    "dotnet": "dotnet",
    "ruby": "ruby",
    "go": "go",
    "provided": "custom",
}
_IN_WORDS: Final = {
    "java": "Java archives",
    "dotnet": ".NET assemblies",
    "ruby": "Ruby sources",
    "go": "Go binaries",
    "custom": "the program of a custom runtime",
    "unknown": "code of an unknown runtime",
}


def analyze(tree: FileTree, handler: str, runtime: str | None) -> Program:
    """What the code behind ``Handler: handler`` does.

    ``runtime`` is Lambda's identifier (``nodejs22.x``), None where it is not known: then the files decide. The
    Program's ``handler`` is the string as given; never raises for what the files contain.
    """
    language = _language(tree, handler, runtime)
    if language == "python":
        program = _python(tree, handler)
    elif language == "javascript":
        program = _javascript(tree, handler)
    else:
        program = _nothing(language, handler, f"{_IN_WORDS[language]} cannot be read")
    return replace(program, handler=handler)


@lru_cache(maxsize=64)
def analyze_text(text: str, name: str, handler: str, runtime: str | None) -> Program:
    """As :func:`analyze`, for code that is one file; remembered, as CDK writes the same code into every stack."""
    from analyzer.sources.folder_tree import inline

    return analyze(inline(text, name, name), handler, runtime)


def _language(tree: FileTree, handler: str, runtime: str | None) -> str:
    if runtime:
        return next((name for prefix, name in _LANGUAGES.items() if runtime.startswith(prefix)), "unknown")
    if _python_file(tree, handler.rpartition(".")[0]) is not None:
        return "python"
    file, _ = _split_script(handler)
    return "javascript" if _script_file(tree, file, (*SCRIPTS, *TYPED)) is not None else "unknown"


def _nothing(language: str, handler: str, problem: str, found: bool | None = None) -> Program:
    return Program(language, None, handler, handler_found=found, complete=False, problems=(problem,))


# --- Python ---


def _python(tree: FileTree, handler: str) -> Program:
    module, _, function = handler.rpartition(".")
    if not module or not function:
        return _nothing("python", handler, f'the handler "{handler}" is not of the form module.function', found=False)
    entry = _python_file(tree, module)
    if entry is None:
        if _is_wrapper(handler):
            return _wrapped("python", handler)
        wanted = f"{module.replace('.', '/')}.py"
        return _missing(tree, "python", handler, wanted, (".py",))
    from analyzer.code import python

    return python.analyze(tree, entry, function)


def _python_file(tree: FileTree, module: str) -> str | None:
    parts = module.replace("/", ".").split(".")
    if not all(parts):
        return None
    path = "/".join(parts)
    return next((name for name in (f"{path}/__init__.py", f"{path}.py") if tree.exists(name)), None)


# --- Node.js ---


def _javascript(tree: FileTree, handler: str) -> Program:
    file, export = _split_script(handler)
    if not file or not export:
        return _nothing("javascript", handler, f'the handler "{handler}" is not of the form file.export', found=False)
    from analyzer.code import javascript

    entry = _script_file(tree, file, SCRIPTS)
    if entry is not None:
        return javascript.analyze(tree, entry, export)
    if _is_wrapper(handler):
        return _wrapped("javascript", handler)
    source = _source_before_build(tree, file)
    if source is None:
        return _missing(tree, "javascript", handler, f"{file}.js", (*SCRIPTS, *TYPED))
    program = javascript.analyze(tree, source, export)
    note = f"{file}.js is not there yet: a build makes it; {source} was read in its place"
    return replace(program, handler_found=None, problems=(*program.problems, note))


def _split_script(handler: str) -> tuple[str, str]:
    """``src/app.a.handler`` as ``src/app`` and ``a.handler``; both empty where there is no dot."""
    folder, slash, name = handler.rpartition("/")
    file, dot, export = name.partition(".")
    if not dot:
        return "", ""
    return (f"{folder}{slash}{file}".removeprefix("./") if file else ""), export


def _script_file(tree: FileTree, file: str, suffixes: tuple[str, ...]) -> str | None:
    candidates = [f"{file}{suffix}" for suffix in suffixes] + [f"{file}/index{suffix}" for suffix in suffixes]
    return next((name for name in candidates if tree.exists(name)), None)


def _source_before_build(tree: FileTree, file: str) -> str | None:
    """The source that a build turns into ``file``: the same name in TypeScript, or outside the build's folder."""
    beside = _script_file(tree, file, TYPED)
    if beside is not None:
        return beside
    first, _, rest = file.partition("/")
    if first not in BUILD_FOLDERS or not rest:
        return None
    inner = rest.removeprefix("src/")
    for path in (rest, f"src/{inner}", inner):
        found = _script_file(tree, path, (*TYPED, *SCRIPTS))
        if found is not None:
            return found
    return None


# --- what is not there ---


def _is_wrapper(handler: str) -> bool:
    return handler.startswith(WRAPPERS)


def _wrapped(language: str, handler: str) -> Program:
    problem = (
        f'the handler "{handler}" belongs to a layer, which starts the real handler that an environment variable names'
    )
    return _nothing(language, handler, problem)


def _missing(tree: FileTree, language: str, handler: str, wanted: str, suffixes: tuple[str, ...]) -> Program:
    there = list(_own_names(tree, suffixes))
    shown = ", ".join(there[:MAX_NAMES]) or "no file of that language"
    more = f" and {len(there) - MAX_NAMES} more" if len(there) > MAX_NAMES else ""
    built = language == "javascript" and wanted.partition("/")[0] in BUILD_FOLDERS and tree.exists("package.json")
    if built:
        problem = f"{wanted} is not there; a build that has not run may make it. There are: {shown}{more}"
        return _nothing(language, handler, problem)
    return _nothing(language, handler, f"{wanted} is not there. There are: {shown}{more}", found=False)


def _own_names(tree: FileTree, suffixes: tuple[str, ...]) -> Iterator[str]:
    for name in tree.names():
        if name.endswith(suffixes) and "node_modules/" not in name and "site-packages/" not in name:
            yield name
