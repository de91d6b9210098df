"""AWS SDKs that are out of support: imported, inlined, declared, or in other languages."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from analyzer.code.place import Place
from analyzer.facts.ended_sdks import EndedSdk, ended_sdk, go_1, java_1, judged_for_ended_sdks
from analyzer.facts.functions import Function
from analyzer.facts.packages import Packages
from analyzer.facts.sdk_v2 import declared_v2, folder_of, hides_v2, node_functions, v2_inlined, v2_uses
from analyzer.query import Query
from analyzer.sources.folder_tree import MemoryTree
from tests.facts.function_parts import function
from tests.stacks import application

DAY = date(2026, 11, 24)
JAVA = ("AWS SDK for Java 1.x", "is out of support since 2025-12-31")
GO = ("AWS SDK for Go v1", "is out of support since 2025-07-31")


def query(**runtimes: Any) -> Query:
    """An application of one inline function for each runtime; None stands for a container image."""
    resources = {
        name: {
            "Type": "AWS::Lambda::Function",
            "Properties": {"Runtime": runtime, "Handler": "index.handler", "Code": {"ZipFile": "x"}}
            if runtime is not None
            else {"PackageType": "Image", "Code": {"ImageUri": "i"}},
        }
        for name, runtime in runtimes.items()
    }
    document = {"Parameters": {"Any": {"Type": "String"}}, "Resources": resources}
    return Query(application(document), as_of=DAY)


def test_who_may_run_on_node() -> None:
    either = {"Fn::If": ["C", "python3.13", "nodejs22.x"]}
    asked = query(Node="nodejs22.x", Python="python3.13", Any={"Ref": "Any"}, Image=None, Either=either, Go="go1.x")
    assert [one.name for one in node_functions(asked.functions)] == ["Any", "Either", "Image", "Node"]


def test_who_may_use_another_ended_sdk() -> None:
    asked = query(Node="nodejs22.x", Python="python3.13", Any={"Ref": "Any"}, Image=None, Java="java21", Net="dotnet8")
    assert [one.name for one in judged_for_ended_sdks(asked.functions)] == ["Any", "Image", "Java", "Python"]


# --- SDK v2 for JavaScript ----------------------------------------------------------------------------------


def test_uses_in_order_of_loading() -> None:
    code = (
        "exports.handler = () => require('aws-sdk/clients/s3');\n"
        "const { SQS } = require('aws-sdk');\n"
        "const other = require('aws-sdk-client-mock');\n"
    )
    packages = Packages(function({"index.js": code}))
    assert [use.entry.module for use in v2_uses(packages)] == ["aws-sdk", "aws-sdk/clients/s3"]


@pytest.mark.parametrize(
    ("jobs", "hidden"),
    [
        ({"jobs/a.js": "exports.run = () => require('@aws-sdk/client-s3');"}, False),
        ({"jobs/a.js": "exports.run = () => require('aws-sdk');"}, True),
        ({"jobs/a.ts": "import S3 = require('aws-sdk/clients/s3');"}, True),
        ({"node_modules/a/index.js": "require('aws-sdk')"}, False),
        ({"notes.md": "require('aws-sdk')"}, False),
    ],
)
def test_code_that_cannot_be_followed_hides_v2_only_where_a_script_names_it(jobs: dict[str, str], hidden: bool) -> None:
    entry = {"index.js": "exports.handler = (event) => require(`./jobs/${event.job}`).run();\n"}
    assert bool(hides_v2(function({**entry, **jobs}))) is hidden


def test_complete_code_hides_nothing_and_unread_code_everything() -> None:
    assert hides_v2(function({"index.js": "// require('aws-sdk')\nexports.handler = () => 1;\n"})) == ""
    (image,) = node_functions(query(Image=None).functions)
    assert hides_v2(image) == "the image of Image"


MARKS = 'const c={VERSION:"2.1600.0",Signers:{},Protocol:{}};const a=(e)=>"aws-sdk-"+e;exports.handler=async()=>a(c);\n'


def test_marks_of_a_bundled_copy() -> None:
    assert v2_inlined(function({"index.js": MARKS})) == ("2.1600.0", Place("index.js", 1, 10, 1, 28))
    assert v2_inlined(function({"index.js": "exports.handler=async()=>1;\n", "other.js": MARKS})) is None


@pytest.mark.parametrize(
    ("dependencies", "alone"),
    [
        ({"aws-sdk": "^2.1"}, True),
        ({"aws-sdk": "^2.1", "@aws-sdk/client-s3": "3"}, True),
        ({"aws-sdk": "^2.1", "x": "1"}, False),
    ],
)
def test_a_declaration_with_its_line(dependencies: dict[str, str], alone: bool) -> None:
    manifest = json.dumps({"name": "x", "dependencies": dependencies}, indent=1)
    found = declared_v2(function({"index.js": "", "package.json": manifest}))
    assert found is not None
    assert (found.version, found.folder, found.alone) == ("^2.1", "src", alone)
    assert (found.place.file, found.place.place.line) == ("src/package.json", 4)


@pytest.mark.parametrize(
    "manifest",
    [
        {"devDependencies": {"aws-sdk": "2"}},
        {"peerDependencies": {"aws-sdk": "2"}},
        {"dependencies": {"aws-sdk": "npm:other@1"}},
        {"dependencies": {"aws-sdk-client-mock": "4"}},
        {"dependencies": {"aws-sdk": 2}},
        [],
    ],
)
def test_what_is_no_declaration(manifest: Any) -> None:
    assert declared_v2(function({"index.js": "", "package.json": json.dumps(manifest)})) is None


def test_the_folder_that_functions_share() -> None:
    (image,) = node_functions(query(Image=None).functions)
    assert (folder_of(function({"index.js": ""})), folder_of(image)) == ("src", "")


# --- Python ---------------------------------------------------------------------------------------------------


def python(code: str, **files: str) -> Function:
    return function({"app.py": code, **files}, runtime="python3.13", handler="app.handler")


@pytest.mark.parametrize("code", ["import boto\n", "from boto.s3 import connection\n", "import boto.sqs as q\n"])
def test_boto_2_is_found(code: str) -> None:
    found = ended_sdk(python(f"{code}def handler(event, context): return 1\n"))
    assert isinstance(found, EndedSdk)
    assert (found.name, found.place.line) == ("boto 2", 1)


@pytest.mark.parametrize(
    "code",
    ["import boto3\nboto = boto3\n", "from botocore import session\n", "# import boto\n", "text = 'import boto'\n"],
)
def test_namesakes_of_boto_2(code: str) -> None:
    assert ended_sdk(python(f"{code}def handler(event, context): return 1\n")) is None


def test_a_copy_of_boto_in_the_asset_is_boto() -> None:
    code = "from boto.own import run\ndef handler(event, context): return run()\n"
    found = ended_sdk(python(code, **{"boto/__init__.py": "", "boto/own.py": "def run(): return 1\n"}))
    assert isinstance(found, EndedSdk)
    assert (found.name, found.shown_by) == ("boto 2", "import of boto.own")


def test_boto_2_may_hide_in_code_that_cannot_be_followed() -> None:
    code = "import importlib\ndef handler(event, context): return importlib.import_module(event['m'])\n"
    assert ended_sdk(python(code)) is None
    assert isinstance(ended_sdk(python(code, **{"jobs.py": "import boto\n"})), str)


# --- Java -----------------------------------------------------------------------------------------------------


def tree(**files: str) -> MemoryTree:
    return MemoryTree({name: text.encode() for name, text in files.items()}, "src")


@pytest.mark.parametrize(
    ("files", "shown", "line"),
    [
        ({"lib/aws-java-sdk-s3-1.12.700.jar": ""}, "lib/aws-java-sdk-s3-1.12.700.jar", 1),
        ({"aws-java-sdk-1.11.0.jar": ""}, "aws-java-sdk-1.11.0.jar", 1),
        ({"com/amazonaws/AmazonWebServiceClient.class": ""}, "com/amazonaws/AmazonWebServiceClient.class", 1),
        (
            {"build.gradle": "dependencies {\n implementation 'com.amazonaws:aws-java-sdk-sqs:1.12'\n}"},
            "aws-java-sdk-sqs",
            2,
        ),
        (
            {"A.java": "package a;\nimport com.amazonaws.services.s3.AmazonS3;\n"},
            "com.amazonaws.services.s3.AmazonS3",
            2,
        ),
    ],
)
def test_java_1_by_each_of_its_marks(files: dict[str, str], shown: str, line: int) -> None:
    found = java_1(tree(**files))
    assert found is not None
    assert (found.name, found.ended, found.shown_by, found.place.line) == (*JAVA, shown, line)


@pytest.mark.parametrize(
    "files",
    [
        {"com/amazonaws/services/lambda/runtime/Context.class": ""},
        {"lib/aws-lambda-java-core-1.2.3.jar": "", "lib/aws-java-sdk-2.jar": ""},
        {"pom.xml": "<!-- com.amazonaws</groupId><artifactId>aws-java-sdk-s3 -->"},
        {"build.gradle": "    testImplementation 'com.amazonaws:aws-java-sdk-sqs:1.12'\n"},
        {
            "pom.xml": "<dependency><groupId>com.amazonaws</groupId><artifactId>aws-java-sdk-s3</artifactId>\n"
            "<version>1.12.470</version><scope>test</scope></dependency>"
        },
        {"src/test/java/A.java": "import com.amazonaws.services.s3.AmazonS3;\n"},
        {"build.gradle": "// implementation 'com.amazonaws:aws-java-sdk-sqs:1.12'\n"},
        {"build.gradle": "implementation platform('com.amazonaws:aws-java-sdk-bom:1.12')\n"},
        {"A.java": "import com.amazonaws.services.lambda.runtime.Context;\n"},
        {"A.java": "import com.amazonaws.services.schemaregistry.utils.AvroRecordType;\n"},
        {"A.java": "import com.amazonaws.xray.AWSXRay;\n"},
        {"A.java": "import software.amazon.awssdk.services.s3.S3Client;\n"},
    ],
)
def test_what_is_not_java_1(files: dict[str, str]) -> None:
    assert java_1(tree(**files)) is None


# --- Go -------------------------------------------------------------------------------------------------------

ONE = "dep\tgithub.com/aws/aws-sdk-go\tv1.55.5\th1:x=\n"
TWO = "dep\tgithub.com/aws/aws-sdk-go-v2\tv1.30.0\th1:x=\n"


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({"bootstrap": f"\x7fELF{TWO}{ONE}"}, 1),
        ({"main": ONE}, 1),
        ({"go.mod": "module x\n\nrequire github.com/aws/aws-sdk-go v1.55.5\n"}, 3),
        ({"go.mod": "require (\n\tgithub.com/aws/aws-sdk-go v1.55.5 // why not\n)\n"}, 2),
    ],
)
def test_go_1_in_a_binary_or_its_source(files: dict[str, str], line: int) -> None:
    found = go_1(tree(**files), ("bootstrap", "main"))
    assert found is not None
    assert (found.name, found.ended, found.shown_by, found.place.line) == (
        *GO,
        "github.com/aws/aws-sdk-go v1.55.5",
        line,
    )


@pytest.mark.parametrize(
    "files",
    [
        {"bootstrap": TWO},
        {"other": ONE},
        {"go.mod": "\tgithub.com/aws/aws-sdk-go v1.55.5 // indirect\n"},
        {"go.mod": "// github.com/aws/aws-sdk-go v1.55.5\n\tgithub.com/aws/aws-sdk-go-v2 v1.3.0\n"},
        {"bootstrap": "github.com/aws/aws-sdk-go/aws"},
    ],
)
def test_what_is_not_go_1(files: dict[str, str]) -> None:
    assert go_1(tree(**files), ("bootstrap", "main")) is None


@pytest.mark.parametrize(
    "files",
    [
        {"pom.xml": "<dependency>" * 100_000},
        {"pom.xml": "<!--" * 100_000},
        {"build.gradle": "\n" * 100_000},
        {"A.java": "import " * 100_000},
        {"go.mod": "\n" * 100_000},
        {"go.mod": "github.com/aws/aws-sdk-go v2.1 //" * 100_000},
    ],
)
def test_hostile_sources_are_read_in_one_pass(files: dict[str, str]) -> None:
    assert (java_1(tree(**files)), go_1(tree(**files), ())) == (None, None)
