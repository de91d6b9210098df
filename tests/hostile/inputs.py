"""Inputs that somebody made to break the analyzer, each with the end that it must come to.

A builder writes its input into an empty folder, where ``stackproof check .`` then runs.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Builder = Callable[[Path], None]
BUCKET = '{"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}'


@dataclass(frozen=True)
class Hostile:
    """An input. ``status`` is the exit status that it ends with; ``said`` stands on the terminal, in one line."""

    build: Builder
    status: int
    said: tuple[str, ...] = field(default=())


def text(name: str, content: str | bytes) -> Builder:
    """A folder with one file."""

    def build(folder: Path) -> None:
        data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        (folder / name).write_bytes(data)

    return build


def template(document: dict[str, Any]) -> Builder:
    """A folder with one template."""
    return text("t.json", json.dumps(document))


def assembly(manifest: Any, prepare: Builder | None = None) -> Builder:
    """A cloud assembly with this manifest."""

    def build(folder: Path) -> None:
        (folder / "manifest.json").write_text(json.dumps(manifest))
        if prepare is not None:
            prepare(folder)

    return build


def stack_in(file: Any) -> dict[str, Any]:
    """The manifest of an assembly whose one stack says that its template is in ``file``."""
    properties = {"templateFile": file}
    return {"version": "36.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack", "properties": properties}}}


def nested_in(folder: str) -> dict[str, Any]:
    """The manifest of an assembly that says that another one is in ``folder``."""
    artifact = {"type": "cdk:cloud-assembly", "properties": {"directoryName": folder}}
    return {"version": "36.0.0", "artifacts": {"S": artifact}}


def function(code: str, prepare: Builder, runtime: str = "python3.13") -> Builder:
    """A SAM template with a function whose code is at ``code``."""
    properties = {"CodeUri": code, "Handler": "index.handler", "Runtime": runtime}
    resources = {"F": {"Type": "AWS::Serverless::Function", "Properties": properties}}

    def build(folder: Path) -> None:
        template({"Transform": "AWS::Serverless-2016-10-31", "Resources": resources})(folder)
        prepare(folder)

    return build


def source(name: str, content: str) -> Builder:
    """A folder ``src`` with one file."""

    def build(folder: Path) -> None:
        (folder / "src").mkdir()
        (folder / "src" / name).write_text(content)

    return build


def archive(*entries: tuple[str, bytes]) -> Builder:
    """``code.zip`` with these entries."""

    def build(folder: Path) -> None:
        with zipfile.ZipFile(folder / "code.zip", "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in entries:
                packed.writestr(name, content)

    return build


def link(name: str, target: str) -> Builder:
    """A symbolic link, below what was written before."""

    def build(folder: Path) -> None:
        (folder / name).symlink_to(target)

    return build


def pipe(folder: Path) -> None:
    """A named pipe, which nobody writes to."""
    os.mkfifo(folder / "s.json")


def folder_in_itself(folder: Path) -> None:
    """A template beside a folder that holds a link to where it is."""
    (folder / "t.json").write_text(BUCKET)
    (folder / "a").mkdir()
    (folder / "a" / "b").symlink_to("..")


def conditions(count: int) -> dict[str, Any]:
    """``count`` pairs of conditions, each made of the pair before, and as many values that depend on them."""
    written: dict[str, Any] = {name: {"Fn::Equals": [{"Ref": name}, "x"]} for name in ("P0", "Q0")}
    for n in range(1, count):
        p, q = {"Condition": f"P{n - 1}"}, {"Condition": f"Q{n - 1}"}
        written[f"P{n}"] = {"Fn::Or": [{"Fn::And": [p, q]}, {"Fn::Not": [q]}]}
        written[f"Q{n}"] = {"Fn::And": [{"Fn::Or": [q, p]}, {"Fn::Not": [p]}]}
    values = [{"Fn::If": [f"P{n}", {"Fn::If": [f"Q{count - 1 - n}", "a", "b"]}, "c"]} for n in range(count)]
    properties = {"QueueName": {"Fn::Join": ["", values]}, "Tags": [{"Key": "k", "Value": value} for value in values]}
    return {
        "Parameters": {name: {"Type": "String"} for name in ("P0", "Q0")},
        "Conditions": written,
        "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Condition": f"P{count - 1}", "Properties": properties}},
    }


def named(name: Any) -> dict[str, Any]:
    """A template with a bucket of this name."""
    return {"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name}}}}


def wide(count: int) -> dict[str, Any]:
    """Two loops in each other that ask for ``count`` times ``count`` queues."""
    inner = ["Y", [f"b{n}" for n in range(count)], {"Q${X}${Y}": {"Type": "AWS::SQS::Queue"}}]
    outer = ["X", [f"a{n}" for n in range(count)], {"Fn::ForEach::B${X}": inner}]
    return {"Transform": "AWS::LanguageExtensions", "Resources": {"Fn::ForEach::A": outer}}


WRONG_TYPES: dict[str, Any] = {
    "Resources": {
        "A": None,
        "B": [],
        "C": "x",
        "D": {"Type": ["x"]},
        "E": {"Type": "AWS::Lambda::Function", "Properties": []},
        "F": {
            "Type": "AWS::Lambda::Function",
            "Properties": {"Code": "x", "Environment": 3, "Timeout": {}, "Handler": [1]},
            "DependsOn": {"a": 1},
            "Metadata": [1],
            "Condition": 5,
        },
    },
    "Parameters": [],
    "Outputs": "x",
    "Conditions": [1],
    "Mappings": 3,
    "Transform": {"a": 1},
    "Metadata": "x",
    "Globals": [],
}

CYCLES: dict[str, Any] = {
    "Conditions": {"X": {"Condition": "Y"}, "Y": {"Fn::Not": [{"Condition": "X"}]}},
    "Mappings": {"M": {"a": {"b": {"Fn::FindInMap": ["M", "a", "b"]}}}},
    "Resources": {
        "A": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "B"}}, "DependsOn": ["B"]},
        "B": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "${A}-x"}}, "DependsOn": "A"},
    },
}

ALIASES_OF_EACH_OTHER: dict[str, Any] = {
    "Resources": {
        "Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.13"}},
        "One": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": "Two"}}},
        "Two": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "One"}}},
        "Integration": {"Type": "AWS::ApiGatewayV2::Integration", "Properties": {"IntegrationUri": {"Ref": "One"}}},
    }
}

ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
)


def nested_urls(folder: Path) -> None:
    """Nested stacks outside of the folder, on the network, and the template itself."""
    urls = ("../../../../etc/passwd", "file:///etc/passwd", "http://127.0.0.1:1/x", "t.json")
    resources = {
        f"N{n}": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
        for n, url in enumerate(urls)
    }
    template({"Resources": resources})(folder)


INPUTS: dict[str, Hostile] = {
    # --- text that is no document --------------------------------------------------------------------
    "json too deep": Hostile(
        text("t.json", '{"Resources":' + "[" * 100_000), 2, ("t.json: nested more than 100 deep",)
    ),
    "yaml too deep": Hostile(
        text("t.yaml", "Resources:\n" + "".join(" " * n + "a:\n" for n in range(1, 3000))),
        2,
        ("t.yaml:101:101: nested",),
    ),
    "yaml flow too deep": Hostile(
        text("t.yaml", "Resources: " + "[" * 5000 + "]" * 5000), 2, ("t.yaml:1:111: nested",)
    ),
    "billion laughs": Hostile(
        text("t.yaml", ALIASES + "Resources: {}\n"), 2, ("more than 1,000,000 values once aliases are written out",)
    ),
    "alias of itself": Hostile(
        text("t.yaml", "Resources: &r\n  B: {Type: AWS::S3::Bucket, Properties: *r}\n"), 2, ("*r contains itself",)
    ),
    "python object": Hostile(
        text("t.yaml", 'Resources: !!python/object/apply:os.system ["touch pwned"]\n'), 2, ("no meaning in a template",)
    ),
    "not utf-8": Hostile(text("t.json", b'{"Resources": {"\xff\xfe": {}}}'), 2, ("t.json:1: not UTF-8",)),
    "utf-16": Hostile(text("t.yaml", ("Resources: " + BUCKET).encode("utf-16")), 2, ("save it as UTF-8",)),
    "control character": Hostile(text("t.yaml", b"Resources:\x00 {}"), 2, ("t.yaml: not YAML",)),
    "not a number": Hostile(
        text("t.json", BUCKET.replace('"AWS::S3::Bucket"', "NaN")), 2, ("NaN is not a JSON value",)
    ),
    "huge number": Hostile(text("t.json", BUCKET.replace('"AWS::S3::Bucket"', "9" * 10_000)), 2, ("t.json: not JSON",)),
    "infinite number": Hostile(
        text("t.json", BUCKET.replace('"AWS::S3::Bucket"', "1e999999")), 2, ("beyond the range",)
    ),
    "half a character": Hostile(text("t.json", BUCKET.replace('"B"', r'"B\ud800"')), 0),
    "every key twice": Hostile(
        text("t.json", '{"Resources": {"B": {"Type": "AWS::SQS::Queue"}, "B": {"Type": "AWS::S3::Bucket"}}}'),
        0,
        ("t.json:1:50: key 'B' is written twice; the last counts",),
    ),
    # --- documents that mean nothing ------------------------------------------------------------------
    "wrong types everywhere": Hostile(template(WRONG_TYPES), 0),
    "cyclic references": Hostile(template(CYCLES), 0),
    "aliases of each other": Hostile(template(ALIASES_OF_EACH_OTHER), 0),
    "60 conditions on each other": Hostile(template(conditions(60)), 0),
    "holes that do not close": Hostile(template(named({"Fn::Sub": "${" * 200_000})), 0),
    "dynamic references that do not close": Hostile(template(named("{{resolve:" * 100_000)), 0),
    "a policy of wildcards": Hostile(
        template(
            {
                "Resources": {
                    "P": {
                        "Type": "AWS::IAM::ManagedPolicy",
                        "Properties": {
                            "PolicyDocument": {
                                "Statement": [{"Effect": "Allow", "Action": "*a" * 3000, "Resource": "*?" * 3000}]
                            }
                        },
                    }
                }
            }
        ),
        0,
    ),
    "loops within loops": Hostile(template(wide(300)), 0, ("a loop over more than 20,000 items, with all others",)),
    # --- files that are none --------------------------------------------------------------------------
    "template outside": Hostile(
        assembly(stack_in("../../../../etc/passwd")), 2, ("no template '../../../../etc/passwd'",)
    ),
    "template by absolute path": Hostile(assembly(stack_in("/etc/passwd")), 2, ("no template '/etc/passwd'",)),
    "template of a wrong type": Hostile(assembly(stack_in(["x"])), 2, ("manifest.json: S: ",)),
    "template by a link": Hostile(
        assembly(stack_in("s.json"), link("s.json", "/etc/passwd")), 2, ("no template 's.json'",)
    ),
    "link to itself": Hostile(assembly(stack_in("s.json"), link("s.json", "s.json")), 2, ("no template 's.json'",)),
    "named pipe": Hostile(assembly(stack_in("s.json"), pipe), 2, ("s.json: a named pipe, not a regular file",)),
    "assembly in itself": Hostile(assembly(nested_in(".")), 2, ("S: no nested assembly '.'",)),
    "assembly above": Hostile(assembly(nested_in("..")), 2, ("S: no nested assembly '..'",)),
    "manifest of wrong types": Hostile(
        assembly({"version": [], "artifacts": [1, 2]}), 2, ("manifest.json: not the manifest",)
    ),
    "folder in itself": Hostile(folder_in_itself, 0),
    "nested stacks elsewhere": Hostile(nested_urls, 0),
    # --- code -----------------------------------------------------------------------------------------
    "zip bomb": Hostile(function("code.zip", archive(("index.py", b"x = 1\n" + b" " * (200 << 20)))), 0),
    "zip that climbs": Hostile(function("code.zip", archive(("../../index.py", b"x"), ("/etc/index.py", b"x"))), 0),
    "zip that is none": Hostile(function("code.zip", text("code.zip", b"PK\x03\x04garbage" * 100)), 0),
    "code elsewhere": Hostile(function("/etc", text("x", "")), 0),
    "code above": Hostile(function("../../../etc", text("x", "")), 0),
    "code by a link": Hostile(function("src", link("src", "/etc")), 0),
    "python nested for ever": Hostile(function("src", source("index.py", "x = " + "(" * 5000 + ")" * 5000)), 0),
    "python added for ever": Hostile(function("src", source("index.py", "x = " + " + ".join(["1"] * 50_000))), 0),
    "python that calls itself": Hostile(
        function("src", source("index.py", "def handler(e, c):\n  while True: e = handler(e, handler)\n")), 0
    ),
    "javascript nested for ever": Hostile(
        function("src", source("index.js", "if (e) {" * 3000 + "}" * 3000), runtime="nodejs22.x"), 0
    ),
    "javascript rubble": Hostile(function("src", source("index.js", "`${" * 300_000), runtime="nodejs22.x"), 0),
    "javascript that calls itself": Hostile(
        function(
            "src",
            source("index.js", "const a = () => b(), b = () => a(); exports.handler = async () => { for (;;) a(); };"),
            runtime="nodejs22.x",
        ),
        0,
    ),
}
