"""From Lambda's handler string and runtime to the entry file."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

import analyzer.code
from analyzer.code.handler import analyze
from analyzer.code.program import Program
from analyzer.sources.files import FileTree
from analyzer.sources.folder_tree import MemoryTree

PYTHON = b"def fn(event, context):\n    return event['a']\n"


def tree(*names: str, content: bytes = PYTHON) -> MemoryTree:
    return MemoryTree(dict.fromkeys(names, content), "asset")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The files and exports that the JavaScript front end is asked for."""
    calls: list[tuple[str, str]] = []

    def stand_in(tree: FileTree, entry: str, export: str) -> Program:
        assert tree.exists(entry)
        calls.append((entry, export))
        return Program("javascript", entry, export, files=(entry,), handler_found=True)

    module = ModuleType("analyzer.code.javascript")
    module.analyze = stand_in  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "analyzer.code.javascript", module)
    monkeypatch.setattr(analyzer.code, "javascript", module, raising=False)
    return calls


@pytest.mark.parametrize(
    ("handler", "names", "entry"),
    [
        ("app.fn", ("app.py",), "app.py"),
        ("src.app.fn", ("src/app.py",), "src/app.py"),
        ("src/app.fn", ("src/app.py",), "src/app.py"),
        ("src/handlers/app.fn", ("src/handlers/app.py", "app.py"), "src/handlers/app.py"),
        ("pkg.fn", ("pkg/__init__.py",), "pkg/__init__.py"),
        ("pkg.fn", ("pkg.py", "pkg/__init__.py"), "pkg/__init__.py"),
        ("my-app.fn", ("my-app.py",), "my-app.py"),
        ("requests.fn", ("requests.py",), "requests.py"),
        ("json.fn", ("json.py",), "json.py"),
    ],
)
def test_python_handlers(handler: str, names: tuple[str, ...], entry: str) -> None:
    found = analyze(tree(*names), handler, "python3.12")
    assert (found.language, found.entry, found.handler, found.handler_found) == ("python", entry, handler, True)
    assert [read.path for read in found.reads] == [("a",)]
    assert found.complete


def test_a_python_function_that_the_file_lacks() -> None:
    found = analyze(tree("app.py"), "app.other", "python3.12")
    assert (found.entry, found.handler_found, found.complete) == ("app.py", False, True)


@pytest.mark.parametrize(
    ("handler", "problem"),
    [
        ("index.handler", "index.py is not there. There are: app.py, lib/db.py"),
        ("src.app.fn", "src/app.py is not there. There are: app.py, lib/db.py"),
        ("App.fn", "App.py is not there. There are: app.py, lib/db.py"),
        ("handler", 'the handler "handler" is not of the form module.function'),
        (".handler", 'the handler ".handler" is not of the form module.function'),
        ("app.", 'the handler "app." is not of the form module.function'),
        ("", 'the handler "" is not of the form module.function'),
    ],
)
def test_python_handlers_that_are_not_there(handler: str, problem: str) -> None:
    names = ("app.py", "lib/db.py", "readme.md", "python/lib/python3.12/site-packages/x.py")
    found = analyze(tree(*names), handler, "python3.12")
    assert found == Program("python", None, handler, handler_found=False, complete=False, problems=(problem,))


def test_many_files_are_not_all_named() -> None:
    found = analyze(tree(*(f"m{number}.py" for number in range(12))), "app.fn", "python3.12")
    shown = ", ".join(sorted(f"m{number}.py" for number in range(12))[:8])
    assert found.problems == (f"app.py is not there. There are: {shown} and 4 more",)


@pytest.mark.parametrize(
    ("handler", "names", "expected"),
    [
        ("index.handler", ("index.js",), ("index.js", "handler")),
        ("index.handler", ("index.mjs",), ("index.mjs", "handler")),
        ("index.handler", ("index.cjs", "index.ts"), ("index.cjs", "handler")),
        ("index.handler", ("index.js", "index.mjs", "index.ts"), ("index.js", "handler")),
        ("src/app.handler", ("src/app.js",), ("src/app.js", "handler")),
        ("./src/app.handler", ("src/app.js",), ("src/app.js", "handler")),
        ("index.a.handler", ("index.js",), ("index.js", "a.handler")),
        ("a.b/index.handler", ("a.b/index.js",), ("a.b/index.js", "handler")),
        ("app.handler", ("app/index.js",), ("app/index.js", "handler")),
        ("dist/app.handler", ("dist/app.js", "src/app.ts"), ("dist/app.js", "handler")),
    ],
)
def test_node_handlers(
    asked: list[tuple[str, str]], handler: str, names: tuple[str, ...], expected: tuple[str, str]
) -> None:
    found = analyze(tree(*names), handler, "nodejs22.x")
    assert asked == [expected]
    assert (found.entry, found.handler, found.handler_found, found.problems) == (expected[0], handler, True, ())


