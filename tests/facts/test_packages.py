"""What brings the packages that a function's code loads: files, layers, runtime, build; and what will be missing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analyzer.facts.functions import Function
from analyzer.facts.packages import Packages, Shortage, Supply
from analyzer.judgement import Confidence, Verdict
from tests.facts.function_parts import function


def supplies(found: Function, runtime: str | None = "nodejs22.x") -> dict[str, Supply]:
    packages = Packages(found)
    return {use.package: packages.supply(use, runtime) for use in packages.uses}


NODE = "const sdk = require('aws-sdk');\nexports.handler = async () => sdk;\n"


# --- who brings a package -------------------------------------------------------------------------------------------


def test_files_come_before_layers_before_the_runtime() -> None:
    module = {"node_modules/aws-sdk/package.json": "{}"}
    layer = {"nodejs/node_modules/aws-sdk/package.json": "{}"}
    code = {"index.js": NODE}
    assert supplies(function({**code, **module}, layers={"Deps": layer})) == {"aws-sdk": Supply(True, "its own files")}
    assert supplies(function(code, layers={"Deps": layer})) == {"aws-sdk": Supply(True, "the layer Deps")}
    assert supplies(function(code), "nodejs16.x") == {"aws-sdk": Supply(True, "the nodejs16.x runtime")}
    nowhere = "aws-sdk is neither in its files nor in a layer"
    assert supplies(function(code)) == {"aws-sdk": Supply(False, nowhere)}
    assert supplies(function(code), None) == {"aws-sdk": Supply(None, needs="the runtime of Fn")}


def test_a_layer_from_elsewhere_may_hold_anything_but_an_extension_holds_nothing() -> None:
    arn = "arn:aws:lambda:eu-central-1:111122223333:layer:deps:1"
    insights = "arn:aws:lambda:eu-central-1:580247275435:layer:LambdaInsightsExtension:53"
    foreign = supplies(function({"index.js": NODE}, references=[arn]))
    assert foreign == {"aws-sdk": Supply(None, needs=f"the content of layer {arn}")}
    nowhere = Supply(False, "aws-sdk is neither in its files nor in a layer")
    assert supplies(function({"index.js": NODE}, references=[insights])) == {"aws-sdk": nowhere}


def test_a_layer_that_a_condition_adds_is_missing_where_it_does_not_hold() -> None:
    conditional = {"Fn::If": ["Shared", {"Ref": "Deps"}, {"Ref": "AWS::NoValue"}]}
    found = function(
        {"index.js": NODE},
        layers={"Deps": {"nodejs/node_modules/aws-sdk/package.json": "{}"}},
        references=[conditional],
        Parameters={"Stage": {"Type": "String"}},
        Conditions={"Shared": {"Fn::Equals": [{"Ref": "Stage"}, "live"]}},
    )
    where = " unless condition Shared is true"
    assert supplies(found) == {"aws-sdk": Supply(False, "only the layer Deps has aws-sdk", certain=False, where=where)}


def test_what_a_build_brings_to_a_source() -> None:
    asked = json.dumps({"dependencies": {"aws-sdk": "2"}})
    by_build = Supply(True, "the build, since package.json asks for it")
    assert supplies(function({"index.js": NODE, "package.json": asked}, sam=True)) == {"aws-sdk": by_build}
    nowhere = Supply(False, "aws-sdk is neither in its files nor in a layer")
    assert supplies(function({"index.js": NODE, "package.json": asked})) == {"aws-sdk": nowhere}
    assert supplies(function({"index.js": NODE, "package.json": "{}"}, sam=True)) == {"aws-sdk": nowhere}
    other = json.dumps({"dependencies": {"dynamoose": "1"}})
    doubtful = Supply(False, nowhere.by, certain=False)
    assert supplies(function({"index.js": NODE, "package.json": other}, sam=True)) == {"aws-sdk": doubtful}


@pytest.mark.parametrize(
    ("display", "metadata", "awaited"),
    [
        ("src", {}, True),
        (".aws-sam/build/Fn", {}, False),
        ("dist/code.zip", {}, False),
        ("src", {"SkipBuild": True}, False),
    ],
)
def test_a_source_awaits_its_build_unless_it_is_built(display: str, metadata: dict[str, Any], awaited: bool) -> None:
    found = function({"index.js": NODE}, sam=True, display=display, metadata=metadata)
    assert Packages(found).awaits_build is awaited


def test_only_a_template_of_sam_is_built() -> None:
    document = {"Transform": ["AWS::LanguageExtensions"]}
    assert Packages(function({"index.js": NODE}, **document)).awaits_build is False
    assert Packages(function({"index.js": NODE}, Transform="AWS::Serverless-2016-10-31")).awaits_build is True


def test_without_a_manifest_it_is_not_known_what_a_build_brings() -> None:
    needs = "a package.json beside the code of Fn"
    assert supplies(function({"index.js": NODE}, sam=True)) == {"aws-sdk": Supply(None, needs=needs)}


@pytest.mark.parametrize("method", ["makefile", "esbuild"])
def test_a_bundler_installs_what_is_asked_for_and_a_makefile_what_it_likes(method: str) -> None:
    files = {"index.js": NODE, "package.json": json.dumps({"dependencies": {}, "devDependencies": {"x": "1"}})}
    found = supplies(function(files, sam=True, metadata={"BuildMethod": method}))
    known = Supply(False, "aws-sdk is neither in its files nor in a layer", certain=False)
    assert found == {"aws-sdk": Supply(None, needs="what the build of Fn installs") if method == "makefile" else known}


def test_a_bundler_can_be_told_to_leave_a_package_out() -> None:
    files = {"index.js": NODE, "package.json": json.dumps({"dependencies": {"aws-sdk": "2"}})}
    metadata = {"BuildMethod": "esbuild", "BuildProperties": {"External": ["aws-sdk"]}}
    left_out = Supply(False, "BuildProperties.External keeps aws-sdk out of the bundle")
    assert supplies(function(files, sam=True, metadata=metadata)) == {"aws-sdk": left_out}


def test_a_layer_with_a_build_method_brings_what_its_manifest_asks_for() -> None:
    manifest = json.dumps({"dependencies": {"aws-sdk": "2"}})
    code = {"index.js": NODE, "package.json": "{}"}
    built = function(code, sam=True, layers={"Deps": {"package.json": manifest}}, layer_metadata={"BuildMethod": "x"})
    unbuilt = function(code, sam=True, layers={"Deps": {"nodejs/package.json": manifest}})
    (bringing,) = supplies(built).values()
    assert (bringing.provided, bringing.by[:15]) == (True, "the layer Deps"[:15])
    (undecided,) = supplies(unbuilt).values()
    assert undecided.provided is None
    assert undecided.needs.startswith("whether the packages of layer Deps")


def test_python_archives_of_a_plugin_are_not_seen_through() -> None:
    files = {"app.py": "import numpy\ndef handler(e, c): return numpy\n", ".requirements.zip": ""}
    found = function(files, runtime="python3.13", handler="app.handler")
    assert supplies(found, "python3.13") == {"numpy": Supply(None, needs="the packages in .requirements.zip")}


# --- over all runtimes ----------------------------------------------------------------------------------------------


def test_every_runtime_that_may_be_chosen_is_asked() -> None:
    chosen = {"Fn::If": ["Old", "nodejs16.x", "nodejs20.x"]}
    sections = {
        "Parameters": {"Stage": {"Type": "String", "Default": "old"}},
        "Conditions": {"Old": {"Fn::Equals": [{"Ref": "Stage"}, "old"]}},
    }
    packages = Packages(function({"index.js": NODE}, runtime=chosen, **sections))
    (use,) = packages.uses
    missing, provided = packages.missing(use), packages.provided(use)
    assert (missing.settled.verdict, missing.runtime, missing.settled.confidence, missing.settled.where) == (
        Verdict.FAIL,
        "nodejs20.x",
        Confidence.LIKELY,
        " where condition Old is false",
    )
    assert (provided.settled.verdict, provided.runtime, provided.supply.by) == (
        Verdict.FAIL,
        "nodejs16.x",
        "the nodejs16.x runtime",
    )


@pytest.mark.parametrize(
    ("code", "confidence"),
    [
        (NODE, Confidence.CERTAIN),
        ("exports.handler = async () => require('aws-sdk');", Confidence.LIKELY),
        (f"{NODE}//{'x' * (2 * 1024 * 1024)}", Confidence.LIKELY),
    ],
)
def test_an_import_in_a_function_or_seen_by_pattern_only_is_likely(code: str, confidence: Confidence) -> None:
    packages = Packages(function({"index.js": code}))
    assert packages.missing(packages.uses[0]).confidence is confidence


# --- what is missing ------------------------------------------------------------------------------------------------


def short(found: Function) -> list[Shortage]:
    return Packages(found).shortages()


def test_what_starts_the_function_is_told_before_what_waits_in_it() -> None:
    code = (
        "const sdk = require('aws-sdk');\n"
        "const fs = require('fs');\n"
        "exports.handler = () => require('late');\n"
        "let maybe; try { maybe = require('optional'); } catch { maybe = 1; }\n"
        "const early = require('early/deep');\n"
        "const gone = require('./gone');\n"
    )
    found = short(function({"index.js": code}))
    who = "neither its files nor a layer nor the nodejs22.x runtime has"
    assert [(one.name, one.who, one.moment, one.confidence) for one in found] == [
        ("early", who, "whenever it starts", Confidence.CERTAIN),
        ("./gone", "its code does not have", "whenever it starts", Confidence.CERTAIN),
        ("late", who, "when it first runs that code", Confidence.LIKELY),
    ]


def test_functions_inside_a_bundle_ask_for_what_they_never_need() -> None:
    code = f"exports.handler = () => require('late');\n/*{'x' * 70_000}*/"
    assert short(function({"index.js": code})) == []


@pytest.mark.parametrize("name", ["index.ts", "index.mts"])
def test_a_generator_may_still_write_what_typescript_imports(name: str) -> None:
    code = "import { client } from './generated/client';\nexport const handler = () => client;\n"
    assert short(function({name: code, "package.json": "{}"}, sam=True, metadata={"BuildMethod": "esbuild"})) == []


def test_a_python_import_that_a_layer_brings_leaves_nothing_undecided() -> None:
    files = {"app.py": "from house import rules\ndef handler(e, c): return rules\n"}
    layers = {"House": {"python/house/__init__.py": "", "python/house/rules.py": ""}}
    packages = Packages(function(files, runtime="python3.13", handler="app.handler", layers=layers))
    assert (packages.shortages(), packages.undecided) == ([], "")


def test_code_that_was_not_read_leaves_it_undecided() -> None:
    code = "exports.handler = (event) => require(`./${event.job}`);\n"
    packages = Packages(function({"index.js": code}))
    assert packages.shortages() == []
    assert packages.undecided.startswith("all of the code of Fn (index.js:1: ")


def test_other_languages_use_no_packages_that_are_seen() -> None:
    assert Packages(function({"app.rb": "require 'aws-sdk'"}, runtime="ruby3.4", handler="app.handler")).uses == ()
