"""Whether a handler string leads to something."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.handlers import MissingHandler, Target, missing_handler, target_of
from analyzer.judgement import Verdict
from tests.facts.function_parts import function

OK = "exports.handler = async () => 1;\n"
PYTHON = "def handler(event, context):\n    return 1\n"


def target(files: dict[str, str], handler: str, runtime: str, **settings: Any) -> Target:
    return target_of(function(files, handler=handler, runtime=runtime, **settings), handler, runtime)


@pytest.mark.parametrize(
    ("files", "handler", "runtime"),
    [
        ({"index.js": OK}, "index.handler", "nodejs22.x"),
        ({"a/b.mjs": "export const run = () => 1;\n"}, "a/b.run", "nodejs22.x"),
        ({"a/b.cjs": "module.exports.api = { get() {} };\n"}, "a/b.api.get", "nodejs22.x"),
        ({"a/b.py": PYTHON}, "a.b.handler", "python3.13"),
        ({"a/b.py": PYTHON}, "a/b.handler", "python3.13"),
        ({"a/__init__.py": "from .b import handler\n", "a/b.py": PYTHON}, "a.handler", "python3.13"),
        ({"app.rb": ""}, "app.Module::Class.run", "ruby3.4"),
        ({"lib/app.rb": ""}, "lib/app.run", "ruby3.4"),
        ({"bootstrap": ""}, "whatever", "provided.al2023"),
        ({"main": ""}, "main", "go1.x"),
        ({"com/example/Run.class": ""}, "com.example.Run::handle", "java21"),
        ({"com/example/Run.class": ""}, "com.example.Run", "java21"),
        ({"Run.dll": ""}, "Run::Example.Run::Handle", "dotnet8"),
    ],
)
def test_a_handler_is_found(files: dict[str, str], handler: str, runtime: str) -> None:
    assert target(files, handler, runtime) == Target(True)


@pytest.mark.parametrize(
    ("files", "handler", "runtime", "problem"),
    [
        ({"index.js": OK}, "app.handler", "nodejs22.x", "app.js is not there (its code has index.js)"),
        ({"index.js": OK}, "index.main", "nodejs22.x", "index.js has no export main"),
        ({"app.py": PYTHON}, "app.main", "python3.13", "app.py has no function main"),
        ({"app.py": PYTHON}, "main.handler", "python3.13", "main.py is not there (its code has app.py)"),
        ({"index.js": OK}, "index", "nodejs22.x", 'the handler "index" is not of the form file.export'),
        ({"lambda_function.rb": ""}, "app.run", "ruby3.4", "its code holds no app.rb"),
        ({"main": ""}, "main", "provided.al2023", "neither its code nor a layer holds bootstrap"),
        ({"Run.dll": ""}, "Runs::Example.Run::Handle", "dotnet8", "its code holds no Runs.dll"),
        ({"com/example/Ran.class": ""}, "com.example.Run", "java21", "its code holds no com/example/Run.class"),
    ],
)
def test_a_handler_is_not_there(files: dict[str, str], handler: str, runtime: str, problem: str) -> None:
    assert target(files, handler, runtime) == Target(False, problem)


def test_a_layer_may_hold_the_handler() -> None:
    python = {"Base": {"python/entry.py": PYTHON}}
    node = {"Base": {"nodejs/node_modules/entry/run.js": OK}}
    custom = {"Base": {"bootstrap": ""}}
    assert target({"app.py": PYTHON}, "entry.start", "python3.13", layers=python) == Target(True)
    assert target({"index.js": OK}, "entry/run.handler", "nodejs22.x", layers=node) == Target(True)
    assert target({"index.js": OK}, "x", "provided.al2023", layers=custom) == Target(True)


@pytest.mark.parametrize(("handler", "runtime"), [("entry.start", "python3.13"), ("x", "provided.al2023")])
def test_a_layer_from_elsewhere_leaves_it_open(handler: str, runtime: str) -> None:
    arn = "arn:aws:lambda:eu-central-1:111122223333:layer:base:1"
    expected = Target(None, needs=f"the content of layer {arn}")
    assert target({"app.py": PYTHON}, handler, runtime, references=[arn]) == expected


@pytest.mark.parametrize(
    ("runtime", "handler", "files", "metadata"),
    [
        ("java21", "com.example.Run", {"pom.xml": ""}, {}),
        ("provided.al2023", "bootstrap", {"main.go": ""}, {"BuildMethod": "go1.x"}),
        ("nodejs22.x", "main.handler", {"source.js": OK}, {"BuildMethod": "makefile"}),
    ],
)
def test_a_build_may_still_make_it(runtime: str, handler: str, files: dict[str, str], metadata: dict[str, Any]) -> None:
    found = target(files, handler, runtime, sam=True, metadata=metadata)
    assert found.found is None
    assert found.needs.startswith("what the build of Fn makes")


@pytest.mark.parametrize(("export", "expected"), [("handler", True), ("main", None)])
def test_a_typescript_source_is_asked_for_the_export(export: str, expected: bool | None) -> None:
    files = {"app.ts": "export const handler = async (): Promise<number> => 1;\n", "package.json": "{}"}
    assert target(files, f"app.{export}", "nodejs22.x", sam=True).found is expected


def test_classes_inside_jars_are_not_seen() -> None:
    found = target({"lib/run.jar": ""}, "com.example.Run", "java21")
    assert found == Target(None, needs="the classes in the archives of Fn")


def test_every_handler_that_a_template_may_choose_is_looked_for() -> None:
    chosen = {"Fn::If": ["Live", "index.live", "index.handler"]}
    sections = {
        "Parameters": {"Stage": {"Type": "String", "Default": "live"}},
        "Conditions": {"Live": {"Fn::Equals": [{"Ref": "Stage"}, "live"]}},
    }
    found = missing_handler(function({"index.js": OK}, handler=chosen, **sections))
    assert (found.settled.verdict, found.handler, found.problem, found.text) == (
        Verdict.FAIL,
        "index.live",
        "index.js has no export live",
        'has the handler "index.live", but index.js has no export live',
    )


def test_a_handler_that_is_a_parameter_is_not_known() -> None:
    found = missing_handler(
        function({"index.js": OK}, handler={"Ref": "Name"}, Parameters={"Name": {"Type": "String"}})
    )
    assert (found.settled.verdict, found.settled.needs) == (Verdict.UNKNOWN, "the value of parameter Name")


def test_no_handler_at_all() -> None:
    found = missing_handler(function({"index.js": OK}, handler={"Ref": "AWS::NoValue"}))
    assert found.settled.verdict is Verdict.FAIL
    assert MissingHandler(found.settled).text == "has no handler"