@pytest.mark.parametrize(
    ("handler", "names", "source"),
    [
        ("index.handler", ("index.ts",), "index.ts"),
        ("src/app.handler", ("src/app.mts",), "src/app.mts"),
        ("dist/app.handler", ("src/app.ts",), "src/app.ts"),
        ("dist/src/app.handler", ("src/app.ts",), "src/app.ts"),
        ("build/app.handler", ("app.ts",), "app.ts"),
        ("dist/app.handler", ("src/app.js",), "src/app.js"),
        ("dist/fn/index.handler", ("src/fn/index.ts", "src/index.ts"), "src/fn/index.ts"),
    ],
)
def test_sources_before_a_build(
    asked: list[tuple[str, str]], handler: str, names: tuple[str, ...], source: str
) -> None:
    found = analyze(tree(*names), handler, "nodejs22.x")
    wanted = handler.rpartition(".")[0]
    assert asked == [(source, "handler")]
    assert (found.entry, found.handler_found) == (source, None)
    assert found.problems == (f"{wanted}.js is not there yet: a build makes it; {source} was read in its place",)


@pytest.mark.parametrize(
    ("handler", "names", "found", "problem"),
    [
        ("index.handler", ("app.js", "node_modules/x/index.js"), False, "index.js is not there. There are: app.js"),
        ("index.handler", (), False, "index.js is not there. There are: no file of that language"),
        ("index.handler", ("Index.js",), False, "index.js is not there. There are: Index.js"),
        ("dist/app.handler", ("package.json", "main.ts"), None,
         "dist/app.js is not there; a build that has not run may make it. There are: main.ts"),
        ("dist/app.handler", ("main.js",), False, "dist/app.js is not there. There are: main.js"),
        ("handler", ("index.js",), False, 'the handler "handler" is not of the form file.export'),
        ("index.", ("index.js",), False, 'the handler "index." is not of the form file.export'),
    ],
)  # fmt: skip
def test_node_handlers_that_are_not_there(
    asked: list[tuple[str, str]], handler: str, names: tuple[str, ...], found: bool | None, problem: str
) -> None:
    program = analyze(tree(*names), handler, "nodejs22.x")
    assert program == Program("javascript", None, handler, handler_found=found, complete=False, problems=(problem,))
    assert asked == []


@pytest.mark.parametrize(
    ("handler", "runtime", "language"),
    [
        ("datadog_lambda.handler.handler", "python3.12", "python"),
        ("newrelic_lambda_wrapper.handler", "python3.12", "python"),
        ("/opt/nodejs/node_modules/datadog-lambda-js/handler.handler", "nodejs22.x", "javascript"),
        ("newrelic-lambda-wrapper.handler", "nodejs20.x", "javascript"),
        ("node_modules/@sentry/serverless/x.handler", "nodejs20.x", "javascript"),
    ],
)
def test_handlers_of_layers(asked: list[tuple[str, str]], handler: str, runtime: str, language: str) -> None:
    program = analyze(tree("app.py", "index.js"), handler, runtime)
    problem = (
        f'the handler "{handler}" belongs to a layer, which starts the real handler that an environment variable names'
    )
    assert program == Program(language, None, handler, handler_found=None, complete=False, problems=(problem,))


def test_a_file_that_is_named_like_a_layer_is_read() -> None:
    found = analyze(tree("datadog_lambda/wrapper.py"), "datadog_lambda.wrapper.fn", "python3.12")
    assert (found.entry, found.handler_found) == ("datadog_lambda/wrapper.py", True)


@pytest.mark.parametrize(
    ("runtime", "language", "problem"),
    [
        ("java21", "java", "Java archives cannot be read"),
        ("java8.al2", "java", "Java archives cannot be read"),
        ("dotnet8", "dotnet", ".NET assemblies cannot be read"),
        ("ruby3.4", "ruby", "Ruby sources cannot be read"),
        ("go1.x", "go", "Go binaries cannot be read"),
        ("provided.al2023", "custom", "the program of a custom runtime cannot be read"),
        ("custom", "unknown", "code of an unknown runtime cannot be read"),
        ("cobol1.x", "unknown", "code of an unknown runtime cannot be read"),
    ],
)
def test_other_languages(runtime: str, language: str, problem: str) -> None:
    program = analyze(tree("app.py"), "app.fn", runtime)
    assert program == Program(language, None, "app.fn", handler_found=None, complete=False, problems=(problem,))


def test_without_a_runtime_the_files_decide(asked: list[tuple[str, str]]) -> None:
    assert analyze(tree("app.py"), "app.fn", None).language == "python"
    assert analyze(tree("app.js"), "app.fn", None).language == "javascript"
    assert analyze(tree("app.ts"), "app.fn", None).language == "javascript"
    assert analyze(tree("app.rb"), "app.fn", None).language == "unknown"
    assert asked == [("app.js", "fn"), ("app.ts", "fn")]


@pytest.mark.parametrize("handler", ["../app.fn", "../../etc/passwd.fn", "/etc/app.fn", "a\0b.fn", "..fn", "a//b.fn"])
@pytest.mark.parametrize("runtime", ["python3.12", "nodejs22.x", None])
def test_handlers_that_lead_out_of_the_tree(asked: list[tuple[str, str]], handler: str, runtime: str | None) -> None:
    program = analyze(tree("app.py", "app.js"), handler, runtime)
    assert (program.entry, program.complete, asked) == (None, False, [])
